"""People who work for a company: the next contact, the five questions, help, and what changed."""

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
from services.portal.pages.told import done
from services.portal.pages.words import words_in
from shared.errors import NotFound

router = APIRouter(include_in_schema=False)
CHANGES = ("advancement", "wage", "hours", "start_moved", "other")
ENDS = ("resigned", "dismissed", "contract_ended", "laid_off", "moved", "unknown")
_FIELDS = (
    "outlook", "absent_from", "absent_to", "paid", "change", "effective_on", "occupation", "wage", "hours_per_week",
    "starts_on", "permanent", "ended_on", "end_reason",
)  # fmt: skip
_PLACES = {
    "/from_on": "absent_from",
    "/to_on": "absent_to",
    "/kind": "change",
    "/effective_on": "effective_on",
    "/terms/occupation": "occupation",
    "/terms/wage_cents": "wage",
    "/terms/hours_per_week": "hours_per_week",
    "/terms/starts_on": "starts_on",
    "/terms/permanent": "permanent",
    "/reason": "end_reason",
    "/answers": "outlook",
}


@page_at(router, *at_company("newcomers"))
def list_newcomers(request: Request, company: CompanyHere) -> Response:
    side = _follow_up(request, company)
    jobs = sorted(side["employments"], key=lambda job: job["starts_on"], reverse=True)
    return show(
        request,
        "newcomers",
        company=company,
        jobs=[(job, next_contact(job)) for job in jobs],
        names=names_for(request, [job["candidate_id"] for job in jobs], [company.employer_id]),
    )


def next_contact(job: dict[str, Any]) -> dict[str, Any] | None:
    """The one that may be answered now, else the next one."""
    waiting = sorted((c for c in job["contacts"] if c["state"] != "done"), key=lambda contact: contact["due_on"])
    return waiting[0] if waiting else None


@page_at(router, *at_company("newcomer"))
def show_newcomer(hire_id: UUID, request: Request, company: CompanyHere) -> Response:
    return _page(request, company, hire_id)


@form_at(router, *at_company("newcomer"))
def tell_of_newcomer(hire_id: UUID, request: Request, company: CompanyHere, form: SentForm) -> Response:
    """Answers the questions (asking for help is one of them), tells of an absence, a change or the end."""
    side = _follow_up(request, company)
    job = _job(side, hire_id)
    steps = {"answers": _answer, "absence": _absence, "change": _change, "end": _end}
    if form.do not in steps:
        raise NotFound
    owner, path, body = steps[form.do](form, job, side)
    if not form.is_wrong:
        if owner == "intake":
            body["employer_id"] = str(company.employer_id)
        form.take(owners.command(request, owner, path, body, key=form.nonce), _PLACES)  # type: ignore[arg-type]
    if form.is_wrong:
        return _page(request, company, hire_id, form)
    return done(request, company.to("newcomer", hire_id), f"newcomer_{form.do}")


Command = tuple[str, str, dict[str, Any]]


def _answer(form: Form, job: dict[str, Any], side: dict[str, Any]) -> Command:
    contact = next_contact(job)
    answers = {q["code"]: said for q in side["asked"]["questions"] if (said := form.text(f"q_{q['code']}"))}
    if contact is None or contact["state"] != "to_answer":
        form.general.append(str(words_in(form.language)("newcomer.no_questions")))
    task = contact["task_id"] if contact else ""
    return "retention", f"/v1/tasks/{task}/answers", {"outlook": form.whole("outlook"), "answers": answers}


def _absence(form: Form, job: dict[str, Any], side: dict[str, Any]) -> Command:  # noqa: ARG001
    form.need("absent_from", str(words_in(form.language)("company.day.needed")))
    first = form.day("absent_from")
    last = form.day("absent_to") or first
    paid = {"yes": True, "no": False}.get(form.text("paid") or "")
    body = {"from_on": first and first.isoformat(), "to_on": last and last.isoformat(), "paid": paid}
    return "intake", f"/v1/candidates/{job['candidate_id']}/absences", body


def _change(form: Form, job: dict[str, Any], side: dict[str, Any]) -> Command:  # noqa: ARG001
    t = words_in(form.language)
    form.need("change", str(t("newcomer.change.needed")))
    form.need("effective_on", str(t("company.day.needed")))
    for name in ("wage", "hours_per_week", "starts_on"):
        form.need(name, str(t(f"offering.{name}.needed")))
    effective, starts, hours = form.day("effective_on"), form.day("starts_on"), form.number("hours_per_week")
    body = {
        "kind": form.text("change"),
        "effective_on": effective and effective.isoformat(),
        "terms": {
            "occupation": (form.text("occupation") or "")[:5],
            "wage_cents": form.cents("wage"),
            "hours_per_week": str(hours) if hours is not None else None,
            "starts_on": starts and starts.isoformat(),
            "permanent": form.text("permanent") == "yes",
        },
    }
    return "intake", f"/v1/candidates/{job['candidate_id']}/employment-changes", body


def _end(form: Form, job: dict[str, Any], side: dict[str, Any]) -> Command:  # noqa: ARG001
    form.need("ended_on", str(words_in(form.language)("company.day.needed")))
    ended = form.day("ended_on")
    body = {"ended_on": ended and ended.isoformat(), "reason": form.text("end_reason") or "unknown"}
    return "intake", f"/v1/candidates/{job['candidate_id']}/employment-ends", body


def _follow_up(request: Request, company: Company) -> dict[str, Any]:
    found: dict[str, Any] = owners.get(request, "retention", f"/v1/employers/{company.employer_id}/follow-up")
    return found


def _job(side: dict[str, Any], hire_id: UUID) -> dict[str, Any]:
    """Raises NotFound for one that is another's, or over."""
    found = next((job for job in side["employments"] if job["hire_id"] == str(hire_id)), None)
    if found is None:
        raise NotFound
    return found  # type: ignore[no-any-return]


def _page(request: Request, company: Company, hire_id: UUID, form: Form | None = None) -> Response:
    side = _follow_up(request, company)
    job = _job(side, hire_id)
    file = owners.try_get(request, "retention", f"/v1/employments/{hire_id}")
    return show(
        request,
        "newcomer",
        form,
        company=company,
        job=job,
        contact=next_contact(job),
        asked=side["asked"],
        file=file,
        names=names_for(request, [job["candidate_id"]], [company.employer_id]),
        fields=_FIELDS,
        changes=CHANGES,
        ends=ENDS,
    )
