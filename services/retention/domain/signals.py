"""An explained reason for concern: what is seen in contacts and absences, by rules with a version. Never a score."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal
from uuid import UUID, uuid5

from services.retention.domain.tasks import SIGNAL, Side, Task, TaskState
from services.retention.domain.working_days import working_days_after
from shared.errors import Problem, Refused

RULES = "signals-1"
THINKS_IT_LASTS, THINKS_IT_DOES_NOT = 4, 2  # outlook of at least, of at most
CONTACTS_WITHIN = timedelta(days=45)
ABSENCES, ABSENCES_WITHIN = 3, timedelta(days=30)
TRIES_WITHOUT_ANSWER = 3
TASK_AFTER_WORKING_DAYS = 1

ClosedBecause = Literal[
    "spoke_with_both", "spoke_with_employee", "spoke_with_employer", "support_opened", "nothing_needed"
]


@dataclass(frozen=True)
class Concern:
    """What was seen: ``about`` are the contacts or absences it rests on. ``side``: whom the advisor calls first. It is
    the employee, unless one side asked: whom a signal has called must not tell what was said."""

    kind: str
    reasons: tuple[str, ...]
    about: tuple[UUID, ...]
    side: Side = "employee"


@dataclass(frozen=True)
class Signal:
    signal_id: UUID
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    kind: str
    reasons: Sequence[str]
    about: Sequence[UUID]
    rule_version: str
    raised_on: date
    task_id: UUID
    closed_on: date | None = None
    done: str | None = None
    note: str | None = None
    closed_by: str | None = None

    @property
    def is_open(self) -> bool:
        return self.closed_on is None


@dataclass(frozen=True)
class Outlook:
    """What one side thought at one contact, 1–5."""

    contact_id: UUID
    side: Side
    outlook: int
    held_on: date


@dataclass(frozen=True)
class Absence:
    report_id: UUID
    from_on: date


def sides_disagree(outlooks: Sequence[Outlook]) -> Concern | None:
    """One side thinks it will last, the other does not, at contacts close in time. Only the last word of each side
    counts. ``outlooks`` of one employment, oldest first."""
    last = {heard.side: heard for heard in outlooks}
    if len(last) < 2:
        return None
    employee, employer = last["employee"], last["employer"]
    low, high = sorted((employee.outlook, employer.outlook))
    if low > THINKS_IT_DOES_NOT or high < THINKS_IT_LASTS:
        return None
    if abs(employee.held_on - employer.held_on) > CONTACTS_WITHIN:
        return None
    return Concern(
        "sides_disagree", ("outlooks_far_apart", "within_45_days"), (employee.contact_id, employer.contact_id)
    )


def often_absent(absences: Sequence[Absence]) -> Concern | None:
    """Several absences in the last days up to the newest one. ``absences`` that no signal has counted yet."""
    if not absences:
        return None
    newest = max(absence.from_on for absence in absences)
    counted = [absence for absence in absences if newest - absence.from_on < ABSENCES_WITHIN]
    if len(counted) < ABSENCES:
        return None
    return Concern("absences", ("three_absences_in_30_days",), tuple(absence.report_id for absence in counted))


def signal_id_of(hire_id: UUID, concern: Concern) -> UUID:
    """The same concern about the same contacts is the same signal, for ever."""
    return uuid5(hire_id, "/".join([concern.kind, *sorted(map(str, concern.about))]))


def task_of(signal: Signal, plan_id: UUID, side: Side, advisor_id: UUID | None, today: date) -> Task:
    """The call that a signal asks for, on the next working day."""
    day = working_days_after(today, TASK_AFTER_WORKING_DAYS)
    return Task(
        task_id=signal.task_id,
        plan_id=plan_id,
        hire_id=signal.hire_id,
        candidate_id=signal.candidate_id,
        employer_id=signal.employer_id,
        contact=SIGNAL,
        side=side,
        request_id=None,
        planned_on=day,
        due_on=day,
        state=TaskState.PLANNED,
        reason=None,
        advisor_id=advisor_id,
    )


class SignalClosed(Refused):
    """Somebody has said already what was done about it."""


def closed(signal: Signal, done: str, note: str | None, by: str, today: date) -> Signal:
    """Raises SignalClosed."""
    if not signal.is_open:
        raise SignalClosed(
            Problem("", "signal_closed", "Ce signal est déjà clos.", "This signal has been closed already.")
        )
    return replace(signal, closed_on=today, done=done, note=note, closed_by=by)
