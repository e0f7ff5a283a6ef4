"""Claims assemble themselves from reported hours; the employer confirms, the ministry settles."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.subsidies import store
from services.subsidies.consumers import CONSUMES
from services.subsidies.domain.claim import Claim, NotClaimable, NotToBePaid, Payment
from services.subsidies.handlers.claims import settle_claim, submit_claim
from services.subsidies.handlers.messages import MessageIdReused, MinistryConnected
from services.subsidies.store import Whose
from shared.db import Tx
from shared.errors import Invalid, NotFound
from shared.events.subsidies import ClaimDue, ClaimPaid, ClaimSubmitted
from tests.databases import attempt, deliver, published
from tests.subsidies.acts import decide, fire, hear, notices, submitted, the_request
from tests.subsidies.facts import STARTS_ON, Case, approval

ClockAt = Callable[[date], None]
FIRST = (STARTS_ON, date(2026, 4, 12))
FULL = 150 * 1610


def approved(tx: Tx, case: Case, **changes: Any) -> UUID:
    request_id = submitted(tx, case).request_id
    decide(tx, approval(request_id, **changes))
    return request_id


def claims(tx: Tx, case: Case) -> list[Claim]:
    return store.list_claims_of(tx, the_request(tx, case).request_id)


def due(tx: Tx, case: Case, clock_at: ClockAt, **changes: Any) -> Claim:
    """The first claim, with all its hours."""
    approved(tx, case, **changes)
    hear(tx, case.hours(*FIRST, "150"))
    clock_at(FIRST[1] + timedelta(days=1))
    while fire(tx):
        pass
    (claim,) = claims(tx, case)
    return claim


def submit(tx: Tx, claim: Claim, without_missing_hours: bool = False) -> Claim:
    sent: Claim = attempt(tx, lambda t: submit_claim(t, claim.claim_id, Whose(), "employer:e1", without_missing_hours))
    return sent


def pay(tx: Tx, claim: Claim, **changes: Any) -> Claim:
    known: dict[str, Any] = {
        "payment_id": "P-1", "result": "paid", "amount_cents": None, "reason": None, "paid_on": date(2026, 4, 20),
    }  # fmt: skip
    payment = Payment(**known | changes)
    paid: Claim = attempt(tx, lambda t: settle_claim(t, claim.claim_id, Whose(ministry="services_quebec"), payment))
    return paid


def test_a_period_that_ends_makes_a_claim_of_the_hours_reported(tx: Tx, clock_at: ClockAt) -> None:
    case = Case()
    claim = due(tx, case, clock_at)
    (said,) = published(tx, ClaimDue)
    assert isinstance(said, ClaimDue)
    assert (said.from_on, said.to_on, said.hours_missing) == (*FIRST, False)
    assert (claim.state, claim.amount_cents, claim.missing) == ("ready", FULL, [])


def test_hours_reported_late_complete_it(tx: Tx, clock_at: ClockAt) -> None:
    case = Case()
    approved(tx, case)
    clock_at(FIRST[1] + timedelta(days=1))
    while fire(tx):
        pass
    (said,) = published(tx, ClaimDue)
    assert isinstance(said, ClaimDue)
    assert said.hours_missing
    hear(tx, case.hours(STARTS_ON, date(2026, 3, 29), "75"))
    (claim,) = claims(tx, case)
    assert (claim.state, claim.amount_cents) == ("due", FULL // 2)
    assert claim.missing == [{"from_on": "2026-03-30", "to_on": "2026-04-10"}]
    hear(tx, case.hours(date(2026, 3, 30), FIRST[1], "75"))
    (claim,) = claims(tx, case)
    assert (claim.state, claim.amount_cents) == ("ready", FULL)
    assert len(published(tx, ClaimDue)) == 1


def test_redelivered_hours_count_once_and_anothers_do_not(tx: Tx, clock_at: ClockAt) -> None:
    case, event_id = Case(), uuid4()
    due(tx, case, clock_at)
    report = case.hours(*FIRST, "120")
    assert deliver(tx, CONSUMES, report, event_id=event_id) == "handled"
    assert deliver(tx, CONSUMES, report, event_id=event_id) == "duplicate"
    hear(tx, case.hours(*FIRST, "10", employer_id=uuid4()))
    (claim,) = claims(tx, case)
    assert claim.amount_cents == 120 * 1610
    assert tx.value("SELECT count(*) FROM hours_reports") == 3


def test_the_employers_word_sends_it_with_its_lines_and_one_thin_notice(tx: Tx, clock_at: ClockAt) -> None:
    case = Case()
    claim = submit(tx, due(tx, case, clock_at))
    assert submit(tx, claim) == claim
    (said,) = published(tx, ClaimSubmitted)
    assert isinstance(said, ClaimSubmitted)
    assert (said.amount_cents, sum(line.amount_cents for line in said.lines)) == (FULL, FULL)
    assert notices(tx)[-1] == ("claim.submitted", str(claim.claim_id))


def test_missing_hours_hold_it_back_unless_they_are_given_up(tx: Tx, clock_at: ClockAt) -> None:
    case = Case()
    approved(tx, case)
    hear(tx, case.hours(STARTS_ON, date(2026, 3, 29), "75"))
    clock_at(FIRST[1] + timedelta(days=1))
    while fire(tx):
        pass
    (claim,) = claims(tx, case)
    with pytest.raises(NotClaimable, match="2026-03-30–2026-04-10"):
        submit(tx, claim)
    assert submit(tx, claim, without_missing_hours=True).amount_cents == FULL // 2


def test_a_claim_without_hours_is_not_sent(tx: Tx, clock_at: ClockAt) -> None:
    case = Case()
    approved(tx, case)
    clock_at(FIRST[1] + timedelta(days=1))
    while fire(tx):
        pass
    with pytest.raises(NotClaimable, match="No payable hours"):
        submit(tx, claims(tx, case)[0], without_missing_hours=True)
    assert published(tx, ClaimSubmitted) == []


def test_claims_never_ask_for_more_than_was_approved(tx: Tx, clock_at: ClockAt) -> None:
    case = Case()
    claim = submit(tx, due(tx, case, clock_at, amount_cents=100_000))
    assert (claim.amount_cents, claim.cut_cents) == (100_000, FULL - 100_000)
    (said,) = published(tx, ClaimSubmitted)
    assert isinstance(said, ClaimSubmitted)
    assert sum(line.amount_cents for line in said.lines) == said.amount_cents == 100_000


def test_a_payment_counts_once(tx: Tx, clock_at: ClockAt) -> None:
    case = Case()
    claim = submit(tx, due(tx, case, clock_at))
    assert pay(tx, claim).paid_amount_cents == FULL
    assert pay(tx, claim).state == "paid"
    (said,) = published(tx, ClaimPaid)
    assert isinstance(said, ClaimPaid)
    assert (said.amount_cents, said.result, said.reason) == (FULL, "paid", None)
    with pytest.raises(MessageIdReused):
        pay(tx, claim, result="refused", reason="other")
    with pytest.raises(NotToBePaid):
        pay(tx, claim, payment_id="P-2")


@pytest.mark.parametrize(
    ("changes", "amount"),
    [
        ({"result": "corrected", "amount_cents": 1000, "reason": "hours_differ"}, 1000),
        ({"result": "refused", "reason": "not_covered"}, 0),
    ],
)
def test_a_correction_and_a_refusal_say_why(tx: Tx, clock_at: ClockAt, changes: dict[str, Any], amount: int) -> None:
    case = Case()
    claim = pay(tx, submit(tx, due(tx, case, clock_at)), **changes)
    assert (claim.state, claim.paid_amount_cents, claim.reason) == (changes["result"], amount, changes["reason"])
    (said,) = published(tx, ClaimPaid)
    assert isinstance(said, ClaimPaid)
    assert (said.result, said.amount_cents) == (changes["result"], amount)


def test_a_payment_that_cannot_be_says_all_that_is_wrong(tx: Tx, clock_at: ClockAt) -> None:
    claim = submit(tx, due(tx, Case(), clock_at))
    with pytest.raises(Invalid) as no:
        pay(tx, claim, result="corrected", amount_cents=FULL + 1)
    assert {p.pointer for p in no.value.problems} == {"/reason", "/amount_cents"}
    assert published(tx, ClaimPaid) == []
    assert tx.value("SELECT count(*) FROM ministry_messages") == 0


def test_paper_is_entered_only_for_a_ministry_that_is_not_connected(tx: Tx, clock_at: ClockAt) -> None:
    claim = submit(tx, due(tx, Case(), clock_at))
    payment = Payment("L-1", "paid", None, None, date(2026, 4, 20))
    with pytest.raises(MinistryConnected):
        attempt(tx, lambda t: settle_claim(t, claim.claim_id, Whose(), payment, on_paper=True))


def test_all_periods_fall_due_and_the_last_is_shorter(tx: Tx, clock_at: ClockAt) -> None:
    case = Case()
    approved(tx, case)
    clock_at(STARTS_ON + timedelta(weeks=31))
    while fire(tx):
        pass
    spans = [(claim.number, (claim.to_on - claim.from_on).days + 1) for claim in claims(tx, case)]
    assert spans == [*((number, 28) for number in range(1, 8)), (8, 14)]
    assert the_request(tx, case).end_reason == "weeks_used"


def test_the_end_of_a_job_closes_further_claims_and_what_was_worked_stays(tx: Tx, clock_at: ClockAt) -> None:
    case = Case()
    due(tx, case, clock_at)
    ended_on = date(2026, 4, 17)
    hear(tx, case.hours(date(2026, 4, 13), ended_on, "37.5"), case.ended(ended_on))
    first, second = claims(tx, case)
    assert (first.state, second.from_on, second.to_on, second.state) == ("ready", date(2026, 4, 13), ended_on, "ready")
    assert submit(tx, second).amount_cents == 60_375
    clock_at(STARTS_ON + timedelta(weeks=31))
    while fire(tx):
        pass
    assert len(claims(tx, case)) == 2


def test_an_end_known_late_flags_a_claim_that_was_sent(tx: Tx, clock_at: ClockAt) -> None:
    case = Case()
    claim = submit(tx, due(tx, case, clock_at))
    hear(tx, case.ended(date(2026, 4, 1)))
    (flagged,) = claims(tx, case)
    assert (flagged.to_on, flagged.flags) == (claim.to_on, [{"code": "employment_ended", "ended_on": "2026-04-01"}])


def test_an_end_known_late_shortens_a_claim_that_was_not_sent(tx: Tx, clock_at: ClockAt) -> None:
    case = Case()
    due(tx, case, clock_at)
    hear(tx, case.ended(date(2026, 3, 27)))
    (short,) = claims(tx, case)
    assert (short.to_on, short.state, short.amount_cents) == (date(2026, 3, 27), "ready", 75 * 1610)


def test_a_cancelled_hire_has_nothing_to_claim(tx: Tx, clock_at: ClockAt) -> None:
    case = Case()
    approved(tx, case)
    hear(tx, case.cancelled())
    clock_at(STARTS_ON + timedelta(weeks=31))
    fire(tx)
    assert claims(tx, case) == []


def test_anothers_claim_is_not_found(tx: Tx, clock_at: ClockAt) -> None:
    claim = due(tx, Case(), clock_at)
    with pytest.raises(NotFound):
        attempt(tx, lambda t: submit_claim(t, claim.claim_id, Whose(employer_id=uuid4()), "employer:e2", False))


def test_an_erased_persons_claims_keep_their_amounts_and_nothing_else(tx: Tx, clock_at: ClockAt) -> None:
    case = Case()
    claim = submit(tx, due(tx, case, clock_at))
    hear(tx, case.erased())
    left = tx.conn.execute("SELECT candidate_id, lines, missing, amount_cents FROM claims").fetchall()
    assert left == [(None, None, [], FULL)]
    assert str(case.candidate_id) not in "".join(
        str(tx.conn.execute(f"SELECT * FROM {table}").fetchall()) for table in ("hours_reports", "claims", "documents")
    )
    assert pay(tx, claim).paid_amount_cents == FULL
    assert published(tx) == []
    hear(tx, case.hours(*FIRST, "150"))
    assert tx.value("SELECT count(*) FROM hours_reports") == 0
