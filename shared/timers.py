"""What must happen later: rows in the service's own database, due at a moment of programme time. Each fires once, in
the transaction that acts on it, holding the lock of its key."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from shared.db import Tx


@dataclass(frozen=True)
class Due:
    """A timer that has come due. ``about`` identifies what it is about (an id), unique for its kind."""

    kind: str
    key: str
    about: str
    due_at: datetime


@dataclass(frozen=True)
class Timer:
    """A line of a service's TIMERS: what to do when a timer of this kind comes due."""

    kind: str
    handler: Callable[[Tx, Due], None]


def due(kind: str, handler: Callable[[Tx, Due], None]) -> Timer:
    return Timer(kind, handler)


def set_timer(tx: Tx, kind: str, *, key: str, about: UUID | str, at: datetime) -> None:
    """Set or move the timer of this kind about this thing. ``at`` is programme time, aware."""
    tx.run(
        """INSERT INTO timers (id, kind, key, about, due_at, correlation_id, causation_id)
           VALUES (%s, %s, %s, %s, %s, %s, %s)
           ON CONFLICT (kind, about) DO UPDATE
           SET due_at = excluded.due_at, retry_at = NULL, failures = 0, parked_at = NULL, error = NULL""",
        (uuid4(), kind, key, str(about), at, tx.cause.correlation_id, tx.cause.causation_id),
    )


def cancel_timers(tx: Tx, kind: str, about: Sequence[UUID | str]) -> int:
    """Forget these timers; the number that stood."""
    return tx.run("DELETE FROM timers WHERE kind = %s AND about = ANY(%s)", (kind, [str(a) for a in about]))
