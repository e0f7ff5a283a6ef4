"""Persons: who advises them, and who is forgotten."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from shared.db import Tx


@dataclass(frozen=True)
class Candidate:
    """``file_number`` None: assigned before we heard of the admission."""

    candidate_id: UUID
    file_number: str | None
    advisor_id: UUID


def save_candidate(tx: Tx, candidate: Candidate) -> None:
    tx.run(
        """INSERT INTO candidates (candidate_id, file_number, advisor_id) VALUES (%s, %s, %s)
           ON CONFLICT (candidate_id) DO UPDATE
           SET file_number = excluded.file_number, advisor_id = excluded.advisor_id""",
        (candidate.candidate_id, candidate.file_number, candidate.advisor_id),
    )


def find_candidate(tx: Tx, candidate_id: UUID) -> Candidate | None:
    return tx.row(
        Candidate,
        "SELECT candidate_id, file_number, advisor_id FROM candidates WHERE candidate_id = %s",
        (candidate_id,),
    )


def list_candidates(tx: Tx, candidate_ids: Iterable[UUID]) -> dict[UUID, Candidate]:
    """Those known, by id."""
    rows = tx.rows(
        Candidate,
        "SELECT candidate_id, file_number, advisor_id FROM candidates WHERE candidate_id = ANY(%s)",
        (list(candidate_ids),),
    )
    return {row.candidate_id: row for row in rows}


def save_advisor(tx: Tx, candidate_id: UUID, advisor_id: UUID) -> None:
    """Who answers for her from now on; also before her file number is known."""
    tx.run(
        """INSERT INTO candidates (candidate_id, advisor_id) VALUES (%s, %s)
           ON CONFLICT (candidate_id) DO UPDATE SET advisor_id = excluded.advisor_id""",
        (candidate_id, advisor_id),
    )


def is_forgotten(tx: Tx, candidate_id: UUID) -> bool:
    return bool(tx.value("SELECT 1 FROM forgotten WHERE candidate_id = %s", (candidate_id,)))


def forget_person(tx: Tx, candidate_id: UUID) -> None:
    """Remove everything about her; her employments, the support given and the milestones stay and count, without
    her."""
    tx.run("INSERT INTO forgotten (candidate_id) VALUES (%s) ON CONFLICT DO NOTHING", (candidate_id,))
    tx.run("DELETE FROM signals WHERE candidate_id = %s", (candidate_id,))
    tx.run("DELETE FROM absences WHERE candidate_id = %s", (candidate_id,))
    tx.run("DELETE FROM unplaced_reports WHERE candidate_id = %s", (candidate_id,))
    tx.run("DELETE FROM tasks WHERE candidate_id = %s", (candidate_id,))  # and their contacts
    tx.run("DELETE FROM subsidies WHERE candidate_id = %s", (candidate_id,))
    tx.run("DELETE FROM candidates WHERE candidate_id = %s", (candidate_id,))
    tx.run("UPDATE supports SET candidate_id = NULL, signal_id = NULL WHERE candidate_id = %s", (candidate_id,))
    tx.run(
        """DELETE FROM employment_terms
           WHERE hire_id IN (SELECT hire_id FROM employments WHERE candidate_id = %s)""",
        (candidate_id,),
    )
    tx.run("UPDATE employments SET candidate_id = NULL WHERE candidate_id = %s", (candidate_id,))
