"""Facts from subsidies: what a hire may receive, what was asked, and the ministry's answer."""

from services.portal.handlers.record import happened_at, record
from services.portal.store import projection
from shared.db import Tx
from shared.events.subsidies import (
    SubsidyApproved,
    SubsidyAssessed,
    SubsidyEnded,
    SubsidyRefused,
    SubsidyRequested,
)


def show_assessment(tx: Tx, event: SubsidyAssessed) -> None:
    record(tx, event.candidate_id, event, "measure", "result", "amount_cents", "weeks", "employer_id")


def count_request(tx: Tx, event: SubsidyRequested) -> None:
    at = happened_at(tx)
    projection.put_request(
        tx,
        event.request_id,
        event.candidate_id,
        event.employer_id,
        event.hire_id,
        ministry=event.ministry,
        measure=event.measure,
        amount_cents=event.amount_cents,
        requested_at=at,
    )
    projection.touch_employer(tx, event.employer_id, "request", event.request_id, at)
    record(tx, event.candidate_id, event, "request_id", "employer_id", "ministry", "measure", "amount_cents", "weeks")


def show_approval(tx: Tx, event: SubsidyApproved) -> None:
    _decide(tx, event, "approved")
    record(tx, event.candidate_id, event, "request_id", "employer_id", "amount_cents", "weeks", "starts_on")


def show_refusal(tx: Tx, event: SubsidyRefused) -> None:
    _decide(tx, event, "refused")
    record(tx, event.candidate_id, event, "request_id", "employer_id", "reason")


def show_subsidy_end(tx: Tx, event: SubsidyEnded) -> None:
    projection.put_request(
        tx, event.request_id, event.candidate_id, event.employer_id, event.hire_id, ended_on=event.ended_on
    )
    record(tx, event.candidate_id, event, "request_id", "employer_id", "ended_on", "reason")


def _decide(tx: Tx, event: SubsidyApproved | SubsidyRefused, decision: str) -> None:
    projection.put_request(
        tx,
        event.request_id,
        event.candidate_id,
        event.employer_id,
        event.hire_id,
        decision=decision,
        decided_at=happened_at(tx),
    )
