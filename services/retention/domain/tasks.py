"""A task: one contact an advisor must make by a day. Here is the one definition of *due* and *overdue*: the list, the
person's file, the digest and the number all ask it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Literal
from uuid import UUID

from services.retention.domain.questions import answer_problems
from services.retention.domain.working_days import next_working_day, working_days_after
from shared.errors import Invalid, Problem, Refused

NEXT_TRY_AFTER_WORKING_DAYS = 2
LONGEST_NOTE = 500  # characters; a note is a reminder, not a file
LOWEST_OUTLOOK, HIGHEST_OUTLOOK = 1, 5

Side = Literal["employee", "employer"]
ContactResult = Literal["reached", "not_reached"]
SIGNAL = "signal"  # the contact that a signal asks for: not of the plan, and never shown to a side


class TaskState(StrEnum):
    PLANNED = "planned"
    MOVED = "moved"  # to another day, with the reason
    DUE = "due"
    NOT_REACHED = "not_reached"  # the next try is set
    SNOOZED = "snoozed"  # put away until a day
    DONE = "done"
    CANCELLED = "cancelled"


CLOSED = frozenset({TaskState.DONE, TaskState.CANCELLED})


@dataclass(frozen=True)
class Task:
    """``planned_on`` is the plan's day, ``due_on`` the day that counts now: the same, or the next try after somebody
    was not reached or a person moved it. ``reason`` says why it was moved, snoozed or cancelled."""

    task_id: UUID
    plan_id: UUID
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    contact: str
    side: Side
    request_id: UUID | None
    planned_on: date
    due_on: date
    state: TaskState
    reason: str | None
    advisor_id: UUID | None
    done_on: date | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "state", TaskState(self.state))  # rows bring text

    @property
    def is_open(self) -> bool:
        return self.state not in CLOSED

    @property
    def is_of_the_plan(self) -> bool:
        return self.contact != SIGNAL

    def is_overdue(self, today: date) -> bool:
        """Its day is past, in America/Toronto, and it still stands. On the day itself a task is not overdue."""
        return self.is_open and _OVERDUE.holds(self.due_on, today)

    def state_on(self, today: date) -> TaskState:
        """The state to show on ``today``: a day that has come makes a task due, also in the second before its timer
        fires."""
        return TaskState.DUE if self.is_open and _DUE.holds(self.due_on, today) else self.state

    def moved_to(self, day: date, reason: str, not_before: date = date.min) -> "Task":
        """The plan's day moved. ``not_before``: nobody is called on a day that has gone."""
        return replace(self, planned_on=day, due_on=max(day, not_before), state=TaskState.MOVED, reason=reason)

    def fallen_due(self) -> "Task":
        """``reason`` stays: the list says why it stands on this day."""
        return replace(self, state=TaskState.DUE)

    def done(self, today: date) -> "Task":
        return replace(self, state=TaskState.DONE, reason=None, done_on=today)

    def cancelled(self, reason: str) -> "Task":
        return replace(self, state=TaskState.CANCELLED, reason=reason)


class TaskList(StrEnum):
    """The lists of open tasks. What is overdue is also due: *due* is everything to do now."""

    DUE = "due"
    OVERDUE = "overdue"
    PLANNED = "planned"


@dataclass(frozen=True)
class _Days:
    """Days from ``first`` to ``last`` days after today, both included; None: without end."""

    first: int | None
    last: int | None

    def between(self, today: date) -> tuple[date, date]:
        here = today.toordinal()
        return (
            date.min if self.first is None else date.fromordinal(here + self.first),
            date.max if self.last is None else date.fromordinal(here + self.last),
        )

    def holds(self, day: date, today: date) -> bool:
        first, last = self.between(today)
        return first <= day <= last


_DUE = _Days(None, 0)
_OVERDUE = _Days(None, -1)
_PLANNED = _Days(1, None)
_LISTS = {TaskList.DUE: _DUE, TaskList.OVERDUE: _OVERDUE, TaskList.PLANNED: _PLANNED}


def due_between(which: TaskList, today: date) -> tuple[date, date]:
    """The due days, first and last, of the open tasks in a list: what the database is asked for."""
    return _LISTS[which].between(today)


@dataclass(frozen=True)
class ContactMade:
    """What is reported of a contact. ``outlook``: does this side think it will last, 1 (no) to 5 (yes). ``answers``:
    question code -> answer code, see questions.py."""

    result: ContactResult
    held_on: date
    outlook: int | None
    note: str | None
    answers: Mapping[str, str] = field(default_factory=dict)


class TaskClosed(Refused):
    """The task is done or cancelled: nothing more can be recorded on it."""


def check_contact(made: ContactMade, today: date, side: Side | None = None) -> None:
    """Raises Invalid with everything that is wrong."""
    problems = contact_problems(made, today, side)
    if problems:
        raise Invalid(*problems)


def contact_problems(made: ContactMade, today: date, side: Side | None = None, at: str = "") -> list[Problem]:
    """Everything wrong with a contact. ``side``: whose questions were answered. ``at``: where it stands in what was
    sent."""
    problems = []
    if made.held_on > today:
        problems.append(
            Problem(
                "/held_on",
                "held_in_the_future",
                "Un contact ne peut pas avoir eu lieu après aujourd'hui.",
                "A contact cannot have been held after today.",
            )
        )
    if made.outlook is not None and not LOWEST_OUTLOOK <= made.outlook <= HIGHEST_OUTLOOK:
        problems.append(
            Problem(f"{at}/outlook", "outlook_out_of_range", "La perspective va de 1 à 5.", "Outlook goes from 1 to 5.")
        )
    if made.result == "not_reached":
        problems += [_nobody_answered(f"{at}/outlook")] if made.outlook is not None else []
        problems += [_nobody_answered(f"{at}/answers")] if made.answers else []
    if made.note is not None and len(made.note) > LONGEST_NOTE:
        problems.append(
            Problem(
                f"{at}/note",
                "note_too_long",
                f"La note a au plus {LONGEST_NOTE} caractères ; rien de sensible n'y a sa place.",
                f"A note has at most {LONGEST_NOTE} characters; nothing sensitive belongs in it.",
            )
        )
    return problems + (answer_problems(side, made.answers, f"{at}/answers") if side else [])


def _nobody_answered(at: str) -> Problem:
    return Problem(
        at,
        "nobody_answered",
        "Personne n'a été joint : il n'y a rien à noter ici.",
        "Nobody was reached: there is nothing to record here.",
    )


def after_contact(task: Task, made: ContactMade, today: date) -> Task:
    """The task once the contact is recorded. Raises TaskClosed.

    A next try never falls before today, nor does an early try that failed bring a planned contact forward."""
    check_open(task)
    if made.result == "reached":
        return task.done(today)
    next_try = max(working_days_after(made.held_on, NEXT_TRY_AFTER_WORKING_DAYS), next_working_day(today), task.due_on)
    return replace(task, state=TaskState.NOT_REACHED, due_on=next_try, reason=None)


def check_open(task: Task) -> None:
    """Raises TaskClosed."""
    if not task.is_open:
        raise TaskClosed(_closed(task))


def _closed(task: Task) -> Problem:
    if task.state is TaskState.DONE:
        return Problem("", "task_done", "Ce contact est déjà fait.", "This contact has been made already.")
    return Problem(
        "",
        "task_cancelled",
        "Ce contact est annulé : l'emploi a pris fin, l'embauche est tombée ou le plan a changé.",
        "This contact is cancelled: the job ended, the hire fell through or the plan changed.",
    )
