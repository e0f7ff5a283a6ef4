"""People introduced to a company: the profile without the name first and why this person, the company's answer, the
meeting, what it thought, and what an offer may bring before it is made."""

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
from services.portal.pages.paging import get_all, page_of
from services.portal.pages.told import done
from services.portal.pages.words import words_in
from shared.errors import NotFound

router = APIRouter(include_in_schema=False)
NO_REASONS = ("experience", "french", "licence", "wage", "hours", "start_date", "filled", "other")
MARKS = ("skills", "experience", "communication", "motivation", "fit")
FEEDBACK_REASONS = (
    "strong_skills", "good_contact", "french_to_improve", "training_needed", "overqualified", "wage_gap", "schedule",
    "distance", "unclear_job", "did_not_come", "other",
)  # fmt: skip
WITHDRAWALS = ("filled", "terms_changed", "position_cancelled", "mistake", "other")
_FIELDS = (
    "answer", "no_reason", "meets_on", "held_on", *(f"mark_{mark}" for mark in MARKS), "feedback_reasons", "wage",
    "hours_per_week", "starts_on", "permanent", "offer_withdrawal",
)  # fmt: skip
_OFFER = {
    "/terms/wage_cents": "wage",
    "/terms/hours_per_week": "hours_per_week",
    "/terms/starts_on": "starts_on",
    "/terms/permanent": "permanent",
    "/terms/occupation": "wage",
}
_PLACES = {
    "/answer": "answer",
    "/reason": "no_reason",
    "/meets_on": "meets_on",
    "/held_on": "held_on",
    "/marks": "mark_skills",
    "/reasons": "feedback_reasons",
    **_OFFER,
}


@page_at(router, *at_company("introduced"))
def list_introduced(request: Request, company: CompanyHere) -> Response:
    """By who must act: what waits for the company first."""
    path = f"/v1/employers/{company.employer_id}/introductions"
    found = get_all(request, "matching", path, "introductions", live="true", limit=200)
    live = [one for one in found if one["state"] != "proposed"]
    over = page_of(request, "matching", path, "introductions", live="false")
    names = names_for(request, [one["candidate_id"] for one in (*live, *over.items)], [company.employer_id])
    return show(
        request,
        "introduced",
        company=company,
        names=names,
        mine=[one for one in live if is_companys_move(one)],
        others=[one for one in live if not is_companys_move(one)],
        over=over,
        being_prepared=len(found) - len(live),
    )


def is_companys_move(one: dict[str, Any]) -> bool:
    """Its answer, the day of the meeting and what came of it, an offer or a no after the meeting."""
    return one["state"] in ("candidate_agreed", "accepted", "met") or (
        one["state"] == "meeting_set" and one["waits_for"] != "date"
    )


@page_at(router, *at_company("introduced_one"))
def show_introduced(introduction_id: UUID, request: Request, company: CompanyHere) -> Response:
    return _page(request, company, _introduction(request, company, introduction_id))


@form_at(router, *at_company("introduced_one"))
def act_on_introduction(introduction_id: UUID, request: Request, company: CompanyHere, form: SentForm) -> Response:
    """Answers, sets the meeting, records it and what the company thought, asks what an offer may bring, makes it."""
    one = _introduction(request, company, introduction_id)
    steps = {
        "answer": _answer,
        "meeting_day": _set_day,
        "meeting": _record_meeting,
        "feedback": _give_feedback,
        "offer": _make_offer,
        "withdraw_offer": _withdraw_offer,
    }
    if form.do == "estimate":
        return _page(request, company, one, form, _estimate(request, company, one, form))
    step = steps.get(form.do)
    if step is None:
        raise NotFound
    told = step(request, one, form)
    if form.is_wrong or told is None:
        return _page(request, company, one, form)
    return done(request, company.to("introduced_one", introduction_id), told)


def _introduction(request: Request, company: Company, introduction_id: UUID) -> dict[str, Any]:
    found: dict[str, Any] = owners.get(request, "matching", f"/v1/introductions/{introduction_id}")
    return company.is_mine(found)


