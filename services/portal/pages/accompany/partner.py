"""A partner: refer someone, what became of those it sent, one referral, its links."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.portal.pages.accompany.questions import (
    FACT_FIELDS,
    FACT_PLACES,
    NOTICE_VERSION,
    PERSON_FIELDS,
    PERSON_PLACES,
    answer,
    facts_body,
    person_body,
    to,
    today_in,
    words_of,
)
from services.portal.pages.forms import Form, SentForm, empty_form
from services.portal.pages.owners import command, get, try_get
from services.portal.pages.paging import page_of
from services.portal.pages.qr import LONGEST, QrCode, qr_code
from services.portal.pages.render import page
from services.portal.pages.routes import send, show
from services.portal.pages.told import done
from shared.errors import NotFound
from shared.http import Caller, Role, allow

router = APIRouter(include_in_schema=False)
PARTNER = allow(Role.PARTNER)
Partner = Annotated[Caller, PARTNER]
Maker = Annotated[Caller, allow(Role.PARTNER, Role.ADVISOR)]
STATES = ("incomplete", "checking", "accepted", "refused", "redirected", "withdrawn")
WITHDRAWALS = ("sender_withdrew", "person_withdrew", "found_work", "moved_away")


@show(router, "refer", PARTNER)
def show_refer(request: Request) -> Response:
    return _refer(request, empty_form(request))


@send(router, "refer", PARTNER)
def refer(request: Request, form: SentForm) -> Response:
    body = {
        "channel": "partner_page",
        "to_partner_id": form.text("to_partner_id"),
        "person": person_body(form),
        "agreement": _agreement(form, today_in(request)),
        "facts": facts_body(form),
    }
    if form.is_wrong:
        return _refer(request, form)
    outcome = command(request, "intake", "/v1/referrals", body, key=form.nonce)
    if not outcome.ok:
        form.take(outcome, {**PERSON_PLACES, **FACT_PLACES, "/to_partner_id": "to_partner_id"})
        return _refer(request, form)
    sent = outcome.body
    return done(request, to(request, "my_referral", sent["referral_id"]), "referred", number=sent["file_number"])


def _agreement(form: Form, today: date) -> dict[str, Any] | None:
    if not form.ticked("agreed"):
        return None
    return {
        "given_on": today.isoformat(),
        "notice_version": NOTICE_VERSION,
        "statement": "partner_statement",
        "purposes": form.all("purposes"),
    }


def _refer(request: Request, form: Form) -> Response:
    partners = try_get(request, "intake", "/v1/partners")
    viewer: Caller = request.state.caller
    return answer(
        request,
        "refer.html",
        form,
        fields=(*PERSON_FIELDS, "purposes", *FACT_FIELDS, "to_partner_id"),
        today=today_in(request),
        mine=_own_name(partners, viewer),
        partners=[(p["partner_id"], p["name"]) for p in _others(partners, viewer)],
    )


def _own_name(partners: Any, viewer: Caller) -> str | None:
    known = (partners or {"partners": []})["partners"]
    return next((p["name"] for p in known if p["partner_id"] == viewer.organisation), None)


def _others(partners: Any, viewer: Caller) -> list[Any]:
    return [p for p in (partners or {"partners": []})["partners"] if p["partner_id"] != viewer.organisation]


@show(router, "my_referrals", PARTNER)
def show_my_referrals(
    request: Request,
    state: Literal["incomplete", "checking", "accepted", "refused", "redirected", "withdrawn", "closed"] | None = None,
) -> Response:
    """Newest first."""
    found = page_of(
        request, "intake", "/v1/referrals", "referrals", after="before", next_key="next_before", state=state
    )
    return page(
        request,
        "my_referrals.html",
        referrals=found,
        state=state,
        states=STATES,
    )


@show(router, "my_referral")
def show_my_referral(referral_id: UUID, request: Request, viewer: Partner) -> Response:
    return _referral(request, viewer, referral_id, empty_form(request))


@send(router, "my_referral")
def change_my_referral(referral_id: UUID, request: Request, viewer: Partner, form: SentForm) -> Response:
    path = f"/v1/referrals/{referral_id}"
    if form.do == "complete":
        body = facts_body(form)
        if not form.is_wrong:
            outcome = command(request, "intake", path, body, key=form.nonce, method="PATCH")
    elif form.do == "pass_on":
        body = {"to_partner_id": form.text("to_partner_id")}
        outcome = command(request, "intake", f"{path}/passing", body, key=form.nonce)
    elif form.do == "withdraw":
        form.need("reason", str(words_of(request)("withdraw.reason.missing")))
        body = {"outcome": "withdrawn", "reason": form.text("reason")}
        if not form.is_wrong:
            outcome = command(request, "intake", f"{path}/closure", body, key=form.nonce)
    else:
        raise NotFound
    if not form.is_wrong and outcome.ok:
        return done(request, to(request, "my_referral", referral_id), f"referral.{form.do}")
    if not form.is_wrong:
        form.take(outcome, {**FACT_PLACES, "/to_partner_id": "to_partner_id", "/reason": "reason"})
    return _referral(request, viewer, referral_id, form)


def _referral(request: Request, viewer: Caller, referral_id: UUID, form: Form) -> Response:
    referral = get(request, "intake", f"/v1/referrals/{referral_id}")
    partners = try_get(request, "intake", "/v1/partners") or {"partners": []}
    holds = referral["holder_id"] == viewer.organisation
    return answer(
        request,
        "my_referral.html",
        form,
        fields=(*FACT_FIELDS, "to_partner_id", "reason"),
        referral=referral,
        eligibility=try_get(request, "intake", f"/v1/candidates/{referral['candidate_id']}/eligibility"),
        is_open=referral["state"] in ("incomplete", "checking"),
        holds=holds,
        missing=[fact["code"] for fact in referral["missing"]],
        names_of_partners={p["partner_id"]: p["name"] for p in partners["partners"]},
        others=[(p["partner_id"], p["name"]) for p in _others(partners, viewer)],
        withdrawals=WITHDRAWALS,
    )


@show(router, "my_links")
def show_my_links(request: Request, viewer: Maker) -> Response:
    return _links(request, viewer, empty_form(request))


@send(router, "my_links")
def make_link(request: Request, viewer: Maker, form: SentForm) -> Response:
    t = words_of(request)
    form.need("label", str(t("link.label.missing")))
    form.need("expires_on", str(t("link.until.missing")))
    until = form.day("expires_on")
    if form.is_wrong or until is None:
        return _links(request, viewer, form)
    body = {
        "channel": "partner_page" if viewer.role == Role.PARTNER else "fair",
        "label": form.text("label"),
        "to_partner_id": form.text("to_partner_id"),
        "expires_on": until.isoformat(),
    }
    outcome = command(request, "intake", "/v1/links", body, key=form.nonce)
    if not outcome.ok:
        form.take(outcome)
        return _links(request, viewer, form)
    return done(request, to(request, "my_links"), "link_made")


def _qr_code(address: str) -> QrCode | None:
    """None for an address too long to be scanned well."""
    return qr_code(address) if len(address.encode()) <= LONGEST else None


def _links(request: Request, viewer: Caller, form: Form) -> Response:
    found = get(request, "intake", "/v1/links")
    partners = try_get(request, "intake", "/v1/partners")
    settings = request.app.state.settings
    return answer(
        request,
        "my_links.html",
        form,
        fields=("label", "expires_on", "to_partner_id"),
        links=found["links"],
        base=settings.portal_url.rstrip("/"),
        qr_code=_qr_code,
        today=today_in(request),
        partners=[(p["partner_id"], p["name"]) for p in _others(partners, viewer)],
    )
