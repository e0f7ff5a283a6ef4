"""Personal links and QR codes: where a person refers herself, or a partner without a system refers somebody."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.db import Tx
from shared.errors import NotFound


@dataclass(frozen=True)
class Link:
    code: str
    channel: str
    partner_id: UUID | None
    to_partner_id: UUID | None  # who goes on first with the persons it brings; None: the programme itself
    label: str | None  # of a branch, a stand; names no person
    expires_on: date


_SELECT = "SELECT code, channel, partner_id, to_partner_id, label, expires_on FROM links "


def add_link(tx: Tx, link: Link) -> None:
    tx.run(
        """INSERT INTO links (code, channel, partner_id, to_partner_id, label, expires_on, created_at, created_by)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""",
        (
            link.code,
            link.channel,
            link.partner_id,
            link.to_partner_id,
            link.label,
            link.expires_on,
            tx.now,
            tx.cause.actor,
        ),
    )


def get_link(tx: Tx, code: str, today: date) -> Link:
    """A link that still works. Raises NotFound for an expired one too."""
    found = tx.row(Link, _SELECT + "WHERE code = %s AND expires_on >= %s", (code, today))
    if found is None:
        raise NotFound()
    return found


def list_links(tx: Tx, partner_id: UUID | None) -> list[Link]:
    """Of one partner, or all; latest first, those that no longer work too."""
    return tx.rows(
        Link,
        _SELECT + "WHERE %(partner)s::uuid IS NULL OR partner_id = %(partner)s ORDER BY created_at DESC, code",
        {"partner": partner_id},
    )
