"""What Faust does to an unwary consumer, a trap at a time (docs/decisions/0002): the real worker on the real broker,
rows and committed offsets. Traps of killing and joining are in test_losing_nothing.py, poison in test_waiting.py."""

import asyncio
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions
from aiokafka.partitioner import DefaultPartitioner

from tests.messaging.running import PARTITIONS, Probe, kill, until
from tests.messaging.test_losing_nothing import expect_each_once, many
from tests.servers import Servers

pytestmark = pytest.mark.bus
ENDS_WITHIN_S = 12  # after an exception a noack agent of Faust's hung for 30 to 40 s


@pytest.fixture
def early(real: Servers, tmp_path: Path) -> Iterator[Probe]:
    """A probe that is started before anybody made its topics."""
    real.start()
    probe = Probe(real, tmp_path, topics=False)
    yield probe
    probe.stop()


def test_an_exception_among_two_hundred_messages_loses_none_of_them(probe: Probe) -> None:
    """With take(), one exception lost 5, 67 and 176 of 200: an orphaned pump kept acknowledging."""
    envelopes, wanted = many(probe, 10, 20)
    probe.start(PROBE_RAISE_ONCE="9")
    probe.send(envelopes)
    expect_each_once(probe, wanted)
    assert "raised once, on purpose" in probe.log()


def test_no_offset_is_committed_past_an_event_that_is_not_stored(probe: Probe) -> None:
    """Faust's issue 606. Looked at again and again while the worker is busy, and once more when it was killed."""
    envelopes, wanted = many(probe, 24, 10)
    worker = probe.start(PROBE_SLOW_S="0.02")
    probe.send(envelopes)
    looks = 0
    while len(probe.effects()) < len(wanted) - 40:
        committed = probe.committed()
        stored = probe.stored()  # after: it may be ahead, never behind
        assert {place: at for place, at in committed.items() if at > stored.get(place, 0)} == {}
        looks += 0 < sum(committed.values()) < len(wanted)
    kill(worker)
    assert looks > 2, "nothing was committed while it was busy: nothing is proven"
    committed, stored = probe.committed(), probe.stored()
    assert sum(committed.values()) <= sum(stored.values()) < len(wanted)
    assert {place: at for place, at in committed.items() if at > stored.get(place, 0)} == {}
    probe.start()
    expect_each_once(probe, wanted)


def test_told_to_end_after_an_exception_a_worker_ends_in_good_time(probe: Probe) -> None:
    broken, sound = uuid4(), uuid4()
    worker = probe.start(PROBE_BROKEN_CASES=str(broken))
    probe.send([probe.noted(broken, 1), probe.noted(sound, 1)])
    until(lambda: len(probe.effects()) == 1 and "this case is broken" in probe.log(), 30, probe.log)
    began = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    assert time.monotonic() - began < ENDS_WITHIN_S
    assert probe.lag() == 0, "what is set aside is stored: its offset is committed"


def test_a_topic_that_is_missing_is_said_and_consumed_when_it_is_there(early: Probe) -> None:
    """Faust leaves a topic that is missing at its start unconsumed until a restart: ours does not start without it."""
    case = uuid4()
    worker = early.start(wait=False)
    missing = [f"Topic {topic} does not exist." for topic in sorted(early.topics)]
    until(lambda: early.waits_for() == missing, 30, lambda: f"{early.waits_for()}\n{early.log()[-2000:]}")
    early.create_topics()
    until(early.is_ready, 30, early.log)
    early.send([early.noted(case, 1)])
    until(lambda: early.effects() == [(case, 1)] and early.lag() == 0, 30, early.log)
    assert worker.poll() is None


def test_what_a_member_did_not_know_of_when_it_joined_is_read_within_seconds(probe: Probe) -> None:
    """A member that joins while the broker comes up may see only some topics, and be given only those; by default it
    looks again after five minutes (seed 23 of the campaign: nobody read intake's topics so long). Here partitions
    appear after it has joined."""
    probe.start()
    asyncio.run(_add_a_partition(probe))
    case = next(case for case in iter(uuid4, None) if partition_of(str(case).encode()) == PARTITIONS)
    probe.send([probe.noted(case, 1)])
    until(lambda: probe.effects() == [(case, 1)], 25, lambda: probe.log()[-3000:])


async def _add_a_partition(probe: Probe) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=probe.bootstrap)
    await admin.start()
    try:
        await admin.create_partitions({probe.topics[0]: NewPartitions(PARTITIONS + 1)})
    finally:
        await admin.close()


def partition_of(key: bytes) -> int:
    """Where the producer puts it, now that there is one more."""
    everywhere = [*range(PARTITIONS + 1)]
    return int(DefaultPartitioner()(key, everywhere, everywhere))
