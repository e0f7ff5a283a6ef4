"""P11: a read model made anew. Ours fills the portal's real tables with the portal's real handlers from the four replay
topics, and makes their indexes, as ``interconnexion rebuild`` does (shared/rebuilding): two processes, their start
included. Its limit reads the same messages with one bare aiokafka ``getmany`` loop and COPYs them into one table."""

import asyncio
import itertools
import random
import time
from collections.abc import Iterator
from uuid import uuid4

import psycopg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from services.portal.rebuild import READ_MODEL
from shared.events.base import Envelope
from shared.migrate import upgrade
from shared.rebuilding import replay_topic_of, tables
from shared.rebuilding.reading import Spans, ends_of
from shared.rebuilding.run import Rebuild
from tests.bench.result import Result, Rival, Size, in_turn
from tests.portal.other_facts import everything_else
from tests.portal.rola import rola
from tests.rebuilding.beside import envelopes
from tests.servers import Servers

EVENTS = {"small": 6_000, "full": 120_000}
AT_ONCE = 300  # people whose stories go on at the same time
COMPANIES = 200
PARTITIONS = 6


def measure(servers: Servers, size: Size) -> list[Result]:
    topics = [replay_topic_of(publisher) for publisher in READ_MODEL.publishers]
    asyncio.run(_topics(servers.bootstrap, topics, PARTITIONS))
    name = f"bench{uuid4().hex[:8]}"
    url = servers.create_database(name)
    try:
        upgrade("portal", url)
        payload = asyncio.run(_produce(servers.bootstrap, EVENTS[size]))
        ends = asyncio.run(ends_of(servers.bootstrap, topics))
        spans = {place: (0, end) for place, end in ends.items()}
        assert sum(ends.values()) == EVENTS[size]
        taken = in_turn(
            {
                "ours": lambda: _ours(url, servers.bootstrap, spans, 2),
                "one": lambda: _ours(url, servers.bootstrap, spans, 1),
                "limit": lambda: asyncio.run(_bare(url, servers.bootstrap, spans)),
            }
        )
    finally:
        servers.drop_database(name)
        asyncio.run(_topics(servers.bootstrap, topics, 0))
    return [
        Result(
            "P11", "rebuild of the portal's read models", "events/s", taken["ours"],
            Rival("bare getmany + COPY", taken["limit"], 0.3), (Rival("ours in one process", taken["one"]),), 15_000,
            conditions=f"{EVENTS[size]:,} events of whole stories a sample (mean payload {payload} bytes, 9 to 11 "
            f"headers), {AT_ONCE} people's at a time, {COMPANIES} companies; 4 topics of {PARTITIONS} partitions. "
            "12 tables, inbox and version heads; starting two processes and making the indexes count.",
            remarks="Republishing the journals comes before it, at the relay's rate (P3).",
        )
    ]  # fmt: skip


def _stories(events: int) -> Iterator[Envelope]:
    """Whole stories, many at a time, each person's facts in order."""
    dice = random.Random(11)
    companies = [uuid4() for _ in range(COMPANIES)]
    kinds = itertools.cycle(
        (lambda: rola(dice.sample(companies, 3)), lambda: rola(dice.sample(companies, 3)), everything_else)
    )
    going: list[list[Envelope]] = []
    for _ in range(events):
        while len(going) < AT_ONCE:
            going.append(envelopes(next(kinds)().said)[::-1])
        one = dice.randrange(AT_ONCE)
        yield going[one].pop()
        if not going[one]:
            del going[one]


async def _produce(bootstrap: str, events: int) -> int:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    await producer.start()
    size = 0
    try:
        told = _stories(events)
        while batch := list(itertools.islice(told, 2_000)):
            size += sum(len(e.data or b"") for e in batch)
            await asyncio.gather(*[
                await producer.send(replay_topic_of(e.publisher), e.data, key=e.key.encode(), headers=e.headers())
                for e in batch
            ])  # fmt: skip
    finally:
        await producer.stop()
    return size // events


def _ours(url: str, bootstrap: str, spans: Spans, processes: int) -> float:
    """Events a second."""
    rebuild = Rebuild(READ_MODEL, url, bootstrap, lambda step, done, total: None, processes)
    events = sum(end for _, end in spans.values())
    with tables.connect(url) as keeper:
        attempt = tables.prepare(keeper, READ_MODEL, {})
        began = time.perf_counter()
        rebuild.fill(spans, attempt)
        tables.make_indexes(url, READ_MODEL)
        seconds = time.perf_counter() - began
        assert keeper.execute("SELECT count(*) FROM inbox").fetchone() == (events,)
        assert keeper.execute("SELECT count(*) FROM waiting_keys").fetchone() == (0,)
        keeper.execute("DROP SCHEMA rebuilding CASCADE")
    return events / seconds


async def _bare(url: str, bootstrap: str, spans: Spans) -> float:
    """Events a second: every message read and copied, nothing understood."""
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("CREATE TABLE copied (topic text, partition int, place bigint, key text, data text)")
        conn.execute("SET synchronous_commit = off")
        began = time.perf_counter()
        consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, check_crcs=False,
                                    max_partition_fetch_bytes=4 * 1024 * 1024)  # fmt: skip
        await consumer.start()
        try:
            consumer.assign([TopicPartition(*place) for place in spans])
            await consumer.seek_to_beginning()
            left = events = sum(end for _, end in spans.values())
            while left:
                found = await consumer.getmany(timeout_ms=500, max_records=20_000)
                with conn.cursor().copy("COPY copied FROM STDIN") as copy:
                    for m in (message for batch in found.values() for message in batch):
                        copy.write_row((m.topic, m.partition, m.offset, m.key.decode(), m.value.decode()))
                        left -= 1
        finally:
            await consumer.stop()
        seconds = time.perf_counter() - began
        assert conn.execute("SELECT count(*) FROM copied").fetchone() == (events,)
        conn.execute("DROP TABLE copied")
    return events / seconds


async def _topics(bootstrap: str, names: list[str], partitions: int) -> None:
    """Makes them, or with no partitions removes them."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        if partitions:
            await admin.create_topics([NewTopic(name, partitions, 1) for name in names])
        else:
            await admin.delete_topics(names)
    finally:
        await admin.close()
