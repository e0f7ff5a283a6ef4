"""Help is opened for an employment, and closed with what came of it."""

from uuid import UUID, uuid4

from services.retention.domain import supports as rules
from services.retention.domain.employments import check_still_open
from services.retention.domain.supports import Support, SupportKind, SupportOutcome
from services.retention.store import employments, signals, supports
from shared import clock
from shared.db import Tx
from shared.errors import Invalid, Problem
from shared.events.retention import SupportClosed, SupportOpened
from shared.messaging.outbox import publish


def open_support(tx: Tx, hire_id: UUID, kind: SupportKind, signal_id: UUID | None, by: str) -> Support:
    """Raises NotFound, EmploymentClosed, SupportOpenAlready, Invalid."""
    employment = employments.lock_employment(tx, hire_id)
    check_still_open(employment)
    rules.check_not_open(kind, supports.is_open_for(tx, hire_id, kind))
    signal = signals.find_signal(tx, signal_id) if signal_id else None
    if signal_id and (signal is None or signal.hire_id != hire_id):
        raise Invalid(
            Problem(
                "/signal_id",
                "not_a_signal_of_this_job",
                "Donnez un signal de cet emploi, ou rien.",
                "Give a signal of this job, or none.",
            )
        )
    support = Support(
        support_id=uuid4(),
        hire_id=hire_id,
        candidate_id=employment.person,
        employer_id=employment.employer_id,
        kind=kind,
        signal_id=signal_id,
        opened_on=clock.local_date(tx.now),
        opened_by=by,
    )
    supports.add_support(tx, support)
    publish(
        tx,
        SupportOpened(
            support_id=support.support_id,
            hire_id=hire_id,
            candidate_id=employment.person,
            employer_id=employment.employer_id,
            kind=kind,
            signal_id=signal_id,
            opened_on=support.opened_on,
        ),
    )
    return support


def close_support(tx: Tx, support_id: UUID, outcome: SupportOutcome, by: str) -> Support:
    """Also after the job ended: what came of it is known by then. Raises NotFound, SupportClosedAlready."""
    today = clock.local_date(tx.now)
    support = rules.closed(supports.lock_support(tx, support_id), outcome, by, today)
    supports.save_closure(tx, support)
    publish(
        tx,
        SupportClosed(
            support_id=support_id,
            hire_id=support.hire_id,
            candidate_id=support.person,
            employer_id=support.employer_id,
            outcome=outcome,
            closed_on=today,
        ),
    )
    return support
