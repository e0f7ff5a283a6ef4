"""French courses at the workplace: proposed by the company, approved by MIFI, followed hour by hour."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.portal.pages import owners
from services.portal.pages.companies.company import (
    Company,
    CompanyHere,
    at_company,
    form_at,
    names_for,
    page_at,
    show,
)
from services.portal.pages.forms import Form, SentForm
from services.portal.pages.paging import page_of
from services.portal.pages.told import done
from services.portal.pages.words import words_in
from shared.errors import NotFound

router = APIRouter(include_in_schema=False)
_FIELDS = ("hire", "hours", "target_level")
_COURSE_FIELDS = ("accurate", "information", "complete", "held_hours", "held_on", "ended_on")


@page_at(router, *at_company("french"))
def list_courses(request: Request, company: CompanyHere) -> Response:
    return _list(request, company)


@form_at(router, *at_company("french"))
def propose_course(request: Request, company: CompanyHere, form: SentForm) -> Response:
    t = words_in(form.language)
    for name in _FIELDS:
        form.need(name, str(t(f"course.{name}.needed")))
    body = {"hire_id": form.text("hire"), "hours": form.whole("hours"), "target_level": form.whole("target_level")}
    if not form.is_wrong:
        outcome = owners.command(request, "subsidies", "/v1/french-courses", body, key=form.nonce)
        form.take(outcome, {"/hire_id": "hire"})
        if outcome.ok:
            return done(request, company.to("french_course", outcome.body["course_id"]), "course_proposed")
    return _list(request, company, form)


def _list(request: Request, company: Company, form: Form | None = None) -> Response:
    found = page_of(request, "subsidies", "/v1/french-courses", "courses", employer_id=company.employer_id)
    courses = found.items
    side = owners.try_get(request, "retention", f"/v1/employers/{company.employer_id}/follow-up")
    jobs = side["employments"] if side else []
    running = {one["hire_id"] for one in courses if one["state"] not in ("refused", "ended")}
    people = [one["candidate_id"] for one in (*courses, *jobs)]
    return show(
        request,
        "french",
        form,
        company=company,
        courses=found,
        jobs=[job for job in jobs if job["hire_id"] not in running],
        names=names_for(request, people, [company.employer_id]),
        fields=_FIELDS,
    )


@page_at(router, *at_company("french_course"))
def show_course(course_id: UUID, request: Request, company: CompanyHere) -> Response:
    return _page(request, company, _course(request, company, course_id))


@form_at(router, *at_company("french_course"))
def act_on_course(course_id: UUID, request: Request, company: CompanyHere, form: SentForm) -> Response:
    """Confirms it, answers MIFI, records hours, ends it before its time."""
    course = _course(request, company, course_id)
    step, body = _step(form)
    if not form.is_wrong:
        outcome = owners.command(request, "subsidies", f"/v1/french-courses/{course_id}/{step}", body, key=form.nonce)
        form.take(outcome, {"/hours": "held_hours", "/answer": "information"})
    if form.is_wrong:
        return _page(request, company, course, form)
    return done(request, company.to("french_course", course_id), f"course_{form.do}")


def _step(form: Form) -> tuple[str, dict[str, Any]]:
    t = words_in(form.language)
    match form.do:
        case "confirm":
            form.need("accurate", str(t("subsidy.accurate.needed")))
            return "confirmation", {"accurate": True}
        case "information":
            form.need("information", str(t("course.information.needed")))
            form.need("complete", str(t("subsidy.complete.needed")))
            return "information", {"complete": True, "answer": form.text("information")}
        case "hours":
            form.need("held_hours", str(t("course.hours.needed")))
            form.need("held_on", str(t("company.day.needed")))
            hours, day = form.number("held_hours"), form.day("held_on")
            return "hours", {"hours": str(hours), "held_on": day and day.isoformat()}
        case "end":
            form.need("ended_on", str(t("company.day.needed")))
            day = form.day("ended_on")
            return "end", {"ended_on": day and day.isoformat()}
    raise NotFound


def _course(request: Request, company: Company, course_id: UUID) -> dict[str, Any]:
    found: dict[str, Any] = owners.get(request, "subsidies", f"/v1/french-courses/{course_id}")
    return company.is_mine(found)


def _page(request: Request, company: Company, course: dict[str, Any], form: Form | None = None) -> Response:
    return show(
        request,
        "french_course",
        form,
        company=company,
        course=course,
        names=names_for(request, [course["candidate_id"]], [company.employer_id]),
        fields=_COURSE_FIELDS,
    )
