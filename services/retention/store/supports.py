"""Help that was opened."""

from datetime import date
from uuid import UUID

from services.retention.domain.supports import Support
from shared.db import Tx
from shared.errors import NotFound
from shared.sql import columns_of

_SUPPORT = columns_of(Support)


def add_support(tx: Tx, support: Support) -> None:
    tx.run(
        """INSERT INTO supports (support_id, hire_id, candidate_id, employer_id, kind, signal_id, opened_on, opened_by)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""",
        (
            support.support_id,
            support.hire_id,
            support.candidate_id,
            support.employer_id,
            support.kind,
            support.signal_id,
            support.opened_on,
            support.opened_by,
        ),
    )


def is_open_for(tx: Tx, hire_id: UUID, kind: str) -> bool:
    """Is help of this kind under way for this employment?"""
    return bool(
        tx.value("SELECT 1 FROM supports WHERE hire_id = %s AND kind = %s AND closed_on IS NULL", (hire_id, kind))
    )


def lock_support(tx: Tx, support_id: UUID) -> Support:
    """Help for a person who is known, with her case locked to the transaction's end. Raises NotFound."""
    found = _find_support(tx, support_id)
    if found is None or found.candidate_id is None:
        raise NotFound
    tx.lock(str(found.candidate_id))
    current = _find_support(tx, support_id)
    if current is None or current.candidate_id is None:  # she was forgotten meanwhile
        raise NotFound
    return current


def _find_support(tx: Tx, support_id: UUID) -> Support | None:
    return tx.row(Support, f"SELECT {_SUPPORT} FROM supports WHERE support_id = %s", (support_id,))


def save_closure(tx: Tx, support: Support) -> None:
    tx.run(
        "UPDATE supports SET closed_on = %s, outcome = %s, closed_by = %s WHERE support_id = %s",
        (support.closed_on, support.outcome, support.closed_by, support.support_id),
    )


def list_supports_of(tx: Tx, hire_id: UUID) -> list[Support]:
    """All help for an employment, oldest first."""
    return tx.rows(
        Support,
        f"SELECT {_SUPPORT} FROM supports WHERE hire_id = %s ORDER BY opened_on, support_id",
        (hire_id,),
    )


def list_supports(tx: Tx, *, still_open: bool, after: tuple[date, UUID], limit: int) -> list[Support]:
    """Help of persons who are known that is under way or has ended, oldest first."""
    return tx.rows(
        Support,
        f"""SELECT {_SUPPORT} FROM supports
            WHERE candidate_id IS NOT NULL AND (closed_on IS NULL) = %s AND (opened_on, support_id) > (%s, %s)
            ORDER BY opened_on, support_id LIMIT %s""",
        (still_open, *after, limit),
    )
