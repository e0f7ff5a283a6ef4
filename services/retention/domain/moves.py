"""A person moves a contact to another day, or puts it away until one. The plan's own day is kept beside it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from services.retention.domain.tasks import Task, TaskState, check_open
from services.retention.domain.working_days import is_working_day, next_working_day
from shared.errors import Invalid, Problem

LONGEST_DELAY = timedelta(
    days=45
)  # beyond its planned day, or today if that is later: no contact is moved out of sight

MoveReason = Literal[
    "asked_by_person", "asked_by_employer", "away", "advisor_absent", "combined_call", "waiting_for_fact", "other"
]


def moved_by_hand(task: Task, day: date, reason: MoveReason, today: date) -> Task:
    """The contact is made on ``day`` instead; today is allowed. Raises TaskClosed or Invalid."""
    check_open(task)
    _check_day(task, day, today, today, "/due_on")
    return replace(task, due_on=day, state=TaskState.MOVED, reason=reason)


def snoozed(task: Task, until: date, reason: MoveReason | None, today: date) -> Task:
    """The task is put away until ``until``, when it falls due again. Raises TaskClosed or Invalid."""
    check_open(task)
    _check_day(task, until, today + timedelta(days=1), today, "/until")
    return replace(task, due_on=until, state=TaskState.SNOOZED, reason=reason)


def _check_day(task: Task, day: date, first: date, today: date, at: str) -> None:
    last = max(task.planned_on, today) + LONGEST_DELAY
    if day < first:
        raise Invalid(
            Problem(at, "day_has_gone", f"Choisissez un jour à partir du {first}.", f"Choose a day from {first} on.")
        )
    if day > last:
        raise Invalid(
            Problem(
                at,
                "day_too_far",
                f"Choisissez un jour jusqu'au {last} : plus loin, le contact serait oublié.",
                f"Choose a day until {last}: beyond it the contact would be forgotten.",
            )
        )
    if not is_working_day(day):
        after = next_working_day(day)
        raise Invalid(
            Problem(
                at,
                "not_a_working_day",
                f"Ce jour est chômé ; le suivant qui ne l'est pas est le {after}.",
                f"Nobody works on this day; the next working day is {after}.",
            )
        )
