"""Say that something happened, in the transaction that made it happen: one journal row (kept) and one outbox row
(removed when the broker has it)."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from shared.db import Tx
from shared.events.base import Event


class NotTheOwner(TypeError):
    """A service tried to publish an event of another one."""


@dataclass(frozen=True)
class Published:
    """What was written: the event's id and its place among the versions of its subject."""

    event_id: UUID
    version: int


def publish(tx: Tx, event: Event) -> Published:
    """Write ``event`` to the journal and the outbox of the running transaction.

    Takes the lock of the event's key first and keeps it to the end, so outbox order is commit order for each key and
    versions have no gap. One round trip more than the lock.
    """
    if event.publisher != tx.service:
        raise NotTheOwner(f"{tx.service} may not publish {event.type}")
    tx.lock(event.key)
    event_id = uuid4()
    version = tx.value(
        """
        WITH head AS (
            INSERT INTO subject_versions AS s (subject, version) VALUES (%(subject)s, 1)
            ON CONFLICT (subject) DO UPDATE SET version = s.version + 1
            RETURNING version
        ), entry AS (
            INSERT INTO journal (event_id, type, key, subject, version, occurred_at,
                                 correlation_id, causation_id, actor, data)
            SELECT %(event_id)s, %(type)s, %(key)s, %(subject)s, head.version, %(occurred_at)s,
                   %(correlation_id)s, %(causation_id)s, %(actor)s, %(data)s FROM head
            RETURNING position, version
        ), queued AS (
            INSERT INTO outbox (position) SELECT position FROM entry
        )
        SELECT version FROM entry
        """,
        {
            "event_id": event_id,
            "type": event.type,
            "key": event.key,
            "subject": event.subject,
            "occurred_at": tx.now,
            "correlation_id": tx.cause.correlation_id,
            "causation_id": tx.cause.causation_id,
            "actor": tx.cause.actor,
            "data": event.model_dump_json(),
        },
    )
    tx.published += 1
    return Published(event_id, version)
