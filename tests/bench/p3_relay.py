"""P3: the outbox relay. Ours is shared/messaging/relay.py on a filled outbox, from its first connection to the last
acknowledged row. Its limit does the two halves bare, one after the other: drain the same rows from the same tables in
the same batches, and produce the same bytes with aiokafka."""

import asyncio
import contextlib
import time

import psycopg
from aiokafka import AIOKafkaProducer

from shared.messaging import relay
from shared.messaging.relay import Relay
from tests.bench.ground import Ground, ground
from tests.bench.result import Curve, Points, Result, Rival, Size, in_turn
from tests.servers import Servers

PAYLOAD_BYTES = 470
FEW, MANY = {"small": 5_000, "full": 60_000}, {"small": 20_000, "full": 1_000_000}
BACKLOGS = {"small": (1_000, 10_000), "full": (1_000, 10_000, 100_000)}
FILL = """
    INSERT INTO journal (event_id, type, key, subject, version, occurred_at, correlation_id, causation_id, actor, data)
    SELECT gen_random_uuid(), 'interconnexion.intake.referral_received.v1', 'case-' || mod(n, 20000),
           'referral/' || n, 1, now(), gen_random_uuid(), gen_random_uuid(), 'partner:3f0c8a52-bench',
           rpad('{"referral_id": "' || n || '", "note": "', 468, 'x') || '"}'
    FROM generate_series(1, %d) n"""


def measure(servers: Servers, size: Size) -> list[Result]:
    many, few = MANY[size], FEW[size]
    with ground(servers) as place:
        place.run_as_owner_of_all(FILL % many, "ANALYZE journal")
        key, value, headers = _one_message(place)
        assert len(value) == PAYLOAD_BYTES
        drain: list[float] = []
        produce: list[float] = []

        def series() -> float:
            drain.append(_drain(place, few))
            produce.append(_produce(place, few, key, value, headers))
            return 1 / (1 / drain[-1] + 1 / produce[-1])

        taken = in_turn({"ours": lambda: _relay(place, few)[-1], "limit": series})
        slices = _relay(place, many, slices=5)
        grown: Points = tuple((n, _relay(place, n)[-1]) for n in BACKLOGS[size])
    said = f"{PAYLOAD_BYTES}-byte payloads with {len(headers)} headers, 6 partitions, batches of {relay.BATCH}."
    limit = Rival("bare drain, then bare produce", taken["limit"], 0.35)
    alone = (Rival("bare drain alone", tuple(drain[1:])), Rival("bare aiokafka alone", tuple(produce[1:])))
    return [
        Result(
            "P3", "outbox relay", "events/s", taken["ours"], limit, alone, 20_000,
            conditions=f"{few:,} events a sample, {said} One database connection, one producer.",
        ),
        Result(
            "P3", f"outbox relay, a backlog of {many:,}", "events/s", slices, goal=15_000,
            conditions=f"One backlog, five samples: each fifth of it. {said}",
            curve=Curve("How the relay's rate depends on the backlog", "events in the outbox", "events/s",
                        {"the relay": (*grown, (many, many / sum(many / 5 / rate for rate in slices)))}),
        ),
    ]  # fmt: skip


def _refill(place: Ground, events: int) -> None:
    fill = f"INSERT INTO outbox SELECT position FROM journal ORDER BY position LIMIT {events}"
    place.run_as_owner_of_all("TRUNCATE outbox", fill, "VACUUM ANALYZE outbox")


def _relay(place: Ground, events: int, slices: int = 1) -> tuple[float, ...]:
    """Events a second, of each slice of the backlog."""
    _refill(place, events)
    rates = asyncio.run(_relayed(place, events, slices))
    assert place.count("outbox") == 0
    return rates


async def _relayed(place: Ground, events: int, slices: int) -> tuple[float, ...]:
    ours = Relay(place.url, place.bootstrap, place.name)
    rates, started, done = [], time.perf_counter(), 0
    running = asyncio.create_task(ours.run())
    for number in range(1, slices + 1):
        while ours.sent < events * number // slices:
            await asyncio.sleep(0.002)
            if running.done():
                await running
        now = time.perf_counter()
        rates.append((ours.sent - done) / (now - started))
        started, done = now, ours.sent
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    return tuple(rates)


def _one_message(place: Ground) -> tuple[bytes, bytes, list[tuple[str, bytes]]]:
    """What the relay would send for the first row: the bare producer sends the same bytes."""
    with psycopg.connect(place.url) as conn:
        cursor = conn.cursor(row_factory=psycopg.rows.dict_row)
        row = cursor.execute(
            """SELECT position, event_id AS id, type, subject, version, key, occurred_at, correlation_id,
                      causation_id, actor, data FROM journal ORDER BY position LIMIT 1"""
        ).fetchone()
    assert row
    envelope = relay.JournalRow(**row).envelope(place.name)
    assert envelope.data
    return envelope.key.encode(), envelope.data, envelope.headers()


def _drain(place: Ground, events: int) -> float:
    """Events a second: read and remove, tuples only."""
    _refill(place, events)
    started = time.perf_counter()
    with psycopg.connect(place.url, autocommit=True) as conn:
        while True:
            rows = conn.execute(
                "SELECT position, key, data FROM outbox JOIN journal USING (position) ORDER BY position LIMIT 500"
            ).fetchall()
            if not rows:
                return events / (time.perf_counter() - started)
            conn.execute("DELETE FROM outbox WHERE position = ANY(%s)", ([row[0] for row in rows],))


def _produce(place: Ground, events: int, key: bytes, value: bytes, headers: list[tuple[str, bytes]]) -> float:
    async def run() -> float:
        producer = AIOKafkaProducer(bootstrap_servers=place.bootstrap, acks="all", enable_idempotence=True)
        started = time.perf_counter()
        await producer.start()
        try:
            for first in range(0, events, 5_000):
                batch = range(first, min(first + 5_000, events))
                sent = [await producer.send(place.topic, value, key=b"%d" % n, headers=headers) for n in batch]
                await asyncio.gather(*sent)
        finally:
            await producer.stop()
        return events / (time.perf_counter() - started)

    return asyncio.run(run())
