"""What retention says: the follow-up after a hire, on both sides, and how an employment goes on or ends."""

from datetime import date
from typing import Literal
from uuid import UUID

from shared.events.base import Event
from shared.events.parts import PlannedTask


class FollowUpPlanned(Event, publisher="retention", key="candidate_id", subject="plan_id"):
    """A hire created a plan of contacts for both sides."""

    plan_id: UUID
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    tasks: tuple[PlannedTask, ...]


class FollowUpReplanned(Event, publisher="retention", key="candidate_id", subject="plan_id"):
    """Facts moved and the plan with them; the tasks listed are all that stand now."""

    plan_id: UUID
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    cause: str  # start_moved | subsidy_approved | subsidy_ended
    tasks: tuple[PlannedTask, ...]


class FollowUpTaskDue(Event, publisher="retention", key="candidate_id", subject="task_id"):
    """A contact fell due and stands in an advisor's list."""

    task_id: UUID
    plan_id: UUID
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    contact: str
    side: Literal["employee", "employer"]
    due_on: date
    advisor_id: UUID | None


class ContactRecorded(Event, publisher="retention", key="candidate_id", subject="task_id"):
    """An advisor spoke with one side, or could not reach it. What was said stays with retention."""

    contact_id: UUID
    task_id: UUID
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    side: Literal["employee", "employer"]
    result: str  # reached | not_reached
    held_on: date
    next_try_on: date | None = None  # after not_reached: the day on which the task falls due again


class EmploymentEnded(Event, publisher="retention", key="candidate_id", subject="hire_id"):
    """A job ended: subsidies stop, matching offers the person again, follow-up tasks are closed."""

    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    ended_on: date
    reason: str
