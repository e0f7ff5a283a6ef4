"""Agreements, purpose × recipient: given by the person, recorded by her or by her advisor, taken back at any time."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from services.intake.api.access import note_read, only_own_file
from services.intake.api.facts import Notice, Text
from services.intake.api.unkept import NotedReads
from services.intake.domain.codes import Purpose
from services.intake.handlers import consents as handlers
from services.intake.store import candidates, consents
from shared import clock
from shared.http import Caller, Commands, Role, Sent, Shown, allow, example

router = APIRouter(tags=["consents"])
HerselfOrAdvisor = Annotated[Caller, allow(Role.ADVISOR, Role.CANDIDATE)]


class GiveConsent(
    Sent,
    json_schema_extra=example(
        purpose="send_to_ministry", recipient="services_quebec", notice_version="2026-01", given_on="2026-03-02"
    ),
):
    """``recipient``: employers or one employer's id; services_quebec or mifi; sender. ``given_on``: or today."""

    purpose: Purpose
    recipient: Text
    notice_version: Notice
    given_on: date | None = None


class ConsentView(Shown):
    consent_id: UUID
    candidate_id: UUID
    purpose: str
    recipient: str
    notice_version: str
    given_on: date
    withdrawn_at: datetime | None


class ConsentsView(Shown):
    consents: list[ConsentView]


@router.post("/v1/candidates/{candidate_id}/consents", status_code=201)
def give_consent(candidate_id: UUID, body: GiveConsent, command: Commands, caller: HerselfOrAdvisor) -> ConsentView:
    """She agrees to one use of her file by one recipient."""
    only_own_file(caller, candidate_id)
    return command.run(
        ConsentView,
        lambda tx: ConsentView.model_validate(
            handlers.give_consent(
                tx,
                candidate_id,
                body.purpose,
                body.recipient,
                body.notice_version,
                body.given_on or clock.local_date(tx.now),
            )
        ),
    )


@router.delete("/v1/candidates/{candidate_id}/consents/{consent_id}")
def withdraw_consent(candidate_id: UUID, consent_id: UUID, command: Commands, caller: HerselfOrAdvisor) -> ConsentView:
    """Takes an agreement back, from this moment on."""
    only_own_file(caller, candidate_id)
    return command.run(
        ConsentView,
        lambda tx: ConsentView.model_validate(handlers.withdraw_consent(tx, candidate_id, consent_id)),
    )


@router.get("/v1/candidates/{candidate_id}/consents")
def list_consents(candidate_id: UUID, read: NotedReads, caller: HerselfOrAdvisor) -> ConsentsView:
    """Those taken back too. It is noted."""
    only_own_file(caller, candidate_id)
    with read.transaction() as tx:
        candidates.get_candidate(tx, candidate_id)
        note_read(tx, caller, candidate_id)
        return ConsentsView(consents=[ConsentView.model_validate(c) for c in consents.list_consents(tx, candidate_id)])
