"""French courses at the workplace: asked of MIFI, approved, followed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field

from services.subsidies import store
from services.subsidies.api import names, showing
from services.subsidies.api.callers import EmployerSide, EntersPaper, Everyone, Ministry, whose
from services.subsidies.api.decisions import MinistryId, Refusal
from services.subsidies.api.routes import ConfirmRequest, GiveInformation, Note
from services.subsidies.api.views import InformationView, NamesView, SaidView
from services.subsidies.domain.french_course import Course, CourseDecision, CourseEnd, CourseQuestion, CourseState
from services.subsidies.domain.request import SentBy
from services.subsidies.domain.words import COURSE_QUESTIONS, STATES
from services.subsidies.handlers.course_questions import answer_about_course, ask_about_course
from services.subsidies.handlers.courses import (
    confirm_course,
    decide_course,
    draft_course,
    end_course_by_hand,
    record_course_hours,
)
from services.subsidies.settings import MIFI
from services.subsidies.store import CourseInformation
from shared.db import Tx
from shared.http import AN_ID, Commands, Reads, Role, Sent, Shown, example

router = APIRouter(tags=["french courses"])
Hours = Annotated[int, Field(gt=0, le=2000)]


class DraftCourse(Sent, json_schema_extra=example(hire_id=AN_ID, hours=120, target_level=8)):
    """``hours`` in all; ``target_level`` oral, Échelle québécoise 1–12."""

    hire_id: UUID
    hours: Hours
    target_level: Annotated[int, Field(ge=1, le=12)]


class _Decided(Sent):
    decision: Literal["approved", "refused"]
    hours: Hours | None = None
    reason: Refusal | None = None
    note: Note | None = None


class DecideCourse(
    _Decided,
    json_schema_extra=example(decision_id="MIFI-0017", decided_on="2026-03-20", decision="approved", hours=120),
):
    """MIFI's answer. ``decision_id`` is its own and names this decision for ever."""

    decision_id: MinistryId
    decided_on: date


class EnterCourseDecision(
    _Decided,
    json_schema_extra=example(reference="M-0017", dated_on="2026-03-20", decision="refused", reason="incomplete"),
):
    """MIFI's answer on paper, by the paper's reference and date."""

    reference: MinistryId
    dated_on: date


class RecordHours(Sent, json_schema_extra=example(hours="3", held_on="2026-04-08")):
    """Hours of the course that were followed on a day."""

    hours: Annotated[Decimal, Field(gt=0, le=24, decimal_places=2)]
    held_on: date


class EndCourse(Sent, json_schema_extra=example(ended_on="2026-06-30")):
    """The course ends before all its hours were followed."""

    ended_on: date


class AskAboutCourse(
    Sent, json_schema_extra=example(question_id="MIFI-Q-2026-0042", questions=["timetable"], asked_on="2026-03-02")
):
    """What MIFI wants to know before it decides. ``question_id`` is its own and names this question for ever. The note
    is for whoever answers and is published to nobody."""

    question_id: MinistryId
    questions: Annotated[tuple[CourseQuestion, ...], Field(min_length=1, max_length=6)]
    note: Note | None = None
    asked_on: date


class HeldView(Shown):
    number: int
    held_on: date
    hours: Decimal


class CourseView(Shown):
    """``missing``: what must come before it goes to MIFI. ``held``, ``information`` (rounds of questions; null for MIFI
    when she no longer agrees) and ``names`` when one course is read."""

    course_id: UUID
    hire_id: UUID
    candidate_id: UUID | None
    employer_id: UUID
    file_number: str | None
    ministry: str
    state: CourseState
    state_fr: str
    state_en: str
    state_since: datetime
    age_days: int
    must_act: Literal["candidate", "employer", "ministry"] | None
    missing: list[str]
    missing_words: list[SaidView]
    hours: int
    target_level: int
    created_at: datetime
    sent_by: SentBy | None
    confirmed_by: str | None
    submitted_at: datetime | None
    decided_on: date | None
    approved_hours: int | None
    total_hours: Decimal
    refusal_reason: str | None
    ended_on: date | None
    end_reason: CourseEnd | None
    held: list[HeldView] | None = None
    information: list[InformationView] | None = None
    names: NamesView | None = None


class CoursesView(Shown):
    """Oldest first. ``next``: send it as ``after`` for what follows; null at the end."""

    courses: list[CourseView]
    next: UUID | None


@router.post("/v1/french-courses")
def draft(sent: DraftCourse, caller: EmployerSide, command: Commands) -> CourseView:
    """A course is wanted for a hired person; it goes out when the employer confirms it."""
    mine = whose(caller)
    return command.run(
        CourseView, lambda tx: _shown(tx, draft_course(tx, sent.hire_id, mine, sent.hours, sent.target_level))
    )


