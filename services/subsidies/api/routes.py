"""Requests: staff and employers read, complete and confirm them; a ministry reads its own."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request
from pydantic import Field, model_validator

from services.subsidies import store
from services.subsidies.api import names, showing, views
from services.subsidies.api.callers import EmployerSide, Everyone, StaffOrEmployer, sees_person, whose
from services.subsidies.domain.documents import Document
from services.subsidies.domain.request import SentBy, State
from services.subsidies.handlers.requests import (
    confirm_request,
    give_information,
    prefer_request,
    register_document,
)
from shared.db import Tx
from shared.errors import NotFound
from shared.http import Caller, Commands, Read, Reads, Role, Sent, example, unfit

router = APIRouter(tags=["requests"])
Note = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]
DocumentCode = Literal["eligibility_letter", "job_offer", "req_number", "work_permit", "other"]


class ConfirmRequest(Sent, json_schema_extra=example(accurate=True)):
    """The employer's word that the job and its terms are as stated; a liaison may enter it for the employer."""

    accurate: Literal[True]


class PreferRequest(Sent, json_schema_extra=example(preferred=True)):
    """The employer would rather have this measure than the other that covers the same hours."""

    preferred: Literal[True]


class RegisterDocument(
    Sent,
    json_schema_extra=example(kind="work_permit", issued_on="2025-06-01", expires_on="2027-06-01", reference="PT-2041"),
):
    """That a paper is there: no file. ``reference`` is its own number, shown to the ministry and to staff only."""

    kind: DocumentCode
    issued_on: date | None = None
    expires_on: date | None = None
    reference: Annotated[str, Field(max_length=60, pattern=r"^[A-Za-z0-9 ._:/-]*$")] | None = None

    @model_validator(mode="after")
    def _dates_that_can_be(self) -> Self:
        if self.kind == "work_permit" and self.expires_on is None:
            raise unfit("expiry_needed", "Dites jusqu'à quand ce document est valide.",
                        "Say until when this document is valid.")  # fmt: skip
        if self.issued_on and self.expires_on and self.expires_on < self.issued_on:
            raise unfit("expires_before_issued", "Le document expire avant d'être délivré.",
                        "The document expires before it was issued.")  # fmt: skip
        return self


class GiveInformation(Sent, json_schema_extra=example(complete=True, answer="Le permis est joint au dossier.")):
    """What the ministry asked for is registered, or said in ``answer`` (which it reads, and nobody else)."""

    complete: Literal[True]
    answer: Note | None = None


@router.get("/v1/requests")
def list_requests(
    caller: Everyone,
    read: Reads,
    state: Annotated[State | None, Query()] = None,
    hire_id: Annotated[UUID | None, Query()] = None,
    employer_id: Annotated[UUID | None, Query()] = None,
    sent_by: Annotated[SentBy | None, Query()] = None,
    after: Annotated[UUID | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> views.RequestsView:
    """Oldest first. A ministry sees what was sent to it, an employer what concerns it, staff everything. ``sent_by``
    ``dossier``: what went out on paper."""
    mine = whose(caller, employer_id)
    with read.transaction() as tx:
        found, now = store.list_requests(tx, mine, state, after, limit + 1, hire_id, sent_by), tx.now
    page = found[:limit]
    more = page[-1].request_id if len(found) > limit else None
    return views.RequestsView(requests=[showing.summary(request, now) for request in page], next=more)


@router.get("/v1/requests/{request_id}")
def get_request(request_id: UUID, caller: Everyone, read: Reads, http: Request) -> views.RequestView:
    """The whole request; for the ministry with the names that intake lets it see at this moment."""
    return show_request(request_id, caller, read, http, with_names=caller.role is Role.MINISTRY)


def show_request(request_id: UUID, caller: Caller, read: Read, http: Request, *, with_names: bool) -> views.RequestView:
    """As much of it as the caller may see. Names are asked for once the transaction is over. Raises NotFound."""
    with read.transaction() as tx:
        request, now = store.get_request(tx, request_id, whose(caller)), tx.now
        agreed = store.consent_stands(tx, request.candidate_id, request.ministry)
        papers = showing.papers_of(tx, request)
    shown = None
    if with_names:
        shown = names.look_up(http.app.state.settings, caller.token, request.candidate_id, request.employer_id)
    if caller.role is Role.MINISTRY and not agreed:
        return showing.without_person(request, now, shown)
    return showing.whole(request, now, papers, about_person=sees_person(caller), names=shown)


@router.post("/v1/requests/{request_id}/documents")
def register(request_id: UUID, sent: RegisterDocument, caller: EmployerSide, command: Commands) -> views.DocumentsView:
    """Registers a paper; a draft that lacked only this becomes ready."""
    mine = whose(caller)
    document = Document(uuid4(), **sent.model_dump())

    def work(tx: Tx) -> views.DocumentsView:
        request = register_document(tx, request_id, mine, document, caller.actor)
        papers = showing.papers_of(tx, request)
        return showing.documents_view(request, papers, document.document_id)

    return command.run(views.DocumentsView, work)


@router.post("/v1/requests/{request_id}/preference")
def prefer(
    request_id: UUID,
    sent: PreferRequest,  # noqa: ARG001  # its one field can only say yes
    caller: EmployerSide,
    command: Commands,
) -> views.ConfirmationView:
    """Of two measures for the same hours, this one goes first."""
    mine = whose(caller)
    return command.run(
        views.ConfirmationView,
        lambda tx: views.ConfirmationView.model_validate(prefer_request(tx, request_id, mine)),
    )


@router.post("/v1/requests/{request_id}/confirmation")
def confirm(
    request_id: UUID,
    sent: ConfirmRequest,  # noqa: ARG001  # its one field can only say yes
    caller: EmployerSide,
    command: Commands,
    http: Request,
) -> views.ConfirmationView:
    """Sends the request to the ministry. Without the employer's confirmation nothing goes out."""
    mine = whose(caller)

    def work(tx: Tx) -> views.ConfirmationView:
        sent_by = http.app.state.settings.sent_by(store.get_request(tx, request_id, mine).ministry)
        return views.ConfirmationView.model_validate(confirm_request(tx, request_id, mine, caller.actor, sent_by))

    return command.run(views.ConfirmationView, work)


@router.post("/v1/requests/{request_id}/information")
def inform(request_id: UUID, sent: GiveInformation, caller: EmployerSide, command: Commands) -> views.ConfirmationView:
    """What the ministry asked for is given: it has the request again."""
    mine = whose(caller)
    return command.run(
        views.ConfirmationView,
        lambda tx: views.ConfirmationView.model_validate(
            give_information(tx, request_id, mine, caller.actor, sent.answer)
        ),
    )


@router.get("/v1/hires/{hire_id}/assessments")
def list_assessments(hire_id: UUID, caller: StaffOrEmployer, read: Reads) -> views.AssessmentsView:
    """Every version of what each measure says of a hire."""
    with read.transaction() as tx:
        found = store.list_assessments(tx, hire_id, whose(caller).employer_id)
    if not found:
        raise NotFound
    newest = {each.measure: each.version for each in reversed(found)}
    shown = [
        showing.assessment_view(each, current=each.version == newest[each.measure], about_person=sees_person(caller))
        for each in found
    ]
    return views.AssessmentsView(hire_id=hire_id, assessments=shown)
