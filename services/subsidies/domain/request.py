"""The life of a request to a ministry, and what may happen to it when.

draft → ready → submitted ⇄ information_requested → approved | refused;  approved → active → ended;  anything open may
end early. Only the employer's confirmation sends it; only the ministry decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from services.subsidies.domain.assessment import Result
from services.subsidies.domain.words import Said
from shared.errors import Invalid, Problem, Refused
from shared.money import Cents

# draft: something is still missing; ready: waits for the employer's confirmation; submitted: the ministry has it;
# information_requested: it asks for more; active: approved, and its first subsidised day has come
State = Literal["draft", "ready", "submitted", "information_requested", "approved", "active", "refused", "ended"]
EndReason = Literal[
    "employment_ended",
    "hire_cancelled",
    "consent_withdrawn",
    "window_missed",
    "no_longer_applies",
    "overlap",
    "candidate_erased",
    "weeks_used",
]
SentBy = Literal["webhook", "dossier"]
UNDECIDED: frozenset[State] = frozenset({"submitted", "information_requested"})
GRANTED: frozenset[State] = frozenset({"approved", "active"})
WITH_THE_MINISTRY: frozenset[State] = UNDECIDED | GRANTED
PREPARING: frozenset[State] = frozenset({"draft", "ready"})
# an ended request of these reasons may be followed by a new one for the same hire
_REVIVABLE: frozenset[EndReason] = frozenset({"consent_withdrawn", "window_missed", "no_longer_applies"})


@dataclass(frozen=True)
class Request:
    """One application to one ministry for one hire. After an erasure ``candidate_id`` and all facts are None and only
    amounts stay. ``facts``, ``criteria`` and ``lines`` are those of the last assessment before it was sent."""

    request_id: UUID
    hire_id: UUID
    candidate_id: UUID | None
    employer_id: UUID
    file_number: str | None
    ministry: str
    measure: str
    rule_version: str
    state: State
    amount_cents: Cents
    weeks: int
    starts_on: date | None
    apply_until: date
    facts: Mapping[str, Any] | None
    criteria: Sequence[Mapping[str, Any]] | None
    lines: Sequence[Mapping[str, Any]] | None
    created_at: datetime
    confirmed_by: str | None
    submitted_at: datetime | None
    decided_on: date | None
    approved_amount_cents: Cents | None
    approved_weeks: int | None
    approved_from: date | None
    refusal_reason: str | None
    decision_note: str | None
    ended_on: date | None
    end_reason: EndReason | None
    state_since: datetime | None = None
    sent_by: SentBy | None = None  # a signed notice, or paper until the ministry connects
    lacking: Sequence[str] = ()  # codes of what a draft waits for
    flags: Sequence[Mapping[str, Any]] = ()  # what moved after it was sent: code, kind, effective_on
    overlaps_with: str | None = None  # the measure that goes before it

    @property
    def key(self) -> str:
        """The case whose lock guards it."""
        return str(self.candidate_id or self.request_id)


@dataclass(frozen=True)
class Decision:
    """What a ministry answered. Identified for ever by ``ministry`` and ``decision_id``, which the ministry chose."""

    ministry: str
    decision_id: str
    request_id: UUID
    decision: Literal["approved", "refused"]
    amount_cents: Cents | None
    weeks: int | None
    starts_on: date | None
    reason: str | None
    note: str | None
    decided_on: date


def moved(request: Request, state: State, now: datetime, **changes: Any) -> Request:
    """``request`` in ``state``, in which it is since ``now`` if it was not before."""
    since = request.state_since if request.state == state else now
    return replace(request, state=state, state_since=since, **changes)


class NotReady(Refused):
    """The request lacks something other than the employer's word."""


class WindowMissed(Refused):
    """The last day to apply has passed."""


class NotWithTheMinistry(Refused):
    """The ministry has nothing to decide about it: it was decided, or it ended."""


@dataclass(frozen=True)
class Ends:
    """A request is over, for this reason."""

    reason: EndReason


def prepared_state(
    result: Result, lacking: Sequence[str], already_open: bool
) -> Literal["draft", "ready"] | Ends | None:
    """What becomes of a request that is not sent yet: the state it should have, that it ends, or None when there is
    none and none is needed. A fact that became unknown sends an open one back to draft."""
    if result == "may_apply":
        return "draft" if lacking else "ready"
    if not already_open:
        return None
    if result == "unknown":
        return "draft"
    return Ends("window_missed" if result == "window_missed" else "no_longer_applies")


