"""An advisor: referrals that wait, and the decision about one."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.portal.pages.accompany.questions import (
    FACT_FIELDS,
    FACT_PLACES,
    answer,
    facts_body,
    names_for,
    to,
    words_of,
)
from services.portal.pages.forms import Form, SentForm, empty_form
from services.portal.pages.owners import Outcome, command, get, try_get
from services.portal.pages.paging import Paged, cut, get_all, page_of
from services.portal.pages.rail import counter
from services.portal.pages.render import page
from services.portal.pages.routes import send, show
from services.portal.pages.told import done
from services.portal.store.story import count_waiting_referrals
from shared.db import Tx
from shared.errors import NotFound
from shared.http import Caller, Role, allow

router = APIRouter(include_in_schema=False)
Advisor = Annotated[Caller, allow(Role.ADVISOR)]
OPEN = ("checking", "incomplete")
REASONS = {
    "refused": ("not_eligible", "already_accompanied", "unreachable", "duplicate", "programme_full"),
    "redirected": ("services_quebec", "mifi", "community_body", "college"),
    "withdrawn": ("person_withdrew", "found_work", "moved_away"),
}
"""Why a referral is answered otherwise than by an admission; intake says the last word."""


@counter("referrals")
def _waiting(tx: Tx, _: Caller) -> int:
    return count_waiting_referrals(tx)


@show(router, "referrals")
def show_inbox(
    request: Request,
    viewer: Advisor,
    state: Literal["checking", "incomplete", "accepted", "refused", "redirected", "withdrawn"] | None = None,
) -> Response:
    """Those that wait, longest first; or those of one state, newest first."""
    listed = _closed(request, state) if state else _open(request)
    found = listed.items
    partners = try_get(request, "intake", "/v1/partners") or {"partners": []}
    return page(
        request,
        "inbox.html",
        referrals=listed,
        state=state,
        states=("checking", "incomplete", "accepted", "refused", "redirected", "withdrawn"),
        names=names_for(request, viewer, [r["candidate_id"] for r in found]),
        partners={p["partner_id"]: p["name"] for p in partners["partners"]},
        decidable=sum(1 for r in found if r["waits_for"] == "programme"),
    )


def _closed(request: Request, state: str) -> Paged[Any]:
    return page_of(request, "intake", "/v1/referrals", "referrals", after="before", next_key="next_before", state=state)


def _open(request: Request) -> Paged[Any]:
    """Every one that waits, those at the programme first."""
    found: list[Any] = []
    for state in OPEN:
        found += get_all(
            request, "intake", "/v1/referrals", "referrals", next_key="next_before", after="before",
            state=state, limit=200,
        )  # fmt: skip
    return cut(request, sorted(found, key=_in_the_inbox), _in_the_inbox)


def _in_the_inbox(referral: Any) -> tuple[str, ...]:
    return "0" if referral["at_programme"] else "1", referral["received_at"], referral["referral_id"]


@show(router, "decision")
def show_decision(referral_id: UUID, request: Request, viewer: Advisor) -> Response:
    return _decision(request, viewer, referral_id, empty_form(request))


@send(router, "decision")
def decide(referral_id: UUID, request: Request, viewer: Advisor, form: SentForm) -> Response:
    referral = get(request, "intake", f"/v1/referrals/{referral_id}")
    outcome = _decide(request, referral, form)
    if outcome is not None and outcome.ok:
        where = ("accompany", referral["candidate_id"]) if form.do == "admit" else ("decision", referral_id)
        return done(request, to(request, *where), f"decision.{form.do}", number=referral["file_number"])
    if outcome is not None:
        form.take(outcome, {**FACT_PLACES, "/unknown": "unknown", "/reason": "answer"})
    return _decision(request, viewer, referral_id, form)


def _decide(request: Request, referral: Any, form: Form) -> Outcome | None:
    """What the owner said; None when there was something to correct first."""
    candidate, key = referral["candidate_id"], form.nonce
    if form.do == "admit":
        unknown = form.all("unknown")
        body = {"reason": "admitted_with_unknown" if unknown else None, "unknown": unknown}
        return command(request, "intake", f"/v1/candidates/{candidate}/admission", body, key=key)
    if form.do == "complete":
        facts = facts_body(form)
        path = f"/v1/referrals/{referral['referral_id']}"
        return None if form.is_wrong else command(request, "intake", path, facts, key=key, method="PATCH")
    if form.do == "close":
        form.need("answer", str(words_of(request)("decision.reason.missing")))
        result, _, reason = (form.text("answer") or "").partition(":")
        if form.is_wrong:
            return None
        path = f"/v1/referrals/{referral['referral_id']}/closure"
        return command(request, "intake", path, {"outcome": result, "reason": reason}, key=key)
    raise NotFound


def _decision(request: Request, viewer: Caller, referral_id: UUID, form: Form) -> Response:
    referral = get(request, "intake", f"/v1/referrals/{referral_id}")
    candidate = referral["candidate_id"]
    eligibility = try_get(request, "intake", f"/v1/candidates/{candidate}/eligibility")
    file = try_get(request, "intake", f"/v1/candidates/{candidate}")
    partners = try_get(request, "intake", "/v1/partners") or {"partners": []}
    unknown = [c for c in (eligibility or {"criteria": []})["criteria"] if c["result"] == "unknown"]
    return answer(
        request,
        "decision.html",
        form,
        fields=(*FACT_FIELDS, "unknown", "answer"),
        referral=referral,
        eligibility=eligibility,
        unknown=unknown,
        not_met=[c for c in (eligibility or {"criteria": []})["criteria"] if c["result"] == "not_met"],
        facts=(file or {"facts": None})["facts"],
        is_open=referral["state"] in OPEN,
        missing=[fact["code"] for fact in referral["missing"]],
        names=names_for(request, viewer, [candidate]),
        partners={p["partner_id"]: p["name"] for p in partners["partners"]},
        reasons=REASONS,
    )
