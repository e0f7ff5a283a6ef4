"""What several handlers do with the tasks that stand: their timers, and saying that they moved."""

from collections.abc import Sequence
from uuid import UUID

from services.retention.domain import plan as planning
from services.retention.domain.employments import Employment
from services.retention.domain.tasks import Task
from services.retention.domain.templates import template_of_version
from services.retention.store import candidates, employments, tasks
from shared import clock
from shared.db import Tx
from shared.events.parts import PlannedTask
from shared.events.retention import FollowUpReplanned
from shared.messaging.outbox import publish
from shared.timers import cancel_timers, set_timer

FOLLOW_UP_TASK = "follow_up_task"  # the kind of timer that makes a task due


def replan(tx: Tx, hire_id: UUID, cause: str) -> None:
    """Bring an open employment's tasks to what its facts now ask for, and say so if anything moved. Nothing to do for
    a hire not known yet: it is planned with everything known when it arrives."""
    employment = employments.find_employment(tx, hire_id)
    if employment is None or employment.candidate_id is None or not employment.is_open:
        return
    today = clock.local_date(tx.now)
    changes = planning.replan(tasks.list_tasks(tx, hire_id), wanted_tasks(tx, employment), cause, today)
    if not changes:
        return
    tasks.add_tasks(tx, changes.added)
    for task in changes.moved + changes.dropped:
        tasks.save_task(tx, task)
    for task in changes.added + changes.moved:
        set_task_timer(tx, task)
    drop_task_timers(tx, [task.task_id for task in changes.dropped])
    tell_plan(tx, employment, cause)


def wanted_tasks(tx: Tx, employment: Employment) -> list[Task]:
    """The tasks that an employment's facts ask for."""
    contacts = planning.plan_contacts(
        employment.starts_on,
        employment.hired_on,
        template_of_version(employment.rule_version),
        employments.list_subsidies(tx, employment.hire_id),
    )
    return planning.tasks_of(employment, contacts, advisor_of(tx, employment))


def advisor_of(tx: Tx, employment: Employment) -> UUID | None:
    """Who follows the employment: the advisor of most of its open tasks, or else her advisor; None: nobody yet."""
    following = tasks.find_advisor_of_most(tx, employment.hire_id)
    if following:
        return following
    candidate = candidates.find_candidate(tx, employment.person)
    return candidate.advisor_id if candidate else None


def tell_plan(tx: Tx, employment: Employment, cause: str) -> None:
    """Whatever moved the tasks of an employment, its readers get all that stand now."""
    standing = [task for task in tasks.list_tasks(tx, employment.hire_id) if task.is_open]
    publish(
        tx,
        FollowUpReplanned(
            plan_id=employment.plan_id,
            hire_id=employment.hire_id,
            candidate_id=employment.person,
            employer_id=employment.employer_id,
            cause=cause,
            tasks=planned(standing),
        ),
    )


def planned(standing: Sequence[Task]) -> tuple[PlannedTask, ...]:
    return tuple(PlannedTask(task_id=t.task_id, contact=t.contact, side=t.side, due_on=t.due_on) for t in standing)


def set_task_timer(tx: Tx, task: Task) -> None:
    """Due at the start of its day, America/Toronto. A day already past fires at once."""
    at = clock.start_of_day(task.due_on)
    set_timer(tx, FOLLOW_UP_TASK, key=str(task.candidate_id), about=task.task_id, at=at)


def drop_task_timers(tx: Tx, task_ids: Sequence[UUID]) -> None:
    cancel_timers(tx, FOLLOW_UP_TASK, task_ids)


def cancel_tasks(tx: Tx, hire_id: UUID, reason: str) -> None:
    """The employment is over: nobody calls about it any more."""
    drop_task_timers(tx, tasks.cancel_open_tasks(tx, hire_id, reason))
