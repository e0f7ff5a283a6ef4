"""An owner says its journal again: what the relay said, byte for byte, in the order of each key, nothing left out, and
nothing overtaken by a relay that runs beside it."""

import asyncio
import contextlib
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from shared.messaging.relay import Relay
from shared.operators.republishing import Interrupted, republish, settled_position
from shared.rebuilding.reading import ends_of
from tests.messaging.running import Probe
from tests.servers import Servers

pytestmark = pytest.mark.bus
CASES, EVENTS = 7, 300
_SAY = """
    WITH said AS (
      INSERT INTO journal (event_id, type, key, subject, version, occurred_at, correlation_id, causation_id, actor,
                           data)
      SELECT gen_random_uuid(), 'interconnexion.probe.noted.v1', 'case-' || mod(n, 7), 'case/' || mod(n, 7),
             coalesce((SELECT max(version) FROM journal WHERE subject = 'case/' || mod(n, 7)), 0) + 1 + n / 7, now(),
             gen_random_uuid(), CASE WHEN mod(n, 2) = 0 THEN gen_random_uuid() END,
             CASE WHEN mod(n, 3) = 0 THEN 'service:test' END, CASE WHEN n <> 5 THEN '{"n": ' || n || '}' END
      FROM generate_series(0, %s - 1) n ORDER BY n RETURNING position)
    INSERT INTO outbox SELECT position FROM said"""

_RELAYS_LOCK = """
    SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = 4 AND objid = 2 AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


@pytest.fixture
def probe(real: Servers, tmp_path: Path) -> Iterator[Probe]:
    real.start()
    probe = Probe(real, tmp_path)
    yield probe
    probe.stop()


def say(probe: Probe, events: int) -> None:
    with psycopg.connect(probe.url) as conn:
        conn.execute(_SAY, (events,))


@contextlib.asynccontextmanager
async def relaying(probe: Probe) -> Any:
    """The service's relay, beside whatever the block does."""
    running = asyncio.create_task(Relay(probe.url, probe.bootstrap, probe.name).run())
    try:
        yield
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def until_sent(probe: Probe) -> None:
    while (await asyncio.to_thread(probe.rows, "SELECT count(*) FROM outbox")) != [(0,)]:
        await asyncio.sleep(0.05)


async def messages(probe: Probe, topic: str) -> list[ConsumerRecord]:
    """In the order of each partition."""
    ends = await ends_of(probe.bootstrap, [topic])
    reader = AIOKafkaConsumer(bootstrap_servers=probe.bootstrap, auto_offset_reset="earliest")
    await reader.start()
    try:
        found = []
        for place, end in ends.items():
            reader.assign([TopicPartition(*place)])
            await reader.seek_to_beginning()
            while await reader.position(TopicPartition(*place)) < end:
                found.append(await reader.getone(TopicPartition(*place)))
        return found
    finally:
        await reader.stop()


def said(found: list[ConsumerRecord]) -> dict[bytes, list[tuple[Any, ...]]]:
    """Key -> what was said of it, in order."""
    by_key = defaultdict(list)
    for message in found:
        by_key[message.key].append((message.value, tuple(message.headers), message.partition))
    return by_key


def versions(found: list[ConsumerRecord]) -> dict[bytes, list[int]]:
    return {
        key: [int(dict(headers)["ce_version"]) for _, headers, _ in entries] for key, entries in said(found).items()
    }


def test_the_replay_is_what_the_relay_said_in_its_order(probe: Probe) -> None:
    async def run() -> None:
        say(probe, EVENTS)
        async with relaying(probe):
            await until_sent(probe)
        told: list[tuple[int, int]] = []
        done = await republish(probe.url, probe.bootstrap, probe.name, "replay", say=lambda *n: told.append(n))
        assert (done.events, done.up_to, done.topic) == (EVENTS, EVENTS, f"{probe.name}.replay")
        assert told[-1] == (EVENTS, EVENTS)
        relayed, replayed = await messages(probe, f"{probe.name}.events"), await messages(probe, done.topic)
        assert said(replayed) == said(relayed)
        assert versions(replayed) == {
            f"case-{n}".encode(): list(range(1, len(range(n, EVENTS, 7)) + 1)) for n in range(7)
        }
        ends = await ends_of(probe.bootstrap, [done.topic])
        assert len(ends) == len(await ends_of(probe.bootstrap, [f"{probe.name}.events"]))

    asyncio.run(run())


def test_beside_a_running_relay_nothing_newer_overtakes(probe: Probe) -> None:
    """The topic is empty, as after a lost broker; the relay has new facts to send all the time."""

    async def run() -> None:
        say(probe, 20 * EVENTS)
        with psycopg.connect(probe.url, autocommit=True) as conn:
            conn.execute("DELETE FROM outbox")  # the lost broker had them
        republishing = asyncio.create_task(republish(probe.url, probe.bootstrap, probe.name, "live"))
        while not await asyncio.to_thread(probe.rows, _RELAYS_LOCK):
            await asyncio.sleep(0.01)
        async with relaying(probe):
            for _ in range(20):
                await asyncio.to_thread(say, probe, 21)
            done = await republishing
            await until_sent(probe)
        found = versions(await messages(probe, f"{probe.name}.events"))
        total = probe.rows("SELECT key, max(version) FROM journal GROUP BY key")
        assert done.events >= 20 * EVENTS
        for key, last in total:
            firsts = list(dict.fromkeys(found[key.encode()]))  # a copy of what came before is known by its id
            assert firsts == list(range(1, last + 1))

    asyncio.run(run())


def test_the_relay_goes_on_by_itself_after_a_republish_took_its_place(probe: Probe) -> None:
    async def run() -> None:
        async with relaying(probe):
            say(probe, 7)
            await until_sent(probe)
            await republish(probe.url, probe.bootstrap, probe.name, "live")
            say(probe, 7)
            await until_sent(probe)
        assert all(list(dict.fromkeys(found)) == [1, 2] for found in versions(
            await messages(probe, f"{probe.name}.events")).values())  # fmt: skip

    asyncio.run(run())


def test_it_goes_on_from_where_it_was_interrupted(probe: Probe, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        say(probe, EVENTS)
        monkeypatch.setattr("shared.operators.republishing.BATCH", 50)

        def stop_after(done: int, total: int) -> None:
            if done == 100:
                raise TimeoutError

        with pytest.raises(Interrupted) as stopped:
            await republish(probe.url, probe.bootstrap, probe.name, "replay", say=stop_after)
        assert stopped.value.after == 100
        rest = await republish(probe.url, probe.bootstrap, probe.name, "replay", stopped.value.after)
        assert rest.events == EVENTS - 100
        whole = versions(await messages(probe, rest.topic))
        assert all(found == sorted(set(found)) for found in whole.values())
        assert sum(map(len, whole.values())) == EVENTS

    asyncio.run(run())


def test_an_entry_that_is_being_written_is_waited_for(probe: Probe) -> None:
    """Its position may be lower than one that is there: left out of a replay, its successor would come without it. What
    stands above what was there at the start goes by the relay."""
    say(probe, 7)
    with psycopg.connect(probe.url) as late:
        late.execute(_SAY, (7,))

        async def position() -> int:
            async with await psycopg.AsyncConnection.connect(probe.url, autocommit=True) as conn:
                return await settled_position(conn)

        found: list[int] = []
        asking = threading.Thread(target=lambda: found.append(asyncio.run(position())))
        asking.start()
        asking.join(0.5)
        assert found == []
        late.commit()
        asking.join(10)
    assert found == [7]
