"""What the alarms look at, seen on the real broker and database: a loss, a stuck handler, a broker that is away."""

import asyncio
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from deploy.local.kafka import Kafka, wait_for_port
from deploy.local.ports import free_port
from tests.messaging.running import Probe, kill, until
from tests.observing.alerts import fires
from tests.servers import Servers

pytestmark = pytest.mark.bus
LINES_A_MINUTE = 20
"""Of one worker while the broker is away; measured: 9, and 5,957 held back."""


@pytest.fixture
def probe(real: Servers, tmp_path: Path) -> Iterator[Probe]:
    real.start()
    probe = Probe(real, tmp_path)
    yield probe
    probe.stop()


def value(probe: Probe, sample: str) -> float:
    """The sum of a metric's samples; 0 when there is none."""
    found = re.findall(rf"^{sample}(?:{{[^}}]*}})? ([\d.e+-]+)$", probe.metrics(), re.MULTILINE)
    return sum(map(float, found))


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    assert process.wait(30) == 0


def commit_by_hand(probe: Probe, place: TopicPartition, offset: int) -> None:
    async def commit() -> None:
        group = AIOKafkaConsumer(bootstrap_servers=probe.bootstrap, group_id=probe.name, enable_auto_commit=False)
        await group.start()
        try:
            group.assign([place])
            await group.commit({place: offset})
        finally:
            await group.stop()

    asyncio.run(commit())


def test_offsets_committed_forward_by_a_wrong_hand_are_alarmed_and_backward_ones_are_not(probe: Probe) -> None:
    case = uuid4()
    first = probe.start()
    probe.send([probe.noted(case, number) for number in (0, 1)])
    until(lambda: len(probe.effects()) == 2 and probe.lag() == 0, 30, probe.log)
    assert value(probe, "interconnexion_offset_jumps_total") == 0
    stop(first)
    ((topic, partition, due),) = probe.rows("SELECT * FROM inbox_offsets")
    assert due == 2
    place = TopicPartition(topic, partition)

    commit_by_hand(probe, place, 0)
    again = probe.start()
    until(lambda: value(probe, "interconnexion_offsets_again_total") == 2, 10, probe.metrics)
    assert value(probe, "interconnexion_offset_jumps_total") == 0
    assert not fires("MessagesPassedOver", probe.metrics())
    stop(again)

    probe.send([probe.noted(case, number) for number in (2, 3, 4)])
    commit_by_hand(probe, place, 4)
    probe.start()
    until(lambda: (case, 4) in probe.effects(), 30, probe.log)
    assert probe.effects() == [(case, 0), (case, 1), (case, 4)], "numbers 2 and 3 are lost: what the alarm is for"
    assert fires("MessagesPassedOver", probe.metrics())
    assert fires("VersionSkipped", probe.metrics())
    (line,) = [line for line in probe.log().splitlines() if '"offset_jump"' in line]
    assert '"due": 2' in line
    assert '"missed": 2' in line


def test_a_handler_that_stands_still_shows_in_the_age_of_what_it_holds_up(probe: Probe) -> None:
    probe.start(PROBE_SLOW_S="9")
    assert value(probe, "interconnexion_oldest_unprocessed_seconds") == 0
    case = uuid4()
    probe.send([probe.noted(case, number) for number in range(3)])
    sent = time.monotonic()
    until(lambda: value(probe, "interconnexion_oldest_unprocessed_seconds") > 5, 8.5, probe.metrics)
    assert value(probe, "interconnexion_oldest_unprocessed_seconds") <= time.monotonic() - sent + 1
    assert value(probe, "interconnexion_lag") == 3
    assert probe.effects() == [], "it stood still all the time"


