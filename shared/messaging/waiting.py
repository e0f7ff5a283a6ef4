"""Keys that wait. The first event of a waiting key could not be handled; every later event of that key queues behind
it, whatever its topic. It is tried again when what it waits for arrives and at growing intervals; after 15 minutes, or
five failures of another kind, the key is *parked* until a person resumes or discards it. All times here are real time
(the database's clock): transport does not live in programme time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.db import Tx
from shared.errors import NotFound, Problem
from shared.events.base import Envelope

LONGEST_WAIT = "15 minutes"
FAILURES_BEFORE_PARKING = 5
# seconds before the next attempt, by how many were made; the last one repeats
INTERVALS_S = [0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0]

Reason = Literal["told_twice", "told_by_mistake", "put_right_by_hand", "overtaken", "trial_data"]
"""Why a person takes an event out for good. A code, for words could name somebody."""

_COLUMNS = "event_id, type, publisher, subject, version, key, occurred_at, correlation_id, causation_id, actor, data"


@dataclass(frozen=True)
class SetAside:
    """Why a key waits. ``waits_for``: an event type, when the fact is merely early."""

    waits_for: str | None
    fr: str
    en: str
    error: str | None


@dataclass(frozen=True)
class WaitingKey:
    """A waiting or parked key as an operator sees it. ``waits_s``: seconds since ``since``. ``first_…``: the event that
    could not be handled; None when the queue is empty."""

    key: str
    state: str
    since: datetime
    waits_s: float
    next_at: datetime
    attempts: int
    failures: int
    waits_for: str | None
    why_fr: str
    why_en: str
    error: str | None
    events: int
    first_id: UUID | None
    first_type: str | None
    first_at: datetime | None


@dataclass(frozen=True)
class WaitingEvent:
    """One event in a key's queue."""

    position: int
    event_id: UUID
    type: str
    publisher: str
    subject: str
    version: int
    key: str
    occurred_at: datetime
    correlation_id: UUID
    causation_id: UUID | None
    actor: str | None
    data: str | None

    def envelope(self) -> Envelope:
        return Envelope(
            id=self.event_id,
            type=self.type,
            publisher=self.publisher,
            subject=self.subject,
            version=self.version,
            key=self.key,
            time=self.occurred_at,
            correlation_id=self.correlation_id,
            causation_id=self.causation_id,
            actor=self.actor,
            data=self.data.encode() if self.data is not None else None,
        )


def state_of(tx: Tx, key: str) -> str | None:
    """``waiting``, ``parked`` or None. Hold the key's lock."""
    state: str | None = tx.value("SELECT state FROM waiting_keys WHERE key = %s", (key,))
    return state


