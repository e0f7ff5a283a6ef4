"""A backlog of facts for a read model, on the real broker: received many at a time, each once, each case's in order,
whoever is killed meanwhile; and an event that is broken takes nobody with it."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from shared.events.base import Envelope
from tests.messaging.running import Probe, kill, until

pytestmark = pytest.mark.bus
CASES, NOTES = 40, 50


@pytest.fixture
def cases() -> list[UUID]:
    return [uuid4() for _ in range(CASES)]


def backlog(probe: Probe, cases: Sequence[UUID]) -> list[Envelope]:
    return [probe.noted(case, number) for number in range(NOTES) for case in cases]


def each_once_in_order(probe: Probe, cases: Sequence[UUID]) -> bool:
    found: dict[UUID, list[int]] = {case: [] for case in cases}
    for case, number in probe.effects():
        found[case].append(number)
    return found == {case: list(range(NOTES)) for case in cases}


def transactions(probe: Probe) -> int:
    ((number,),) = probe.rows("SELECT count(DISTINCT xmin::text) FROM inbox")
    return int(number)


def backlogs(probe: Probe, result: str) -> float:
    """How many batches ended so, by the worker's own metrics."""
    line = f'interconnexion_backlogs_total{{consumer="{probe.name}",result="{result}"}} '
    return sum(float(found.removeprefix(line)) for found in probe.metrics().splitlines() if found.startswith(line))


def test_a_backlog_is_received_many_at_a_time_once_and_in_order(probe: Probe, cases: list[UUID]) -> None:
    probe.environment["PROBE_ONLY_PUTS"] = "1"
    probe.send(backlog(probe, cases))
    probe.start()
    until(lambda: probe.lag() == 0, 40, lambda: probe.log()[-3000:])
    assert each_once_in_order(probe, cases)
    assert transactions(probe) < CASES * NOTES / 8
    assert backlogs(probe, "together") > 0
    assert probe.log().count('"result": "handled"') == CASES * NOTES, "each message has its closing line"
    assert probe.stored() == probe.committed()


def test_a_worker_killed_in_a_backlog_loses_nothing_and_counts_nothing_twice(probe: Probe, cases: list[UUID]) -> None:
    probe.environment["PROBE_ONLY_PUTS"] = "1"
    probe.send(backlog(probe, cases))
    for part in (0.1, 0.4, 0.7):
        worker = probe.start(wait=False)
        until(lambda part=part: len(probe.effects()) > part * CASES * NOTES, 40, probe.log)  # type: ignore[misc]
        kill(worker)
    probe.start()
    until(lambda: probe.lag() == 0, 40, lambda: probe.log()[-3000:])
    assert each_once_in_order(probe, cases)


@pytest.mark.parametrize("only_puts", ["", "1"])
def test_what_was_said_again_changes_nothing_and_is_passed_over(
    probe: Probe, cases: list[UUID], only_puts: str
) -> None:
    probe.environment["PROBE_ONLY_PUTS"] = only_puts
    said = backlog(probe, cases)[:400]
    probe.send(said)
    probe.start()
    until(lambda: probe.lag() == 0, 60, lambda: probe.log()[-3000:])
    before = probe.effects()
    probe.send([*said, *said])
    until(lambda: probe.lag() == 0, 60, lambda: probe.log()[-3000:])
    assert probe.effects() == before
    assert probe.log().count('"result": "duplicate"') == 2 * len(said)
    assert backlogs(probe, "known") > 0
    assert probe.stored() == probe.committed()
    jumps = [line for line in probe.metrics().splitlines() if line.startswith("interconnexion_offset_jumps_total")]
    assert all(line.endswith(" 0.0") for line in jumps)


def test_a_broken_event_in_a_backlog_waits_alone(probe: Probe, cases: list[UUID]) -> None:
    probe.environment |= {"PROBE_ONLY_PUTS": "1", "PROBE_BROKEN_CASES": str(cases[7])}
    probe.send(backlog(probe, cases))
    probe.start()
    until(lambda: probe.lag() == 0, 60, lambda: probe.log()[-3000:])
    assert probe.rows("SELECT key FROM waiting_keys") == [(str(cases[7]),)]
    assert len(probe.rows("SELECT 1 FROM waiting_events")) == NOTES
    assert {case for case, _ in probe.effects()} == {*cases} - {cases[7]}
    assert len(probe.effects()) == (CASES - 1) * NOTES
    assert backlogs(probe, "apart") > 0
    assert transactions(probe) < CASES * NOTES / 2, "the others are still received together"
