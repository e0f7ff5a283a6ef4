"""Companies."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from services.intake.api.access import only_own_company
from services.intake.api.facts import Text
from services.intake.domain.codes import LegalForm, Municipality, Sector
from services.intake.handlers import employers as handlers
from services.intake.store import employers
from shared.http import Caller, Commands, Reads, Role, Sent, Shown, allow, example

router = APIRouter(tags=["employers"])
LiaisonOrItself = Annotated[Caller, allow(Role.LIAISON, Role.EMPLOYER)]
Readers = Annotated[Caller, allow(Role.LIAISON, Role.ADVISOR, Role.MANAGER, Role.EMPLOYER)]


class ContactSent(Sent):
    name: Text | None = None
    phone: Text | None = None
    email: Annotated[str, Field(max_length=254)] | None = None


class EmployerSent(Sent):
    """A company as somebody tells of it."""

    name: Text
    sector: Sector
    legal_form: LegalForm
    municipality: Municipality
    quebec_establishment: bool | None = None
    contact: ContactSent = ContactSent()

    def employer(self, liaison_id: UUID | None = None) -> handlers.NewEmployer:
        return handlers.NewEmployer(
            name=self.name,
            sector=self.sector,
            legal_form=self.legal_form,
            municipality=self.municipality,
            quebec_establishment=self.quebec_establishment,
            liaison_id=liaison_id,
            contact_name=self.contact.name,
            contact_phone=self.contact.phone,
            contact_email=self.contact.email,
        )


class RegisterEmployer(
    EmployerSent,
    json_schema_extra=example(
        name="Une entreprise d'exemple",
        sector="manufacturing",
        legal_form="private",
        municipality="laval",
        quebec_establishment=True,
        contact={"name": "Direction", "email": "direction@example.org"},
    ),
):
    liaison_id: UUID | None = None  # the caller when not given


class EmployerView(Shown):
    """No name: look it up by POST /v1/names."""

    employer_id: UUID
    sector: str
    legal_form: str
    municipality: str
    quebec_establishment: bool | None
    liaison_id: UUID | None


class EmployerRowView(EmployerView):
    registered_at: datetime


class EmployersView(Shown):
    employers: list[EmployerRowView]
    next_before: int | None


@router.post("/v1/employers", status_code=201)
def register_employer(
    body: RegisterEmployer, command: Commands, caller: Annotated[Caller, allow(Role.LIAISON, Role.ADVISOR)]
) -> EmployerView:
    """An advisor too: of somebody who found work by herself."""
    new = body.employer(body.liaison_id or (_id_or_none(caller.subject) if caller.role == Role.LIAISON else None))
    return command.run(EmployerView, lambda tx: EmployerView.model_validate(handlers.register_employer(tx, new)))


@router.get("/v1/employers", dependencies=[allow(Role.LIAISON, Role.ADVISOR, Role.MANAGER)])
def list_employers(
    read: Reads,
    liaison_id: UUID | None = None,
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> EmployersView:
    """Latest registered first, of one liaison or all."""
    with read.transaction() as tx:
        page = employers.list_employers(tx, liaison_id=liaison_id, before=before, limit=limit)
        return EmployersView(
            employers=[EmployerRowView.model_validate(e) for e in page],
            next_before=page[-1].position if len(page) == limit else None,
        )


@router.get("/v1/employers/{employer_id}")
def get_employer(employer_id: UUID, read: Reads, caller: Readers) -> EmployerView:
    """One company, without its name."""
    only_own_company(caller, employer_id)
    with read.transaction() as tx:
        return EmployerView.model_validate(employers.get_employer(tx, employer_id))


def _id_or_none(subject: str) -> UUID | None:
    try:
        return UUID(subject)
    except ValueError:
        return None