def test_a_parked_case_and_a_parked_timer_are_alarmed(probe: Probe) -> None:
    broken = uuid4()
    probe.start(PROBE_BROKEN_CASES=str(broken))
    assert not fires("CasesParked", probe.metrics())
    until(lambda: not fires("TimersParked", probe.metrics()), 5, probe.metrics)
    probe.rows(
        """INSERT INTO timers (id, kind, key, about, due_at, correlation_id, failures)
           VALUES (gen_random_uuid(), 'bell', %s, 'broken', now(), gen_random_uuid(), 4) RETURNING id""",
        str(broken),
    )
    probe.send([probe.noted(broken, 0)])
    until(lambda: fires("TimersParked", probe.metrics()), 15, probe.metrics)
    until(lambda: fires("CasesParked", probe.metrics()), 40, probe.log)


def test_the_lock_of_the_relay_is_one_processs_and_goes_to_the_other(probe: Probe) -> None:
    first = probe.start()
    until(lambda: not fires("NoRelay", probe.metrics()), 10, probe.metrics)
    second = probe.start()
    time.sleep(2.5)  # a round of measuring
    both = [probe.metrics(0), probe.metrics(1)]
    assert not fires("NoRelay", *both)
    assert not fires("TwoRelays", *both)
    assert fires("NoRelay", both[1])
    kill(first)
    until(lambda: not fires("NoRelay", probe.metrics()), 15, probe.metrics)
    stop(second)


# the broker away


@dataclass
class OwnBroker:
    """A broker of this test's own beside the shared database: it can be taken away."""

    real: Servers
    broker: Kafka
    process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        return self.broker.bootstrap_servers

    @property
    def admin_url(self) -> str:
        return self.real.admin_url

    def create_database(self, name: str) -> str:
        return self.real.create_database(name)

    def back(self) -> None:
        self.process = subprocess.Popen(
            self.broker.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        wait_for_port(self.broker.port, 60, self.process)

    def away(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)


@pytest.fixture
def own(real: Servers, tmp_path: Path) -> Iterator[OwnBroker]:
    port = free_port()
    broker = Kafka(tmp_path / "kafka", port, free_port(avoid=[port]))
    broker.prepare()
    own = OwnBroker(real, broker)
    own.back()
    yield own
    own.away()


def test_with_the_broker_away_the_outbox_ages_and_the_log_stays_small(own: OwnBroker, tmp_path: Path) -> None:
    probe = Probe(own, tmp_path)  # type: ignore[arg-type]  # as much of Servers as a probe asks for
    try:
        probe.start()
        probe.send([probe.noted(uuid4(), 0)])
        until(lambda: len(probe.published()) == 1, 30, probe.log)
        own.away()
        before, began = len(probe.log().splitlines()), time.monotonic()
        event = probe.envelope("counted", "x", uuid4(), b"{}")
        probe.rows(
            """WITH entry AS (
                   INSERT INTO journal (event_id, type, key, subject, version, occurred_at, correlation_id, data)
                   VALUES (%s, %s, %s, %s, 1, now(), %s, '{}') RETURNING position
               ) INSERT INTO outbox SELECT position FROM entry RETURNING position""",
            event.id, event.type, event.key, event.subject, event.correlation_id,
        )  # fmt: skip
        until(lambda: fires("OutboxStandsStill", probe.metrics()), 45, probe.metrics)
        time.sleep(max(0.0, 35 - (time.monotonic() - began)))
        lines, seconds = probe.log().splitlines()[before:], time.monotonic() - began
        held = value(probe, "interconnexion_log_lines_held_back_total")
        print(f"{len(lines)} lines, {sum(map(len, lines))} bytes in {seconds:.0f} s; {held:.0f} held back")
        assert 0 < len(lines) <= LINES_A_MINUTE * seconds / 60, "\n".join(lines)
        assert held > len(lines)
        assert any('"held_back"' in line for line in lines)
        own.back()
        until(lambda: len(probe.published()) == 2, 40, probe.log)
        until(lambda: not fires("OutboxStandsStill", probe.metrics()), 10, probe.metrics)
    finally:
        probe.stop()
