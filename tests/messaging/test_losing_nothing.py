"""Nothing is lost, on the real broker and database: rows *and* committed offsets, workers killed while busy."""

import signal
from uuid import UUID, uuid4

import pytest

from shared.events.base import Envelope
from tests.messaging.running import Probe, kill, until

pytestmark = pytest.mark.bus


def many(probe: Probe, cases: int, each: int) -> tuple[list[Envelope], set[tuple[UUID, int]]]:
    ids = [uuid4() for _ in range(cases)]
    wanted = [(case, number) for number in range(each) for case in ids]
    return [probe.noted(case, number) for case, number in wanted], set(wanted)


def expect_each_once(probe: Probe, wanted: set[tuple[UUID, int]], seconds: float = 60) -> None:
    """Every event took effect once, in order for each case, and the broker has every offset."""
    until(
        lambda: len(probe.effects()) >= len(wanted) and probe.lag() == 0,
        seconds,
        lambda: f"{len(probe.effects())} of {len(wanted)} effects, lag {probe.lag()}\n{probe.log()[-3000:]}",
    )
    effects = probe.effects()
    assert len(effects) == len(wanted)
    assert set(effects) == wanted
    for case in {case for case, _ in wanted}:
        numbers = [number for c, number in effects if c == case]
        assert numbers == sorted(numbers)


def expect_published_without_gap(probe: Probe, wanted: set[tuple[UUID, int]]) -> None:
    """Every count reached Kafka; for each case the first copies are versions 1, 2, 3 … in order."""
    until(lambda: probe.rows("SELECT count(*) FROM outbox") == [(0,)], 30, "the outbox is not empty")
    first_seen: dict[str, list[int]] = {}
    seen: set[str] = set()
    for message in probe.published():
        if message["id"] not in seen:
            seen.add(message["id"])
            first_seen.setdefault(message["key"], []).append(message["version"])
    assert sum(map(len, first_seen.values())) == len(wanted)
    for versions in first_seen.values():
        assert versions == list(range(1, len(versions) + 1))


def test_events_take_effect_once_in_order_and_are_published(probe: Probe) -> None:
    envelopes, wanted = many(probe, 30, 10)
    probe.start()
    probe.send(envelopes)
    expect_each_once(probe, wanted)
    expect_published_without_gap(probe, wanted)


def test_the_same_event_twice_takes_effect_once(probe: Probe) -> None:
    envelopes, wanted = many(probe, 5, 4)
    probe.start()
    probe.send([*envelopes, *envelopes])
    probe.send(envelopes)
    expect_each_once(probe, wanted)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_killed_in_the_middle_of_a_batch_loses_nothing(probe: Probe, how: signal.Signals) -> None:
    envelopes, wanted = many(probe, 20, 8)
    first = probe.start(PROBE_SLOW_S="0.03")
    probe.send(envelopes)
    until(lambda: 10 < len(probe.effects()) < len(wanted) - 60, 20, "the worker was never busy")
    first.send_signal(how)
    first.wait(30)
    if how is signal.SIGKILL:  # told to end, it may finish what it took
        assert len(probe.effects()) < len(wanted), "it was killed too late to prove anything"
    else:
        assert first.returncode == 0
    probe.start()
    expect_each_once(probe, wanted)
    expect_published_without_gap(probe, wanted)


def test_a_worker_killed_again_and_again_loses_nothing(probe: Probe) -> None:
    envelopes, wanted = many(probe, 20, 10)
    probe.send(envelopes)
    killed_busy = 0
    for _ in range(4):
        before = len(probe.effects())
        worker = probe.start(PROBE_SLOW_S="0.02")
        until(lambda: len(probe.effects()) > before + 5, 30, "the worker does nothing")  # noqa: B023
        killed_busy += len(probe.effects()) < len(wanted)
        kill(worker)
    assert killed_busy == 4
    probe.start()
    expect_each_once(probe, wanted)
    expect_published_without_gap(probe, wanted)


def test_a_handler_that_raises_once_does_not_lose_its_message(probe: Probe) -> None:
    """Faust acknowledges a message when an exception leaves the agent; ours never does."""
    envelopes, wanted = many(probe, 1, 20)
    probe.start(PROBE_RAISE_ONCE="7")
    probe.send(envelopes)
    expect_each_once(probe, wanted)


def test_a_handler_that_raises_on_the_first_message_of_a_fresh_group_does_not_lose_it(probe: Probe) -> None:
    """With nothing committed yet, Faust has no protection at all."""
    envelopes, wanted = many(probe, 1, 5)
    probe.send(envelopes)
    probe.start(PROBE_RAISE_ONCE="0")
    expect_each_once(probe, wanted)


def test_a_second_worker_joins_in_the_middle_of_a_batch_and_leaves(probe: Probe) -> None:
    envelopes, wanted = many(probe, 24, 10)
    probe.start(PROBE_SLOW_S="0.02")
    probe.send(envelopes)
    until(lambda: len(probe.effects()) > 20, 20, "the first worker does nothing")
    second = probe.start(PROBE_SLOW_S="0.02", wait=False)
    until(lambda: len(probe.effects()) > 120, 30, "nothing goes on")
    kill(second)
    expect_each_once(probe, wanted)
    expect_published_without_gap(probe, wanted)


def test_two_relays_contend_and_one_sends(probe: Probe) -> None:
    """Both processes run a relay; the advisory lock lets one send, and the other takes over when it is killed."""
    first = probe.start()
    probe.start()
    holders = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 4 AND objid = 2 AND granted"
    holders += " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    assert probe.rows(holders) == [(1,)]
    envelopes, wanted = many(probe, 10, 10)
    probe.send(envelopes)
    until(lambda: len(probe.effects()) > 30, 20, "nothing happens")
    kill(first)
    expect_each_once(probe, wanted)
    expect_published_without_gap(probe, wanted)
    assert probe.rows(holders) == [(1,)]
