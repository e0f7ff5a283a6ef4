"""Employments that are followed: their terms and changes, signals with their reasons, support opened and closed."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.portal.pages import owners
from services.portal.pages.addresses import language_of
from services.portal.pages.companies.company import form_at, names_for, page_at, people_and_companies, show
from services.portal.pages.companies.newcomers import CHANGES, ENDS
from services.portal.pages.forms import Form, SentForm
from services.portal.pages.paging import page_of
from services.portal.pages.places import PLACES
from services.portal.pages.told import done
from services.portal.pages.words import words_in
from shared import clock
from shared.errors import NotFound
from shared.http import Caller, Role, allow

router = APIRouter(include_in_schema=False)
Advisor = Annotated[Caller, allow(Role.RETENTION_ADVISOR, Role.ADVISOR)]
Staff = Annotated[Caller, allow(Role.RETENTION_ADVISOR, Role.ADVISOR, Role.MANAGER)]
CLOSURES = ("spoke_with_both", "spoke_with_employee", "spoke_with_employer", "support_opened", "nothing_needed")
SUPPORTS = ("mediation", "hr", "intercultural")
OUTCOMES = ("settled", "partly_settled", "not_settled")
_FIELDS = (
    "change", "effective_on", "occupation", "wage", "hours_per_week", "starts_on", "permanent", "ended_on",
    "end_reason", "support",
)  # fmt: skip
_PLACES = {
    "/kind": "change",
    "/terms/occupation": "occupation",
    "/terms/wage_cents": "wage",
    "/terms/hours_per_week": "hours_per_week",
    "/terms/starts_on": "starts_on",
    "/reason": "end_reason",
}


@page_at(router, "signals")
def list_signals(
    request: Request,
    viewer: Staff,  # noqa: ARG001  # who may
    state: Annotated[str, Query(pattern="^(open|closed)$")] = "open",
) -> Response:
    found = page_of(request, "retention", "/v1/signals", "items", state=state)
    return show(
        request,
        "signals",
        signals=found,
        wanted=state,
        names=names_for(request, *people_and_companies(found.items)),
    )


@page_at(router, "signal")
def show_signal(signal_id: UUID, request: Request, viewer: Staff) -> Response:  # noqa: ARG001  # who may
    return _signal_page(request, _signal(request, signal_id))


@form_at(router, "signal")
def act_on_signal(signal_id: UUID, request: Request, viewer: Advisor, form: SentForm) -> Response:  # noqa: ARG001
    """Opens support because of it, or closes it with what was done."""
    signal = _signal(request, signal_id)
    if form.do == "support":
        told = _open_support(request, form, signal["hire_id"], str(signal_id))
    elif form.do == "close":
        form.need("closure", str(words_in(form.language)("signal.closure.needed")))
        if not form.is_wrong:
            body = {"done": form.text("closure"), "note": form.text("note")}
            path = f"/v1/signals/{signal_id}/closure"
            form.take(owners.command(request, "retention", path, body, key=form.nonce), {"/done": "closure"})
        told = "signal_closed"
    else:
        raise NotFound
    if form.is_wrong:
        return _signal_page(request, signal, form)
    place = "signals" if form.do == "close" else "supports"
    return done(request, PLACES[place].path(language_of(request)), told)


def _signal(request: Request, signal_id: UUID) -> dict[str, Any]:
    found: dict[str, Any] = owners.get(request, "retention", f"/v1/signals/{signal_id}")
    return found


def _signal_page(request: Request, signal: dict[str, Any], form: Form | None = None) -> Response:
    return show(
        request,
        "signal",
        form,
        signal=signal,
        file=owners.try_get(request, "retention", f"/v1/employments/{signal['hire_id']}"),
        names=names_for(request, [signal["candidate_id"]], [signal["employer_id"]]),
        fields=("support", "closure", "note"),
        closures=CLOSURES,
        supports=SUPPORTS,
    )


def _open_support(request: Request, form: Form, hire_id: str, signal_id: str | None) -> str:
    form.need("support", str(words_in(form.language)("support.kind.needed")))
    if not form.is_wrong:
        body = {"kind": form.text("support"), "signal_id": signal_id}
        path = f"/v1/employments/{hire_id}/supports"
        form.take(owners.command(request, "retention", path, body, key=form.nonce), {"/kind": "support"})
    return "support_opened"


@page_at(router, "supports")
def list_supports(
    request: Request,
    viewer: Staff,  # noqa: ARG001  # who may
    state: Annotated[str, Query(pattern="^(open|closed)$")] = "open",
) -> Response:
    return _supports_page(request, state)


@form_at(router, "supports")
def close_support(request: Request, viewer: Advisor, form: SentForm) -> Response:  # noqa: ARG001  # who may
    """What came of it."""
    try:
        support_id = UUID(form.text("support_id") or "")
    except ValueError:
        raise NotFound from None
    field = f"outcome_{support_id}"
    form.need(field, str(words_in(form.language)("support.outcome.needed")))
    if not form.is_wrong:
        body = {"outcome": form.text(field)}
        path = f"/v1/supports/{support_id}/closure"
        form.take(owners.command(request, "retention", path, body, key=form.nonce), {"/outcome": field})
    if form.is_wrong:
        return _supports_page(request, "open", form)
    return done(request, PLACES["supports"].path(language_of(request)), "support_closed")


def _supports_page(request: Request, state: str, form: Form | None = None) -> Response:
    found = page_of(request, "retention", "/v1/supports", "items", state=state)
    return show(
        request,
        "supports",
        form,
        supports=found,
        wanted=state,
        names=names_for(request, *people_and_companies(found.items)),
        fields=(),
        outcomes=OUTCOMES,
    )


@page_at(router, "employment")
def show_employment(hire_id: UUID, request: Request, viewer: Staff) -> Response:  # noqa: ARG001  # who may
    return _employment_page(request, hire_id)


@form_at(router, "employment")
def act_on_employment(hire_id: UUID, request: Request, viewer: Advisor, form: SentForm) -> Response:  # noqa: ARG001
    """Records a change or the end, or opens support."""
    match form.do:
        case "support":
            told = _open_support(request, form, str(hire_id), None)
        case "change":
            told = _send(request, form, hire_id, "changes", _change(form))
        case "end":
            told = _send(request, form, hire_id, "end", _end(form))
        case _:
            raise NotFound
    if form.is_wrong:
        return _employment_page(request, hire_id, form)
    return done(request, PLACES["employment"].path(language_of(request), hire_id), told)


def _send(request: Request, form: Form, hire_id: UUID, step: str, body: dict[str, Any]) -> str:
    if not form.is_wrong:
        path = f"/v1/employments/{hire_id}/{step}"
        form.take(owners.command(request, "retention", path, body, key=form.nonce), _PLACES)
    return {"changes": "employment_changed", "end": "employment_ended"}[step]


def _change(form: Form) -> dict[str, Any]:
    t = words_in(form.language)
    form.need("change", str(t("newcomer.change.needed")))
    form.need("effective_on", str(t("company.day.needed")))
    for name in ("wage", "hours_per_week", "starts_on"):
        form.need(name, str(t(f"offering.{name}.needed")))
    effective, starts, hours = form.day("effective_on"), form.day("starts_on"), form.number("hours_per_week")
    return {
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


def _end(form: Form) -> dict[str, Any]:
    t = words_in(form.language)
    form.need("ended_on", str(t("company.day.needed")))
    form.need("end_reason", str(t("company.reason.needed")))
    ended = form.day("ended_on")
    return {"ended_on": ended and ended.isoformat(), "reason": form.text("end_reason")}


def _employment_page(request: Request, hire_id: UUID, form: Form | None = None) -> Response:
    file = owners.get(request, "retention", f"/v1/employments/{hire_id}")
    whole = owners.try_get(request, "retention", f"/v1/candidates/{file['candidate_id']}/follow-up")
    jobs = whole["employments"] if whole else []
    plan = next((job for job in jobs if job["hire_id"] == str(hire_id)), None)
    return show(
        request,
        "employment",
        form,
        file=file,
        plan=plan,
        names=names_for(request, [file["candidate_id"]], [file["employer_id"]]),
        fields=_FIELDS,
        changes=CHANGES,
        ends=ENDS,
        supports=SUPPORTS,
        today=clock.today(),
    )
