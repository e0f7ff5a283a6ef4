"""Partners and their keys (kept as SHA-256 only)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.db import Tx
from shared.errors import NotFound


@dataclass(frozen=True)
class Partner:
    partner_id: UUID
    name: str
    kind: str


@dataclass(frozen=True)
class PartnerKey:
    """An API key without the key."""

    key_id: UUID
    partner_id: UUID
    created_at: datetime
    revoked_at: datetime | None


def add_partner(tx: Tx, partner: Partner) -> None:
    tx.run(
        "INSERT INTO partners (partner_id, name, kind, created_at, created_by) VALUES (%s, %s, %s, %s, %s)",
        (partner.partner_id, partner.name, partner.kind, tx.now, tx.cause.actor),
    )


def get_partner(tx: Tx, partner_id: UUID) -> Partner:
    found = find_partner(tx, partner_id)
    if found is None:
        raise NotFound()
    return found


def find_partner(tx: Tx, partner_id: UUID) -> Partner | None:
    return tx.row(Partner, "SELECT partner_id, name, kind FROM partners WHERE partner_id = %s", (partner_id,))


def list_partners(tx: Tx) -> list[Partner]:
    return tx.rows(Partner, "SELECT partner_id, name, kind FROM partners ORDER BY name, partner_id")


def add_key(tx: Tx, key_id: UUID, partner_id: UUID, sha256: str) -> None:
    tx.run(
        "INSERT INTO partner_keys (key_id, partner_id, sha256, created_at, created_by) VALUES (%s, %s, %s, %s, %s)",
        (key_id, partner_id, sha256, tx.now, tx.cause.actor),
    )


def list_keys(tx: Tx, partner_id: UUID) -> list[PartnerKey]:
    return tx.rows(
        PartnerKey,
        """SELECT key_id, partner_id, created_at, revoked_at FROM partner_keys
           WHERE partner_id = %s ORDER BY created_at, key_id""",
        (partner_id,),
    )


def revoke_key(tx: Tx, partner_id: UUID, key_id: UUID) -> None:
    """Again without effect on a revoked one. Raises NotFound."""
    if not tx.run(
        """UPDATE partner_keys SET revoked_at = coalesce(revoked_at, %s), revoked_by = coalesce(revoked_by, %s)
           WHERE partner_id = %s AND key_id = %s""",
        (tx.now, tx.cause.actor, partner_id, key_id),
    ):
        raise NotFound()


def find_key(tx: Tx, sha256: str) -> PartnerKey | None:
    """The key in force with this hash."""
    return tx.row(
        PartnerKey,
        """SELECT key_id, partner_id, created_at, revoked_at FROM partner_keys
           WHERE sha256 = %s AND revoked_at IS NULL""",
        (sha256,),
    )
