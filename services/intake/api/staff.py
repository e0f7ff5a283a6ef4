"""The directory of staff: whom an id stands for, for colleagues."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter
from pydantic import Field

from services.intake.domain.staff import StaffMember, StaffRole
from services.intake.handlers import staff as handlers
from services.intake.store import staff as store
from shared.db import Tx
from shared.http import Commands, Reads, Role, Sent, Shown, allow, example

router = APIRouter(tags=["staff"])
MANAGER = [allow(Role.MANAGER)]
COLLEAGUES = [allow(Role.MANAGER, Role.ADVISOR, Role.LIAISON, Role.RETENTION_ADVISOR, Role.OPERATOR)]
Name = Annotated[str, Field(max_length=100)]


class AddStaffMember(Sent, json_schema_extra=example(given_name="Maude", family_name="Exemple", role="advisor")):
    """``staff_id``: the subject of her tokens, as the identity provider gives it; a new one unless given."""

    staff_id: UUID | None = None
    given_name: Name
    family_name: Name
    role: StaffRole


class ChangeStaffMember(Sent, json_schema_extra=example(active=False)):
    """What is absent stays as it is. ``active`` false: she works here no longer."""

    given_name: Name | None = None
    family_name: Name | None = None
    role: StaffRole | None = None
    active: bool | None = None


class StaffEntryView(Shown):
    """What a command answers: no name, for answers are kept under their Idempotency-Key."""

    staff_id: UUID
    role: str
    active: bool


class StaffMemberView(StaffEntryView):
    given_name: str
    family_name: str


class StaffView(Shown):
    """Everybody, those who left included."""

    staff: list[StaffMemberView]


@router.post("/v1/staff", status_code=201, dependencies=MANAGER)
def add_staff_member(body: AddStaffMember, command: Commands) -> StaffEntryView:
    """Puts a colleague into the directory."""

    def work(tx: Tx) -> StaffEntryView:
        member = StaffMember(body.staff_id or uuid4(), body.given_name, body.family_name, body.role)
        return StaffEntryView.model_validate(handlers.add_staff_member(tx, member))

    return command.run(StaffEntryView, work)


@router.patch("/v1/staff/{staff_id}", dependencies=MANAGER)
def change_staff_member(staff_id: UUID, body: ChangeStaffMember, command: Commands) -> StaffEntryView:
    """Renamed, of another role, or no longer here."""
    return command.run(
        StaffEntryView,
        lambda tx: StaffEntryView.model_validate(
            handlers.change_staff_member(tx, staff_id, **body.model_dump(exclude_none=True))
        ),
    )


@router.get("/v1/staff", dependencies=COLLEAGUES)
def list_staff(read: Reads) -> StaffView:
    """Names of colleagues. No row of an audit: who works here is no secret to those who work here."""
    with read.transaction() as tx:
        return StaffView(staff=[StaffMemberView.model_validate(one) for one in store.list_staff(tx)])
