"""What was said, recorded by an advisor or answered by a side itself."""

from collections.abc import Sequence
from datetime import date
from typing import Literal
from uuid import UUID, uuid4

from services.retention.domain.own_answers import check_own_answers
from services.retention.domain.tasks import ContactMade, Task, after_contact, check_contact, contact_problems
from services.retention.handlers.signals import look_at_contact
from services.retention.handlers.standing import drop_task_timers, set_task_timer
from services.retention.store import contacts, tasks
from shared import clock
from shared.db import Tx
from shared.errors import Invalid, NotFound, Problem
from shared.events.retention import ContactRecorded
from shared.messaging.outbox import publish


def record_contact(tx: Tx, task_id: UUID, made: ContactMade, by: str) -> tuple[UUID, Task]:
    """What an advisor heard, or that nobody answered; the contact's id and the task as it stands now. Raises NotFound,
    Invalid, TaskClosed."""
    task = tasks.lock_task(tx, task_id)
    check_contact(made, clock.local_date(tx.now), task.side)
    return _keep(tx, task, made, by)


def record_call(tx: Tx, made: Sequence[tuple[UUID, ContactMade]], by: str) -> list[tuple[UUID, Task]]:
    """One call with one employer, or about one employment, that made several contacts: all of them or none. Raises
    NotFound, Invalid, TaskClosed."""
    called = tasks.lock_tasks(tx, [task_id for task_id, _ in made])
    _check_one_call(called)
    today = clock.local_date(tx.now)
    problems = dict.fromkeys(
        problem
        for number, (task, (_, said)) in enumerate(zip(called, made, strict=True))
        for problem in contact_problems(said, today, task.side, f"/contacts/{number}")
    )
    if problems:
        raise Invalid(*problems)
    call_id = uuid4()
    return [_keep(tx, task, said, by, call_id) for task, (_, said) in zip(called, made, strict=True)]


def _check_one_call(called: Sequence[Task]) -> None:
    if len({task.task_id for task in called}) < len(called):
        raise Invalid(
            Problem("/contacts", "task_twice", "Donnez chaque tâche une seule fois.", "Give each task only once.")
        )
    spoken_with = {(task.side, task.employer_id if task.side == "employer" else task.candidate_id) for task in called}
    if len(spoken_with) > 1:
        raise Invalid(
            Problem(
                "/contacts",
                "several_calls",
                "Un appel se fait avec une seule entreprise ou une seule personne.",
                "One call is with one employer or one person.",
            )
        )


def answer_own_contact(
    tx: Tx,
    task_id: UUID,
    whose: tuple[Literal["employee", "employer"], UUID] | None,
    given: tuple[int | None, dict[str, str]],
    by: str,
) -> tuple[UUID, Task]:
    """A side answers its own contact without a call, which counts as reached. ``whose``: the side and the person or
    employer who may; None: a liaison, for any employer. Raises NotFound, TaskClosed, TooEarly, Invalid."""
    task = tasks.lock_task(tx, task_id)
    own = ("employee", task.candidate_id) if task.side == "employee" else ("employer", task.employer_id)
    if not task.is_of_the_plan or (own != whose if whose else task.side != "employer"):
        raise NotFound
    today = clock.local_date(tx.now)
    made = ContactMade("reached", today, given[0], None, given[1])
    check_own_answers(task, made, today)
    return _keep(tx, task, made, by, by_oneself=True)


def _keep(
    tx: Tx, task: Task, made: ContactMade, by: str, call_id: UUID | None = None, *, by_oneself: bool = False
) -> tuple[UUID, Task]:
    after = after_contact(task, made, clock.local_date(tx.now))
    contact_id = uuid4()
    contacts.add_contact(tx, contact_id, after, made, by, call_id)
    tasks.save_task(tx, after)
    if after.is_open:
        set_task_timer(tx, after)
    else:
        drop_task_timers(tx, [after.task_id])
    _tell(tx, contact_id, after, made.result, made.held_on)
    look_at_contact(tx, after, contact_id, made, by_oneself=by_oneself)
    return contact_id, after


def _tell(tx: Tx, contact_id: UUID, task: Task, result: str, held_on: date) -> None:
    publish(
        tx,
        ContactRecorded(
            contact_id=contact_id,
            task_id=task.task_id,
            hire_id=task.hire_id,
            candidate_id=task.candidate_id,
            employer_id=task.employer_id,
            side=task.side,
            result=result,
            held_on=held_on,
            next_try_on=task.due_on if task.is_open else None,
        ),
    )
