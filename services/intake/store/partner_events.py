"""Events of partners' systems as they were taken, and the references partners gave to persons and companies."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from shared.db import Tx


@dataclass(frozen=True)
class TakenEvent:
    """``content_hash`` and ``answer`` are None once the person asked to be forgotten."""

    type: str
    content_hash: str | None
    answer: dict[str, Any] | None


def find_event(tx: Tx, partner_id: UUID, event_hash: str) -> TakenEvent | None:
    return tx.row(
        TakenEvent,
        "SELECT type, content_hash, answer FROM partner_events WHERE partner_id = %s AND event_hash = %s",
        (partner_id, event_hash),
    )


def add_event(
    tx: Tx,
    partner_id: UUID,
    event_hash: str,
    *,
    type_: str,
    content_hash: str,
    candidate_id: UUID | None,
    answer: dict[str, Any],
) -> None:
    tx.run(
        """INSERT INTO partner_events (partner_id, event_hash, type, content_hash, candidate_id, answer, received_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s)""",
        (partner_id, event_hash, type_, content_hash, candidate_id, Jsonb(answer), tx.now),
    )


def find_person_by_ref(tx: Tx, partner_id: UUID, person_ref: str) -> UUID | None:
    found: UUID | None = tx.value(
        "SELECT candidate_id FROM vault_person_refs WHERE partner_id = %s AND person_ref = %s", (partner_id, person_ref)
    )
    return found


def add_person_ref(tx: Tx, partner_id: UUID, person_ref: str, candidate_id: UUID) -> None:
    tx.run("INSERT INTO vault_person_refs VALUES (%s, %s, %s)", (partner_id, person_ref, candidate_id))


def find_employer_by_ref(tx: Tx, partner_id: UUID, employer_ref: str) -> UUID | None:
    found: UUID | None = tx.value(
        "SELECT employer_id FROM vault_employer_refs WHERE partner_id = %s AND employer_ref = %s",
        (partner_id, employer_ref),
    )
    return found


def add_employer_ref(tx: Tx, partner_id: UUID, employer_ref: str, employer_id: UUID) -> None:
    tx.run("INSERT INTO vault_employer_refs VALUES (%s, %s, %s)", (partner_id, employer_ref, employer_id))
