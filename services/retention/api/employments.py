"""A person's follow-up, as her advisors see it and as she sees it herself; the end of an employment."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter

from services.retention import store
from services.retention.api.tasks import Advisor, TaskView, task_view
from services.retention.domain.employments import Employment, EmploymentState
from services.retention.handlers import end_employment
from shared import clock
from shared.db import Tx
from shared.errors import NotFound
from shared.http import Caller, Commands, Reads, Role, Sent, Shown, allow

router = APIRouter(prefix="/v1", tags=["employments"])
Readers = Annotated[Caller, allow(Role.RETENTION_ADVISOR, Role.ADVISOR, Role.MANAGER, Role.CANDIDATE)]


class EndEmployment(Sent):
    ended_on: date
    reason: Literal["resigned", "dismissed", "contract_ended", "laid_off", "moved", "unknown"]


class EmploymentEndView(Shown):
    hire_id: UUID
    state: EmploymentState
    ended_on: date
    reason: str


class ContactView(Shown):
    """``outlook`` and ``note`` are for advisors; a manager reads that there was a contact."""

    contact_id: UUID
    task_id: UUID
    result: str
    held_on: date
    outlook: int | None
    note: str | None
    recorded_by: str
    recorded_at: datetime


class EmploymentView(Shown):
    """``rule_version`` is the plan template by which the tasks were set."""

    hire_id: UUID
    employer_id: UUID
    plan_id: UUID
    source: str
    starts_on: date
    hired_on: date
    state: EmploymentState
    ended_on: date | None
    end_reason: str | None
    rule_version: str
    tasks: list[TaskView]
    contacts: list[ContactView]


class FollowUpView(Shown):
    candidate_id: UUID
    file_number: str | None
    advisor_id: UUID | None
    employments: list[EmploymentView]


class OwnContactView(Shown):
    hire_id: UUID
    due_on: date


class OwnFollowUpView(Shown):
    """The days on which the programme will call her; nothing of what the employer is asked or answers."""

    candidate_id: UUID
    contacts: list[OwnContactView]


@router.get("/candidates/{candidate_id}/follow-up")
def show_follow_up(candidate_id: UUID, caller: Readers, read: Reads) -> FollowUpView | OwnFollowUpView:
    """Employments, tasks and contacts of both sides for her advisors; for herself, her own days to come."""
    with read.transaction() as tx:
        if caller.role is Role.CANDIDATE:
            return _own(tx, candidate_id, caller)
        return _whole(tx, candidate_id, says=caller.role is not Role.MANAGER)


@router.post("/employments/{hire_id}/end")
def end(hire_id: UUID, body: EndEmployment, caller: Advisor, command: Commands) -> EmploymentEndView:  # noqa: ARG001
    """The job ended: remaining contacts are cancelled, subsidies stop, the person is offered again."""

    def work(tx: Tx) -> EmploymentEndView:
        end_employment(tx, hire_id, body.ended_on, body.reason)
        return EmploymentEndView(
            hire_id=hire_id, state=EmploymentState.ENDED, ended_on=body.ended_on, reason=body.reason
        )

    return command.run(EmploymentEndView, work)


def _own(tx: Tx, candidate_id: UUID, caller: Caller) -> OwnFollowUpView:
    if caller.subject != str(candidate_id):
        raise NotFound
    contacts = [
        OwnContactView(hire_id=task.hire_id, due_on=task.due_on)
        for employment in store.list_employments(tx, candidate_id)
        for task in store.list_tasks(tx, employment.hire_id)
        if task.is_open and task.side == "employee"
    ]
    return OwnFollowUpView(candidate_id=candidate_id, contacts=sorted(contacts, key=lambda c: c.due_on))


def _whole(tx: Tx, candidate_id: UUID, *, says: bool) -> FollowUpView:
    candidate = store.find_candidate(tx, candidate_id)
    employments = store.list_employments(tx, candidate_id)
    if candidate is None and not employments:
        raise NotFound
    contacts = [_contact_view(contact, says=says) for contact in store.list_contacts(tx, candidate_id)]
    today = clock.local_date(tx.now)

    def view(employment: Employment) -> EmploymentView:
        tasks = store.list_tasks(tx, employment.hire_id)
        ids = {task.task_id for task in tasks}
        return EmploymentView(
            hire_id=employment.hire_id,
            employer_id=employment.employer_id,
            plan_id=employment.plan_id,
            source=employment.source,
            starts_on=employment.starts_on,
            hired_on=employment.hired_on,
            state=employment.state,
            ended_on=employment.ended_on,
            end_reason=employment.end_reason,
            rule_version=employment.rule_version,
            tasks=[task_view(task, candidate, today) for task in tasks],
            contacts=[contact for contact in contacts if contact.task_id in ids],
        )

    return FollowUpView(
        candidate_id=candidate_id,
        file_number=candidate.file_number if candidate else None,
        advisor_id=candidate.advisor_id if candidate else None,
        employments=[view(employment) for employment in employments],
    )


def _contact_view(contact: store.Contact, *, says: bool) -> ContactView:
    return ContactView(
        contact_id=contact.contact_id,
        task_id=contact.task_id,
        result=contact.result,
        held_on=contact.held_on,
        outlook=contact.outlook if says else None,
        note=contact.note if says else None,
        recorded_by=contact.recorded_by,
        recorded_at=contact.recorded_at,
    )
