"""Outbox → Kafka, in order. The only file that imports aiokafka's producer. One relay per service at a time holds an
advisory lock on its own database session; the others stand by. A row goes only after the broker has acknowledged it."""

import asyncio
from typing import Any

import psycopg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from psycopg.rows import class_row

from shared.connections import STEADY
from shared.events.base import Envelope, topic_of
from shared.log import get_logger
from shared.observing import traces
from shared.wake import CHANNEL

BATCH = 500
POLL_S = 0.5  # the fallback when a NOTIFY was lost
SEND_TIMEOUT_S = 30  # idempotent batches never expire by themselves
RELAY_LOCK = (4, 2)
log = get_logger()

ENTRY = """SELECT j.position, j.event_id AS id, j.type, j.subject, j.version, j.key, j.occurred_at, j.correlation_id,
           j.causation_id, j.actor, j.data"""  # a row of the journal, as JournalRow takes it
_TO_SEND = f"{ENTRY} FROM outbox JOIN journal j USING (position) ORDER BY position LIMIT %s"


class Relay:
    """Runs for ever; any fault of broker or database ends the attempt, and the next one starts with the rows that are
    still there. What was sent twice is recognised by the inbox."""

    def __init__(self, database_url: str, bootstrap_servers: str, service: str) -> None:
        self._url = database_url
        self._bootstrap = bootstrap_servers
        self._service = service
        self.sent = 0
        self.alone = False  # whether this process holds the relay's lock

    async def run(self) -> None:
        while True:
            try:
                await self._relay()
            except (psycopg.Error, KafkaError, OSError, TimeoutError) as fault:
                log.warning("relay_interrupted", error=type(fault).__name__)
                await asyncio.sleep(0.5)

    async def _relay(self) -> None:
        conn = await psycopg.AsyncConnection.connect(
            self._url, autocommit=True, application_name=f"interconnexion-{self._service}-relay", **STEADY
        )
        try:
            await self._until_alone(conn)
            self.alone = True
            await conn.execute(f"LISTEN {CHANNEL}")
            producer = await new_producer(self._bootstrap, f"interconnexion-{self._service}-relay")
            try:
                while True:
                    if await self._send_batch(conn, producer) < BATCH:
                        await _woken(conn)  # at once, if a NOTIFY came meanwhile
            finally:
                await asyncio.wait_for(producer.stop(), SEND_TIMEOUT_S)
        finally:
            self.alone = False
            await conn.close()

    async def _until_alone(self, conn: psycopg.AsyncConnection[Any]) -> None:
        """Asked again and again rather than waited for: a waiting statement would hold back VACUUM."""
        while True:
            row = await (await conn.execute("SELECT pg_try_advisory_lock(%s, %s)", RELAY_LOCK)).fetchone()
            if row and row[0]:
                return
            await asyncio.sleep(POLL_S)

    async def _send_batch(self, conn: psycopg.AsyncConnection[Any], producer: AIOKafkaProducer) -> int:
        cursor = conn.cursor(row_factory=class_row(JournalRow))
        rows = await (await cursor.execute(_TO_SEND, (BATCH,))).fetchall()
        if not rows:
            return 0
        await send(producer, topic_of(self._service), rows, self._service)
        await conn.execute("DELETE FROM outbox WHERE position = ANY(%s)", ([row.position for row in rows],))
        self.sent += len(rows)
        return len(rows)


async def new_producer(bootstrap_servers: str, client_id: str) -> AIOKafkaProducer:
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap_servers,
        client_id=client_id,
        acks="all",
        enable_idempotence=True,
        request_timeout_ms=10_000,
    )
    try:
        await asyncio.wait_for(producer.start(), SEND_TIMEOUT_S)
    except BaseException:
        await producer.stop()
        raise
    return producer


async def send(producer: AIOKafkaProducer, topic: str, rows: "list[JournalRow]", publisher: str) -> None:
    """Every row in order; returns when the broker has acknowledged all. Raises KafkaError or TimeoutError."""
    sending = traces.Sending()
    async with asyncio.timeout(SEND_TIMEOUT_S):
        futures = [
            await producer.send(topic, e.data, key=e.key.encode(), headers=[*e.headers(), *sending.begin(e)])
            for e in (row.envelope(publisher) for row in rows)
        ]
        await asyncio.gather(*futures)
    sending.end()


async def _woken(conn: psycopg.AsyncConnection[Any]) -> None:
    """Until a NOTIFY, or for the poll interval."""
    async for _ in conn.notifies(timeout=POLL_S, stop_after=1):
        pass


class JournalRow:
    """An entry of the journal, to be sent. Written by hand: it is made tens of thousands of times a second."""

    __slots__ = ("data", "fields", "position")

    def __init__(self, position: int, data: str | None, occurred_at: Any, **fields: Any) -> None:
        self.position = position
        self.data = data
        self.fields = {**fields, "time": occurred_at}

    def envelope(self, publisher: str) -> Envelope:
        return Envelope(publisher=publisher, data=self.data.encode() if self.data else None, **self.fields)
