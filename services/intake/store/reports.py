"""What somebody outside told us about a person's work."""

from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from shared.db import Tx


def add_report(
    tx: Tx,
    report_id: UUID,
    *,
    kind: str,
    candidate_id: UUID,
    employer_id: UUID,
    reported_by: str,
    facts: dict[str, Any],
) -> None:
    """``kind``: hire | employment_end | hours | absence | employment_change."""
    tx.run(
        """INSERT INTO reports (report_id, candidate_id, employer_id, kind, reported_by, reported_at, facts)
           VALUES (%s, %s, %s, %s, %s, %s, %s)""",
        (report_id, candidate_id, employer_id, kind, reported_by, tx.now, Jsonb(facts)),
    )


def was_reported_hired(tx: Tx, candidate_id: UUID, employer_id: UUID) -> bool:
    """Whether somebody told us that this person works for this employer."""
    return bool(
        tx.value(
            "SELECT 1 FROM reports WHERE candidate_id = %s AND employer_id = %s AND kind = 'hire'",
            (candidate_id, employer_id),
        )
    )
