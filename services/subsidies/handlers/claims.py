"""Claims: one per period of an approved request, assembled from the hours that were reported."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.subsidies import store
from services.subsidies.domain.claim import (
    PREPARING_CLAIM,
    Claim,
    ClaimState,
    Payment,
    assemble,
    check_payment,
    check_submission,
    period,
)
from services.subsidies.domain.computation import last_day
from services.subsidies.domain.request import Request
from services.subsidies.handlers.messages import check_on_paper, is_repeated, remember
from services.subsidies.handlers.preparing import lines_as_json
from services.subsidies.rulebook import rulebook
from services.subsidies.store import StoredHours, Whose
from shared import clock
from shared.db import Tx
from shared.errors import NotFound
from shared.events.intake import HoursReported
from shared.events.parts import ComputationLine
from shared.events.subsidies import ClaimDue, ClaimPaid, ClaimSubmitted
from shared.messaging.outbox import publish
from shared.timers import Due, cancel_timers, set_timer
from shared.webhooks import enqueue

CLAIM_PERIOD_ENDS = "claim_period_ends"  # about "<request id>/<number>": the day after a claim period's last


def watch_period(tx: Tx, request: Request, number: int) -> None:
    """A timer for the end of an approved request's ``number``-th claim period, if it has that many."""
    days = _period(request, number)
    if days:
        about, at = f"{request.request_id}/{number}", clock.start_of_day(days[1] + timedelta(days=1))
        set_timer(tx, CLAIM_PERIOD_ENDS, key=request.key, about=about, at=at)


def open_due_claim(tx: Tx, due: Due) -> None:
    """Timer: a claim period has ended."""
    request_id, _, number = due.about.partition("/")
    request = store.find_request(tx, UUID(request_id))
    if request is None or request.candidate_id is None:
        return
    if request.state == "ended" and request.end_reason != "weeks_used":
        return
    _open(tx, request, int(number), _period(request, int(number)))
    watch_period(tx, request, int(number) + 1)


def assemble_claims(tx: Tx, event: HoursReported) -> None:
    """Hours worked and wage paid: claims not sent yet are computed anew; a sent one that they touch is flagged."""
    if store.is_erased(tx, event.candidate_id):
        return
    said = event.model_dump(exclude={"reported_by"})
    store.save_hours(tx, StoredHours(**said, heard_at=tx.now))
    for claim in store.list_claims_at(tx, event.candidate_id, event.employer_id):
        if claim.from_on > event.to_on or claim.to_on < event.from_on:
            continue
        if claim.state in PREPARING_CLAIM:
            store.save_claim(tx, _assembled(tx, claim))
        else:
            _flag(tx, claim, {"code": "hours_reported_later", "from_on": event.from_on.isoformat()})


def close_claims(tx: Tx, request: Request, ended_on: date) -> None:
    """The job ended: no further periods; what was worked up to ``ended_on`` stays claimable, at once."""
    if request.approved_amount_cents is None or request.candidate_id is None:
        return
    claims = store.list_claims_of(tx, request.request_id)
    for claim in claims:
        _shorten(tx, claim, ended_on)
    number = len(claims) + 1
    while days := _period(request, number):
        cancel_timers(tx, CLAIM_PERIOD_ENDS, [f"{request.request_id}/{number}"])
        if days[0] <= ended_on:
            _open(tx, request, number, (days[0], min(days[1], ended_on)))
        number += 1


def submit_claim(tx: Tx, claim_id: UUID, whose: Whose, confirmed_by: str, without_missing_hours: bool) -> Claim:
    """The employer's word sends the claim; said again, it changes nothing. Raises NotFound, NotClaimable."""
    claim = _locked(tx, claim_id, whose)
    if claim.confirmed_by is not None:
        return claim
    if claim.candidate_id is None:
        raise NotFound
    if claim.state in PREPARING_CLAIM:
        claim = _assembled(tx, claim)
    check_submission(claim, without_missing_hours)
    sent = replace(claim, state="submitted", state_since=tx.now, confirmed_by=confirmed_by, submitted_at=tx.now)
    store.save_claim(tx, sent)
    publish(
        tx,
        ClaimSubmitted(
            claim_id=sent.claim_id,
            request_id=sent.request_id,
            candidate_id=claim.candidate_id,
            employer_id=sent.employer_id,
            amount_cents=sent.amount_cents,
            lines=_lines(sent),
        ),
    )
    if sent.sent_by == "webhook":
        body = {"claim_id": str(sent.claim_id), "request_id": str(sent.request_id)}
        enqueue(tx, endpoint=sent.ministry, type="claim.submitted", about=sent.claim_id, body=body)
    return sent


def settle_claim(tx: Tx, claim_id: UUID, whose: Whose, payment: Payment, *, on_paper: bool = False) -> Claim:
    """The ministry paid, corrected or refused; once for each payment id, for ever. ``on_paper``: staff enter it.
    Raises NotFound, MinistryConnected, MessageIdReused, NotToBePaid, Invalid."""
    claim = _locked(tx, claim_id, whose)
    if on_paper:
        check_on_paper(claim.sent_by)
    content = asdict(payment)
    if is_repeated(tx, claim.ministry, "payment", payment.payment_id, claim_id, content):
        return claim
    amount = check_payment(claim, payment)
    remember(tx, claim.ministry, "payment", payment.payment_id, claim_id, content)
    settled = replace(
        claim,
        state=payment.result,
        state_since=tx.now,
        paid_amount_cents=amount,
        paid_on=payment.paid_on,
        reason=payment.reason,
    )
    store.save_claim(tx, settled)
    if claim.candidate_id is not None:
        publish(
            tx,
            ClaimPaid(
                claim_id=claim.claim_id,
                request_id=claim.request_id,
                candidate_id=claim.candidate_id,
                employer_id=claim.employer_id,
                amount_cents=amount,
                paid_on=payment.paid_on,
                result=payment.result,
                reason=payment.reason,
            ),
        )
    return settled


