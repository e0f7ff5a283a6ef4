"""The advisor's list, and what was said."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from services.retention import store
from services.retention.domain.tasks import ContactMade, Side, Task, TaskList, TaskState, due_between
from services.retention.handlers import record_contact
from services.retention.store import Candidate
from shared import clock
from shared.db import Tx
from shared.errors import Invalid, Problem
from shared.http import Caller, Commands, Reads, Role, Sent, Shown, allow

router = APIRouter(prefix="/v1/tasks", tags=["tasks"])
Advisor = Annotated[Caller, allow(Role.RETENTION_ADVISOR, Role.ADVISOR)]
Staff = Annotated[Caller, allow(Role.RETENTION_ADVISOR, Role.ADVISOR, Role.MANAGER)]
PAGE = 50


class RecordContact(Sent):
    """``outlook``: does this side think it will last, 1 (no) to 5 (yes). ``note``: short, nothing sensitive."""

    result: Literal["reached", "not_reached"]
    held_on: date
    outlook: int | None = None
    note: str | None = None


class ContactRecordedView(Shown):
    """What became of the task. It repeats nothing of what was said: answers to commands are kept."""

    contact_id: UUID
    task_id: UUID
    task_state: TaskState
    next_try_on: date | None


class TaskView(Shown):
    """``overdue`` is the same everywhere: its day is past in America/Toronto and it still stands."""

    task_id: UUID
    hire_id: UUID
    candidate_id: UUID
    file_number: str | None
    employer_id: UUID
    contact: str
    side: Side
    planned_on: date
    due_on: date
    state: TaskState
    overdue: bool
    reason: str | None
    advisor_id: UUID | None


class TaskPageView(Shown):
    """``next`` is the ``after`` of the following page; None on the last."""

    items: list[TaskView]
    next: str | None


@router.get("")
def list_tasks(
    caller: Staff,
    read: Reads,
    state: TaskList = TaskList.DUE,
    mine: bool = False,
    after: Annotated[str | None, Query(max_length=60)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = PAGE,
) -> TaskPageView:
    """Open tasks by due day. ``due``: to do now, overdue ones first; ``overdue``: only those; ``planned``: later.
    ``mine``: of the caller as advisor."""
    start = _place(after)
    advisor = _id_of(caller) if mine else None
    if mine and advisor is None:
        return TaskPageView(items=[], next=None)
    with read.transaction() as tx:
        today = clock.local_date(tx.now)
        found = store.list_open_tasks(tx, due_between(state, today), advisor, start, limit + 1)
        page = found[:limit]
        people = store.list_candidates(tx, {task.candidate_id for task in page})
    more = f"{page[-1].due_on}_{page[-1].task_id}" if len(found) > limit else None
    return TaskPageView(items=[task_view(task, people.get(task.candidate_id), today) for task in page], next=more)


@router.post("/{task_id}/contacts", status_code=201)
def record(task_id: UUID, body: RecordContact, caller: Advisor, command: Commands) -> ContactRecordedView:
    """Reached: the task is done. Not reached: the next try is set, two working days later."""
    made = ContactMade(body.result, body.held_on, body.outlook, body.note or None)
    return command.run(ContactRecordedView, lambda tx: _record(tx, task_id, made, caller))


def _record(tx: Tx, task_id: UUID, made: ContactMade, caller: Caller) -> ContactRecordedView:
    contact_id, task = record_contact(tx, task_id, made, caller.actor)
    return ContactRecordedView(
        contact_id=contact_id,
        task_id=task_id,
        task_state=task.state,
        next_try_on=task.due_on if task.is_open else None,
    )


def task_view(task: Task, candidate: Candidate | None, today: date) -> TaskView:
    return TaskView(
        task_id=task.task_id,
        hire_id=task.hire_id,
        candidate_id=task.candidate_id,
        file_number=candidate.file_number if candidate else None,
        employer_id=task.employer_id,
        contact=task.contact,
        side=task.side,
        planned_on=task.planned_on,
        due_on=task.due_on,
        state=task.state_on(today),
        overdue=task.is_overdue(today),
        reason=task.reason,
        advisor_id=task.advisor_id,
    )


def _id_of(caller: Caller) -> UUID | None:
    try:
        return UUID(caller.subject)
    except ValueError:  # somebody who is nobody's advisor has no tasks
        return None


def _place(after: str | None) -> tuple[date, UUID]:
    """Where a page starts. Raises Invalid."""
    if after is None:
        return date.min, UUID(int=0)
    day, _, task_id = after.partition("_")
    try:
        return date.fromisoformat(day), UUID(task_id)
    except ValueError:
        raise Invalid(
            Problem(
                "/query/after",
                "no_such_place",
                "Reprenez la valeur « next » de la page précédente.",
                "Use the “next” of the page before.",
            )
        ) from None
