"""Partners and their keys."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from services.intake.api.unkept import UnkeptCommands
from services.intake.domain.codes import PartnerKind
from services.intake.handlers import partners as handlers
from services.intake.store import partners as store
from shared.db import Tx
from shared.http import Caller, Commands, Reads, Role, Sent, Shown, allow, example

router = APIRouter(tags=["partners"])
MANAGER = [allow(Role.MANAGER)]


class AddPartner(Sent, json_schema_extra=example(name="Une coopérative d'exemple", kind="credit_union")):
    name: Annotated[str, Field(max_length=200)]
    kind: PartnerKind


class PartnerView(Shown):
    partner_id: UUID
    name: str
    kind: str


class PartnersView(Shown):
    partners: list[PartnerView]


class FreshKeyView(Shown):
    """``key`` is shown this once."""

    key_id: UUID
    key: str


class KeyView(Shown):
    key_id: UUID
    created_at: datetime
    revoked_at: datetime | None


class KeysView(Shown):
    keys: list[KeyView]


@router.post("/v1/partners", status_code=201, dependencies=MANAGER)
def add_partner(body: AddPartner, command: Commands) -> PartnerView:
    """A body that refers people, or gives workshops and training."""
    return command.run(
        PartnerView, lambda tx: PartnerView.model_validate(handlers.add_partner(tx, body.name, body.kind))
    )


@router.get("/v1/partners", dependencies=[allow(Role.MANAGER, Role.ADVISOR, Role.LIAISON, Role.PARTNER)])
def list_partners(read: Reads) -> PartnersView:
    """Every partner, by name."""
    with read.transaction() as tx:
        return PartnersView(partners=[PartnerView.model_validate(p) for p in store.list_partners(tx)])


@router.post("/v1/partners/{partner_id}/keys", status_code=201, dependencies=MANAGER)
def issue_key(partner_id: UUID, command: UnkeptCommands) -> FreshKeyView:
    """A key for a partner's own system, shown this once."""
    return command.run(lambda tx: FreshKeyView.model_validate(handlers.issue_key(tx, partner_id)))


@router.get("/v1/partners/{partner_id}/keys", dependencies=MANAGER)
def list_keys(partner_id: UUID, read: Reads) -> KeysView:
    """A partner's keys, those that were revoked too."""
    with read.transaction() as tx:
        store.get_partner(tx, partner_id)
        return KeysView(keys=[KeyView.model_validate(k) for k in store.list_keys(tx, partner_id)])


@router.delete("/v1/partners/{partner_id}/keys/{key_id}", status_code=204, dependencies=MANAGER)
def revoke_key(partner_id: UUID, key_id: UUID, command: Commands) -> None:
    """The key opens nothing any more."""
    command.run(None, lambda tx: store.revoke_key(tx, partner_id, key_id))


def caller_of_key(tx: Tx, sha256: str) -> Caller | None:
    """Whose partner key this is, by its hash."""
    key = store.find_key(tx, sha256)
    return Caller(Role.PARTNER, str(key.key_id), str(key.partner_id)) if key else None
