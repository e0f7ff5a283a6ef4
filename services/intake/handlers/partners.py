"""Partners connect: an organisation, its keys, the links by which persons refer themselves."""

import secrets
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from services.intake.domain.referrals import check_sender
from services.intake.store import links, partners
from shared import clock
from shared.db import Tx
from shared.errors import Invalid, Problem
from shared.tokens import hash_partner_key, new_partner_key


@dataclass(frozen=True)
class FreshKey:
    """A key at the only moment when it can be read."""

    key_id: UUID
    key: str


def add_partner(tx: Tx, name: str, kind: str) -> partners.Partner:
    partner = partners.Partner(uuid4(), " ".join(name.split()), kind)
    if not partner.name:
        raise Invalid(Problem("/name", "name_missing", "Nommez l'organisme.", "Name the organisation."))
    partners.add_partner(tx, partner)
    return partner


def issue_key(tx: Tx, partner_id: UUID) -> FreshKey:
    """A new key for a partner; earlier ones keep working until revoked. Raises NotFound."""
    partners.get_partner(tx, partner_id)
    fresh = FreshKey(uuid4(), new_partner_key())
    partners.add_key(tx, fresh.key_id, partner_id, hash_partner_key(fresh.key))
    return fresh


def create_link(
    tx: Tx,
    channel: str,
    partner_id: UUID | None,
    expires_on: date,
    *,
    label: str | None = None,
    to_partner_id: UUID | None = None,
) -> links.Link:
    """A link or QR page that works until ``expires_on``, that day included: persons refer themselves by it, and a
    partner without a system (a bank's branch) refers somebody. ``to_partner_id``: who goes on with them first."""
    problems = check_sender(channel, partner_id is not None)
    if expires_on < clock.local_date(tx.now):
        problems.append(Problem("/expires_on", "date_in_past", "Cette date est passée.", "This date has passed."))
    if partner_id and not partners.find_partner(tx, partner_id):
        problems.append(unknown_partner())
    problems += check_destination(tx, partner_id, to_partner_id)
    if problems:
        raise Invalid(*problems)
    link = links.Link(secrets.token_urlsafe(9), channel, partner_id, to_partner_id, label or None, expires_on)
    links.add_link(tx, link)
    return link


def check_destination(tx: Tx, partner_id: UUID | None, to_partner_id: UUID | None) -> list[Problem]:
    """Whether a referral may go to that partner first."""
    if to_partner_id is None:
        return []
    if partner_id is None or partner_id == to_partner_id:
        return [
            Problem(
                "/to_partner_id",
                "nobody_passes_on",
                "Une recommandation va d'un organisme à un autre.",
                "A referral goes from one organisation to another.",
            )
        ]
    return [] if partners.find_partner(tx, to_partner_id) else [unknown_partner("/to_partner_id")]


def unknown_partner(at: str = "/partner_id") -> Problem:
    return Problem(at, "partner_unknown", "Ce partenaire n'est pas inscrit.", "No such partner.")
