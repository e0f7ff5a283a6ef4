"""What a company asks for: its vacancies, a new one, a change, the end of one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.portal.pages import owners
from services.portal.pages.companies.company import (
    Company,
    CompanyHere,
    at_company,
    dollars,
    form_at,
    names_for,
    page_at,
    show,
)
from services.portal.pages.forms import Form, SentForm, empty_form
from services.portal.pages.paging import get_all, page_of
from services.portal.pages.told import done
from services.portal.pages.words import words_in
from shared.errors import NotFound

router = APIRouter(include_in_schema=False)
MUNICIPALITIES = (
    "laval", "montreal", "longueuil", "terrebonne", "blainville", "boisbriand", "saint_eustache", "mascouche",
    "repentigny", "saint_jerome", "other",
)  # fmt: skip
LICENCES = ("oiq", "cpa", "oiiq", "teaching", "otpq", "opq", "ccq")
SKILLS = ("listening", "speaking", "reading", "writing")
OCCUPATIONS = (
    "11101", "11100", "12200", "13110", "14100", "21301", "21231", "21300", "22212", "31301", "32101", "41210", "41220",
    "41221", "42202", "63200", "65200", "72106", "72400", "73300", "75101", "94140", "95106",
)  # fmt: skip
_FIELDS = (
    "occupation", "openings", "wage_min", "wage_max", "hours_per_week", "starts_on", "permanent", "municipality",
    *(f"french_{skill}" for skill in SKILLS), "licences", "years_of_experience", "end_reason",
)  # fmt: skip
_NEEDED = ("occupation", "openings", "wage_min", "wage_max", "hours_per_week", "permanent", "municipality")
_PLACES = {
    "/wage_min_cents": "wage_min",
    "/wage_max_cents": "wage_max",
    **{f"/french_required/{skill}": f"french_{skill}" for skill in SKILLS},
    "/french_required": "french_listening",
    "/licences_required": "licences",
    "/reason": "end_reason",
}


@page_at(router, *at_company("vacancies"))
def list_vacancies(request: Request, company: CompanyHere) -> Response:
    """On a page, open ones first, with how many people stand before each."""
    path = f"/v1/employers/{company.employer_id}/vacancies"
    found = page_of(request, "intake", path, "vacancies", after="before", next_key="next_before")
    introduced = _introduced(request, company)
    return show(
        request,
        "vacancies",
        company=company,
        names=names_for(request, (), [company.employer_id]),
        open=[one for one in found.items if not one["closed_at"]],
        closed=[one for one in found.items if one["closed_at"]],
        listed=found,
        people=_people_of(introduced) if introduced is not None else None,
    )


def _introduced(request: Request, company: Company) -> list[dict[str, Any]] | None:
    """None when matching does not answer."""
    path = f"/v1/employers/{company.employer_id}/introductions"
    try:
        return get_all(request, "matching", path, "introductions", limit=200)
    except owners.OwnerDown:
        return None


def _people_of(introduced: list[dict[str, Any]]) -> Mapping[str, tuple[int, int]]:
    """Vacancy → people put before the company, people hired."""
    counted: dict[str, tuple[int, int]] = {}
    for one in introduced:
        if one["state"] != "proposed":
            before, hired = counted.get(one["vacancy_id"], (0, 0))
            counted[one["vacancy_id"]] = (before + 1, hired + (one["state"] == "hired"))
    return counted


@page_at(router, *at_company("vacancy_new"))
def show_new_vacancy(request: Request, company: CompanyHere) -> Response:
    return _page(request, company, empty_form(request, openings="1", municipality="laval"))


@form_at(router, *at_company("vacancy_new"))
def post_vacancy(request: Request, company: CompanyHere, form: SentForm) -> Response:
    body = _vacancy(form)
    if not form.is_wrong:
        path = f"/v1/employers/{company.employer_id}/vacancies"
        outcome = owners.command(request, "intake", path, body, key=form.nonce)
        form.take(outcome, _PLACES)
        if outcome.ok:
            return done(request, company.to("vacancies"), "vacancy_posted")
    return _page(request, company, form)


@page_at(router, *at_company("vacancy"))
def show_vacancy(vacancy_id: UUID, request: Request, company: CompanyHere) -> Response:
    vacancy = _get(request, company, vacancy_id)
    return _page(request, company, _filled(request, vacancy), vacancy)


@form_at(router, *at_company("vacancy"))
def change_vacancy(vacancy_id: UUID, request: Request, company: CompanyHere, form: SentForm) -> Response:
    """Changes it, or closes it."""
    vacancy = _get(request, company, vacancy_id)
    path = f"/v1/employers/{company.employer_id}/vacancies/{vacancy_id}"
    if form.do == "close":
        form.need("end_reason", str(words_in(form.language)("company.reason.needed")))
        if not form.is_wrong:
            body = {"reason": form.text("end_reason")}
            form.take(owners.command(request, "intake", f"{path}/closure", body, key=form.nonce), _PLACES)
        if not form.is_wrong:
            return done(request, company.to("vacancies"), "vacancy_closed")
        shown = _filled(request, vacancy)
        shown.errors, shown.general = form.errors, form.general
        return _page(request, company, shown, vacancy)
    if form.do != "change":
        raise NotFound
    asked = _vacancy(form)
    if not form.is_wrong:
        form.take(owners.command(request, "intake", path, asked, key=form.nonce, method="PATCH"), _PLACES)
    if form.is_wrong:
        return _page(request, company, form, vacancy)
    return done(request, company.to("vacancy", vacancy_id), "vacancy_changed")


def _get(request: Request, company: Company, vacancy_id: UUID) -> dict[str, Any]:
    path = f"/v1/employers/{company.employer_id}/vacancies/{vacancy_id}"
    found: dict[str, Any] = owners.get(request, "intake", path)
    return found


def _page(request: Request, company: Company, form: Form, vacancy: dict[str, Any] | None = None) -> Response:
    return show(
        request,
        "vacancy",
        form,
        company=company,
        vacancy=vacancy,
        names=names_for(request, (), [company.employer_id]),
        fields=_FIELDS,
        municipalities=MUNICIPALITIES,
        licences=LICENCES,
        skills=SKILLS,
        occupations=OCCUPATIONS,
    )


def _vacancy(form: Form) -> dict[str, Any]:
    """The vacancy as its owner takes it; blames what is missing or unreadable."""
    t = words_in(form.language)
    for name in _NEEDED:
        form.need(name, str(t(f"vacancy.{name}.needed")))
    hours, starts_on = form.number("hours_per_week"), form.day("starts_on")
    return {
        "occupation": (form.text("occupation") or "")[:5],
        "openings": form.whole("openings"),
        "wage_min_cents": form.cents("wage_min"),
        "wage_max_cents": form.cents("wage_max"),
        "hours_per_week": str(hours) if hours is not None else None,
        "starts_on": starts_on.isoformat() if starts_on else None,
        "permanent": form.text("permanent") == "yes",
        "municipality": form.text("municipality"),
        "french_required": {skill: form.whole(f"french_{skill}") for skill in SKILLS},
        "licences_required": form.all("licences"),
        "years_of_experience": form.whole("years_of_experience"),
    }


def _filled(request: Request, vacancy: dict[str, Any]) -> Form:
    """The form with the vacancy as it stands."""
    t = words_in(empty_form(request).language)
    years = vacancy["years_of_experience"]
    french = vacancy["french_required"]
    form = empty_form(
        request,
        occupation=vacancy["occupation"],
        openings=str(vacancy["openings"]),
        wage_min=dollars(vacancy["wage_min_cents"], t.language),
        wage_max=dollars(vacancy["wage_max_cents"], t.language),
        hours_per_week=t.decimal(vacancy["hours_per_week"]),
        starts_on=vacancy["starts_on"],
        permanent="yes" if vacancy["permanent"] else "no",
        municipality=vacancy["municipality"],
        years_of_experience=None if years is None else str(years),
        **{f"french_{skill}": None if french[skill] is None else str(french[skill]) for skill in SKILLS},
    )
    form.answers = {**form.answers, "licences": list(vacancy["licences_required"])}
    return form
