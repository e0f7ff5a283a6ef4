"""What retention says: the follow-up after a hire, on both sides, and how an employment goes on or ends."""

from datetime import date
from typing import Literal
from uuid import UUID

from shared.events.base import Event
from shared.events.parts import PlannedTask, Terms


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
    # start_moved | subsidy_approved | subsidy_ended | task_moved | task_snoozed | signal_raised | signal_closed
    cause: str
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


class TaskHandedOver(Event, publisher="retention", key="candidate_id", subject="task_id"):
    """A follow-up task is another advisor's from now on."""

    task_id: UUID
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    advisor_id: UUID


class SignalRaised(Event, publisher="retention", key="candidate_id", subject="signal_id"):
    """An explained reason for concern about an employment: somebody should look."""

    signal_id: UUID
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    kind: str  # sides_disagree | absences | silence | help_asked
    reasons: tuple[str, ...]  # codes; what each side said is not among them
    raised_on: date


class SupportOpened(Event, publisher="retention", key="candidate_id", subject="support_id"):
    """Help was opened for an employment: the company counts as supported."""

    support_id: UUID
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    kind: str  # hr | intercultural | mediation
    signal_id: UUID | None
    opened_on: date


class SupportClosed(Event, publisher="retention", key="candidate_id", subject="support_id"):
    """The help that was opened has ended, with what came of it."""

    support_id: UUID
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    outcome: str  # settled | partly_settled | not_settled
    closed_on: date


class EmploymentChanged(Event, publisher="retention", key="candidate_id", subject="hire_id"):
    """The terms of a job changed: an advancement, a wage, hours, or a start that moved."""

    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    effective_on: date
    kind: str  # advancement | wage | hours | start_moved | other
    terms: Terms


class MilestoneReached(Event, publisher="retention", key="candidate_id", subject="hire_id"):
    """Still employed on day 90, at 6 or 12 months."""

    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    milestone: str  # day_90 | months_6 | months_12
    reached_on: date
