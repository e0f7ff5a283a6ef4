"""P12: what a process keeps in memory after very many events, how fast one starts alone, and the whole system: its
memory and its warm start."""

import tempfile
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import psutil

from deploy.local.stack import Stack
from tests.bench import feed
from tests.bench.feed import Consuming, Feed
from tests.bench.ground import ground
from tests.bench.intake import process
from tests.bench.result import Curve, Result, Size
from tests.bench.work import COUNTERS
from tests.databases import Databases
from tests.servers import Servers

EVENTS, STEPS = {"small": 20_000, "full": 200_000}, 10
STARTS = {"small": 2, "full": 5}


def measure(servers: Servers, size: Size) -> list[Result]:
    alone = [_start_api(servers, STARTS[size]), _start_worker(servers, STARTS[size])]
    return [_after_many(servers, EVENTS[size]), *alone, *_whole_system()]


def _after_many(servers: Servers, events: int) -> Result:
    """Events that the worker knows, sent again and again: they go the whole way through Faust, queue, inbox and log."""
    with ground(servers, ("-a", "-b")) as place:
        place.run(COUNTERS)
        worker = feed.start_worker(place)
        try:
            source = Feed(place.name)
            known = source.messages(1_000)
            feed.send(place.bootstrap, source.topic, known)
            feed.until(lambda: worker.handled("handled") >= len(known), 60, worker)
            points = [(0.0, worker.memory_mb())]
            began = time.monotonic()
            for step in range(1, STEPS + 1):
                sent = events // STEPS * step
                feed.send(place.bootstrap, source.topic, known * (events // STEPS // len(known)))
                feed.until(partial(_came, worker, sent), 120, worker)
                points.append((float(sent), worker.memory_mb()))
            rate = events / (time.monotonic() - began)
        finally:
            worker.stop()
    half, end = points[STEPS // 2][1], points[-1][1]
    growth = 100 * (end / half - 1)
    return Result(
        "P12", f"memory of a worker after {events:,} events", "MB", (end,), goal=150, better="lower",
        conditions=f"Resident. In the last half it grew by {growth:+.1f} % (goal: below 1 %).",
        remarks=f"{len(known):,} events that it knew, sent again and again, at {rate:,.0f} a second: a "
        "million would take a quarter of an hour, and new ones half an hour.",
        curve=Curve("Memory of a worker", "events received", "MB", {"resident": tuple(points)}, log_x=False),
    )  # fmt: skip


def _came(worker: Consuming, number: int) -> bool:
    return worker.handled("duplicate") >= number


def _start_worker(servers: Servers, starts: int) -> Result:
    took = []
    with ground(servers, ("-a", "-b")) as place:
        place.run(COUNTERS)
        for _ in range(starts):
            began = time.monotonic()
            worker = feed.start_worker(place)
            took.append(time.monotonic() - began)
            worker.stop()
    return Result("P12", "one worker ready, alone", "s", tuple(took), goal=3, better="lower",
                  conditions="Killed before the next start: the broker still counts the one before as a member until "
                  "its session ends.")  # fmt: skip


def _start_api(servers: Servers, starts: int) -> Result:
    url, took = Databases(servers).fresh("intake"), []
    for _ in range(starts):
        began = time.monotonic()
        with process("services.intake.main", servers.bootstrap, {"intake": url}):
            took.append(time.monotonic() - began)
    return Result("P12", "one API (intake) ready, alone", "s", tuple(took), goal=3, better="lower")


def _whole_system() -> list[Result]:
    """Started twice: the second start is warm. Broker and database of its own, beside the idle ones of this run."""
    with tempfile.TemporaryDirectory(prefix="interconnexion-bench-") as folder:
        Path(folder).chmod(0o711)
        took = []
        for _ in range(2):
            began = time.monotonic()
            with Stack(Path(folder) / "system") as stack:
                took.append(time.monotonic() - began)
                names = [p.name for p in stack.processes]
                each = {name: sum(map(_proportional_mb, stack.pids(name))) for name in names}
                servers = {name: sum(map(_with_children_mb, stack.pids(name))) for name in ("kafka", "postgres")}
    biggest = max(each, key=lambda name: each[name])
    return [
        Result("P12", "the whole system, memory", "MB", (sum(each.values()) + sum(servers.values()),), goal=1_500,
               better="lower", conditions=f"Proportional set size, just ready: eleven processes "
               f"{sum(each.values()):.0f} MB (the most: {biggest}, {each[biggest]:.0f}), Kafka {servers['kafka']:.0f}, "
               f"PostgreSQL {servers['postgres']:.0f}."),
        Result("P12", "the whole system ready, warm", "s", (took[-1],), goal=20, better="lower",
               conditions=f"The first start, with migrations, took {took[0]:.0f} s."),
    ]  # fmt: skip


def _proportional_mb(pid: int) -> float:
    """What it shares with others is shared out."""
    return float(psutil.Process(pid).memory_full_info().pss / 2**20)


def _with_children_mb(pid: int) -> float:
    found = _proportional_mb(pid)
    for child in psutil.Process(pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            found += _proportional_mb(child.pid)
    return found