def _open(tx: Tx, request: Request, number: int, days: tuple[date, date] | None) -> None:
    known = {claim.number for claim in store.list_claims_of(tx, request.request_id)}
    if days is None or number in known or request.candidate_id is None:
        return
    claim = _assembled(tx, _new_claim(tx, request, number, days))
    store.save_claim(tx, claim)
    publish(
        tx,
        ClaimDue(
            claim_id=claim.claim_id,
            request_id=claim.request_id,
            candidate_id=request.candidate_id,
            employer_id=claim.employer_id,
            from_on=claim.from_on,
            to_on=claim.to_on,
            hours_missing=claim.hours == 0,
        ),
    )


def _new_claim(tx: Tx, request: Request, number: int, days: tuple[date, date]) -> Claim:
    return Claim(
        claim_id=uuid4(),
        request_id=request.request_id,
        hire_id=request.hire_id,
        candidate_id=request.candidate_id,
        employer_id=request.employer_id,
        ministry=request.ministry,
        number=number,
        from_on=days[0],
        to_on=days[1],
        state="due",
        state_since=tx.now,
        hours=store.NO_HOURS,
        amount_cents=0,
        cut_cents=0,
        lines=[],
        missing=[],
        created_at=tx.now,
        sent_by=request.sent_by,
    )


def _assembled(tx: Tx, claim: Claim) -> Claim:
    """With the hours known now: ready when no working day is missing."""
    request = store.find_request(tx, claim.request_id)
    if request is None or claim.candidate_id is None or request.approved_from is None or request.facts is None:
        return claim
    found = assemble(
        rulebook().get(request.rule_version),
        rulebook().wages,
        starts_on=request.approved_from,
        agreed_on=date.fromisoformat(request.facts["job"]["hired_on"]),
        days=(claim.from_on, claim.to_on),
        reports=store.list_hours(tx, claim.candidate_id, claim.employer_id, claim.from_on, claim.to_on),
        left_cents=(request.approved_amount_cents or 0) - _taken_by_others(tx, claim),
    )
    state: ClaimState = "due" if found.missing or found.hours == 0 else "ready"
    return replace(
        claim,
        state=state,
        state_since=claim.state_since if claim.state == state else tx.now,
        hours=found.hours,
        amount_cents=found.amount_cents,
        cut_cents=found.cut_cents,
        lines=lines_as_json(found.lines),
        missing=[{"from_on": first.isoformat(), "to_on": last.isoformat()} for first, last in found.missing],
    )


def _taken_by_others(tx: Tx, claim: Claim) -> int:
    """What earlier and sent claims take of the approved amount: what was paid, or what they ask for."""
    others = [each for each in store.list_claims_of(tx, claim.request_id) if each.claim_id != claim.claim_id]
    return sum(
        each.amount_cents if each.paid_amount_cents is None else each.paid_amount_cents
        for each in others
        if each.number < claim.number or each.submitted_at is not None
    )


def _shorten(tx: Tx, claim: Claim, ended_on: date) -> None:
    if claim.to_on <= ended_on:
        return
    if claim.state not in PREPARING_CLAIM:
        _flag(tx, claim, {"code": "employment_ended", "ended_on": ended_on.isoformat()})
    elif claim.from_on <= ended_on:
        store.save_claim(tx, _assembled(tx, replace(claim, to_on=ended_on)))
    else:  # nothing of this period was worked
        closed = replace(
            claim, state="refused", state_since=tx.now, reason="employment_ended", amount_cents=0, lines=[]
        )
        store.save_claim(tx, replace(closed, hours=store.NO_HOURS, cut_cents=0, missing=[]))


def _flag(tx: Tx, claim: Claim, flag: Mapping[str, Any]) -> None:
    store.save_claim(tx, replace(claim, flags=[*claim.flags, flag]))


def _period(request: Request, number: int) -> tuple[date, date] | None:
    if request.approved_from is None or request.approved_weeks is None:
        return None
    weeks = rulebook().get(request.rule_version).claim_period_weeks
    return period(request.approved_from, last_day(request.approved_from, request.approved_weeks), weeks, number)


def _lines(claim: Claim) -> tuple[ComputationLine, ...]:
    lines = [
        ComputationLine(code="wage_subsidy", basis=line["basis"], amount_cents=line["amount_cents"])
        for line in claim.lines or ()
    ]
    if claim.cut_cents:
        lines.append(ComputationLine(code="above_approved", basis="approved amount", amount_cents=-claim.cut_cents))
    return tuple(lines)


def _locked(tx: Tx, claim_id: UUID, whose: Whose) -> Claim:
    """The claim as it stands once nobody else can change it. Raises NotFound."""
    tx.lock(store.get_claim(tx, claim_id, whose).key)
    return store.get_claim(tx, claim_id, whose)
