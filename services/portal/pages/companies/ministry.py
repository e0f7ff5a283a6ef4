"""A ministry's agent: requests to decide, with their facts, checks and computation; claims to pay. The answer is the
ministry's: its number is made here, so that the same decision sent twice counts once."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.portal.pages import owners
from services.portal.pages.addresses import language_of
from services.portal.pages.companies.company import form_at, names_for, page_at, people_and_companies, show
from services.portal.pages.forms import Form, SentForm
from services.portal.pages.paging import page_of
from services.portal.pages.places import PLACES
from services.portal.pages.told import done
from services.portal.pages.words import words_in
from shared import clock
from shared.http import Caller, Role, allow

router = APIRouter(include_in_schema=False)
Agent = Annotated[Caller, allow(Role.MINISTRY)]
REFUSALS = ("not_eligible", "incomplete", "computation_differs", "other_funding", "budget_used", "other")
PAYMENT_REASONS = (
    "hours_differ", "wage_differs", "not_covered", "evidence_missing", "computation_differs", "other",
)  # fmt: skip
QUESTIONS = (
    "eligibility_letter", "job_offer", "req_number", "work_permit", "immigrant", "work_authorisation", "job_in_field",
    "no_significant_experience", "hours_per_week", "regular_job", "quebec_establishment", "legal_form", "other",
)  # fmt: skip
DECISION_FIELDS = ("decision", "amount", "weeks", "starts_on", "refusal", "questions", "note")
DECISION = {"/amount_cents": "amount", "/reason": "refusal"}
_PAYMENT = {"/amount_cents": "amount"}
TOLD = {"ask": "information_asked", "refused": "request_refused"}
WAITING = "submitted"


@page_at(router, "requests")
def list_requests(
    request: Request,
    viewer: Agent,  # noqa: ARG001  # who may
    state: Annotated[str | None, Query(pattern=r"^[a-z_]{1,30}$")] = None,
) -> Response:
    """Those to decide, oldest first; or those in another state."""
    wanted = state or WAITING
    counts = owners.get(request, "subsidies", "/v1/counts")["counts"]
    found = page_of(request, "subsidies", "/v1/requests", "requests", state=wanted)
    return show(
        request,
        "requests",
        requests=found,
        wanted=wanted,
        counts=[each for each in counts if each["what"] == "requests"],
        names=names_for(request, *people_and_companies(found.items)),
    )


@page_at(router, "request")
def show_request(request_id: UUID, request: Request, viewer: Agent) -> Response:  # noqa: ARG001  # who may
    return _request_page(request, request_id)


@form_at(router, "request")
def decide_request(request_id: UUID, request: Request, viewer: Agent, form: SentForm) -> Response:  # noqa: ARG001
    """Approves, refuses with a code, or asks for what is missing."""
    t = words_in(form.language)
    form.need("decision", str(t("ruling.needed")))
    decision = form.text("decision")
    if decision == "ask":
        step, body = "information-requests", question(form)
    else:
        step, body = "decision", _decision(form, decision)
    if not form.is_wrong:
        path = f"/v1/requests/{request_id}/{step}"
        form.take(owners.command(request, "subsidies", path, body, key=form.nonce), DECISION)
    if form.is_wrong:
        return _request_page(request, request_id, form)
    told = TOLD.get(decision or "", "request_approved")
    return done(request, to_page(request, "requests"), told, href=to_page(request, "request", request_id))


def question(form: Form) -> dict[str, Any]:
    """What a ministry asks before it decides, of a request or of a course; blames what it lacks."""
    asked = form.all("questions")
    if not asked:
        form.blame("questions", str(words_in(form.language)("ruling.questions.needed")))
    return {
        "question_id": number_of(form),
        "questions": asked,
        "note": form.text("note"),
        "asked_on": clock.today().isoformat(),
    }


def _decision(form: Form, decision: str | None) -> dict[str, Any]:
    return {"decision_id": number_of(form), "decided_on": clock.today().isoformat(), **ruling(form, decision)}


def ruling(form: Form, decision: str | None) -> dict[str, Any]:
    """What a decision about a request says, whoever enters it; blames what it lacks."""
    t = words_in(form.language)
    body: dict[str, Any] = {"decision": decision, "note": form.text("note")}
    if decision == "refused":
        form.need("refusal", str(t("ruling.refusal.needed")))
        return {**body, "reason": form.text("refusal")}
    if decision == "approved":
        for name in ("amount", "weeks", "starts_on"):
            form.need(name, str(t(f"ruling.{name}.needed")))
        first = form.day("starts_on")
        body |= {"amount_cents": form.cents("amount"), "weeks": form.whole("weeks")}
        body |= {"starts_on": first and first.isoformat()}
    return body


def _request_page(request: Request, request_id: UUID, form: Form | None = None) -> Response:
    one = owners.get(request, "subsidies", f"/v1/requests/{request_id}")
    claims = owners.try_get(request, "subsidies", "/v1/claims", request_id=request_id)
    criteria = one["criteria"] or []
    return show(
        request,
        "request",
        form,
        one=one,
        claims=claims["claims"] if claims else None,
        asked=[each for each in criteria if each["result"] != "met"],
        met=[each for each in criteria if each["result"] == "met"],
        names=names_for(request, (), [one["employer_id"]]),
        fields=DECISION_FIELDS,
        refusals=REFUSALS,
        questions=QUESTIONS,
    )


@page_at(router, "claims")
def list_claims(
    request: Request,
    viewer: Agent,  # noqa: ARG001  # who may
    state: Annotated[str | None, Query(pattern=r"^[a-z_]{1,30}$")] = None,
) -> Response:
    wanted = state or WAITING
    found = page_of(request, "subsidies", "/v1/claims", "claims", state=wanted)
    return show(
        request,
        "claims",
        claims=found,
        wanted=wanted,
        names=names_for(request, *people_and_companies(found.items)),
    )


@page_at(router, "claim_to_pay")
def show_claim(claim_id: UUID, request: Request, viewer: Agent) -> Response:  # noqa: ARG001  # who may
    return _claim_page(request, claim_id)


@form_at(router, "claim_to_pay")
def pay_claim(claim_id: UUID, request: Request, viewer: Agent, form: SentForm) -> Response:  # noqa: ARG001
    """Pays it, pays a corrected amount, or refuses it."""
    t = words_in(form.language)
    form.need("result", str(t("payment.needed")))
    result = form.text("result")
    if result in ("corrected", "refused"):
        form.need("reason", str(t("payment.reason.needed")))
    if result == "corrected":
        form.need("amount", str(t("payment.amount.needed")))
    body = {
        "payment_id": number_of(form),
        "result": result,
        "amount_cents": form.cents("amount") if result == "corrected" else None,
        "reason": form.text("reason") if result != "paid" else None,
        "paid_on": clock.today().isoformat(),
    }
    if not form.is_wrong:
        form.take(
            owners.command(request, "subsidies", f"/v1/claims/{claim_id}/payment", body, key=form.nonce), _PAYMENT
        )
    if form.is_wrong:
        return _claim_page(request, claim_id, form)
    return done(request, to_page(request, "claims"), f"claim_{result}", href=to_page(request, "claim_to_pay", claim_id))


def _claim_page(request: Request, claim_id: UUID, form: Form | None = None) -> Response:
    claim = owners.get(request, "subsidies", f"/v1/claims/{claim_id}")
    return show(
        request,
        "claim_to_pay",
        form,
        claim=claim,
        about=owners.try_get(request, "subsidies", f"/v1/requests/{claim['request_id']}"),
        names=names_for(request, [claim["candidate_id"]], [claim["employer_id"]]),
        fields=("result", "amount", "reason"),
        reasons=PAYMENT_REASONS,
    )


def number_of(form: Form) -> str:
    """The ministry's own number of this act, of the day and of the form: sent twice, it is the same act."""
    day: date = clock.today()
    return f"portail-{day.isoformat()}-{''.join(c for c in form.nonce if c.isalnum())[:24]}"


def to_page(request: Request, place: str, *ids: object) -> str:
    return PLACES[place].path(language_of(request), *ids)
