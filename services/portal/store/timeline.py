"""One person, as the facts tell."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.portal.domain.person import Fact
from shared.db import Tx


@dataclass(frozen=True)
class Person:
    candidate_id: UUID
    file_number: str | None
    erased_at: datetime | None


@dataclass(frozen=True)
class _Row:
    event_id: UUID
    at: datetime
    service: str
    kind: str
    facts: Any
    cause: UUID | None
    actor: str | None


def find_person(tx: Tx, candidate_id: UUID) -> Person | None:
    return tx.row(
        Person, "SELECT candidate_id, file_number, erased_at FROM people WHERE candidate_id = %s", (candidate_id,)
    )


def find_by_file_number(tx: Tx, file_number: str) -> UUID | None:
    found: UUID | None = tx.value("SELECT candidate_id FROM people WHERE file_number = %s", (file_number,))
    return found


def list_facts(tx: Tx, candidate_id: UUID) -> list[Fact]:
    """The whole timeline of a person, in the order in which things happened."""
    rows = tx.rows(
        _Row,
        """SELECT event_id, at, service, kind, facts, cause, actor FROM timeline
           WHERE candidate_id = %s ORDER BY at, service, kind""",
        (candidate_id,),
    )
    return [Fact(r.event_id, r.at, r.service, r.kind, r.facts, r.cause, r.actor) for r in rows]
