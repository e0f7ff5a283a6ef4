"""What an advisor does with tasks: record what was said, move, snooze, hand over."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, model_validator

from services.retention.api.access import Advisor, Staff
from services.retention.domain.moves import MoveReason
from services.retention.domain.tasks import ContactMade, Task, TaskState
from services.retention.handlers.contacts import record_call, record_contact
from services.retention.handlers.tasks import (
    Handover,
    hand_over_all,
    hand_over_task,
    move_task,
    preview_handover,
    snooze_task,
)
from shared import clock
from shared.db import Tx
from shared.http import AN_ID, ANOTHER_ID, Commands, Sent, Shown, example, unfit

router = APIRouter(prefix="/v1", tags=["tasks"])
Code = Annotated[str, Field(max_length=40)]
Answers = Annotated[dict[Code, Code], Field(max_length=20)]


class RecordContact(
    Sent,
    json_schema_extra=example(
        result="reached", held_on="2026-03-30", outlook=4, note="Rappeler en mai.", answers={"tasks_as_promised": "yes"}
    ),
):
    """``outlook``: does this side think it will last, 1 (no) to 5 (yes). ``answers``: question code -> answer code, as
    in GET /v1/questions. ``note``: short, nothing sensitive."""

    result: Literal["reached", "not_reached"]
    held_on: date
    outlook: int | None = None
    note: str | None = None
    answers: Answers = Field(default_factory=dict)


class ContactInCall(Sent):
    task_id: UUID
    outlook: int | None = None
    note: str | None = None
    answers: Answers = Field(default_factory=dict)


class RecordCall(
    Sent, json_schema_extra=example(result="not_reached", held_on="2026-03-30", contacts=[{"task_id": AN_ID}])
):
    """One call with one employer (or one person) about several contacts."""

    result: Literal["reached", "not_reached"]
    held_on: date
    contacts: Annotated[tuple[ContactInCall, ...], Field(min_length=1, max_length=50)]


class ContactRecordedView(Shown):
    """What became of the task. It repeats nothing of what was said: answers to commands are kept."""

    contact_id: UUID
    task_id: UUID
    task_state: TaskState
    next_try_on: date | None


class CallRecordedView(Shown):
    contacts: list[ContactRecordedView]


class MoveTask(Sent, json_schema_extra=example(due_on="2026-04-07", reason="asked_by_employer")):
    due_on: date
    reason: MoveReason


class SnoozeTask(Sent, json_schema_extra=example(until="2026-04-07", reason="away")):
    until: date
    reason: MoveReason | None = None


class HandOverTask(Sent, json_schema_extra=example(advisor_id=AN_ID)):
    advisor_id: UUID


class TaskStandsView(Shown):
    """How a task stands after the command."""

    task_id: UUID
    state: TaskState
    due_on: date
    reason: str | None
    advisor_id: UUID | None


class HandOverTasks(Sent, json_schema_extra=example(from_advisor_id=AN_ID, to_advisor_id=ANOTHER_ID, preview=True)):
    """All open tasks of an advisor, or those due from ``due_from`` to ``due_to``. ``preview``: only say which."""

    from_advisor_id: UUID
    to_advisor_id: UUID
    due_from: date | None = None
    due_to: date | None = None
    preview: bool = False

    @model_validator(mode="after")
    def _between_two(self) -> "HandOverTasks":
        if self.from_advisor_id == self.to_advisor_id:
            raise unfit("same_advisor", "Choisissez une autre personne.", "Choose another advisor.")
        if self.due_from and self.due_to and self.due_from > self.due_to:
            raise unfit("ends_before_it_begins", "La période finit avant de commencer.", "It ends before it begins.")
        return self


class HandoverView(Shown):
    """``left``: there are more, that another such command takes."""

    preview: bool
    tasks: int
    people: int
    overdue: int
    first_due_on: date | None
    last_due_on: date | None
    task_ids: list[UUID]
    left: bool


@router.post("/tasks/{task_id}/contacts", status_code=201)
def record(task_id: UUID, body: RecordContact, caller: Advisor, command: Commands) -> ContactRecordedView:
    """Reached: the task is done. Not reached: the next try is set, two working days later."""
    made = ContactMade(body.result, body.held_on, body.outlook, body.note or None, body.answers)
    return command.run(
        ContactRecordedView, lambda tx: contact_recorded(*record_contact(tx, task_id, made, caller.actor))
    )


@router.post("/contacts", status_code=201)
def record_several(body: RecordCall, caller: Advisor, command: Commands) -> CallRecordedView:
    """Contacts made in one call: all are recorded, or none."""
    made = [
        (said.task_id, ContactMade(body.result, body.held_on, said.outlook, said.note or None, said.answers))
        for said in body.contacts
    ]

    def work(tx: Tx) -> CallRecordedView:
        return CallRecordedView(contacts=[contact_recorded(*kept) for kept in record_call(tx, made, caller.actor)])

    return command.run(CallRecordedView, work)


@router.post("/tasks/{task_id}/move")
def move(task_id: UUID, body: MoveTask, caller: Advisor, command: Commands) -> TaskStandsView:  # noqa: ARG001
    """The contact is made on another working day, for a reason."""
    return command.run(TaskStandsView, lambda tx: _stands(move_task(tx, task_id, body.due_on, body.reason)))


@router.post("/tasks/{task_id}/snooze")
def snooze(task_id: UUID, body: SnoozeTask, caller: Advisor, command: Commands) -> TaskStandsView:  # noqa: ARG001
    """Out of the list until a working day, when it falls due again."""
    return command.run(TaskStandsView, lambda tx: _stands(snooze_task(tx, task_id, body.until, body.reason)))


@router.post("/tasks/{task_id}/handover")
def hand_over(task_id: UUID, body: HandOverTask, caller: Staff, command: Commands) -> TaskStandsView:  # noqa: ARG001
    """Another advisor makes this contact."""
    return command.run(TaskStandsView, lambda tx: _stands(hand_over_task(tx, task_id, body.advisor_id)))


@router.post("/handovers")
def hand_over_several(body: HandOverTasks, caller: Staff, command: Commands) -> HandoverView:  # noqa: ARG001
    """One advisor's tasks become another's, after a look at which."""
    due = (body.due_from or date.min, body.due_to or date.max)

    def work(tx: Tx) -> HandoverView:
        today = clock.local_date(tx.now)
        if body.preview:
            return _handover(preview_handover(tx, body.from_advisor_id, due), today, preview=True)
        return _handover(hand_over_all(tx, body.from_advisor_id, body.to_advisor_id, due), today, preview=False)

    return command.run(HandoverView, work)


def contact_recorded(contact_id: UUID, task: Task) -> ContactRecordedView:
    return ContactRecordedView(
        contact_id=contact_id,
        task_id=task.task_id,
        task_state=task.state,
        next_try_on=task.due_on if task.is_open else None,
    )


def _stands(task: Task) -> TaskStandsView:
    return TaskStandsView(
        task_id=task.task_id, state=task.state, due_on=task.due_on, reason=task.reason, advisor_id=task.advisor_id
    )


def _handover(moved: Handover, today: date, *, preview: bool) -> HandoverView:
    return HandoverView(
        preview=preview,
        tasks=len(moved.tasks),
        people=len({task.candidate_id for task in moved.tasks}),
        overdue=sum(task.is_overdue(today) for task in moved.tasks),
        first_due_on=min((task.due_on for task in moved.tasks), default=None),
        last_due_on=max((task.due_on for task in moved.tasks), default=None),
        task_ids=[task.task_id for task in moved.tasks],
        left=moved.left,
    )
