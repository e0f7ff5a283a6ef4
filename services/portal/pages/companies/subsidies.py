"""Subsidies and claims of a company: what is missing, papers, its confirmation, what the ministry asks, claims."""

from dataclasses import replace
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
_FIELDS = ("document", "issued_on", "expires_on", "reference", "accurate", "complete", "information")
_PLACES = {"/kind": "document", "/answer": "information"}
_CLAIM_FIELDS = ("hours", "hourly_wage", "accurate", "without_missing")
_HOURS = {"/hours": "hours", "/wage_cents": "hourly_wage", "/from_on": "hours", "/to_on": "hours"}


@page_at(router, *at_company("subsidies"))
def list_subsidies(request: Request, company: CompanyHere) -> Response:
    """Requests and claims; on a page, those that wait for the company first."""
    only = company.employer_id
    requests = page_of(request, "subsidies", "/v1/requests", "requests", employer_id=only)
    claims = page_of(request, "subsidies", "/v1/claims", "claims", at="claims_after", employer_id=only)
    people = [one["candidate_id"] for one in (*requests.items, *claims.items)]
    return show(
        request,
        "subsidies",
        company=company,
        requests=replace(requests, items=sorted(requests.items, key=_waits_for_others)),
        claims=replace(claims, items=sorted(claims.items, key=_waits_for_others)),
        of_request={one["request_id"]: one for one in requests.items},
        names=names_for(request, people, [company.employer_id]),
    )


def _waits_for_others(one: dict[str, Any]) -> bool:
    return bool(one["must_act"] != "employer")


@page_at(router, *at_company("subsidy"))
def show_subsidy(request_id: UUID, request: Request, company: CompanyHere) -> Response:
    return _page(request, company, _request(request, company, request_id))


@form_at(router, *at_company("subsidy"))
def act_on_subsidy(request_id: UUID, request: Request, company: CompanyHere, form: SentForm) -> Response:
    """Registers a paper, confirms, answers the ministry, or prefers this measure."""
    subsidy = _request(request, company, request_id)
    step, body, told = _step(form)
    if not form.is_wrong:
        outcome = owners.command(request, "subsidies", f"/v1/requests/{request_id}/{step}", body, key=form.nonce)
        form.take(outcome, _PLACES)
    if form.is_wrong:
        return _page(request, company, subsidy, form)
    return done(request, company.to("subsidy", request_id), told)


def _step(form: Form) -> tuple[str, dict[str, Any], str]:
    """(step, body, what to tell) of the form that was sent. Raises NotFound for one the page does not have."""
    t = words_in(form.language)
    match form.do:
        case "document":
            form.need("document", str(t("document.kind.needed")))
            issued, expires = form.day("issued_on"), form.day("expires_on")
            return (
                "documents",
                {
                    "kind": form.text("document"),
                    "issued_on": issued.isoformat() if issued else None,
                    "expires_on": expires.isoformat() if expires else None,
                    "reference": form.text("reference"),
                },
                "document_registered",
            )
        case "confirm":
            form.need("accurate", str(t("subsidy.accurate.needed")))
            return "confirmation", {"accurate": True}, "subsidy_confirmed"
        case "information":
            form.need("complete", str(t("subsidy.complete.needed")))
            return "information", {"complete": True, "answer": form.text("information")}, "information_given"
        case "prefer":
            return "preference", {"preferred": True}, "subsidy_preferred"
    raise NotFound


def _request(request: Request, company: Company, request_id: UUID) -> dict[str, Any]:
    found: dict[str, Any] = owners.get(request, "subsidies", f"/v1/requests/{request_id}")
    return company.is_mine(found)


def _page(request: Request, company: Company, subsidy: dict[str, Any], form: Form | None = None) -> Response:
    claims = owners.try_get(request, "subsidies", "/v1/claims", request_id=subsidy["request_id"])
    return show(
        request,
        "subsidy",
        form,
        company=company,
        subsidy=subsidy,
        claims=claims["claims"] if claims else None,
        names=names_for(request, [subsidy["candidate_id"]], [company.employer_id]),
        fields=_FIELDS,
    )


@page_at(router, *at_company("claim"))
def show_claim(claim_id: UUID, request: Request, company: CompanyHere) -> Response:
    return _claim_page(request, company, _claim(request, company, claim_id))


@form_at(router, *at_company("claim"))
def act_on_claim(claim_id: UUID, request: Request, company: CompanyHere, form: SentForm) -> Response:
    """Reports hours of a span that has none, or confirms the claim."""
    claim = _claim(request, company, claim_id)
    if form.do == "hours":
        told = _report_hours(request, company, claim, form)
    elif form.do == "submit":
        told = _submit(request, claim, form)
    else:
        raise NotFound
    if form.is_wrong:
        return _claim_page(request, company, claim, form)
    return done(request, company.to("claim", claim_id), told)


def _report_hours(request: Request, company: Company, claim: dict[str, Any], form: Form) -> str:
    t = words_in(form.language)
    form.need("hours", str(t("claim.hours.needed")))
    form.need("hourly_wage", str(t("claim.hourly_wage.needed")))
    hours, wage = form.number("hours"), form.cents("hourly_wage")
    span = next((s for s in claim["missing"] if s["from_on"] == form.text("span")), None)
    if span is None or claim["candidate_id"] is None:
        form.general.append(str(t("claim.span.gone")))
    if not form.is_wrong and span is not None:
        body = {**span, "hours": str(hours), "wage_cents": wage, "employer_id": str(company.employer_id)}
        path = f"/v1/candidates/{claim['candidate_id']}/hours"
        form.take(owners.command(request, "intake", path, body, key=form.nonce), _HOURS)
    return "hours_reported"


def _submit(request: Request, claim: dict[str, Any], form: Form) -> str:
    form.need("accurate", str(words_in(form.language)("claim.accurate.needed")))
    if not form.is_wrong:
        body = {"accurate": True, "without_missing_hours": form.ticked("without_missing")}
        path = f"/v1/claims/{claim['claim_id']}/submission"
        form.take(owners.command(request, "subsidies", path, body, key=form.nonce), {})
    return "claim_submitted"


def _claim(request: Request, company: Company, claim_id: UUID) -> dict[str, Any]:
    found: dict[str, Any] = owners.get(request, "subsidies", f"/v1/claims/{claim_id}")
    return company.is_mine(found)


def _claim_page(request: Request, company: Company, claim: dict[str, Any], form: Form | None = None) -> Response:
    subsidy = owners.try_get(request, "subsidies", f"/v1/requests/{claim['request_id']}")
    return show(
        request,
        "claim",
        form,
        company=company,
        claim=claim,
        subsidy=subsidy,
        names=names_for(request, [claim["candidate_id"]], [company.employer_id]),
        fields=_CLAIM_FIELDS,
    )
