"""Brings every named crash point about once: arms it, provokes what leads there, and waits for the process to die."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from shared import clock
from tests.chaos import points
from tests.chaos.breaker import Breaker
from tests.chaos.campaign import CHECKS, Campaign, Size
from tests.chaos.points import OF_API, OF_SUBSIDIES, OF_TIMERS, POINTS
from tests.chaos.report import Report
from tests.chaos.system import system

LONGEST_S = 120.0  # a process that has just died must be back first: seconds, or a minute on a busy machine


def reach_all(seconds_each: float = LONGEST_S) -> tuple[Report, set[str]]:
    """The report of the run, and the points that were not reached."""
    with system() as (stack, folder):
        campaign = Campaign(stack, folder, 1, Size(0, 1, 2, 2, 240), [], scripts=[])
        campaign.scripts = [lambda breaker, _: _reach(breaker, campaign, seconds_each)]
        report = campaign.run("points", CHECKS)
        reached = {name for name, _ in points.read(stack.control, "reached")}
    return report, set(POINTS) - reached


def _reach(breaker: Breaker, campaign: Campaign, seconds_each: float) -> None:
    """The points of notices last: a story must have come to its subsidy."""
    chance = random.Random(1)
    for name in sorted(POINTS, key=lambda point: point in OF_SUBSIDIES):
        process = _process_of(name, chance)
        with _provoked(breaker, name):
            file = points.arm(breaker.stack.control, process, name)
            until = time.monotonic() + seconds_each
            while file.exists() and time.monotonic() < until:
                time.sleep(0.1)
            campaign.say(f"{name} in {process}: {'not reached' if file.exists() else 'reached'}")
            file.unlink(missing_ok=True)
    breaker.kills["points"] += len(points.read(breaker.stack.control, "reached"))


def _process_of(name: str, chance: random.Random) -> str:
    if name in OF_API:
        return "intake"
    if name in OF_SUBSIDIES:
        return "subsidies-worker"
    if name in OF_TIMERS:
        return chance.choice(["retention-worker", "matching-worker"])
    if name.startswith("relay"):
        return "intake-worker"
    return "matching-worker" if name == "handler.published" else "portal-worker"  # which hears everything


@contextmanager
def _provoked(breaker: Breaker, name: str) -> Iterator[None]:
    failing = breaker.stack.control / "failing"
    if name.startswith(("set_aside", "waiting")):
        failing.write_text("6 1")
    if name in OF_TIMERS:
        clock.advance(timedelta(days=8))
    try:
        yield
    finally:
        failing.unlink(missing_ok=True)
