"""Names, for those who may see them at this moment. The answer is never kept; that it was asked for is."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from services.intake.api.unkept import UnkeptCommands
from services.intake.domain.codes import LookUpPurpose
from services.intake.handlers.names import look_up_names
from shared.db import Tx
from shared.http import AN_ID, Caller, Role, Sent, Shown, allow, example

router = APIRouter(tags=["names"])
Ids = Annotated[tuple[UUID, ...], Field(max_length=500)]


class LookUpNames(Sent, json_schema_extra=example(candidate_ids=[AN_ID], purpose="accompaniment")):
    """One look-up a page: all ids it shows."""

    candidate_ids: Ids = ()
    employer_ids: Ids = ()
    purpose: LookUpPurpose


class PersonNameView(Shown):
    """Phone and e-mail only for those who call her."""

    candidate_id: UUID
    given_name: str
    family_name: str
    phone: str | None
    email: str | None


class EmployerNameView(Shown):
    employer_id: UUID
    name: str
    contact_name: str | None
    contact_phone: str | None
    contact_email: str | None


class NamesView(Shown):
    """Ids that are unknown, or not for the caller, are absent."""

    candidates: list[PersonNameView]
    employers: list[EmployerNameView]


@router.post("/v1/names")
def look_up(
    body: LookUpNames,
    command: UnkeptCommands,
    caller: Annotated[
        Caller,
        allow(
            Role.ADVISOR,
            Role.LIAISON,
            Role.RETENTION_ADVISOR,
            Role.MANAGER,
            Role.MINISTRY,
            Role.EMPLOYER,
            Role.CANDIDATE,
        ),
    ],
) -> NamesView:
    """Names of the persons and companies of one page, for those who may see them at this moment. It is noted."""

    def work(tx: Tx) -> NamesView:
        candidate_ids, employer_ids = list(dict.fromkeys(body.candidate_ids)), list(dict.fromkeys(body.employer_ids))
        names = look_up_names(tx, caller, candidate_ids, employer_ids, body.purpose)
        return NamesView(
            candidates=[PersonNameView.model_validate(p) for p in names.persons],
            employers=[EmployerNameView.model_validate(e) for e in names.employers],
        )

    return command.run(work)
