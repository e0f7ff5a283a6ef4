"""Hypothesis plays the people, the bus and the crashes: whatever it does, when all has arrived every fact took effect
once, in order, and nothing waits for ever."""

import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from deploy.local.processes import SERVICES
from shared import clock
from tests.chaos.acts import People
from tests.chaos.checks_of_services import full_places, wrong_money
from tests.chaos.simulated import PUBLISHERS, SLOTS, violations, world_of
from tests.databases import Databases

BEGINS_ON = date(2026, 3, 3)
EXAMPLES = int(os.environ.get("CHAOS_EXAMPLES", "25"))
STEPS = 60
publishers, consumers = st.sampled_from(PUBLISHERS), st.sampled_from(SERVICES)
slots, dice = st.integers(0, SLOTS - 1), st.integers(0, 9999)
TROUBLE = (RuntimeError("once, on purpose"), psycopg.OperationalError("the connection is lost, on purpose"))


class Machine(RuleBasedStateMachine):
    connections: dict[str, psycopg.Connection[Any]]
    clock_file: Path
    totals: dict[str, int]

    def __init__(self) -> None:
        super().__init__()
        clock.set_offset(timedelta())
        self._open = world_of(self.connections)
        self.world = self._open.__enter__()
        self.people = People(self.world)
        self.day = BEGINS_ON
        self.world.live_until(self.day)

    @initialize()
    def some_are_there(self) -> None:
        for number in range(3):
            self.people.act(2, number, False)
            self.people.act(3, number, False)
            self.people.act(0, number + 1, False)

    @rule(acts=st.lists(st.tuples(dice, dice, st.integers(0, 9)), min_size=2, max_size=8), told=st.integers(0, 20))
    def people_act(self, acts: list[tuple[int, int, int]], told: int) -> None:
        """One in ten acts is cut off by a crash; so many facts of each service go to the bus."""
        for which, dice, crashes in acts:
            self.people.act(which, dice, crashes == 9)
        for publisher in PUBLISHERS:
            self.world.relay(publisher, told)

    @rule(publisher=publishers, consumer=consumers, slot=slots, most=st.integers(1, 30))
    def some_facts_arrive(self, publisher: str, consumer: str, slot: int, most: int) -> None:
        if publisher != consumer:
            self.world.deliver(consumer, publisher, slot, most)

    @rule(consumer=consumers)
    def one_service_catches_up(self, consumer: str) -> None:
        for publisher in PUBLISHERS:
            for slot in range(SLOTS if publisher != consumer else 0):
                self.world.deliver(consumer, publisher, slot, 100)

    @rule(publisher=publishers, consumer=consumers, slot=slots, count=st.integers(1, 10))
    def the_offset_was_not_committed(self, publisher: str, consumer: str, slot: int, count: int) -> None:
        self.world.rewind(consumer, publisher, slot, count)

    @rule(publisher=publishers, slot=slots, number=dice)
    def the_relay_sends_again(self, publisher: str, slot: int, number: int) -> None:
        self.world.send_again(publisher, slot, number)

    @rule(consumer=consumers, kind=st.integers(0, len(TROUBLE) - 1))
    def the_next_handler_fails(self, consumer: str, kind: int) -> None:
        self.world.services[consumer].inbox.trouble = TROUBLE[kind]

    @rule(consumer=consumers)
    def what_waits_is_tried_again(self, consumer: str) -> None:
        self.world.retry(consumer)

    @rule(service=consumers)
    def what_is_due_fires(self, service: str) -> None:
        self.world.fire(service)

    @rule(days=st.sampled_from([1, 7, 29, 60]))
    def time_passes(self, days: int) -> None:
        self.day += timedelta(days=days)
        self.world.live_until(self.day)

    def teardown(self) -> None:
        try:
            for running in self.world.services.values():
                running.inbox.trouble = None
            self.world.settle()
            found = list(violations(self.world))
            found += full_places(lambda sql: self.world.services["matching"].rows(sql))
            found += wrong_money(lambda sql: self.world.services["subsidies"].rows(sql))
            self.totals["delivered"] += self.world.steps
            self.totals["facts"] += sum(len(log) for log in self.world.logs.values())
            self.totals["done"] += self.people.done
            self.totals["refused"] += self.people.refused
            assert not found, "\n".join(found[:10])
        finally:
            self._open.__exit__(None, None, None)


@pytest.fixture
def machine(databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Machine]]:
    monkeypatch.setenv("CLOCK_FILE", str(tmp_path / "clock.json"))
    Machine.clock_file = tmp_path / "clock.json"
    Machine.connections = {name: psycopg.connect(databases.shared(name)) for name in SERVICES}
    Machine.totals = {"delivered": 0, "facts": 0, "done": 0, "refused": 0}
    yield Machine
    for conn in Machine.connections.values():
        conn.close()


def test_whatever_happens_every_fact_takes_effect_once(machine: type[Machine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck), print_blob=False,
        ),
    )  # fmt: skip
    print(f"\n[chaos] {EXAMPLES} examples: {machine.totals}")
    assert machine.totals["done"] > EXAMPLES * 10
    assert machine.totals["delivered"] > EXAMPLES * 50
