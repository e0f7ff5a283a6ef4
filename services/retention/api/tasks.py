"""The advisor's lists: what is due, planned, done; how the load is spread."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.retention.api.access import BEGINNING, END, PAGE, Staff, id_of, place
from services.retention.api.views import TaskPageView, TaskView, surroundings_of
from services.retention.domain.tasks import Side, Task, TaskList, due_between
from services.retention.store import task_lists, tasks
from services.retention.store.task_lists import Only
from shared import clock
from shared.db import Tx
from shared.errors import NotFound
from shared.http import Caller, Reads, Shown

router = APIRouter(prefix="/v1", tags=["tasks"])
After = Annotated[str | None, Query(max_length=60)]
Limit = Annotated[int, Query(ge=1, le=200)]


class DayLoadView(Shown):
    day: date
    tasks: int


class AdvisorLoadView(Shown):
    """``advisor_id`` None: tasks that are nobody's."""

    advisor_id: UUID | None
    overdue: int
    days: list[DayLoadView]


class LoadView(Shown):
    """Every day from ``first_on`` to ``last_on`` is listed for each advisor, also those without a task."""

    first_on: date
    last_on: date
    advisors: list[AdvisorLoadView]


@router.get("/tasks")
def list_tasks(
    caller: Staff,
    read: Reads,
    state: TaskList = TaskList.DUE,
    mine: bool = False,
    side: Side | None = None,
    employer_id: UUID | None = None,
    after: After = None,
    limit: Limit = PAGE,
) -> TaskPageView:
    """Open tasks by due day. ``due``: to do now, overdue ones first; ``overdue``: only those; ``planned``: later.
    ``mine``: of the caller as advisor."""
    start = place(after) or BEGINNING
    if _has_none(caller, mine):
        return TaskPageView(items=[], next=None)
    with read.transaction() as tx:
        due = due_between(state, clock.local_date(tx.now))
        only = _only(caller, mine, side, employer_id)
        found = task_lists.list_open_tasks(tx, due, only, start, limit + 1)
        return _page(tx, found, limit)


@router.get("/tasks/done")
def list_done_tasks(
    caller: Staff,
    read: Reads,
    mine: bool = False,
    side: Side | None = None,
    employer_id: UUID | None = None,
    after: After = None,
    limit: Limit = PAGE,
) -> TaskPageView:
    """Tasks that are done, the latest first."""
    start = place(after) or END
    if _has_none(caller, mine):
        return TaskPageView(items=[], next=None)
    with read.transaction() as tx:
        found = task_lists.list_done_tasks(tx, _only(caller, mine, side, employer_id), start, limit + 1)
        return _page(tx, found, limit)


@router.get("/tasks/{task_id}")
def show_task(task_id: UUID, caller: Staff, read: Reads) -> TaskView:  # noqa: ARG001
    """One task: what to do, why now, in which call."""
    with read.transaction() as tx:
        task = tasks.find_task(tx, task_id)
        if task is None:
            raise NotFound
        return surroundings_of(tx, [task]).view(task)


@router.get("/load")
def show_load(
    caller: Staff, read: Reads, mine: bool = False, days: Annotated[int, Query(ge=1, le=31)] = 14
) -> LoadView:
    """Open tasks of each advisor by day, from today on, the overdue ones beside."""
    with read.transaction() as tx:
        today = clock.local_date(tx.now)
        last = today + timedelta(days=days - 1)
        only = _only(caller, mine, None, None)
        rows = [] if _has_none(caller, mine) else task_lists.list_load(tx, today, last, only)
    by_advisor: dict[UUID | None, dict[date | None, int]] = defaultdict(dict)
    for row in rows:
        by_advisor[row.advisor_id][row.day] = row.tasks
    calendar = [today + timedelta(days=n) for n in range(days)]
    return LoadView(
        first_on=today,
        last_on=last,
        advisors=[
            AdvisorLoadView(
                advisor_id=advisor_id,
                overdue=counts.get(None, 0),
                days=[DayLoadView(day=day, tasks=counts.get(day, 0)) for day in calendar],
            )
            for advisor_id, counts in by_advisor.items()
        ],
    )


def _only(caller: Caller, mine: bool, side: Side | None, employer_id: UUID | None) -> Only:
    return Only(id_of(caller.subject) if mine else None, side, employer_id)


def _has_none(caller: Caller, mine: bool) -> bool:
    """Somebody who is nobody's advisor has no tasks."""
    return mine and id_of(caller.subject) is None


def _page(tx: Tx, found: list[Task], limit: int) -> TaskPageView:
    page = found[:limit]
    around = surroundings_of(tx, page)
    more = f"{page[-1].done_on or page[-1].due_on}_{page[-1].task_id}" if len(found) > limit else None
    return TaskPageView(items=[around.view(task) for task in page], next=more)