@router.get("/v1/french-courses")
def list_courses(
    caller: Everyone,
    read: Reads,
    state: Annotated[CourseState | None, Query()] = None,
    employer_id: Annotated[UUID | None, Query()] = None,
    after: Annotated[UUID | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> CoursesView:
    """Oldest first; MIFI sees those sent to it, an employer its own, staff all."""
    mine = whose(caller, employer_id)
    with read.transaction() as tx:
        found = store.list_courses(tx, mine, state, after, limit + 1)
        shown = [_shown(tx, course) for course in found[:limit]]
    return CoursesView(courses=shown, next=shown[-1].course_id if len(found) > limit else None)


@router.get("/v1/french-courses/{course_id}")
def get_course(course_id: UUID, caller: Everyone, read: Reads, http: Request) -> CourseView:
    """One course with its sessions; for MIFI with the names that intake lets it see at this moment."""
    with read.transaction() as tx:
        course = store.get_course(tx, course_id, whose(caller))
        agreed = store.consent_stands(tx, course.candidate_id, course.ministry)
        shown = _shown(tx, course, whole=True)
    if caller.role is Role.MINISTRY and not agreed:
        shown = shown.model_copy(update={"information": None})
    if caller.role is not Role.MINISTRY:
        return shown
    found = names.look_up(http.app.state.settings, caller.token, course.candidate_id, course.employer_id)
    return shown.model_copy(update={"names": NamesView.model_validate(found)})


@router.post("/v1/french-courses/{course_id}/confirmation")
def confirm(
    course_id: UUID,
    sent: ConfirmRequest,  # noqa: ARG001  # its one field can only say yes
    caller: EmployerSide,
    command: Commands,
    http: Request,
) -> CourseView:
    """Sends it to MIFI. Needs the employer's word, and the person's agreement."""
    mine, sent_by = whose(caller), http.app.state.settings.sent_by(MIFI)
    return command.run(CourseView, lambda tx: _shown(tx, confirm_course(tx, course_id, mine, caller.actor, sent_by)))


@router.post("/v1/french-courses/{course_id}/decision")
def decide(course_id: UUID, sent: DecideCourse, caller: Ministry, command: Commands) -> CourseView:
    """Records MIFI's decision, once for each ``decision_id``, for ever."""
    mine, decision = whose(caller), CourseDecision(**sent.model_dump())
    return command.run(CourseView, lambda tx: _shown(tx, decide_course(tx, course_id, mine, decision)))


@router.post("/v1/french-courses/{course_id}/received-decision")
def enter_decision(course_id: UUID, sent: EnterCourseDecision, caller: EntersPaper, command: Commands) -> CourseView:
    """Records what MIFI, while it is not connected, answered on paper."""
    mine = whose(caller)
    said: dict[str, Any] = sent.model_dump(exclude={"reference", "dated_on"})
    decision = CourseDecision(decision_id=sent.reference, decided_on=sent.dated_on, **said)
    return command.run(CourseView, lambda tx: _shown(tx, decide_course(tx, course_id, mine, decision, on_paper=True)))


@router.post("/v1/french-courses/{course_id}/information-requests")
def ask(course_id: UUID, sent: AskAboutCourse, caller: Ministry, command: Commands) -> CourseView:
    """MIFI asks for more before it decides: once for each ``question_id``, for ever."""
    mine, asked = whose(caller), CourseInformation(course_id, 0, sent.questions, sent.note, sent.asked_on)
    return command.run(CourseView, lambda tx: _shown(tx, ask_about_course(tx, asked, mine, sent.question_id)))


@router.post("/v1/french-courses/{course_id}/information")
def inform(course_id: UUID, sent: GiveInformation, caller: EmployerSide, command: Commands) -> CourseView:
    """What MIFI asked for is given: it has the request again."""
    mine = whose(caller)
    return command.run(
        CourseView, lambda tx: _shown(tx, answer_about_course(tx, course_id, mine, caller.actor, sent.answer))
    )


@router.post("/v1/french-courses/{course_id}/hours")
def record_hours(course_id: UUID, sent: RecordHours, caller: EmployerSide, command: Commands) -> CourseView:
    """Hours were followed; the last approved one ends the course."""
    mine = whose(caller)
    return command.run(
        CourseView,
        lambda tx: _shown(tx, record_course_hours(tx, course_id, mine, sent.hours, sent.held_on, caller.actor)),
    )


@router.post("/v1/french-courses/{course_id}/end")
def end(course_id: UUID, sent: EndCourse, caller: EmployerSide, command: Commands) -> CourseView:
    """The course ends before its time."""
    mine = whose(caller)
    return command.run(CourseView, lambda tx: _shown(tx, end_course_by_hand(tx, course_id, mine, sent.ended_on)))


def _shown(tx: Tx, course: Course, *, whole: bool = False) -> CourseView:
    fr, en = STATES[course.state]
    agreed = store.consent_stands(tx, course.candidate_id, course.ministry)
    lacking = []
    if course.state == "draft":
        lacking = [*([] if agreed else ["consent_send_to_ministry"]), "employer_confirmation"]
    movers = {
        "draft": "employer" if agreed else "candidate",
        "submitted": "ministry",
        "information_requested": "employer",
    }
    return CourseView.model_validate(
        {
            **vars(course),
            "state_fr": fr,
            "state_en": en,
            "age_days": showing.age_in_days(course.state_since, tx.now),
            "must_act": movers.get(course.state),
            "missing": lacking,
            "missing_words": showing.said(lacking),
            "held": store.list_course_hours(tx, course.course_id) if whole else None,
            "information": _information(tx, course.course_id) if whole else None,
        }
    )


def _information(tx: Tx, course_id: UUID) -> list[InformationView]:
    return [
        InformationView.model_validate(
            {
                **vars(asked),
                "words": [
                    {"code": code, "fr": COURSE_QUESTIONS[code][0], "en": COURSE_QUESTIONS[code][1]}
                    for code in asked.questions
                ],
            }
        )
        for asked in store.list_course_questions(tx, course_id)
    ]
