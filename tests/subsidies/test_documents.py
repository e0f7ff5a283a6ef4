"""A request is ready only when every paper is there and valid."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from services.subsidies.domain.request import NotReady
from shared.db import Tx
from tests.subsidies.acts import PAPERS, SSI, confirm, fire, hear, prepare, register, the_request
from tests.subsidies.facts import TODAY, Case

ClockAt = Callable[[date], None]


def test_without_papers_it_is_a_draft_that_names_them_all(tx: Tx) -> None:
    case = Case()
    hear(tx, *case.everything())
    request = the_request(tx, case)
    assert (request.state, request.lacking) == ("draft", [f"document:{kind}" for kind in PAPERS])
    with pytest.raises(NotReady) as no:
        confirm(tx, case)
    assert [problem.code for problem in no.value.problems] == [f"document:{kind}" for kind in PAPERS]
    assert "Lettre d'admissibilité" in no.value.problems[0].fr


def test_the_last_paper_makes_it_ready(tx: Tx) -> None:
    request = prepare(tx, Case())
    assert (request.state, request.lacking) == ("ready", [])


def test_only_who_holds_a_permit_needs_one(tx: Tx) -> None:
    case = Case()
    hear(tx, case.admitted(work_authorisation="open_permit"), *case.everything()[1:])
    for kind in PAPERS:
        register(tx, case, kind)
    assert the_request(tx, case).lacking == ["document:work_permit"]
    register(tx, case, "work_permit", expires_on=date(2027, 1, 1))
    assert the_request(tx, case).state == "ready"


def test_a_paper_that_expires_sends_it_back_and_blocks_sending_with_words(tx: Tx, clock_at: ClockAt) -> None:
    case = Case()
    hear(tx, case.admitted(work_authorisation="open_permit"), *case.everything()[1:])
    for kind in PAPERS:
        register(tx, case, kind)
    register(tx, case, "work_permit", expires_on=TODAY)
    assert the_request(tx, case).state == "ready"
    clock_at(TODAY + timedelta(days=1))
    with pytest.raises(NotReady) as no:  # before the timer has fired, too
        confirm(tx, case)
    assert no.value.problems[0].fr == "Permis de travail : n'est plus valide."
    assert fire(tx) == 1
    assert the_request(tx, case).lacking == ["document_expired:work_permit"]
    register(tx, case, "work_permit", expires_on=date(2027, 1, 1))
    assert the_request(tx, case).state == "ready"


def test_a_paper_of_the_employer_serves_its_other_hires(tx: Tx) -> None:
    first = Case()
    other = Case(employer_id=first.employer_id)
    prepare(tx, first)
    hear(tx, *other.everything())
    assert "document:req_number" not in the_request(tx, other).lacking


def test_a_paper_of_the_employer_completes_hires_that_waited_for_it(tx: Tx) -> None:
    first = Case()
    other = Case(employer_id=first.employer_id)
    hear(tx, *other.everything())
    register(tx, other, "eligibility_letter")
    register(tx, other, "job_offer")
    prepare(tx, first)
    assert the_request(tx, other).state == "draft"
    fire(tx)
    assert the_request(tx, other).state == "ready"


def test_an_eligibility_letter_serves_its_own_measure_alone(tx: Tx) -> None:
    case = Case()
    prepare(tx, case)
    assert the_request(tx, case, SSI).lacking == ["document:eligibility_letter", "overlap:priime"]
