"""What each side thought of a meeting. Kept here and nowhere else; never shown to the other side."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from shared.db import Tx


@dataclass(frozen=True)
class Feedback:
    """Marks 1–5, of what was said, and reason codes of one side."""

    introduction_id: UUID
    side: str
    marks: dict[str, Any]
    reasons: list[str]
    given_at: datetime


def save_feedback(tx: Tx, introduction_id: UUID, side: str, marks: dict[str, int], reasons: tuple[str, ...]) -> None:
    """Told again, it takes the place of what was told before."""
    tx.run(
        """INSERT INTO feedback (introduction_id, side, marks, reasons, given_at) VALUES (%s, %s, %s, %s, %s)
           ON CONFLICT (introduction_id, side) DO UPDATE SET marks = excluded.marks, reasons = excluded.reasons,
             given_at = excluded.given_at""",
        (introduction_id, side, Jsonb(marks), list(reasons), tx.now),
    )


def list_feedback(tx: Tx, introduction_ids: list[UUID]) -> dict[UUID, list[Feedback]]:
    """Of each introduction, candidate's before employer's."""
    found: dict[UUID, list[Feedback]] = {}
    for one in tx.rows(
        Feedback,
        """SELECT introduction_id, side, marks, reasons, given_at FROM feedback WHERE introduction_id = ANY(%s)
           ORDER BY side""",
        (introduction_ids,),
    ):
        found.setdefault(one.introduction_id, []).append(one)
    return found
