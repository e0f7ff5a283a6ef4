"""Routes: staff and employers read and confirm, a ministry reads and decides."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field

from services.subsidies import store
from services.subsidies.api import names, views
from services.subsidies.domain.request import Decision, State
from services.subsidies.handlers.requests import confirm_request, record_decision
from services.subsidies.store import Whose
from shared.errors import NotFound
from shared.http import Caller, Commands, Reads, Role, Sent, allow

STAFF = (Role.ADVISOR, Role.LIAISON, Role.MANAGER, Role.RETENTION_ADVISOR)
Ministry = Annotated[Caller, allow(Role.MINISTRY)]
Confirms = Annotated[Caller, allow(Role.EMPLOYER, Role.LIAISON)]
ReadsRequests = Annotated[Caller, allow(*STAFF, Role.EMPLOYER, Role.MINISTRY)]
ReadsAssessments = Annotated[Caller, allow(*STAFF, Role.EMPLOYER)]
# dollars and weeks that PostgreSQL holds and no request exceeds
Amount = Annotated[int, Field(gt=0, le=100_000_000)]
Weeks = Annotated[int, Field(gt=0, le=520)]

router = APIRouter(tags=["subsidies"])


class ConfirmRequest(Sent):
    """The employer's word that the job and its terms are as stated; a liaison may enter it for the employer."""

    accurate: Literal[True]


class DecideRequest(Sent):
    """A ministry's answer. ``decision_id`` is the ministry's own and names this decision for ever. An approval states
    amount, weeks and first day; a refusal its reason. The note stays with us and is published to nobody."""

    decision_id: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._:/-]+$")]
    decision: Literal["approved", "refused"]
    amount_cents: Amount | None = None
    weeks: Weeks | None = None
    starts_on: date | None = None
    reason: (
        Literal["not_eligible", "incomplete", "computation_differs", "other_funding", "budget_used", "other"] | None
    ) = None
    note: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] | None = None
    decided_on: date


@router.get("/v1/requests")
def list_requests(
    caller: ReadsRequests,
    read: Reads,
    state: Annotated[State | None, Query()] = None,
    after: Annotated[UUID | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> views.RequestsView:
    """Oldest first. A ministry sees what was sent to it, an employer what concerns it, staff everything."""
    with read.transaction() as tx:
        found = store.list_requests(tx, whose(caller), state, after, limit + 1)
    page = found[:limit]
    more = page[-1].request_id if len(found) > limit else None
    return views.RequestsView(requests=[views.summary(request) for request in page], next=more)


@router.get("/v1/requests/{request_id}")
def get_request(request_id: UUID, caller: ReadsRequests, read: Reads, http: Request) -> views.RequestView:
    """The whole request; for the ministry with the names that intake lets it see at this moment."""
    with read.transaction() as tx:
        request = store.get_request(tx, request_id, whose(caller))
        agreed = store.consent_stands(tx, request.candidate_id, request.ministry)
    if caller.role is not Role.MINISTRY:
        return views.whole(request, about_person=caller.role is not Role.EMPLOYER)
    shown = names.look_up(http.app.state.settings, caller.token, request.candidate_id, request.employer_id)
    if not agreed:
        return views.without_person(request, shown)
    return views.whole(request, about_person=True, names=shown)


@router.post("/v1/requests/{request_id}/confirmation")
def confirm(
    request_id: UUID,
    sent: ConfirmRequest,  # noqa: ARG001  # its one field can only say yes
    caller: Confirms,
    command: Commands,
) -> views.ConfirmationView:
    """Sends the request to the ministry. Without the employer's confirmation nothing goes out."""
    mine = whose(caller)
    return command.run(
        views.ConfirmationView,
        lambda tx: views.ConfirmationView.model_validate(confirm_request(tx, request_id, mine, caller.actor)),
    )


@router.post("/v1/requests/{request_id}/decision")
def decide(request_id: UUID, sent: DecideRequest, caller: Ministry, command: Commands) -> views.DecisionView:
    """Records the ministry's decision, once for each ``decision_id``, for ever."""
    ministry = whose(caller).ministry or ""
    decision = Decision(ministry=ministry, request_id=request_id, **sent.model_dump())
    return command.run(views.DecisionView, lambda tx: views.DecisionView.model_validate(record_decision(tx, decision)))


@router.get("/v1/hires/{hire_id}/assessments")
def list_assessments(hire_id: UUID, caller: ReadsAssessments, read: Reads) -> views.AssessmentsView:
    """Every version of what each measure says of a hire."""
    with read.transaction() as tx:
        found = store.list_assessments(tx, hire_id, whose(caller).employer_id)
    if not found:
        raise NotFound
    newest = {(each.measure, each.version) for each in found if each is _first(found, each.measure)}
    shown = [
        views.assessment_view(
            each, current=(each.measure, each.version) in newest, about_person=caller.role is not Role.EMPLOYER
        )
        for each in found
    ]
    return views.AssessmentsView(hire_id=hire_id, assessments=shown)


def whose(caller: Caller) -> Whose:
    """Whose requests the caller may touch. Raises NotFound for an employer or ministry acting for nobody."""
    if caller.role is Role.MINISTRY:
        if not caller.organisation:
            raise NotFound
        return Whose(ministry=caller.organisation)
    if caller.role is Role.EMPLOYER:
        try:
            return Whose(employer_id=UUID(caller.organisation or ""))
        except ValueError:
            raise NotFound from None
    return Whose()


def _first(found: list[store.StoredAssessment], measure: str) -> store.StoredAssessment:
    return next(each for each in found if each.measure == measure)
