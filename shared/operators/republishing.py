"""An owner says again what its journal holds: the same ids, headers and order as the relay's, for it is the relay's own
code that sends. To its replay topic, for rebuilds; or to its topic, to refill a broker that was lost."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import psycopg
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError
from psycopg.rows import class_row

from shared.audit import WRITERS
from shared.connections import STEADY
from shared.errors import Problem, Unavailable
from shared.events.base import topic_of
from shared.messaging.relay import ENTRY, RELAY_LOCK, JournalRow, new_producer, send
from shared.rebuilding import replay_topic_of

To = Literal["replay", "live"]
Progress = Callable[[int, int], None]
BATCH = 2_000
RELAY_YIELDS_WITHIN_S = 60.0
WRITERS_END_WITHIN_S = 30.0
RETENTION_MS = 35 * 24 * 60 * 60 * 1000  # of a replay topic made here: as long as a live one's
Connection = psycopg.AsyncConnection[Any]
_ROWS = f"{ENTRY} FROM journal j WHERE position > %s AND position <= %s ORDER BY position LIMIT %s"


@dataclass(frozen=True)
class Republished:
    """``up_to``: the journal's position at the start; what was written later goes by the relay alone."""

    service: str
    topic: str
    after: int
    up_to: int
    events: int
    seconds: float


class Interrupted(Unavailable):
    """Part of the journal was sent. ``after``: the position from which to go on."""

    def __init__(self, service: str, after: int) -> None:
        again = f"interconnexion republish --service {service} --from {after}"
        super().__init__(
            Problem("", "republish_interrupted", f"Interrompu. Continuez : {again}", f"Interrupted. Go on: {again}")
        )
        self.after = after


async def republish(
    url: str, bootstrap: str, service: str, to: To, after: int = 0, say: Progress | None = None
) -> Republished:
    """Sends every entry after position ``after``. Raises Interrupted once it has begun; before, psycopg.Error and
    KafkaError."""
    began = time.monotonic()
    conn = await psycopg.AsyncConnection.connect(
        url, autocommit=True, application_name=f"interconnexion-{service}-republish", **STEADY
    )
    async with conn:
        if to == "live":
            await _take_the_relays_place(conn)
        up_to = await settled_position(conn)
        topic = topic_of(service) if to == "live" else replay_topic_of(service)
        await _make_missing(bootstrap, topic, like=topic_of(service))
        events = await _send_all(conn, bootstrap, service, topic, after, up_to, say)
    return Republished(service, topic, after, up_to, events, time.monotonic() - began)


async def settled_position(conn: Connection) -> int:
    """The journal's last position, below which no entry can appear any more: whoever is writing has ended. A
    transaction that commits late with a low position would else be left out, and a later fact of its key not."""
    row = await (await conn.execute("SELECT coalesce(max(position), 0) FROM journal")).fetchone()
    writing = await _writers(conn)
    until = time.monotonic() + WRITERS_END_WITHIN_S
    while writing & await _writers(conn):
        if time.monotonic() > until:
            raise Unavailable(Problem("/service", "journal_is_written", "Une écriture dure; réessayez.",
                                      "A long transaction is writing to the journal; try again."))  # fmt: skip
        await asyncio.sleep(0.02)
    return int(row[0]) if row else 0


async def _writers(conn: Connection) -> frozenset[str]:
    return frozenset(each[0] for each in await (await conn.execute(WRITERS, ("journal",))).fetchall())


async def _send_all(
    conn: Connection, bootstrap: str, service: str, topic: str, after: int, up_to: int, say: Progress | None
) -> int:
    row = await (
        await conn.execute("SELECT count(*) FROM journal WHERE position > %s AND position <= %s", (after, up_to))
    ).fetchone()
    total, done = int(row[0]) if row else 0, 0
    producer = await new_producer(bootstrap, f"interconnexion-{service}-republish")
    try:
        cursor = conn.cursor(row_factory=class_row(JournalRow))
        while rows := await (await cursor.execute(_ROWS, (after, up_to, BATCH))).fetchall():
            await send(producer, topic, rows, service)
            after, done = rows[-1].position, done + len(rows)
            if say:
                say(done, total)
    except (TimeoutError, KafkaError, psycopg.OperationalError, asyncio.CancelledError) as stopped:
        raise Interrupted(service, after) from stopped
    finally:
        await producer.stop()
    return done


async def _take_the_relays_place(conn: Connection) -> None:
    """Nothing newer may go out before what is older. The relay's session is ended; it comes back by itself, and stands
    by as a second relay does until this connection is closed. Raises Unavailable when it does not let go."""
    until = time.monotonic() + RELAY_YIELDS_WITHIN_S
    while time.monotonic() < until:
        row = await (await conn.execute("SELECT pg_try_advisory_lock(%s, %s)", RELAY_LOCK)).fetchone()
        if row and row[0]:
            return
        await conn.execute(
            """SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
               AND classid = %s::int AND objid = %s::int AND objsubid = 2""",
            RELAY_LOCK,
        )
        await asyncio.sleep(0.05)
    raise Unavailable(Problem("", "relay_holds_on", "Le relais ne cède pas sa place. Arrêtez le service et réessayez.",
                              "The relay does not give way. Stop the service and try again."))  # fmt: skip


async def _make_missing(bootstrap: str, topic: str, like: str) -> None:
    """A topic as wide as ``like``, so that a key's facts stand in the partition of the same number."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=10_000)
    try:
        await admin.start()
        there = {one["topic"]: len(one["partitions"]) for one in await admin.describe_topics() if not one["error_code"]}
        if topic not in there:
            settings = {"retention.ms": str(RETENTION_MS), "cleanup.policy": "delete"}
            await admin.create_topics([NewTopic(topic, there.get(like, 6), 1, topic_configs=settings)])
    finally:
        await admin.close()
