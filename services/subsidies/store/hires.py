"""Hires, each of one person at one employer."""

from dataclasses import asdict
from uuid import UUID

from services.subsidies.domain.assessment import Hire
from shared.db import Tx
from shared.sql import columns_of, places_of

_HIRE = columns_of(Hire)


def save_hire(tx: Tx, hire: Hire) -> None:
    """Terms said again replace the earlier ones; a closed hire stays closed."""
    tx.run(
        f"""INSERT INTO hires ({_HIRE}) VALUES ({places_of(Hire)})
            ON CONFLICT (hire_id) DO UPDATE SET
              occupation = excluded.occupation, wage_cents = excluded.wage_cents,
              hours_per_week = excluded.hours_per_week, starts_on = excluded.starts_on,
              permanent = excluded.permanent, in_field = excluded.in_field, hired_on = excluded.hired_on""",
        asdict(hire),
    )


def close_hire(tx: Tx, hire_id: UUID, reason: str) -> None:
    tx.run("UPDATE hires SET closed_reason = %s WHERE hire_id = %s AND closed_reason IS NULL", (reason, hire_id))


def prefer_measure(tx: Tx, hire_id: UUID, measure: str) -> None:
    tx.run("UPDATE hires SET preferred_measure = %s WHERE hire_id = %s", (measure, hire_id))


def find_hire(tx: Tx, hire_id: UUID) -> Hire | None:
    return tx.row(Hire, f"SELECT {_HIRE} FROM hires WHERE hire_id = %s", (hire_id,))


def list_hires_of(tx: Tx, candidate_id: UUID) -> list[Hire]:
    return tx.rows(Hire, f"SELECT {_HIRE} FROM hires WHERE candidate_id = %s", (candidate_id,))


def list_hires_at(tx: Tx, employer_id: UUID) -> list[Hire]:
    return tx.rows(Hire, f"SELECT {_HIRE} FROM hires WHERE employer_id = %s", (employer_id,))
