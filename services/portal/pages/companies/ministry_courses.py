"""An agent of MIFI: French courses at the workplace to decide, and what to ask about them first."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.portal.pages import owners
from services.portal.pages.companies.company import form_at, names_for, page_at, people_and_companies, show
from services.portal.pages.companies.ministry import REFUSALS, TOLD, WAITING, Agent, number_of, question, to_page
from services.portal.pages.forms import Form, SentForm
from services.portal.pages.paging import page_of
from services.portal.pages.told import done
from services.portal.pages.words import words_in
from shared import clock

router = APIRouter(include_in_schema=False)
QUESTIONS = ("current_level", "timetable", "place", "teacher", "paid_time", "other")
_FIELDS = ("decision", "hours", "refusal", "questions", "note")
_PLACES = {"/reason": "refusal"}


@page_at(router, "courses")
def list_courses(
    request: Request,
    viewer: Agent,  # noqa: ARG001  # who may
    state: Annotated[str | None, Query(pattern=r"^[a-z_]{1,30}$")] = None,
) -> Response:
    wanted = state or WAITING
    found = page_of(request, "subsidies", "/v1/french-courses", "courses", state=wanted)
    return show(
        request,
        "courses",
        courses=found,
        wanted=wanted,
        names=names_for(request, *people_and_companies(found.items)),
    )


@page_at(router, "course")
def show_course(course_id: UUID, request: Request, viewer: Agent) -> Response:  # noqa: ARG001  # who may
    return _course_page(request, course_id)


@form_at(router, "course")
def decide_course(course_id: UUID, request: Request, viewer: Agent, form: SentForm) -> Response:  # noqa: ARG001
    """Approves, refuses with a code, or asks for what is missing."""
    form.need("decision", str(words_in(form.language)("ruling.needed")))
    decision = form.text("decision")
    step, body = ("information-requests", _question(form)) if decision == "ask" else ("decision", _decision(form))
    if not form.is_wrong:
        path = f"/v1/french-courses/{course_id}/{step}"
        form.take(owners.command(request, "subsidies", path, body, key=form.nonce), _PLACES)
    if form.is_wrong:
        return _course_page(request, course_id, form)
    told = TOLD.get(decision or "", "request_approved")
    return done(request, to_page(request, "courses"), told, href=to_page(request, "course", course_id))


def _question(form: Form) -> dict[str, Any]:
    if "other" in form.all("questions"):
        form.need("note", str(words_in(form.language)("course.question.note.needed")))
    return question(form)


def _decision(form: Form) -> dict[str, Any]:
    t, decision = words_in(form.language), form.text("decision")
    if decision == "approved":
        form.need("hours", str(t("course.hours.needed")))
    elif decision == "refused":
        form.need("refusal", str(t("ruling.refusal.needed")))
    return {
        "decision_id": number_of(form),
        "decision": decision,
        "hours": form.whole("hours") if decision == "approved" else None,
        "reason": form.text("refusal") if decision == "refused" else None,
        "note": form.text("note"),
        "decided_on": clock.today().isoformat(),
    }


def _course_page(request: Request, course_id: UUID, form: Form | None = None) -> Response:
    course = owners.get(request, "subsidies", f"/v1/french-courses/{course_id}")
    return show(
        request,
        "course",
        form,
        course=course,
        names=names_for(request, (), [course["employer_id"]]),
        fields=_FIELDS,
        refusals=REFUSALS,
        questions=QUESTIONS,
    )
