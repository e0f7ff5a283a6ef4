"""Who decides what, by which route, and how: the two ministries that this process plays."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from deploy.local.ministry.examining import Finding, examine, examine_claim, examine_course
from deploy.local.ministry.ledger import Kind

Ministry = Literal["services_quebec", "mifi"]
Json = dict[str, Any]


@dataclass(frozen=True)
class Desk:
    """``path``: where its things are read; the list is under ``listed``, each named by ``identity``; the answer goes to
    ``<path>/<id>/<answers_to>``."""

    kind: Kind
    ministry: Ministry
    path: str
    listed: str
    identity: str
    answers_to: str
    examine: Callable[[Json], list[Finding]]
    decide: Callable[[Json, list[Finding]], Json]


def _decide_request(request: Json, findings: list[Finding]) -> Json:
    said: Json = {"decision_id": f"SQ-{request['request_id']}", "decided_on": _day(request)}
    if refusal := _refusal(findings):
        return {**said, "decision": "refused", **refusal}
    return {
        **said,
        "decision": "approved",
        "amount_cents": request["amount_cents"],
        "weeks": request["weeks"],
        "starts_on": request["starts_on"],
    }


def _decide_claim(claim: Json, findings: list[Finding]) -> Json:
    """What does not add up is corrected to what does, never upwards."""
    said: Json = {"payment_id": f"SQ-P-{claim['claim_id']}", "paid_on": _day(claim)}
    if all(finding.passed for finding in findings):
        return {**said, "result": "paid", "amount_cents": claim["amount_cents"]}
    proven = sum(finding.cents for finding in findings if finding.check == "line")
    if not 0 < proven <= int(claim["amount_cents"]):
        return {**said, "result": "refused", "reason": "computation_differs"}
    return {**said, "result": "corrected", "amount_cents": proven, "reason": "computation_differs"}


def _decide_course(course: Json, findings: list[Finding]) -> Json:
    said: Json = {"decision_id": f"MIFI-{course['course_id']}", "decided_on": _day(course)}
    if refusal := _refusal(findings):
        return {**said, "decision": "refused", **refusal}
    return {**said, "decision": "approved", "hours": course["hours"]}


def _refusal(findings: Iterable[Finding]) -> Json | None:
    failed = [finding for finding in findings if not finding.passed]
    if not failed:
        return None
    return {"reason": failed[0].reason, "note": "; ".join(f"{each.check}: {each.said}" for each in failed)[:500]}


def _day(thing: Json) -> str:
    """The programme may live in another time than ours (a demo): never dated before the thing was sent."""
    today = date.today().isoformat()  # noqa: DTZ011  # a calendar day here
    return max(today, str(thing["submitted_at"])[:10])


DESKS: dict[Kind, Desk] = {
    desk.kind: desk
    for desk in (
        Desk(
            "request", "services_quebec", "/v1/requests", "requests", "request_id", "decision", examine, _decide_request
        ),
        Desk("claim", "services_quebec", "/v1/claims", "claims", "claim_id", "payment", examine_claim, _decide_claim),
        Desk(
            "course", "mifi", "/v1/french-courses", "courses", "course_id", "decision", examine_course, _decide_course
        ),
    )
}


def question_about(request: Json) -> Json:
    """What it asks once, of a scripted share of requests."""
    return {
        "question_id": f"SQ-Q-{request['request_id']}",
        "questions": ["eligibility_letter"],
        "asked_on": _day(request),
    }
