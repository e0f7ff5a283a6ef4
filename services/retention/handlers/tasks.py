"""A task falls due, is moved, snoozed, handed over."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.retention.domain.moves import MoveReason, moved_by_hand, snoozed
from services.retention.domain.tasks import Task, TaskState, check_open
from services.retention.handlers.standing import set_task_timer, tell_plan
from services.retention.store import employments, task_lists, tasks
from shared import clock
from shared.db import Tx
from shared.errors import NotFound
from shared.events.retention import FollowUpTaskDue, TaskHandedOver
from shared.messaging.outbox import publish
from shared.timers import Due

AT_ONCE = 500  # tasks handed over in one command; the answer says how many are left


def announce_due_task(tx: Tx, due: Due) -> None:
    """A task's day has come: it stands in the advisor's list, and once more for each next try or new day."""
    task = tasks.find_task(tx, UUID(due.about))
    if task is None or not task.is_open or task.state is TaskState.DUE or task.due_on > clock.local_date(tx.now):
        return
    tasks.save_task(tx, task.fallen_due())
    publish(
        tx,
        FollowUpTaskDue(
            task_id=task.task_id,
            plan_id=task.plan_id,
            hire_id=task.hire_id,
            candidate_id=task.candidate_id,
            employer_id=task.employer_id,
            contact=task.contact,
            side=task.side,
            due_on=task.due_on,
            advisor_id=task.advisor_id,
        ),
    )


def move_task(tx: Tx, task_id: UUID, due_on: date, reason: MoveReason) -> Task:
    """The contact is made on another day. Raises NotFound, TaskClosed, Invalid."""
    task = moved_by_hand(tasks.lock_task(tx, task_id), due_on, reason, clock.local_date(tx.now))
    return _save_moved(tx, task, "task_moved")


def snooze_task(tx: Tx, task_id: UUID, until: date, reason: MoveReason | None) -> Task:
    """The task is out of the list until a day. Raises NotFound, TaskClosed, Invalid."""
    task = snoozed(tasks.lock_task(tx, task_id), until, reason, clock.local_date(tx.now))
    return _save_moved(tx, task, "task_snoozed")


def _save_moved(tx: Tx, task: Task, cause: str) -> Task:
    employment = employments.find_employment(tx, task.hire_id)
    if employment is None:
        raise NotFound
    tasks.save_task(tx, task)
    set_task_timer(tx, task)
    tell_plan(tx, employment, cause)
    return task


def hand_over_task(tx: Tx, task_id: UUID, advisor_id: UUID) -> Task:
    """Another advisor makes this contact. Nothing is said when it is hers already. Raises NotFound, TaskClosed."""
    task = tasks.lock_task(tx, task_id)
    check_open(task)
    return _hand_over(tx, task, advisor_id)


@dataclass(frozen=True)
class Handover:
    """What is handed over, or would be; ``left``: those that did not fit in one command."""

    tasks: Sequence[Task]
    left: bool


def preview_handover(tx: Tx, from_advisor_id: UUID, due: tuple[date, date]) -> Handover:
    """What a handover now would move, the most urgent first."""
    found = task_lists.list_tasks_to_hand_over(tx, from_advisor_id, due, AT_ONCE + 1)
    return Handover(found[:AT_ONCE], left=len(found) > AT_ONCE)


def hand_over_all(tx: Tx, from_advisor_id: UUID, to_advisor_id: UUID, due: tuple[date, date]) -> Handover:
    """All open tasks of an advisor due between two days become another's."""
    found = preview_handover(tx, from_advisor_id, due)
    tx.lock(*(str(task.candidate_id) for task in found.tasks))
    current = [tasks.find_task(tx, task.task_id) for task in found.tasks]  # as they stand under the locks
    mine = [task for task in current if task and task.is_open and task.advisor_id == from_advisor_id]
    return Handover([_hand_over(tx, task, to_advisor_id) for task in mine], found.left)


def _hand_over(tx: Tx, task: Task, advisor_id: UUID) -> Task:
    if task.advisor_id == advisor_id:
        return task
    moved = replace(task, advisor_id=advisor_id)
    tasks.save_task(tx, moved)
    tell_handed_over(tx, moved, advisor_id)
    return moved


def tell_handed_over(tx: Tx, task: Task, advisor_id: UUID) -> None:
    publish(
        tx,
        TaskHandedOver(
            task_id=task.task_id,
            hire_id=task.hire_id,
            candidate_id=task.candidate_id,
            employer_id=task.employer_id,
            advisor_id=advisor_id,
        ),
    )
