"""The messages to deliver, in the service's own database: queued with the effect, claimed with a lease, marked."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any
from uuid import UUID, uuid4

from shared.db import Tx
from shared.sql import columns_of
from shared.webhooks.records import Delivery, EndpointState

LEASE_S = 60  # a claim older than this belonged to a process that died; sending takes 10 s at most
COLUMNS = columns_of(Delivery)


def enqueue(tx: Tx, *, endpoint: str, type: str, about: UUID | str, body: Mapping[str, Any]) -> UUID:
    """Tell ``endpoint`` something, in the transaction that made it so; the message's id. Messages about one thing go
    one after another. ``body`` is thin: ids and codes, nobody's name."""
    message_id = uuid4()
    message = {"type": type, "timestamp": tx.now.astimezone(UTC).isoformat(), "data": body}
    tx.run(
        """INSERT INTO webhook_deliveries (id, endpoint, type, about, body, correlation_id)
           VALUES (%s, %s, %s, %s, %s, %s)""",
        (message_id, endpoint, type, str(about), json.dumps(message, default=str), tx.cause.correlation_id),
    )
    return message_id


def forget_deliveries(tx: Tx, about: Sequence[UUID | str]) -> None:
    """At an erasure: what is not delivered yet will not be; of the rest the bodies go and the log stays."""
    things = [str(each) for each in about]
    tx.run("DELETE FROM webhook_deliveries WHERE state = 'pending' AND about = ANY(%s)", (things,))
    tx.run("UPDATE webhook_deliveries SET body = NULL WHERE about = ANY(%s)", (things,))


def endpoints_with_work(tx: Tx) -> list[str]:
    """Endpoints that have a message due."""
    rows = tx.conn.execute(
        """SELECT DISTINCT endpoint FROM webhook_deliveries
           WHERE state = 'pending' AND next_at <= now() AND coalesce(leased_until, '-infinity') < now()
             AND endpoint NOT IN (SELECT endpoint FROM webhook_endpoints_gone)"""
    )
    return [name for (name,) in rows.fetchall()]


def claim(tx: Tx, endpoint: str, limit: int) -> list[Delivery]:
    """Take messages to send: of each thing the earliest not delivered, if it is due and nobody else has it. The
    attempt counts from here."""
    return tx.rows(
        Delivery,
        f"""UPDATE webhook_deliveries SET attempts = attempts + 1,
                   leased_until = now() + make_interval(secs => %(lease)s)
            WHERE id IN (
                SELECT id FROM webhook_deliveries d
                WHERE endpoint = %(endpoint)s AND state = 'pending' AND next_at <= now()
                  AND coalesce(leased_until, '-infinity') < now()
                  AND NOT EXISTS (SELECT FROM webhook_deliveries e
                                  WHERE e.endpoint = d.endpoint AND e.about = d.about
                                    AND e.state = 'pending' AND e.position < d.position)
                ORDER BY position LIMIT %(limit)s FOR UPDATE SKIP LOCKED
            ) RETURNING {COLUMNS}""",
        {"endpoint": endpoint, "limit": limit, "lease": LEASE_S},
    )


def mark_delivered(tx: Tx, delivery: Delivery, status: int, ms: int) -> None:
    """Also when meanwhile another process tried it again: it did arrive."""
    note_attempt(tx, delivery, status, None, ms)
    tx.run(
        """UPDATE webhook_deliveries SET state = 'delivered', leased_until = NULL, last_status = %s, last_error = NULL
           WHERE id = %s""",
        (status, delivery.id),
    )


def mark_failed(tx: Tx, delivery: Delivery, status: int | None, error: str, ms: int, again_in_s: float | None) -> bool:
    """Try again in so many seconds, or never (None: exhausted). False when another process has taken it since."""
    note_attempt(tx, delivery, status, error, ms)
    return bool(
        tx.run(
            """UPDATE webhook_deliveries SET leased_until = NULL, last_status = %(status)s, last_error = %(error)s,
                      next_at = now() + make_interval(secs => coalesce(%(again)s::float, 0)),
                      state = CASE WHEN %(again)s::float IS NULL THEN 'exhausted' ELSE 'pending' END
               WHERE id = %(id)s AND attempts = %(attempts)s AND state = 'pending'""",
            {"id": delivery.id, "attempts": delivery.attempts, "status": status, "error": error, "again": again_in_s},
        )
    )


def mark_gone(tx: Tx, endpoint: str) -> None:
    """The receiver said 410: send it nothing more until a person resumes it."""
    tx.run("INSERT INTO webhook_endpoints_gone (endpoint) VALUES (%s) ON CONFLICT DO NOTHING", (endpoint,))


def note_attempt(tx: Tx, delivery: Delivery, status: int | None, error: str | None, ms: int) -> None:
    # nothing to note about a message that an erasure removed meanwhile
    tx.run(
        """INSERT INTO webhook_attempts (delivery_id, number, status, error, ms)
           SELECT id, %s, %s, %s, %s FROM webhook_deliveries WHERE id = %s""",
        (delivery.attempts, status, error, ms, delivery.id),
    )


def states_of(tx: Tx) -> list[EndpointState]:
    """How delivery to each receiver stands, by its code; of one to which everything arrived, zeros."""
    return tx.rows(
        EndpointState,
        """SELECT endpoint,
                  count(*) FILTER (WHERE state = 'pending') AS pending,
                  count(*) FILTER (WHERE state = 'pending' AND last_error IS NOT NULL) AS failing,
                  count(*) FILTER (WHERE state = 'exhausted') AS exhausted,
                  endpoint IN (SELECT endpoint FROM webhook_endpoints_gone) AS gone,
                  extract(epoch FROM now() - min(created_at) FILTER (WHERE state = 'pending'))::float AS oldest_s,
                  (array_agg(last_error ORDER BY position DESC) FILTER (
                      WHERE last_error IS NOT NULL AND state <> 'delivered'))[1] AS last_error
           FROM webhook_deliveries GROUP BY endpoint ORDER BY endpoint""",
    )


def moment_of(delivery: Delivery) -> str | None:
    """The moment a message states: that of the transaction that enqueued it. None after an erasure."""
    moment: str | None = json.loads(delivery.body)["timestamp"] if delivery.body else None
    return moment
