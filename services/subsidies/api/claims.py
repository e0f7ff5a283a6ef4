"""Claims: the employer confirms them, the ministry settles them."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from services.subsidies import store
from services.subsidies.api import showing
from services.subsidies.api.callers import EmployerSide, EntersPaper, Everyone, Ministry, whose
from services.subsidies.api.decisions import MinistryId
from services.subsidies.api.views import LineView
from services.subsidies.domain.claim import PREPARING_CLAIM, Claim, ClaimState, Payment
from services.subsidies.domain.request import SentBy
from services.subsidies.domain.words import STATES
from services.subsidies.handlers.claims import settle_claim, submit_claim
from services.subsidies.store import Whose
from shared.db import Tx
from shared.http import Commands, Reads, Sent, Shown, example

router = APIRouter(tags=["claims"])
Reason = Literal["hours_differ", "wage_differs", "not_covered", "evidence_missing", "computation_differs", "other"]


class SubmitClaim(Sent, json_schema_extra=example(accurate=True)):
    """The employer's word that the hours are as stated; ``without_missing_hours``: the days nobody reported are given
    up."""

    accurate: Literal[True]
    without_missing_hours: bool = False


class _Paid(Sent):
    result: Literal["paid", "corrected", "refused"]
    amount_cents: Annotated[int, Field(ge=0, le=100_000_000)] | None = None
    reason: Reason | None = None


class PayClaim(
    _Paid,
    json_schema_extra=example(
        payment_id="SQ-P-0017", result="corrected", amount_cents=412500, reason="hours_differ", paid_on="2026-06-15"
    ),
):
    """``payment_id`` is the ministry's own and names this payment for ever. A correction says amount and reason, a
    refusal its reason; a payment in full needs neither."""

    payment_id: MinistryId
    paid_on: date


class EnterPayment(_Paid, json_schema_extra=example(reference="L-P-0017", result="paid", dated_on="2026-06-15")):
    """What a ministry that is not connected answered on paper, by the paper's reference and date."""

    reference: MinistryId
    dated_on: date


class SpanView(Shown):
    from_on: date
    to_on: date


class ClaimView(Shown):
    """``missing``: working days without reported hours. ``cut_cents``: what goes beyond the approved amount and is not
    asked for. ``lines`` are null once the person is erased or, for a ministry, when she no longer agrees."""

    claim_id: UUID
    request_id: UUID
    hire_id: UUID
    candidate_id: UUID | None
    employer_id: UUID
    ministry: str
    number: int
    from_on: date
    to_on: date
    state: ClaimState
    state_fr: str
    state_en: str
    state_since: datetime
    age_days: int
    must_act: Literal["employer", "ministry"] | None
    hours: Decimal
    amount_cents: int
    cut_cents: int
    lines: list[LineView] | None
    missing: list[SpanView]
    flags: list[dict[str, str]]
    sent_by: SentBy | None
    confirmed_by: str | None
    submitted_at: datetime | None
    paid_amount_cents: int | None
    paid_on: date | None
    reason: str | None


class ClaimsView(Shown):
    """Oldest first. ``next``: send it as ``after`` for what follows; null at the end."""

    claims: list[ClaimView]
    next: UUID | None


@router.get("/v1/claims")
def list_claims(
    caller: Everyone,
    read: Reads,
    state: Annotated[ClaimState | None, Query()] = None,
    request_id: Annotated[UUID | None, Query()] = None,
    employer_id: Annotated[UUID | None, Query()] = None,
    after: Annotated[UUID | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> ClaimsView:
    """Oldest first; a ministry sees those sent to it, an employer its own, staff all."""
    mine = whose(caller, employer_id)
    with read.transaction() as tx:
        found = store.list_claims(tx, mine, state, request_id, after, limit + 1)
        shown = [_shown(tx, claim, mine) for claim in found[:limit]]
    return ClaimsView(claims=shown, next=shown[-1].claim_id if len(found) > limit else None)


@router.get("/v1/claims/{claim_id}")
def get_claim(claim_id: UUID, caller: Everyone, read: Reads) -> ClaimView:
    """One claim, with its computation line by line."""
    with read.transaction() as tx:
        return _shown(tx, store.get_claim(tx, claim_id, whose(caller)), whose(caller))


@router.post("/v1/claims/{claim_id}/submission")
def submit(claim_id: UUID, sent: SubmitClaim, caller: EmployerSide, command: Commands) -> ClaimView:
    """Sends the claim to the ministry."""
    mine = whose(caller)
    return command.run(
        ClaimView,
        lambda tx: _shown(tx, submit_claim(tx, claim_id, mine, caller.actor, sent.without_missing_hours), mine),
    )


@router.post("/v1/claims/{claim_id}/payment")
def pay(claim_id: UUID, sent: PayClaim, caller: Ministry, command: Commands) -> ClaimView:
    """The ministry paid, corrected or refused: once for each ``payment_id``, for ever."""
    mine, payment = whose(caller), Payment(**sent.model_dump())
    return command.run(ClaimView, lambda tx: _shown(tx, settle_claim(tx, claim_id, mine, payment), mine))


@router.post("/v1/claims/{claim_id}/received-payment")
def enter_payment(claim_id: UUID, sent: EnterPayment, caller: EntersPaper, command: Commands) -> ClaimView:
    """Records what a ministry that is not connected answered on paper."""
    mine = whose(caller)
    said: dict[str, Any] = sent.model_dump(exclude={"reference", "dated_on"})
    payment = Payment(payment_id=sent.reference, paid_on=sent.dated_on, **said)
    return command.run(ClaimView, lambda tx: _shown(tx, settle_claim(tx, claim_id, mine, payment, on_paper=True), mine))


def _shown(tx: Tx, claim: Claim, viewer: Whose) -> ClaimView:
    fr, en = STATES[claim.state]
    mover = {"submitted": "ministry"} | dict.fromkeys(PREPARING_CLAIM, "employer")
    known: Mapping[str, Any] = {
        **vars(claim),
        "state_fr": fr,
        "state_en": en,
        "age_days": showing.age_in_days(claim.state_since, tx.now),
        "must_act": mover.get(claim.state),
    }
    hidden = viewer.ministry and not store.consent_stands(tx, claim.candidate_id, claim.ministry)
    return ClaimView.model_validate({**known, "lines": None, "missing": []} if hidden else known)
