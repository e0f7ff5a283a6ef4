"""What a worker tells Prometheus about its service, looked at every two seconds."""

from dataclasses import dataclass
from typing import Any, Protocol

import psycopg

from shared import metrics
from shared.db import Cause, Tx, transaction_on
from shared.observing.progress import Progress


class Consumes(Protocol):
    """What is asked of a consumer (shared/messaging/consumer.py)."""

    topics: list[str]
    progress: Progress

    def lag(self) -> dict[tuple[str, int], int]: ...


class Relays(Protocol):
    """What is asked of a relay (shared/messaging/relay.py)."""

    alone: bool


@dataclass(frozen=True)
class Keys:
    """How many keys wait and are parked; the age of the oldest of them in seconds."""

    waiting: int
    parked: int
    oldest_s: float


def count_keys(tx: Tx) -> Keys:
    found = tx.row(
        Keys,
        """SELECT count(*) FILTER (WHERE state = 'waiting') AS waiting,
                  count(*) FILTER (WHERE state = 'parked') AS parked,
                  coalesce(extract(epoch FROM now() - min(since)), 0)::float AS oldest_s FROM waiting_keys""",
    )
    return found or Keys(0, 0, 0.0)


def measure(conn: psycopg.Connection[Any], service: str, consumer: Consumes | None, relay: Relays | None) -> int:
    """Sets every gauge of a worker. ``relay`` is None for a service that says nothing. 0: it never finds more to do."""
    if consumer:
        _measure_consumer(consumer)
    if relay:
        metrics.RELAY_LOCK_HELD.labels(service).set(relay.alone)
    with transaction_on(conn, service, Cause()) as tx:
        _measure_database(tx)
    return 0


def _measure_consumer(consumer: Consumes) -> None:
    lag = consumer.lag()
    for (topic, partition), behind in lag.items():
        metrics.LAG.labels(topic, str(partition)).set(behind)
    for topic in consumer.topics:
        behind = sum(count for (name, _), count in lag.items() if name == topic)
        metrics.OLDEST_UNPROCESSED_SECONDS.labels(topic).set(consumer.progress.unprocessed_s(topic, behind))


def _measure_database(tx: Tx) -> None:
    keys = count_keys(tx)
    metrics.WAITING_KEYS.set(keys.waiting)
    metrics.PARKED_KEYS.set(keys.parked)
    metrics.OLDEST_UNHANDLED_SECONDS.set(keys.oldest_s)
    rows, oldest_s, timers = tx.conn.execute(
        """SELECT (SELECT count(*) FROM outbox),
                  (SELECT extract(epoch FROM now() - written_at)::float FROM journal
                   WHERE position = (SELECT min(position) FROM outbox)),
                  (SELECT count(*) FROM timers WHERE parked_at IS NOT NULL)"""
    ).fetchone() or (0, None, 0)
    metrics.OUTBOX_ROWS.set(rows)
    metrics.OUTBOX_OLDEST_SECONDS.set(oldest_s or 0.0)
    metrics.PARKED_TIMERS.set(timers)
