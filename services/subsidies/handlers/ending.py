"""A request ends: our timers go, the others are told, and the ministry if it had it."""

from datetime import date

from services.subsidies import store
from services.subsidies.domain.request import EndReason, Request, moved
from shared.db import Tx
from shared.events.subsidies import SubsidyEnded
from shared.messaging.outbox import publish
from shared.timers import cancel_timers
from shared.webhooks import enqueue

SUBSIDY_STARTS = "subsidy_starts"  # about the request: its first subsidised day
SUBSIDY_ENDS = "subsidy_ends"  # about the request: the day after its last one


def end_request(tx: Tx, request: Request, reason: EndReason, ended_on: date) -> None:
    """End an open request. Nothing is published once the person is erased: her key stays silent; nor about one that
    only stood in another's shadow."""
    store.save_request(tx, moved(request, "ended", tx.now, ended_on=ended_on, end_reason=reason))
    for kind in (SUBSIDY_STARTS, SUBSIDY_ENDS):
        cancel_timers(tx, kind, [request.request_id])
    if request.submitted_at is not None and reason != "weeks_used":
        tell_ministry(tx, request, "subsidy_request.ended")
    in_the_shadow = request.submitted_at is None and request.overlaps_with is not None
    if request.candidate_id is not None and reason != "candidate_erased" and not in_the_shadow:
        publish(
            tx,
            SubsidyEnded(
                request_id=request.request_id,
                hire_id=request.hire_id,
                candidate_id=request.candidate_id,
                employer_id=request.employer_id,
                ended_on=ended_on,
                reason=reason,
            ),
        )


def tell_ministry(tx: Tx, request: Request, what: str) -> None:
    """A thin notice: the ministry asks for the rest. One that is not connected gets paper from a person instead."""
    if request.sent_by == "webhook":
        enqueue(
            tx,
            endpoint=request.ministry,
            type=what,
            about=request.request_id,
            body={"request_id": str(request.request_id)},
        )
