"""Each story takes a second at most, by the pump: whoever changes a rule sees all three lived through at once.

The best of up to three runs counts, by the clock on the wall. Where others keep the machine busy (more wait for its
cores than it has) that clock says nothing about us: there the processor time of this process counts instead."""

import os
import time
from collections.abc import Callable
from contextlib import nullcontext

import pytest

from tests.pump import Pump
from tests.stories.conftest import Pumps
from tests.stories.test_elias import test_elias_hires_twice_learns_of_subsidies_and_gives_a_french_course as elias
from tests.stories.test_julio import test_julio_is_passed_on_finds_work_himself_and_his_senders_see_it as julio
from tests.stories.test_rola import test_rola_chooses_between_two_offers_stays_and_advances as rola

AT_MOST_S = 1.0
RUNS = 3
Story = Callable[[Pump], None]
STORIES: dict[str, Story] = {"rola": rola, "julio": julio, "elias": elias}


def seconds_of(story: Story, pumps: Pumps) -> tuple[float, float, int]:
    """(on the wall, of the processor, facts delivered)"""
    with pumps() as pump:
        wall, processor = time.perf_counter(), time.process_time()
        story(pump)
        return time.perf_counter() - wall, time.process_time() - processor, pump.delivered


def others_keep_the_machine_busy() -> bool:
    return os.getloadavg()[0] > (os.cpu_count() or 1)


@pytest.mark.parametrize("name", STORIES)
def test_a_story_takes_a_second_at_most(name: str, pumps: Pumps, request: pytest.FixtureRequest) -> None:
    walls: list[float] = []
    processors: list[float] = []
    facts = 0
    while len(walls) < RUNS and min(walls, default=AT_MOST_S + 1) > AT_MOST_S:
        wall, processor, facts = seconds_of(STORIES[name], pumps)
        walls.append(wall)
        processors.append(processor)
    said = f"{name}: {min(walls):.2f} s, {min(processors):.2f} s of processor, {facts} facts, run {len(walls)} time(s)"
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled() if capture else nullcontext():
        print(f"\n[tests] {said}", flush=True)
    counted = processors if others_keep_the_machine_busy() else walls
    assert min(counted) <= AT_MOST_S, said