def may_be_prepared(latest: Request | None) -> bool:
    """Whether a hire is still judged for a measure: not once the ministry has, or had, its request."""
    if latest is None or latest.state in PREPARING:
        return True
    return latest.state == "ended" and latest.end_reason in _REVIVABLE


def check_confirmation(request: Request, lacking: Sequence[Said], today: date) -> None:
    """Raises NotReady (every lack at once) or WindowMissed when the employer's word cannot send ``request`` today."""
    if request.state not in PREPARING:
        raise NotReady(in_state("request_closed", request))
    if lacking:
        raise NotReady(*(Problem("", said.code, f"{said.fr}.", f"{said.en}.") for said in lacking))
    if today > request.apply_until:
        raise WindowMissed(
            Problem("", "window_missed", f"La demande devait partir au plus tard le {request.apply_until}.",
                    f"The request had to go out by {request.apply_until}.")
        )  # fmt: skip


@dataclass(frozen=True)
class Approval:
    """Yes, to so many cents in all, for so many weeks from a day on."""

    amount_cents: Cents
    weeks: int
    starts_on: date


@dataclass(frozen=True)
class Refusal:
    """No, for a reason (a code)."""

    reason: str


def check_decision(request: Request, decision: Decision) -> Approval | Refusal:
    """What the decision says. Raises NotWithTheMinistry, or Invalid with everything it lacks or exceeds."""
    if request.state not in UNDECIDED:
        raise NotWithTheMinistry(in_state("nothing_to_decide", request))
    if decision.decision == "refused":
        if decision.reason is None:
            raise Invalid(_needed("reason", "Un refus dit pourquoi.", "A refusal says why."))
        return Refusal(decision.reason)
    problems = _problems_of_approval(request, decision)
    amount, weeks, starts_on = decision.amount_cents, decision.weeks, decision.starts_on
    if problems or amount is None or weeks is None or starts_on is None:
        raise Invalid(*problems)
    return Approval(amount, weeks, starts_on)


def missing(request: Request) -> tuple[str, ...]:
    """Codes of what must still come before it can go out."""
    if request.state == "draft":
        return (*request.lacking, "employer_confirmation")
    return ("employer_confirmation",) if request.state == "ready" else ()


def unknown_facts(criteria: Sequence[Mapping[str, Any]]) -> list[str]:
    return [f"fact:{tested['code']}" for tested in criteria if tested["result"] == "unknown"]


def _problems_of_approval(request: Request, decision: Decision) -> list[Problem]:
    problems = [
        _needed(name, "Une approbation le précise.", "An approval states it.")
        for name in ("amount_cents", "weeks", "starts_on")
        if getattr(decision, name) is None
    ]
    if (decision.amount_cents or 0) > request.amount_cents:
        problems.append(
            Problem("/amount_cents", "more_than_asked", f"La demande était de {request.amount_cents} cents.",
                    f"The request was for {request.amount_cents} cents.")
        )  # fmt: skip
    if (decision.weeks or 0) > request.weeks:
        problems.append(
            Problem("/weeks", "more_than_asked", f"La demande était de {request.weeks} semaines.",
                    f"The request was for {request.weeks} weeks.")
        )  # fmt: skip
    return problems


def _needed(name: str, fr: str, en: str) -> Problem:
    return Problem(f"/{name}", "needed", fr, en)


def in_state(code: str, request: Request) -> Problem:
    """Why not: because of the state it is in."""
    fr, en = {
        "draft": ("n'est pas encore prête", "is not ready yet"),
        "ready": ("n'a pas encore été envoyée", "has not been sent yet"),
        "submitted": ("est déjà chez le ministère", "is with the ministry already"),
        "information_requested": ("attend un renseignement demandé", "waits for information that was asked for"),
        "approved": ("est déjà approuvée", "is approved already"),
        "active": ("est déjà approuvée et en cours", "is approved and running already"),
        "refused": ("est déjà refusée", "is refused already"),
        "ended": (f"a pris fin ({request.end_reason})", f"has ended ({request.end_reason})"),
    }[request.state]
    return Problem("", code, f"Cette demande {fr}.", f"This request {en}.")
