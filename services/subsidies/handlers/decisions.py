"""The ministry decides, by itself or on paper; and what time does to an approved request."""

from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from services.subsidies import store
from services.subsidies.domain.computation import last_day
from services.subsidies.domain.request import (
    GRANTED,
    PREPARING,
    Approval,
    Decision,
    Refusal,
    Request,
    check_decision,
    moved,
)
from services.subsidies.handlers.assessing import APPLICATION_WINDOW, assess_hire
from services.subsidies.handlers.claims import watch_period
from services.subsidies.handlers.ending import SUBSIDY_ENDS, SUBSIDY_STARTS, end_request
from services.subsidies.handlers.messages import check_on_paper, hash_of
from services.subsidies.handlers.requests import locked_request, person_of
from services.subsidies.store import RecordedDecision, Whose
from shared import clock
from shared.db import Tx
from shared.errors import Invalid, Problem
from shared.events.subsidies import SubsidyApproved, SubsidyRefused
from shared.messaging.outbox import publish
from shared.timers import Due, cancel_timers, set_timer


class DecisionIdReused(Invalid):
    """The ministry used this decision id before, for something else."""


def record_received_decision(tx: Tx, decision: Decision, entered_by: str) -> RecordedDecision:
    """Staff enter what a ministry that is not connected answered on paper.
    Raises NotFound, MinistryConnected, and what ``record_decision`` raises."""
    request = locked_request(tx, decision.request_id, Whose(ministry=decision.ministry))
    check_on_paper(request.sent_by)
    return record_decision(tx, decision, entered_by)


def record_decision(tx: Tx, decision: Decision, entered_by: str | None = None) -> RecordedDecision:
    """The ministry decided. The same decision again is answered the same, for ever, whatever became of the request.
    Raises NotFound, DecisionIdReused, NotWithTheMinistry, Invalid."""
    whose = Whose(ministry=decision.ministry)
    request = locked_request(tx, decision.request_id, whose, f"decision/{decision.ministry}/{decision.decision_id}")
    content_hash = hash_of(asdict(decision))
    known = store.find_decision(tx, decision.ministry, decision.decision_id)
    if known is not None:
        if known.content_hash != content_hash:
            raise DecisionIdReused(
                Problem("/decision_id", "decision_id_reused", "Ce numéro de décision a déjà servi pour autre chose.",
                        "This decision id was used before for something else.")
            )  # fmt: skip
        return known
    answer = check_decision(request, decision)
    recorded = RecordedDecision(
        **asdict(decision), content_hash=content_hash, recorded_at=tx.now, entered_by=entered_by
    )
    store.add_decision(tx, recorded)
    if isinstance(answer, Approval):
        _approve(tx, request, decision, answer)
    else:
        _refuse(tx, request, decision, answer)
    return recorded


def begin_subsidy(tx: Tx, due: Due) -> None:
    """Timer: the first subsidised day has come."""
    request = store.find_request(tx, UUID(due.about))
    if request and request.state == "approved":
        store.save_request(tx, moved(request, "active", tx.now))


def end_used_weeks(tx: Tx, due: Due) -> None:
    """Timer: the approved weeks have passed."""
    request = store.find_request(tx, UUID(due.about))
    if request and request.state in GRANTED and request.approved_from and request.approved_weeks:
        end_request(tx, request, "weeks_used", last_day(request.approved_from, request.approved_weeks))


def _approve(tx: Tx, request: Request, decision: Decision, said: Approval) -> None:
    approved = moved(
        request,
        "approved",
        tx.now,
        decided_on=decision.decided_on,
        decision_note=decision.note,
        approved_amount_cents=said.amount_cents,
        approved_weeks=said.weeks,
        approved_from=said.starts_on,
    )
    store.save_request(tx, approved)
    set_timer(tx, SUBSIDY_STARTS, key=request.key, about=request.request_id, at=clock.start_of_day(said.starts_on))
    after = last_day(said.starts_on, said.weeks) + timedelta(days=1)
    set_timer(tx, SUBSIDY_ENDS, key=request.key, about=request.request_id, at=clock.start_of_day(after))
    watch_period(tx, approved, 1)
    _end_overlapping(tx, request)
    publish(
        tx,
        SubsidyApproved(
            request_id=request.request_id,
            hire_id=request.hire_id,
            candidate_id=person_of(request),
            employer_id=request.employer_id,
            decision_id=decision.decision_id,
            amount_cents=said.amount_cents,
            weeks=said.weeks,
            starts_on=said.starts_on,
            decided_on=decision.decided_on,
        ),
    )


def _refuse(tx: Tx, request: Request, decision: Decision, said: Refusal) -> None:
    store.save_request(
        tx,
        moved(
            request,
            "refused",
            tx.now,
            decided_on=decision.decided_on,
            decision_note=decision.note,
            refusal_reason=said.reason,
        ),
    )
    publish(
        tx,
        SubsidyRefused(
            request_id=request.request_id,
            hire_id=request.hire_id,
            candidate_id=person_of(request),
            employer_id=request.employer_id,
            decision_id=decision.decision_id,
            reason=said.reason,
            decided_on=decision.decided_on,
        ),
    )
    hire = store.find_hire(tx, request.hire_id)
    if hire is not None:
        assess_hire(tx, hire)  # a measure that this one overlapped may go now


def _end_overlapping(tx: Tx, request: Request) -> None:
    """The hours are paid for: what was only prepared for another measure is over."""
    for other in store.list_requests_of(tx, request.hire_id):
        if other.measure != request.measure and other.state in PREPARING:
            cancel_timers(tx, APPLICATION_WINDOW, [f"{other.measure}/{other.hire_id}"])
            end_request(tx, other, "overlap", clock.local_date(tx.now))
