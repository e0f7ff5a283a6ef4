"""A side answers its own contact by itself: the five questions, without a call."""

from datetime import date, timedelta

from services.retention.domain.tasks import ContactMade, Task, check_contact, check_open
from shared.errors import Invalid, Problem, Refused

OPENS_BEFORE = timedelta(days=14)


class TooEarly(Refused):
    """The contact is months away: an answer now would say nothing about then."""


def opens_on(task: Task) -> date:
    """The first day on which a side may answer by itself."""
    return task.due_on - OPENS_BEFORE


def check_own_answers(task: Task, made: ContactMade, today: date) -> None:
    """Raises TaskClosed, TooEarly or Invalid."""
    check_open(task)
    if today < opens_on(task):
        raise TooEarly(
            Problem(
                "",
                "too_early",
                f"Ces questions s'ouvrent le {opens_on(task)}.",
                f"These questions open on {opens_on(task)}.",
            )
        )
    check_contact(made, today, task.side)
    if made.outlook is None and not made.answers:
        raise Invalid(
            Problem(
                "/answers",
                "nothing_answered",
                "Répondez à une question au moins.",
                "Answer at least one question.",
            )
        )