def queue_behind(tx: Tx, envelope: Envelope) -> None:
    """Put an event at the end of its key's queue. If it is what the first one waits for, that one is due now."""
    tx.run(
        f"""INSERT INTO waiting_events ({_COLUMNS})
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        (
            envelope.id,
            envelope.type,
            envelope.publisher,
            envelope.subject,
            envelope.version,
            envelope.key,
            envelope.time,
            envelope.correlation_id,
            envelope.causation_id,
            envelope.actor,
            _storable(envelope.data),
        ),
    )
    tx.run(
        "UPDATE waiting_keys SET next_at = now() WHERE key = %s AND waits_for = %s AND state = 'waiting'",
        (envelope.key, envelope.type),
    )


def set_aside(tx: Tx, envelope: Envelope, why: SetAside) -> None:
    """Let an event wait, first in its key's queue, or behind what waits there already. Hold the key's lock."""
    tx.run(
        """INSERT INTO waiting_keys (key, state, next_at, attempts, failures, waits_for, why_fr, why_en, error)
           VALUES (%s, 'waiting', now() + make_interval(secs => %s), 1, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING""",
        (envelope.key, INTERVALS_S[0], 0 if why.waits_for else 1, why.waits_for, why.fr, why.en, why.error),
    )
    queue_behind(tx, envelope)


def due_keys(tx: Tx, limit: int) -> list[str]:
    """Keys whose next attempt is due, oldest first."""
    rows = tx.conn.execute(
        "SELECT key FROM waiting_keys WHERE state = 'waiting' AND next_at <= now() ORDER BY next_at LIMIT %s", (limit,)
    )
    return [key for (key,) in rows.fetchall()]


def is_due(tx: Tx, key: str) -> bool:
    """Asked again under the key's lock."""
    return bool(
        tx.value("SELECT 1 FROM waiting_keys WHERE key = %s AND state = 'waiting' AND next_at <= now()", (key,))
    )


def queue_of(tx: Tx, key: str) -> list[WaitingEvent]:
    """The events of a waiting key, in the order in which they came."""
    return tx.rows(
        WaitingEvent,
        f"SELECT position, {_COLUMNS} FROM waiting_events WHERE key = %s ORDER BY position",
        (key,),
    )


def handled(tx: Tx, event: WaitingEvent) -> None:
    """An event of the queue took effect: the next one is due at once, or the key waits no more."""
    tx.run("DELETE FROM waiting_events WHERE position = %s", (event.position,))
    tx.run("DELETE FROM waiting_keys k WHERE key = %s AND NOT EXISTS (SELECT FROM waiting_events WHERE key = k.key)",
           (event.key,))  # fmt: skip
    tx.run(
        """UPDATE waiting_keys SET next_at = now(), since = now(), attempts = 0, failures = 0, waits_for = NULL,
           error = NULL WHERE key = %s""",
        (event.key,),
    )


def tried(tx: Tx, key: str, why: SetAside) -> None:
    """Another attempt came to nothing: wait longer, or park the key."""
    tx.run(
        """UPDATE waiting_keys SET
             attempts = attempts + 1, failures = failures + %(failed)s, waits_for = %(waits_for)s,
             why_fr = %(fr)s, why_en = %(en)s, error = %(error)s,
             next_at = now() + make_interval(secs => (%(intervals)s::float[])[least(attempts + 1, %(last)s)]),
             state = CASE WHEN failures + %(failed)s >= %(bound)s OR now() - since > %(longest)s::interval
                          THEN 'parked' ELSE 'waiting' END
           WHERE key = %(key)s""",
        {
            "key": key,
            "failed": 0 if why.waits_for else 1,
            "waits_for": why.waits_for,
            "fr": why.fr,
            "en": why.en,
            "error": why.error,
            "intervals": INTERVALS_S,
            "last": len(INTERVALS_S),
            "bound": FAILURES_BEFORE_PARKING,
            "longest": LONGEST_WAIT,
        },
    )


def list_keys(tx: Tx, state: str | None = None, limit: int | None = None) -> list[WaitingKey]:
    """Waiting and parked keys, longest first; all of them unless ``limit`` says how many."""
    return tx.rows(
        WaitingKey,
        """SELECT k.*, extract(epoch FROM now() - since)::float AS waits_s, n.events, e.event_id AS first_id,
                  e.type AS first_type, e.occurred_at AS first_at
           FROM (SELECT * FROM waiting_keys WHERE %(state)s::text IS NULL OR state = %(state)s
                 ORDER BY since, key LIMIT %(limit)s) k
           CROSS JOIN LATERAL (SELECT count(*) AS events FROM waiting_events WHERE key = k.key) n
           LEFT JOIN LATERAL (SELECT * FROM waiting_events WHERE key = k.key ORDER BY position LIMIT 1) e ON true
           ORDER BY since, k.key""",
        {"state": state, "limit": limit},
    )


def resume(tx: Tx, key: str, by: str) -> int:
    """Try a waiting or parked key again now; the number of its events. Raises NotFound."""
    tx.lock(key)
    events = queue_of(tx, key)
    touched = tx.run(
        """UPDATE waiting_keys SET state = 'waiting', since = now(), next_at = now(), attempts = 0, failures = 0
           WHERE key = %s""",
        (key,),
    )
    if not touched:
        raise nothing_waits(key)
    note(tx, key, "resumed", by, None)
    return len(events)


def discard(tx: Tx, key: str, event_id: UUID, by: str, reason: Reason | None = None) -> None:
    """Take one event out of a key's queue for good; it is kept among the decisions. Raises NotFound."""
    tx.lock(key)
    for event in queue_of(tx, key):
        if event.event_id == event_id:
            note(tx, key, "discarded", by, event, reason)
            handled(tx, event)
            tx.run("UPDATE waiting_keys SET state = 'waiting' WHERE key = %s", (key,))
            return
    raise nothing_waits(key)


def note(tx: Tx, key: str, decision: str, by: str, event: WaitingEvent | None, reason: str | None = None) -> None:
    """Keep what a person decided; what the event said goes at an erasure."""
    tx.run(
        """INSERT INTO waiting_decisions (key, decision, decided_by, event_id, event_type, data, reason)
           VALUES (%s, %s, %s, %s, %s, %s, %s)""",
        (key, decision, by, event and event.event_id, event and event.type, event and event.data, reason),
    )


def nothing_waits(key: str) -> NotFound:
    return NotFound(Problem("", "nothing_waits", f"Rien n'attend pour {key}.", f"Nothing waits for {key}."))


def _storable(data: bytes | None) -> str | None:
    """Text that PostgreSQL keeps; an unreadable payload is kept readable enough to look at."""
    return None if data is None else data.decode(errors="backslashreplace").replace("\x00", "\\x00")
