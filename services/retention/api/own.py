"""What each side sees of its own follow-up, and its answers without a call. Nothing of the other side, no outlook, no
note, and no contact that a signal asked for."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from services.retention.api.access import id_of, only_own_company, only_own_file
from services.retention.api.acts import Answers, ContactRecordedView, contact_recorded
from services.retention.api.codes import QuestionSetView, question_set_view
from services.retention.api.views import CodeView, code_view
from services.retention.domain.employments import Employment
from services.retention.domain.own_answers import opens_on
from services.retention.domain.questions import QUESTIONS
from services.retention.domain.tasks import Side, Task, TaskState
from services.retention.domain.words import CONTACTS
from services.retention.handlers.contacts import answer_own_contact
from services.retention.store import candidates, employments, tasks
from shared import clock
from shared.db import Tx
from shared.errors import NotFound
from shared.http import Caller, Commands, Reads, Role, Sent, Shown, allow, example

router = APIRouter(prefix="/v1", tags=["own follow-up"])
AtEmployer = Annotated[Caller, allow(Role.EMPLOYER, Role.LIAISON, Role.RETENTION_ADVISOR, Role.ADVISOR, Role.MANAGER)]
Herself = Annotated[Caller, allow(Role.CANDIDATE)]
Answering = Annotated[Caller, allow(Role.EMPLOYER, Role.CANDIDATE, Role.LIAISON)]


class GiveAnswers(Sent, json_schema_extra=example(outlook=5, answers={"attendance": "above"})):
    """One's own answers: outlook 1–5, question code -> answer code. No free text."""

    outlook: int | None = None
    answers: Answers = Field(default_factory=dict)


class OwnContactView(Shown):
    """``state``: to_answer (may be answered now), later (from ``opens_on`` on), done."""

    task_id: UUID
    what: CodeView
    due_on: date
    opens_on: date
    state: Literal["to_answer", "later", "done"]
    done_on: date | None


class OwnEmploymentView(Shown):
    hire_id: UUID
    candidate_id: UUID
    file_number: str | None
    employer_id: UUID
    starts_on: date
    contacts: list[OwnContactView]


class OwnSideView(Shown):
    """Open jobs with the contacts of one side, and the questions that side may answer by itself."""

    side: Side
    employments: list[OwnEmploymentView]
    asked: QuestionSetView


@router.get("/employers/{employer_id}/follow-up")
def show_employer_side(employer_id: UUID, caller: AtEmployer, read: Reads) -> OwnSideView:
    """An employer's newcomers: its own contacts to come and made, and what it is asked."""
    only_own_company(caller, employer_id)
    with read.transaction() as tx:
        return _side(tx, employments.list_employments_at(tx, employer_id), "employer")


@router.get("/candidates/{candidate_id}/how-am-i-doing")
def show_employee_side(candidate_id: UUID, caller: Herself, read: Reads) -> OwnSideView:
    """Her own contacts to come and made, and the five questions she may answer."""
    only_own_file(caller, candidate_id)
    with read.transaction() as tx:
        hers = [job for job in employments.list_employments(tx, candidate_id) if job.is_open]
        return _side(tx, hers, "employee")


@router.post("/tasks/{task_id}/answers", status_code=201)
def answer(task_id: UUID, body: GiveAnswers, caller: Answering, command: Commands) -> ContactRecordedView:
    """One's own contact answered without a call: it counts as made. A liaison answers for an employer."""
    whose = _whose(caller)
    return command.run(
        ContactRecordedView,
        lambda tx: contact_recorded(
            *answer_own_contact(tx, task_id, whose, (body.outlook, body.answers), caller.actor)
        ),
    )


def _whose(caller: Caller) -> tuple[Side, UUID] | None:
    if caller.role is Role.LIAISON:
        return None
    own = id_of(caller.subject if caller.role is Role.CANDIDATE else caller.organisation)
    if own is None:
        raise NotFound
    return ("employee" if caller.role is Role.CANDIDATE else "employer"), own


def _side(tx: Tx, jobs: list[Employment], side: Side) -> OwnSideView:
    today = clock.local_date(tx.now)
    people = candidates.list_candidates(tx, {job.person for job in jobs})

    def view(job: Employment) -> OwnEmploymentView:
        person = people.get(job.person)
        own = [t for t in tasks.list_tasks(tx, job.hire_id) if t.side == side and t.is_of_the_plan]
        return OwnEmploymentView(
            hire_id=job.hire_id,
            candidate_id=job.person,
            file_number=person.file_number if person else None,
            employer_id=job.employer_id,
            starts_on=job.starts_on,
            contacts=[_contact(task, today) for task in own if task.state is not TaskState.CANCELLED],
        )

    asked = QUESTIONS[side]
    return OwnSideView(
        side=side, employments=[view(job) for job in jobs], asked=question_set_view(asked, asked.by_oneself)
    )


def _contact(task: Task, today: date) -> OwnContactView:
    state: Literal["to_answer", "later", "done"] = "to_answer" if today >= opens_on(task) else "later"
    return OwnContactView(
        task_id=task.task_id,
        what=code_view(task.contact, CONTACTS),
        due_on=task.due_on,
        opens_on=opens_on(task),
        state=state if task.is_open else "done",
        done_on=task.done_on,
    )
