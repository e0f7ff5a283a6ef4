"""A hire is judged by what is known, and judged again when more is."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest

from services.subsidies.consumers import CONSUMES
from services.subsidies.handlers.facts import learn_employer
from shared.db import Tx
from shared.events.subsidies import SubsidyAssessed, SubsidyEnded, SubsidyRequested
from tests.databases import attempt, deliver, published
from tests.subsidies.acts import PAPERS, find_request, fire, hear, notices, prepare, register, submitted, the_request
from tests.subsidies.facts import AMOUNT, STARTS_ON, Case

ClockAt = Callable[[date], None]


def results(tx: Tx) -> list[str]:
    return [event.result for event in assessed(tx)]


def assessed(tx: Tx, measure: str = "priime") -> list[SubsidyAssessed]:
    every = [event for event in published(tx, SubsidyAssessed) if isinstance(event, SubsidyAssessed)]
    return [event for event in every if event.measure == measure]


def test_a_hire_of_which_everything_is_known_makes_a_request_ready(tx: Tx) -> None:
    case = Case()
    prepare(tx, case)
    (said,) = assessed(tx)
    assert (said.result, said.amount_cents, said.weeks, said.rule_version) == (
        "may_apply",
        AMOUNT,
        30,
        "priime/2019-07",
    )
    request = the_request(tx, case)
    assert (request.state, request.amount_cents, request.file_number) == ("ready", AMOUNT, "2026-0318")
    assert request.lines is not None
    assert sum(line["amount_cents"] for line in request.lines) == AMOUNT
    assert notices(tx) == []


def test_a_redelivered_hire_is_assessed_only_once(tx: Tx) -> None:
    case, event_id = Case(), uuid4()
    hear(tx, *case.everything()[:3])
    assert deliver(tx, CONSUMES, case.hired(), event_id=event_id) == "handled"
    assert deliver(tx, CONSUMES, case.hired(), event_id=event_id) == "duplicate"
    assert results(tx) == ["may_apply"]


def test_the_same_hire_told_again_says_nothing_new(tx: Tx) -> None:
    case = Case()
    hear(tx, *case.everything(), case.hired())
    assert results(tx) == ["may_apply"]
    assert tx.value("SELECT count(*) FROM requests WHERE measure = 'priime'") == 1


def test_a_missing_fact_leaves_it_unknown_until_the_fact_arrives(tx: Tx) -> None:
    case = Case()
    hear(tx, case.admitted(months_in_field_quebec=None), case.registered(), case.consent(), case.hired())
    assert results(tx) == ["unknown"]
    assert find_request(tx, case) is None
    hear(tx, case.profile_changed())
    assert results(tx) == ["unknown", "may_apply"]
    first, second = assessed(tx)
    assert first.subject == second.subject
    assert tx.value("SELECT max(version) FROM journal WHERE subject = %s", (first.subject,)) == 2


def test_a_hire_heard_of_before_the_person_is_judged_when_she_gets_known(tx: Tx) -> None:
    case = Case()
    hear(tx, case.registered(), case.consent(), case.hired(), case.admitted())
    assert results(tx) == ["unknown", "may_apply"]


def test_a_hire_heard_of_before_the_employer_is_judged_again_by_a_timer_of_its_own_case(tx: Tx) -> None:
    case = Case()
    hear(tx, case.admitted(), case.consent(), case.hired())
    assert results(tx) == ["unknown"]
    hear(tx, case.registered())
    assert results(tx) == ["unknown"]
    assert fire(tx) == 1
    assert results(tx) == ["unknown", "may_apply"]


def test_without_consent_the_request_stays_a_draft_until_consent_comes(tx: Tx) -> None:
    case = Case()
    hear(tx, case.admitted(), case.registered(), case.hired())
    for kind in PAPERS:
        register(tx, case, kind)
    draft = the_request(tx, case)
    assert (draft.state, draft.lacking) == ("draft", ["consent_send_to_ministry"])
    hear(tx, case.consent())
    ready = the_request(tx, case)
    assert (ready.request_id, ready.state) == (draft.request_id, "ready")


@pytest.mark.parametrize("changes", [{"purpose": "share_file_with_employer"}, {"recipient": "mifi"}])
def test_another_consent_does_not_count(tx: Tx, changes: dict[str, str]) -> None:
    case = Case()
    hear(tx, case.admitted(), case.registered(), case.hired(), case.consent(**changes))
    request = the_request(tx, case)
    assert request.state == "draft"


def test_a_job_beside_the_field_gets_its_reason_and_no_request(tx: Tx) -> None:
    case = Case()
    hear(tx, case.admitted(), case.registered(), case.consent(), case.hired(in_field=False, source="self_found"))
    assert results(tx) == ["does_not_apply"]
    assert find_request(tx, case) is None


def test_a_late_hire_has_missed_the_window_and_is_never_sent(tx: Tx) -> None:
    case = Case()
    hear(tx, case.admitted(), case.registered(), case.consent(), case.hired(starts_on=date(2026, 1, 5)))
    assert results(tx) == ["window_missed"]
    assert find_request(tx, case) is None


def test_a_window_that_closes_ends_a_request_nobody_confirmed(tx: Tx, clock_at: ClockAt) -> None:
    case = Case()
    hear(tx, *case.everything())
    clock_at(STARTS_ON + timedelta(days=30))
    assert fire(tx) == 0
    clock_at(STARTS_ON + timedelta(days=31))
    assert fire(tx) == 2  # a window for each measure
    assert results(tx) == ["may_apply", "window_missed"]
    request = the_request(tx, case)
    assert (request.state, request.end_reason) == ("ended", "window_missed")
    assert published(tx, SubsidyRequested) == []
    assert notices(tx) == []


def test_a_start_that_moves_moves_the_window_and_the_computation(tx: Tx, clock_at: ClockAt) -> None:
    case = Case()
    prepare(tx, case)
    hear(tx, case.hired(starts_on=date(2026, 6, 1)))
    assert results(tx) == ["may_apply", "may_apply"]
    clock_at(STARTS_ON + timedelta(days=31))
    assert fire(tx) == 0
    request = the_request(tx, case)
    assert (request.state, request.amount_cents) == ("ready", 1660 * 1125)


def test_a_corrected_fact_that_rules_it_out_ends_the_request(tx: Tx) -> None:
    case = Case()
    hear(tx, *case.everything(), case.profile_changed(months_in_field_quebec=24))
    assert results(tx) == ["may_apply", "does_not_apply"]
    (ended,) = published(tx, SubsidyEnded)
    assert isinstance(ended, SubsidyEnded)
    assert ended.reason == "no_longer_applies"


def test_a_fact_that_became_unknown_holds_the_request_back(tx: Tx) -> None:
    case = Case()
    prepare(tx, case)
    hear(tx, case.profile_changed(work_authorisation=None))
    request = the_request(tx, case)
    assert request.state == "draft"
    hear(tx, case.profile_changed())
    again = the_request(tx, case)
    assert (again.state, again.request_id) == ("ready", request.request_id)


def test_once_the_ministry_has_it_a_hire_is_not_judged_again(tx: Tx) -> None:
    case = Case()
    submitted(tx, case)
    hear(tx, case.profile_changed(months_in_field_quebec=24))
    assert results(tx) == ["may_apply"]


def test_no_measure_was_open_on_the_day_of_the_hire(tx: Tx) -> None:
    case = Case()
    hear(tx, *case.everything()[:3], case.hired(hired_on=date(2013, 6, 3), starts_on=date(2013, 6, 4)))
    assert published(tx) == []


def test_a_failure_while_assessing_leaves_no_rows(tx: Tx) -> None:
    case = Case()
    hear(tx, *case.everything()[:3])
    impossible = case.hired(wage_cents=10**12)  # no integer column holds it
    with pytest.raises(Exception, match="out of range"):
        deliver(tx, CONSUMES, impossible)
    assert tx.value("SELECT count(*) FROM hires") == 0
    assert published(tx) == []


def test_two_hires_of_one_person_have_a_request_each(tx: Tx) -> None:
    first = Case()
    second = Case(first.candidate_id, first.employer_id)
    hear(tx, *first.everything(), second.hired())
    assert the_request(tx, first).request_id != the_request(tx, second).request_id


def test_learning_an_employer_takes_no_other_cases_lock(tx: Tx) -> None:
    case = Case()
    hear(tx, case.admitted(), case.hired())

    def learn(inner: Tx) -> set[str]:
        learn_employer(inner, case.registered())
        return inner.locked

    assert attempt(tx, learn) == set()


def test_another_occupation_than_hers_is_unknown_without_word_from_matching(tx: Tx) -> None:
    case = Case()
    hear(tx, case.admitted(occupation="72100"), case.registered(), case.consent(), case.hired(in_field=None))
    assert results(tx) == ["unknown"]
