"""What changed since shortlists were last looked at, and what was last said of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.db import Tx


@dataclass(frozen=True)
class Prepared:
    """What was last said of a vacancy's shortlist."""

    fingerprint: str
    prepared_at: datetime


@dataclass(frozen=True)
class Stale:
    """An open vacancy whose shortlist may have changed."""

    vacancy_id: UUID
    employer_id: UUID
    prepared_at: datetime | None


def add_change(tx: Tx, candidate_id: UUID) -> None:
    """Something about this person changed: her field's shortlists are to be looked at."""
    tx.run(
        "INSERT INTO shortlist_changes (field) SELECT field FROM candidates WHERE candidate_id = %s", (candidate_id,)
    )


def take_changed_fields(tx: Tx) -> set[str | None]:
    """The fields in which somebody changed since the last time; what is not yet committed comes next time."""
    rows = tx.conn.execute("DELETE FROM shortlist_changes RETURNING field").fetchall()
    return {field for (field,) in rows}


def list_stale(tx: Tx, fields: set[str | None]) -> list[Stale]:
    """Open vacancies of these fields and those whose own is unknown; all of them when a person's is (None)."""
    return tx.rows(
        Stale,
        """SELECT v.vacancy_id, v.employer_id, s.prepared_at
           FROM vacancies v LEFT JOIN shortlists s USING (vacancy_id)
           WHERE v.state = 'open' AND v.facts IS NOT NULL AND (%s OR v.field = ANY(%s) OR v.field IS NULL)
           ORDER BY v.vacancy_id""",
        (None in fields, [field for field in fields if field]),
    )


def find_prepared(tx: Tx, vacancy_id: UUID) -> Prepared | None:
    return tx.row(Prepared, "SELECT fingerprint, prepared_at FROM shortlists WHERE vacancy_id = %s", (vacancy_id,))


def save_prepared(tx: Tx, vacancy_id: UUID, fingerprint: str) -> None:
    tx.run(
        """INSERT INTO shortlists (vacancy_id, fingerprint, prepared_at) VALUES (%s, %s, %s)
           ON CONFLICT (vacancy_id) DO UPDATE SET fingerprint = excluded.fingerprint,
             prepared_at = excluded.prepared_at""",
        (vacancy_id, fingerprint, tx.now),
    )


@dataclass(frozen=True)
class Between:
    """One introduction, as far as a shortlist tells of it."""

    candidate_id: UUID
    vacancy_id: UUID
    employer_id: UUID
    introduction_id: UUID
    state: str
    live: bool
    met: bool


def list_between(tx: Tx, candidate_ids: Sequence[UUID], employer_ids: Sequence[UUID]) -> list[Between]:
    """Every introduction between these persons and these companies, oldest first."""
    return tx.rows(
        Between,
        """SELECT candidate_id, vacancy_id, employer_id, introduction_id, state, live, met_on IS NOT NULL AS met
           FROM introductions WHERE candidate_id = ANY(%s) AND employer_id = ANY(%s)
           ORDER BY proposed_at, introduction_id""",
        (list(candidate_ids), list(employer_ids)),
    )
