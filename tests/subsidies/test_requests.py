"""The employer confirms, the ministry decides, once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from services.subsidies.domain.request import Decision, NotReady, NotWithTheMinistry, WindowMissed
from services.subsidies.handlers.decisions import DecisionIdReused
from services.subsidies.handlers.requests import confirm_request
from services.subsidies.store import Whose
from shared.db import Tx
from shared.errors import DomainError, Invalid, NotFound
from shared.events.subsidies import SubsidyApproved, SubsidyEnded, SubsidyRefused, SubsidyRequested
from tests.databases import attempt, published
from tests.subsidies.acts import confirm, decide, fire, hear, notices, prepare, submitted, the_request
from tests.subsidies.facts import AMOUNT, STARTS_ON, TODAY, Case, approval, refusal

ClockAt = Callable[[date], None]


def codes(no: DomainError) -> set[tuple[str, str]]:
    return {(problem.pointer, problem.code) for problem in no.problems}


def test_a_confirmation_sends_the_request_with_its_lines_and_one_thin_notice(tx: Tx) -> None:
    case = Case()
    request = submitted(tx, case)
    (said,) = published(tx, SubsidyRequested)
    assert isinstance(said, SubsidyRequested)
    assert (said.amount_cents, said.weeks, sum(line.amount_cents for line in said.lines)) == (AMOUNT, 30, AMOUNT)
    assert (request.state, request.confirmed_by) == ("submitted", "employer:e1")
    assert notices(tx) == [("subsidy_request.submitted", str(request.request_id))]
    body = tx.value("SELECT body FROM webhook_deliveries")
    assert str(case.candidate_id) not in body
    assert str(case.employer_id) not in body


def test_a_second_confirmation_changes_nothing(tx: Tx) -> None:
    case = Case()
    first = submitted(tx, case)
    assert confirm(tx, case) == first
    assert len(published(tx, SubsidyRequested)) == len(notices(tx)) == 1


def test_a_draft_cannot_be_confirmed_and_says_what_is_missing(tx: Tx) -> None:
    case = Case()
    hear(tx, case.admitted(), case.registered(), case.hired())
    with pytest.raises(NotReady, match="agreement to send her file"):
        confirm(tx, case)
    assert notices(tx) == []


def test_a_confirmation_after_the_last_day_is_refused(tx: Tx, clock_at: ClockAt) -> None:
    case = Case()
    prepare(tx, case)
    clock_at(STARTS_ON + timedelta(days=31))
    with pytest.raises(WindowMissed):
        confirm(tx, case)


def test_another_employer_does_not_find_the_request(tx: Tx) -> None:
    case = Case()
    hear(tx, *case.everything())
    request_id = the_request(tx, case).request_id
    with pytest.raises(NotFound):
        attempt(tx, lambda t: confirm_request(t, request_id, Whose(employer_id=uuid4()), "employer:e2"))


def test_an_approval_is_recorded_and_said(tx: Tx) -> None:
    case = Case()
    request = submitted(tx, case)
    decide(tx, approval(request.request_id, amount_cents=AMOUNT - 1, weeks=26))
    (said,) = published(tx, SubsidyApproved)
    assert isinstance(said, SubsidyApproved)
    assert (said.amount_cents, said.weeks, said.starts_on, said.decision_id) == (AMOUNT - 1, 26, STARTS_ON, "SQ-1")
    stands = the_request(tx, case)
    assert (stands.state, stands.approved_weeks) == ("approved", 26)


def test_a_refusal_is_recorded_and_said(tx: Tx) -> None:
    case = Case()
    decide(tx, refusal(submitted(tx, case).request_id))
    (said,) = published(tx, SubsidyRefused)
    assert isinstance(said, SubsidyRefused)
    assert said.reason == "not_eligible"
    hear(tx, case.profile_changed(months_in_field_quebec=0), case.ended())
    stands = the_request(tx, case)
    assert stands.state == "refused"


def test_the_same_decision_again_is_answered_the_same_whatever_happened_since(tx: Tx, clock_at: ClockAt) -> None:
    case = Case()
    decision = approval(submitted(tx, case).request_id, note="canari")
    first = decide(tx, decision)
    hear(tx, case.ended(), case.erased())
    clock_at(date(2028, 1, 1))
    again = decide(tx, decision)
    assert replace(again, note=None) == replace(first, note=None)
    assert tx.value("SELECT count(*) FROM decisions") == 1


@pytest.mark.parametrize("changes", [{"amount_cents": 1}, {"weeks": 2}, {"note": "other"}, {"decided_on": STARTS_ON}])
def test_a_decision_id_used_for_something_else_is_refused(tx: Tx, changes: dict[str, object]) -> None:
    decision = approval(submitted(tx, Case()).request_id)
    decide(tx, decision)
    with pytest.raises(DecisionIdReused):
        decide(tx, replace(decision, **changes))  # type: ignore[arg-type]


def test_a_decision_id_of_another_request_is_refused(tx: Tx) -> None:
    first, second = submitted(tx, Case()), submitted(tx, Case())
    decide(tx, approval(first.request_id))
    with pytest.raises(DecisionIdReused):
        decide(tx, approval(second.request_id))


def test_a_second_decision_by_another_id_is_refused(tx: Tx) -> None:
    request = submitted(tx, Case())
    decide(tx, refusal(request.request_id))
    with pytest.raises(NotWithTheMinistry, match="is refused already"):
        decide(tx, approval(request.request_id, decision_id="SQ-2"))
    assert published(tx, SubsidyApproved) == []


def test_an_approval_may_not_exceed_what_was_asked(tx: Tx) -> None:
    request = submitted(tx, Case())
    with pytest.raises(Invalid) as no:
        decide(tx, approval(request.request_id, amount_cents=AMOUNT + 1, weeks=31))
    assert codes(no.value) == {("/amount_cents", "more_than_asked"), ("/weeks", "more_than_asked")}
    assert published(tx, SubsidyApproved) == []
    assert tx.value("SELECT count(*) FROM decisions") == 0


@pytest.mark.parametrize(
    ("incomplete", "pointers"),
    [
        (approval(uuid4(), amount_cents=None, starts_on=None), {"/amount_cents", "/starts_on"}),
        (refusal(uuid4(), reason=None), {"/reason"}),
    ],
)
def test_an_incomplete_decision_says_all_it_lacks(tx: Tx, incomplete: Decision, pointers: set[str]) -> None:
    request = submitted(tx, Case())
    with pytest.raises(Invalid) as no:
        decide(tx, replace(incomplete, request_id=request.request_id))
    assert {problem.pointer for problem in no.value.problems} == pointers


def test_a_decision_on_a_request_not_sent_yet_finds_nothing(tx: Tx) -> None:
    case = Case()
    hear(tx, *case.everything())
    with pytest.raises(NotFound):
        decide(tx, approval(the_request(tx, case).request_id))


def test_a_decision_by_another_ministry_finds_nothing(tx: Tx) -> None:
    request = submitted(tx, Case())
    with pytest.raises(NotFound):
        decide(tx, approval(request.request_id, ministry="mifi"))


def test_a_decision_after_the_request_ended_is_refused_with_the_reason(tx: Tx) -> None:
    case = Case()
    request = submitted(tx, case)
    hear(tx, case.ended())
    with pytest.raises(NotWithTheMinistry, match="has ended"):
        decide(tx, approval(request.request_id))


def test_a_decision_that_overtakes_our_own_notice_counts(tx: Tx) -> None:
    request = submitted(tx, Case())
    assert tx.value("SELECT state FROM webhook_deliveries") == "pending"
    decide(tx, approval(request.request_id))
    assert len(published(tx, SubsidyApproved)) == 1


def test_an_approved_subsidy_becomes_active_and_ends_when_its_weeks_have_passed(tx: Tx, clock_at: ClockAt) -> None:
    case = Case()
    decide(tx, approval(submitted(tx, case).request_id, weeks=26))
    clock_at(STARTS_ON - timedelta(days=1))
    assert fire(tx) == 0
    clock_at(STARTS_ON)
    assert fire(tx) == 1
    active = the_request(tx, case)
    assert active.state == "active"
    last = STARTS_ON + timedelta(weeks=26, days=-1)
    clock_at(last)
    while fire(tx):  # claim periods
        assert the_request(tx, case).state == "active"
    clock_at(last + timedelta(days=1))
    assert fire(tx) == 2
    (ended,) = published(tx, SubsidyEnded)
    assert isinstance(ended, SubsidyEnded)
    assert (ended.reason, ended.ended_on) == ("weeks_used", last)
    assert len(notices(tx)) == 1


def test_a_job_that_ends_after_its_subsidy_changes_nothing(tx: Tx, clock_at: ClockAt) -> None:
    case = Case()
    decide(tx, approval(submitted(tx, case).request_id))
    clock_at(STARTS_ON + timedelta(weeks=30))
    fire(tx)
    hear(tx, case.ended(STARTS_ON + timedelta(weeks=40)))
    assert len(published(tx, SubsidyEnded)) == 1
    assert TODAY < STARTS_ON
