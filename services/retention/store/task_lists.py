"""Lists over everybody's tasks: an advisor's day, what is done, the load, what is one call. Each stays fast with
160,000 tasks: it reads an index from where a page starts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from services.retention.domain.calls import Call
from services.retention.domain.tasks import Side, Task
from services.retention.store.tasks import TASK_COLUMNS
from shared.db import Tx

A_WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Only:
    """What a list is narrowed to; None: all."""

    advisor_id: UUID | None = None
    side: Side | None = None
    employer_id: UUID | None = None


@dataclass(frozen=True)
class DayLoad:
    """How many tasks of an advisor (None: nobody's) are due on a day; ``day`` None: overdue."""

    advisor_id: UUID | None
    day: date | None
    tasks: int


_ONLY = """(%(advisor)s::uuid IS NULL OR advisor_id = %(advisor)s)
    AND (%(side)s::text IS NULL OR side = %(side)s)
    AND (%(employer)s::uuid IS NULL OR employer_id = %(employer)s)"""


def list_open_tasks(tx: Tx, due: tuple[date, date], only: Only, after: tuple[date, UUID], limit: int) -> list[Task]:
    """Open tasks due between two days, by due day, from the one after ``after``."""
    return tx.rows(
        Task,
        f"""SELECT {TASK_COLUMNS} FROM tasks
            WHERE open AND due_on BETWEEN %(first)s AND %(last)s AND (due_on, task_id) > (%(day)s, %(task)s) AND {_ONLY}
            ORDER BY due_on, task_id LIMIT %(limit)s""",
        {"first": due[0], "last": due[1], "day": after[0], "task": after[1], "limit": limit} | _of(only),
    )


def list_done_tasks(tx: Tx, only: Only, before: tuple[date, UUID], limit: int) -> list[Task]:
    """Tasks that are done, the latest first, from the one after ``before``."""
    return tx.rows(
        Task,
        f"""SELECT {TASK_COLUMNS} FROM tasks
            WHERE state = 'done' AND (done_on, task_id) < (%(day)s, %(task)s) AND {_ONLY}
            ORDER BY done_on DESC, task_id DESC LIMIT %(limit)s""",
        {"day": before[0], "task": before[1], "limit": limit} | _of(only),
    )


def count_calls(tx: Tx, calls: Collection[Call], today: date) -> dict[Call, int]:
    """How many open contacts each of these calls brings together."""
    last = max((call.week_of for call in calls), default=date.min) + A_WEEK
    rows = tx.conn.execute(
        """SELECT employer_id, advisor_id, date_trunc('week', greatest(due_on, %s))::date, count(*) FROM tasks
           WHERE open AND side = 'employer' AND employer_id = ANY(%s) AND due_on < %s GROUP BY 1, 2, 3""",
        (today, list({call.employer_id for call in calls}), last),
    ).fetchall()
    return {Call(employer_id, advisor_id, monday): count for employer_id, advisor_id, monday, count in rows}


def list_load(tx: Tx, today: date, last: date, only: Only) -> list[DayLoad]:
    """Open tasks by advisor and day until ``last``, the overdue ones together."""
    return tx.rows(
        DayLoad,
        f"""SELECT advisor_id, CASE WHEN due_on >= %(today)s THEN due_on END AS day, count(*) AS tasks FROM tasks
            WHERE open AND due_on <= %(last)s AND {_ONLY}
            GROUP BY 1, 2 ORDER BY advisor_id, day NULLS FIRST""",
        {"today": today, "last": last} | _of(only),
    )


def list_tasks_to_hand_over(tx: Tx, advisor_id: UUID, due: tuple[date, date], limit: int) -> list[Task]:
    """An advisor's open tasks due between two days, the most urgent first."""
    start = (date.min, UUID(int=0))
    return list_open_tasks(tx, due, Only(advisor_id=advisor_id), start, limit)


def _of(only: Only) -> dict[str, object]:
    return {"advisor": only.advisor_id, "side": only.side, "employer": only.employer_id}
