"""Tasks: one row each, for ever."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from services.retention.domain.tasks import Task
from shared.db import Tx
from shared.errors import NotFound
from shared.sql import columns_of, places_of

TASK_COLUMNS = columns_of(Task)


def add_tasks(tx: Tx, tasks: Sequence[Task]) -> None:
    with tx.conn.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO tasks ({TASK_COLUMNS}) VALUES ({places_of(Task)})", [asdict(task) for task in tasks]
        )


def save_task(tx: Tx, task: Task) -> None:
    """What may change about a task: its days, its state and the reason, whose it is."""
    tx.run(
        """UPDATE tasks SET planned_on = %s, due_on = %s, state = %s, reason = %s, advisor_id = %s, done_on = %s
           WHERE task_id = %s""",
        (task.planned_on, task.due_on, task.state, task.reason, task.advisor_id, task.done_on, task.task_id),
    )


def cancel_open_tasks(tx: Tx, hire_id: UUID, reason: str) -> list[UUID]:
    """The ids of those that stood."""
    rows = tx.conn.execute(
        "UPDATE tasks SET state = 'cancelled', reason = %s WHERE hire_id = %s AND open RETURNING task_id",
        (reason, hire_id),
    )
    return [task_id for (task_id,) in rows.fetchall()]


def assign_open_tasks(tx: Tx, candidate_id: UUID, advisor_id: UUID) -> list[Task]:
    """Give a person's open tasks to an advisor; those that were not hers yet."""
    return tx.rows(
        Task,
        f"""UPDATE tasks SET advisor_id = %s WHERE candidate_id = %s AND open AND advisor_id IS DISTINCT FROM %s
            RETURNING {TASK_COLUMNS}""",
        (advisor_id, candidate_id, advisor_id),
    )


def find_advisor_of_most(tx: Tx, hire_id: UUID) -> UUID | None:
    """The advisor with most of an employment's open tasks; None when they are nobody's."""
    found: UUID | None = tx.value(
        """SELECT advisor_id FROM tasks WHERE hire_id = %s AND open AND advisor_id IS NOT NULL
           GROUP BY advisor_id ORDER BY count(*) DESC, min(due_on), advisor_id LIMIT 1""",
        (hire_id,),
    )
    return found


def find_task(tx: Tx, task_id: UUID) -> Task | None:
    return tx.row(Task, f"SELECT {TASK_COLUMNS} FROM tasks WHERE task_id = %s", (task_id,))


def lock_task(tx: Tx, task_id: UUID) -> Task:
    """The task, with its person's case locked to the transaction's end, as for every fact about her. Raises
    NotFound."""
    found = find_task(tx, task_id)
    if found is None:
        raise NotFound
    tx.lock(str(found.candidate_id))
    current = find_task(tx, task_id)
    if current is None:  # she was forgotten meanwhile
        raise NotFound
    return current


def lock_tasks(tx: Tx, task_ids: Sequence[UUID]) -> list[Task]:
    """These tasks, in this order, with the cases of all their persons locked. Raises NotFound when one is missing."""
    found = {task.task_id: task for task in list_tasks_by_id(tx, task_ids)}
    if len(found) < len(set(task_ids)):
        raise NotFound
    tx.lock(*(str(task.candidate_id) for task in found.values()))
    current = {task.task_id: task for task in list_tasks_by_id(tx, task_ids)}
    if len(current) < len(found):  # somebody was forgotten meanwhile
        raise NotFound
    return [current[task_id] for task_id in task_ids]


def list_tasks_by_id(tx: Tx, task_ids: Sequence[UUID]) -> list[Task]:
    return tx.rows(
        Task,
        f"SELECT {TASK_COLUMNS} FROM tasks WHERE task_id = ANY(%s)",
        (list(task_ids),),
    )


def list_tasks(tx: Tx, hire_id: UUID) -> list[Task]:
    """The whole plan of an employment, by due day."""
    return tx.rows(
        Task,
        f"SELECT {TASK_COLUMNS} FROM tasks WHERE hire_id = %s ORDER BY due_on, task_id",
        (hire_id,),
    )
