"""A ministry decides, asks, pays; or staff enter what came on paper from one that is not connected."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from services.subsidies import store
from services.subsidies.api import views
from services.subsidies.api.callers import EntersPaper, Ministry, whose
from services.subsidies.api.routes import Note
from services.subsidies.domain.request import Decision
from services.subsidies.handlers.decisions import record_decision, record_received_decision
from services.subsidies.handlers.requests import ask_information
from services.subsidies.store import InformationRequest, Whose
from shared.db import Tx
from shared.http import Commands, Sent, example

router = APIRouter(tags=["ministry"])
# dollars and weeks that PostgreSQL holds and no request exceeds
Amount = Annotated[int, Field(gt=0, le=100_000_000)]
Weeks = Annotated[int, Field(gt=0, le=520)]
MinistryId = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._:/-]+$")]
Refusal = Literal["not_eligible", "incomplete", "computation_differs", "other_funding", "budget_used", "other"]
Question = Literal[
    "eligibility_letter",
    "job_offer",
    "req_number",
    "work_permit",
    "immigrant",
    "work_authorisation",
    "job_in_field",
    "no_significant_experience",
    "hours_per_week",
    "regular_job",
    "quebec_establishment",
    "legal_form",
    "other",
]


class _Decided(Sent):
    decision: Literal["approved", "refused"]
    amount_cents: Amount | None = None
    weeks: Weeks | None = None
    starts_on: date | None = None
    reason: Refusal | None = None
    note: Note | None = None


class DecideRequest(
    _Decided,
    json_schema_extra=example(
        decision_id="SQ-2026-0017",
        decided_on="2026-03-20",
        decision="approved",
        amount_cents=1560000,
        weeks=30,
        starts_on="2026-03-02",
    ),
):
    """A ministry's answer. ``decision_id`` is the ministry's own and names this decision for ever. An approval states
    amount, weeks and first day; a refusal its reason. The note stays with us and is published to nobody."""

    decision_id: MinistryId
    decided_on: date


class EnterDecision(
    _Decided,
    json_schema_extra=example(reference="L-2026-0017", dated_on="2026-03-20", decision="refused", reason="budget_used"),
):
    """A decision that came on paper: the paper's own reference and date stand for the ministry's id and day."""

    reference: MinistryId
    dated_on: date


class AskInformation(
    Sent, json_schema_extra=example(question_id="SQ-Q-0017", questions=["work_permit"], asked_on="2026-03-12")
):
    """What the ministry wants to know before it decides. ``question_id`` is its own and names this question for ever.
    The note is for whoever answers and is published to nobody."""

    question_id: MinistryId
    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=13)]
    note: Note | None = None
    asked_on: date


@router.post("/v1/requests/{request_id}/decision")
def decide(request_id: UUID, sent: DecideRequest, caller: Ministry, command: Commands) -> views.DecisionView:
    """Records the ministry's decision, once for each ``decision_id``, for ever."""
    ministry = whose(caller).ministry or ""
    decision = Decision(ministry=ministry, request_id=request_id, **sent.model_dump())
    return command.run(views.DecisionView, lambda tx: views.DecisionView.model_validate(record_decision(tx, decision)))


@router.post("/v1/requests/{request_id}/received-decision")
def enter_decision(request_id: UUID, sent: EnterDecision, caller: EntersPaper, command: Commands) -> views.DecisionView:
    """Records what a ministry that is not connected answered on paper to a printed dossier."""

    def work(tx: Tx) -> views.DecisionView:
        said: dict[str, Any] = sent.model_dump(exclude={"reference", "dated_on"})
        said |= {"decision_id": sent.reference, "decided_on": sent.dated_on, "request_id": request_id}
        ministry = store.get_request(tx, request_id, Whose()).ministry
        return views.DecisionView.model_validate(
            record_received_decision(tx, Decision(ministry=ministry, **said), caller.actor)
        )

    return command.run(views.DecisionView, work)


@router.post("/v1/requests/{request_id}/information-requests")
def ask(request_id: UUID, sent: AskInformation, caller: Ministry, command: Commands) -> views.ConfirmationView:
    """The ministry asks for more before it decides: once for each ``question_id``, for ever."""
    ministry = whose(caller).ministry or ""
    asked = InformationRequest(request_id, 0, sent.questions, sent.note, sent.asked_on)
    return command.run(
        views.ConfirmationView,
        lambda tx: views.ConfirmationView.model_validate(ask_information(tx, asked, ministry, sent.question_id)),
    )
