"""Never two subsidies for the same wage hours."""

import pytest

from services.subsidies.domain.request import NotReady
from services.subsidies.handlers.requests import prefer_request
from services.subsidies.store import Whose
from shared.db import Tx
from shared.events.subsidies import SubsidyAssessed, SubsidyEnded
from tests.databases import attempt, published
from tests.subsidies.acts import SSI, confirm, decide, find_request, hear, prepare, register, submitted, the_request
from tests.subsidies.facts import Case, approval, refusal

SSI_AMOUNT = 1120 * 750  # 40 % of 28 $ is under the minimum wage; 37.5 h × 20 weeks


def test_the_one_that_pays_more_is_proposed_and_the_other_shown_as_overlapping(tx: Tx) -> None:
    case = Case()
    prepare(tx, case)
    said = {e.measure: e for e in published(tx, SubsidyAssessed) if isinstance(e, SubsidyAssessed)}
    assert (said["priime"].overlaps_with, said[SSI].overlaps_with) == (None, "priime")
    assert (said[SSI].result, said[SSI].amount_cents, said[SSI].weeks) == ("may_apply", SSI_AMOUNT, 20)
    assert (the_request(tx, case).state, the_request(tx, case, SSI).state) == ("ready", "draft")


def test_a_job_beside_the_field_gets_the_other_measure(tx: Tx) -> None:
    case = Case()
    hear(tx, case.admitted(), case.registered(), case.consent(), case.hired(in_field=False, source="self_found"))
    assert find_request(tx, case) is None
    for kind in ("eligibility_letter", "job_offer", "req_number"):
        register(tx, case, kind, SSI)
    assert confirm(tx, case, SSI).amount_cents == SSI_AMOUNT


def test_a_confirmed_one_blocks_the_other_even_if_it_pays_more(tx: Tx) -> None:
    case = Case()
    hear(tx, case.admitted(months_in_field_quebec=None), *case.everything()[1:])
    for kind in ("eligibility_letter", "job_offer", "req_number"):
        register(tx, case, kind, SSI)
    confirm(tx, case, SSI)
    hear(tx, case.profile_changed())  # PRIIME may apply now
    assert find_request(tx, case) is None
    last = published(tx, SubsidyAssessed)[-1]
    assert isinstance(last, SubsidyAssessed)
    assert (last.measure, last.result, last.overlaps_with) == ("priime", "may_apply", SSI)


def test_the_employer_may_prefer_the_other(tx: Tx) -> None:
    case = Case()
    prepare(tx, case)
    register(tx, case, "eligibility_letter", SSI)
    wanted = the_request(tx, case, SSI)
    attempt(tx, lambda t: prefer_request(t, wanted.request_id, Whose()))
    assert (the_request(tx, case).lacking, the_request(tx, case, SSI).state) == ([f"overlap:{SSI}"], "ready")
    confirm(tx, case, SSI)
    with pytest.raises(NotReady, match="Another measure covers the same hours"):
        confirm(tx, case)


def test_a_refusal_lets_the_other_go(tx: Tx) -> None:
    case = Case()
    request = submitted(tx, case)
    register(tx, case, "eligibility_letter", SSI)
    assert the_request(tx, case, SSI).lacking == ["overlap:priime"]
    decide(tx, refusal(request.request_id))
    other = the_request(tx, case, SSI)
    assert (other.state, other.overlaps_with) == ("ready", None)


def test_an_approval_ends_the_other_in_silence(tx: Tx) -> None:
    case = Case()
    decide(tx, approval(submitted(tx, case).request_id))
    other = the_request(tx, case, SSI)
    assert (other.state, other.end_reason) == ("ended", "overlap")
    assert published(tx, SubsidyEnded) == []
    hear(tx, case.profile_changed(months_in_field_quebec=3))
    assert the_request(tx, case, SSI) == other
