"""Commands on a request: the employer confirms, the ministry decides; and what time does to an approved one."""

import hashlib
import json
from dataclasses import asdict, replace
from datetime import timedelta
from uuid import UUID

from services.subsidies import store
from services.subsidies.domain.computation import last_day
from services.subsidies.domain.request import (
    Approval,
    Decision,
    Refusal,
    Request,
    check_confirmation,
    check_decision,
)
from services.subsidies.handlers.assessing import APPLICATION_WINDOW
from services.subsidies.handlers.ending import SUBSIDY_ENDS, SUBSIDY_STARTS, end_request, tell_ministry
from services.subsidies.store import RecordedDecision, Whose
from shared import clock
from shared.db import Tx
from shared.errors import Invalid, NotFound, Problem
from shared.events.parts import ComputationLine
from shared.events.subsidies import SubsidyApproved, SubsidyRefused, SubsidyRequested
from shared.messaging.outbox import publish
from shared.timers import Due, cancel_timers, set_timer


class DecisionIdReused(Invalid):
    """The ministry used this decision id before, for something else."""


def confirm_request(tx: Tx, request_id: UUID, whose: Whose, confirmed_by: str) -> Request:
    """The employer's word sends the request; said again, it changes nothing.
    Raises NotFound, NotReady, WindowMissed."""
    request = _locked(tx, request_id, whose)
    if request.confirmed_by is not None:
        return request
    check_confirmation(request, clock.local_date(tx.now))
    sent = replace(request, state="submitted", confirmed_by=confirmed_by, submitted_at=tx.now)
    store.save_request(tx, sent)
    cancel_timers(tx, APPLICATION_WINDOW, [f"{sent.measure}/{sent.hire_id}"])
    publish(
        tx,
        SubsidyRequested(
            request_id=sent.request_id,
            hire_id=sent.hire_id,
            candidate_id=_person_of(sent),
            employer_id=sent.employer_id,
            ministry=sent.ministry,
            measure=sent.measure,
            rule_version=sent.rule_version,
            amount_cents=sent.amount_cents,
            weeks=sent.weeks,
            lines=tuple(
                ComputationLine(code="wage_subsidy", basis=line["basis"], amount_cents=line["amount_cents"])
                for line in sent.lines or ()
            ),
        ),
    )
    tell_ministry(tx, sent, "subsidy_request.submitted")
    return sent


def record_decision(tx: Tx, decision: Decision) -> RecordedDecision:
    """The ministry decided. The same decision again is answered the same, for ever, whatever became of the request.
    Raises NotFound, DecisionIdReused, NotWithTheMinistry, Invalid."""
    whose = Whose(ministry=decision.ministry)
    request = _locked(tx, decision.request_id, whose, f"decision/{decision.ministry}/{decision.decision_id}")
    content_hash = _hash(decision)
    known = store.find_decision(tx, decision.ministry, decision.decision_id)
    if known is not None:
        if known.content_hash != content_hash:
            raise DecisionIdReused(
                Problem("/decision_id", "decision_id_reused", "Ce numéro de décision a déjà servi pour autre chose.",
                        "This decision id was used before for something else.")
            )  # fmt: skip
        return known
    answer = check_decision(request, decision)
    recorded = RecordedDecision(**asdict(decision), content_hash=content_hash, recorded_at=tx.now)
    store.add_decision(tx, recorded)
    if isinstance(answer, Approval):
        _approve(tx, request, decision, answer)
    else:
        _refuse(tx, request, decision, answer)
    return recorded


def begin_subsidy(tx: Tx, due: Due) -> None:
    """Timer: the first subsidised day has come."""
    request = store.find_request(tx, UUID(due.about))
    if request and request.state == "approved":
        store.save_request(tx, replace(request, state="active"))


def end_used_weeks(tx: Tx, due: Due) -> None:
    """Timer: the approved weeks have passed."""
    request = store.find_request(tx, UUID(due.about))
    if request and request.state in ("approved", "active") and request.approved_from and request.approved_weeks:
        end_request(tx, request, "weeks_used", last_day(request.approved_from, request.approved_weeks))


def _approve(tx: Tx, request: Request, decision: Decision, said: Approval) -> None:
    store.save_request(
        tx,
        replace(
            request,
            state="approved",
            decided_on=decision.decided_on,
            decision_note=decision.note,
            approved_amount_cents=said.amount_cents,
            approved_weeks=said.weeks,
            approved_from=said.starts_on,
        ),
    )
    set_timer(tx, SUBSIDY_STARTS, key=request.key, about=request.request_id, at=clock.start_of_day(said.starts_on))
    after = last_day(said.starts_on, said.weeks) + timedelta(days=1)
    set_timer(tx, SUBSIDY_ENDS, key=request.key, about=request.request_id, at=clock.start_of_day(after))
    publish(
        tx,
        SubsidyApproved(
            request_id=request.request_id,
            hire_id=request.hire_id,
            candidate_id=_person_of(request),
            employer_id=request.employer_id,
            decision_id=decision.decision_id,
            amount_cents=said.amount_cents,
            weeks=said.weeks,
            starts_on=said.starts_on,
            decided_on=decision.decided_on,
        ),
    )


def _refuse(tx: Tx, request: Request, decision: Decision, said: Refusal) -> None:
    store.save_request(
        tx,
        replace(
            request,
            state="refused",
            decided_on=decision.decided_on,
            decision_note=decision.note,
            refusal_reason=said.reason,
        ),
    )
    publish(
        tx,
        SubsidyRefused(
            request_id=request.request_id,
            hire_id=request.hire_id,
            candidate_id=_person_of(request),
            employer_id=request.employer_id,
            decision_id=decision.decision_id,
            reason=said.reason,
            decided_on=decision.decided_on,
        ),
    )


def _locked(tx: Tx, request_id: UUID, whose: Whose, *more: str) -> Request:
    """The request as it stands once nobody else can change it. Raises NotFound."""
    tx.lock(store.get_request(tx, request_id, whose).key, *more)
    return store.get_request(tx, request_id, whose)


def _person_of(request: Request) -> UUID:
    """An erased person's requests have ended: neither confirmation nor decision gets this far. Raises NotFound."""
    if request.candidate_id is None:
        raise NotFound
    return request.candidate_id


def _hash(decision: Decision) -> str:
    content = json.dumps(asdict(decision), sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()
