"""Facts from retention beyond plan and contacts: whose task it is, signals, support, how a job changes and lasts."""

from services.portal.handlers.record import happened_at, record, version_of
from services.portal.store import projection, team
from shared.db import Tx
from shared.events.retention import (
    EmploymentChanged,
    MilestoneReached,
    SignalRaised,
    SupportClosed,
    SupportOpened,
    TaskHandedOver,
)


def show_handover(tx: Tx, event: TaskHandedOver) -> None:
    team.put_task_advisor(tx, event.task_id, event.candidate_id, event.hire_id, event.advisor_id, version_of(tx))
    record(tx, event.candidate_id, event, "task_id", "employer_id")


def show_signal(tx: Tx, event: SignalRaised) -> None:
    record(tx, event.candidate_id, event, "signal_id", "employer_id", "raised_on", signal=event.kind)


def count_support(tx: Tx, event: SupportOpened) -> None:
    projection.touch_employer(tx, event.employer_id, "support", event.support_id, happened_at(tx))
    record(tx, event.candidate_id, event, "support_id", "employer_id", support=event.kind)


def show_support_end(tx: Tx, event: SupportClosed) -> None:
    record(tx, event.candidate_id, event, "support_id", "employer_id", "outcome")


def show_change(tx: Tx, event: EmploymentChanged) -> None:
    """A start that moved moves the day from which the person counts as employed."""
    if event.kind == "start_moved":
        team.move_start(tx, event.hire_id, event.candidate_id, event.employer_id, event.terms.starts_on)
    record(tx, event.candidate_id, event, "hire_id", "employer_id", "effective_on", "terms", change=event.kind)


def show_milestone(tx: Tx, event: MilestoneReached) -> None:
    record(tx, event.candidate_id, event, "hire_id", "employer_id", "milestone", "reached_on")