def _page(
    request: Request, company: Company, one: dict[str, Any], form: Form | None = None, estimates: Any = None
) -> Response:
    names = names_for(request, [one["candidate_id"]], [company.employer_id])
    return show(
        request,
        "introduced_one",
        form,
        company=company,
        one=one,
        names=names,
        estimates=estimates,
        fields=_FIELDS,
        no_reasons=NO_REASONS,
        marks=MARKS,
        feedback_reasons=FEEDBACK_REASONS,
        withdrawals=WITHDRAWALS,
        mine=next((f for f in one["feedback"] if f["side"] == "employer"), None),
    )


def _send(request: Request, one: dict[str, Any], form: Form, step: str, body: dict[str, Any]) -> None:
    if form.is_wrong:
        return
    path = f"/v1/introductions/{one['introduction_id']}/{step}"
    form.take(owners.command(request, "matching", path, body, key=form.nonce), _PLACES)


def _answer(request: Request, one: dict[str, Any], form: Form) -> str | None:
    said = form.text("answer")
    form.need("answer", _words(form, "introduced.answer.needed"))
    if said == "no":
        form.need("no_reason", _words(form, "introduced.no_reason.needed"))
    reason = form.text("no_reason") if said == "no" else None
    _send(request, one, form, "answers", {"answer": said, "reason": reason})
    return "introduced_no" if said == "no" else "introduced_yes"


def _set_day(request: Request, one: dict[str, Any], form: Form) -> str | None:
    form.need("meets_on", _words(form, "company.day.needed"))
    day = form.day("meets_on")
    _send(request, one, form, "meeting-day", {"meets_on": day and day.isoformat()})
    return "meeting_set"


def _record_meeting(request: Request, one: dict[str, Any], form: Form) -> str | None:
    form.need("held_on", _words(form, "company.day.needed"))
    day = form.day("held_on")
    _send(request, one, form, "meeting", {"held_on": day and day.isoformat()})
    return "meeting_held"


def _give_feedback(request: Request, one: dict[str, Any], form: Form) -> str | None:
    marks = {mark: form.whole(f"mark_{mark}") for mark in MARKS}
    body = {
        "side": "employer",
        "marks": {mark: given for mark, given in marks.items() if given is not None},
        "reasons": form.all("feedback_reasons"),
    }
    if not body["marks"] and not body["reasons"]:
        form.blame("mark_skills", _words(form, "introduced.feedback.needed"))
    _send(request, one, form, "feedback", body)
    return "feedback_given"


def _terms(form: Form, one: dict[str, Any]) -> dict[str, Any]:
    """The terms of an offer; blames what is missing."""
    for name in ("wage", "hours_per_week", "starts_on", "permanent"):
        form.need(name, _words(form, f"offering.{name}.needed"))
    hours, starts_on = form.number("hours_per_week"), form.day("starts_on")
    return {
        "occupation": one["vacancy"]["occupation"] if one["vacancy"] else None,
        "wage_cents": form.cents("wage"),
        "hours_per_week": str(hours) if hours is not None else None,
        "starts_on": starts_on.isoformat() if starts_on else None,
        "permanent": form.text("permanent") == "yes",
    }


def _estimate(request: Request, company: Company, one: dict[str, Any], form: Form) -> Any:
    """What each measure may bring for these terms; None when something is to be corrected."""
    terms = _terms(form, one)
    if form.is_wrong:
        return None
    body = {"terms": terms, "introduction_id": one["introduction_id"]}
    if not company.own:
        body["employer_id"] = str(company.employer_id)
    outcome = owners.command(request, "subsidies", "/v1/estimates", body)
    form.take(outcome, _PLACES)
    return outcome.body["estimates"] if outcome.ok else None


def _make_offer(request: Request, one: dict[str, Any], form: Form) -> str | None:
    terms = _terms(form, one)
    _send(request, one, form, "offer", {"terms": terms})
    return "offer_made"


def _withdraw_offer(request: Request, one: dict[str, Any], form: Form) -> str | None:
    form.need("offer_withdrawal", _words(form, "company.reason.needed"))
    if not form.is_wrong and one["offer"]:
        path = f"/v1/offers/{one['offer']['offer_id']}/withdrawal"
        body = {"reason": form.text("offer_withdrawal")}
        form.take(owners.command(request, "matching", path, body, key=form.nonce), {"/reason": "offer_withdrawal"})
    return "offer_withdrawn"


def _words(form: Form, key: str) -> str:
    return str(words_in(form.language)(key))
