"""Contacts with one employer that fall close together are one call: those of one advisor in one week. What is overdue
belongs to this week's call."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid5

from services.retention.domain.tasks import Task


@dataclass(frozen=True)
class Call:
    """``week_of``: the Monday of its week. Tasks with an equal call are made together."""

    employer_id: UUID
    advisor_id: UUID | None
    week_of: date

    @property
    def group_id(self) -> UUID:
        return uuid5(self.employer_id, f"{self.week_of}/{self.advisor_id}")


def call_of(task: Task, today: date) -> Call | None:
    """The call in which an open contact with an employer is made; None for any other task."""
    if task.side != "employer" or not task.is_open:
        return None
    return Call(task.employer_id, task.advisor_id, monday_of(max(task.due_on, today)))


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())
