"""Still employed on day 90, at 6 and at 12 months: exact days of the calendar, not working days.

Source: US Office of Refugee Resettlement, job retention on the 90th day *after* placement; 6 and 12 months as in the
follow-up plan."""

from datetime import date, timedelta
from uuid import UUID

from services.retention.domain.working_days import add_months


def milestone_days(starts_on: date) -> dict[str, date]:
    """Milestone code -> the day on which it is reached, in order."""
    return {
        "day_90": starts_on + timedelta(days=90),
        "months_6": add_months(starts_on, 6),
        "months_12": add_months(starts_on, 12),
    }


def timer_about(hire_id: UUID, milestone: str) -> str:
    return f"{hire_id}/{milestone}"


def of_timer(about: str) -> tuple[UUID, str]:
    """The hire and the milestone that a timer is about."""
    hire_id, _, milestone = about.partition("/")
    return UUID(hire_id), milestone
