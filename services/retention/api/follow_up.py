"""A person's follow-up, as her advisors see it and as she sees it herself."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from services.retention.api.access import only_own_file, says
from services.retention.api.unplaced import UnplacedReportView, unplaced_view
from services.retention.api.views import TaskView, surroundings_of
from services.retention.domain.employments import Employment, EmploymentState
from services.retention.domain.tasks import Task
from services.retention.store import candidates, contacts, employments, reports, tasks
from services.retention.store.contacts import Contact
from shared.db import Tx
from shared.errors import NotFound
from shared.http import Caller, Reads, Role, Shown, allow

router = APIRouter(prefix="/v1", tags=["follow-up"])
Readers = Annotated[Caller, allow(Role.RETENTION_ADVISOR, Role.ADVISOR, Role.MANAGER, Role.CANDIDATE)]


class ContactView(Shown):
    """``outlook``, ``answers`` and ``note`` are for advisors; a manager reads that there was a contact."""

    contact_id: UUID
    task_id: UUID
    side: str
    result: str
    held_on: date
    outlook: int | None
    answers: dict[str, str] | None
    questions_version: str | None
    note: str | None
    call_id: UUID | None
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
    unplaced_reports: list[UnplacedReportView]


class OwnDayView(Shown):
    hire_id: UUID
    due_on: date


class OwnFollowUpView(Shown):
    """The days on which the programme will call her; nothing of what the employer is asked or answers."""

    candidate_id: UUID
    contacts: list[OwnDayView]


@router.get("/candidates/{candidate_id}/follow-up")
def show_follow_up(candidate_id: UUID, caller: Readers, read: Reads) -> FollowUpView | OwnFollowUpView:
    """Employments, tasks and contacts of both sides for her advisors; for herself, her own days to come."""
    only_own_file(caller, candidate_id)
    with read.transaction() as tx:
        if caller.role is Role.CANDIDATE:
            return _own(tx, candidate_id)
        return _whole(tx, candidate_id, told=says(caller))


def _own(tx: Tx, candidate_id: UUID) -> OwnFollowUpView:
    days = [
        OwnDayView(hire_id=task.hire_id, due_on=task.due_on)
        for employment in employments.list_employments(tx, candidate_id)
        for task in tasks.list_tasks(tx, employment.hire_id)
        if task.is_open and task.side == "employee" and task.is_of_the_plan
    ]
    return OwnFollowUpView(candidate_id=candidate_id, contacts=sorted(days, key=lambda day: day.due_on))


def _whole(tx: Tx, candidate_id: UUID, *, told: bool) -> FollowUpView:
    candidate = candidates.find_candidate(tx, candidate_id)
    jobs = employments.list_employments(tx, candidate_id)
    if candidate is None and not jobs:
        raise NotFound
    planned = {job.hire_id: tasks.list_tasks(tx, job.hire_id) for job in jobs}
    around = surroundings_of(tx, [task for each in planned.values() for task in each])
    said = contacts.list_contacts(tx, candidate_id)
    return FollowUpView(
        candidate_id=candidate_id,
        file_number=candidate.file_number if candidate else None,
        advisor_id=candidate.advisor_id if candidate else None,
        employments=[
            _employment_view(
                job,
                [around.view(task) for task in planned[job.hire_id]],
                [_contact_view(contact, told=told) for contact in _about(said, planned[job.hire_id])],
            )
            for job in jobs
        ],
        unplaced_reports=[unplaced_view(report) for report in reports.list_unplaced(tx, candidate_id)],
    )


def _about(said: list[Contact], planned: list[Task]) -> list[Contact]:
    ids = {task.task_id for task in planned}
    return [contact for contact in said if contact.task_id in ids]


def _employment_view(job: Employment, planned: list[TaskView], said: list[ContactView]) -> EmploymentView:
    return EmploymentView(
        hire_id=job.hire_id,
        employer_id=job.employer_id,
        plan_id=job.plan_id,
        source=job.source,
        starts_on=job.starts_on,
        hired_on=job.hired_on,
        state=job.state,
        ended_on=job.ended_on,
        end_reason=job.end_reason,
        rule_version=job.rule_version,
        tasks=planned,
        contacts=said,
    )


def _contact_view(contact: Contact, *, told: bool) -> ContactView:
    return ContactView(
        contact_id=contact.contact_id,
        task_id=contact.task_id,
        side=contact.side,
        result=contact.result,
        held_on=contact.held_on,
        outlook=contact.outlook if told else None,
        answers=contact.answers if told else None,
        questions_version=contact.questions_version,
        note=contact.note if told else None,
        call_id=contact.call_id,
        recorded_by=contact.recorded_by,
        recorded_at=contact.recorded_at,
    )
