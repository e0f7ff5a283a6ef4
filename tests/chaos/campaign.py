"""One run: start, break while clients work, heal, wait until all is quiet, judge, report."""

import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.chaos import checks, checks_of_audit, checks_of_services, checks_of_tasks, crowd, recovery, seeing
from tests.chaos.breaker import Breaker, Fault
from tests.chaos.bus import Bus
from tests.chaos.clients import Client
from tests.chaos.evidence import Evidence, gather
from tests.chaos.faults import ACTS
from tests.chaos.history import Patience
from tests.chaos.ministry import turns_good
from tests.chaos.quiet import Quiet, operate
from tests.chaos.report import Report, gaps
from tests.chaos.system import ChaosStack, clients_view, system

Check = Callable[[Evidence], Iterator[str]]
CHECKS: tuple[Check, ...] = (
    *checks.KERNEL,
    *checks_of_services.SERVICES,
    *checks_of_tasks.TASKS,
    *checks_of_audit.AUDIT,
)


UNPACED = 1000.0
"""Clients ask as fast as they are answered: more than two cores can also work off, so C13 is not judged."""


@dataclass(frozen=True)
class Size:
    """``seconds`` of work under faults, one fault every ``every_s`` on average."""

    seconds: float
    every_s: float
    volume: int
    stories: int
    quiet_within_s: float = 180.0
    recovery: int = 1
    """How often D8 is measured at the end."""
    least: int = 0
    """Scripts are repeated, six times at most, until the clients have done so much."""
    stuck_after_s: float = 150.0
    """When nothing has moved for so long, it will not become quiet."""
    profile: int = 4
    """The weight of changes of a person's profile among volume clients' acts (all others: 33)."""
    per_s: float = UNPACED
    """Commands a second, of all clients together."""


READY_WITHIN_S = 60.0
SIZES = {
    "smoke": Size(40, 1.6, 3, 1, recovery=0, per_s=28),
    "ci": Size(400, 2.1, 7, 3, 600, per_s=28),
    "full": Size(4000, 1.8, 8, 4, 1500, recovery=3, per_s=28),
}
"""Paced, so that what is said can also be taken in: two cores answer 40 commands a second, and then have none left for
five services to work them off."""


@dataclass
class Campaign:
    """What runs in one run. ``say`` gets a line for each step."""

    stack: ChaosStack
    folder: Path
    seed: int
    size: Size
    faults: list[Fault]
    patience: Patience = field(default_factory=Patience)
    say: Callable[[str], None] = lambda line: print(line, file=sys.stderr, flush=True)
    scripts: list[Callable[[Breaker, float], None]] = field(default_factory=list)
    """Done after the faults, each for its share of the time."""
    during: list[str] = field(default_factory=list)
    """Violations that were seen before the judging."""
    made: list[Client] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    """Who was not ready, at what second after the heal."""

    def run(self, name: str = "", only: tuple[Check, ...] = CHECKS) -> Report:
        report = Report(self.seed, name, planned=len(self.faults))
        self.bus = Bus(self.stack.bootstrap, random.Random(f"bus/{self.seed}"))  # dice
        self.breaker = Breaker(self.stack, self.bus, ACTS)
        stop = threading.Event()
        try:
            made = self._work(stop)
            report.ready_s, report.quiet_s = self._heal()
            names = {k: v for c in made for k, v in c.names.items()}
            evidence = self._gather(names)
            report.seeing = seeing.measure(evidence, self.ready_at, self.load)
            self._judge(report, evidence, only)
        finally:
            stop.set()
            self.bus.close()
        self._count(report, evidence)
        return report

    def _work(self, stop: threading.Event) -> list[Client]:
        self.made = made = crowd.make(
            clients_view(self.stack), self.folder / "history", self.seed, self.size.volume, self.size.stories, stop,
            self.patience, self.size.profile, self.size.per_s,
        )  # fmt: skip
        _together([client.prepare for client in made])
        self.say(f"{len(made)} clients ready; {len(self.faults)} faults in {self.size.seconds:.0f} s")
        reader = threading.Thread(target=self._read_during, args=(stop,), daemon=True)
        breaking = threading.Thread(target=self._break, args=(stop,))
        threads = [threading.Thread(target=client.run) for client in made]
        for thread in (reader, breaking, *threads):
            thread.start()
        time.sleep(self.size.seconds)
        if self.scripts:
            breaking.join()  # as long as they take
        stop.set()
        breaking.join(60)
        for thread in threads:
            thread.join(120)
        for client in made:
            client.wire.close()
            client.wire.history.close()
        return made

    def _break(self, stop: threading.Event) -> None:
        self.breaker.run(self.faults, stop)
        for _ in range(6 if self.scripts else 0):
            for script in self.scripts:
                script(self.breaker, self.size.seconds / len(self.scripts))
            if sum(client.done for client in self.made) >= self.size.least:
                return

    def _read_during(self, stop: threading.Event) -> None:
        """D2: what must hold at every moment, looked at while faults run."""
        asked: tuple[tuple[str, Callable[..., Iterator[str]]], ...] = (
            ("matching", checks_of_services.full_places), ("subsidies", checks_of_services.wrong_money),
        )  # fmt: skip
        services = {p.service for p in self.stack.processes}
        while not stop.wait(2):
            for service, check in asked:
                if service not in services:
                    continue
                try:
                    found = check(lambda sql, s=service: self.stack.rows(s, sql))
                    self.during += [f"{line} (seen while faults ran)" for line in found]
                except psycopg.OperationalError:
                    continue  # the database is away

    def _heal(self) -> tuple[float, float]:
        """Seconds from the end of the last fault until every process is ready, and until all is quiet."""
        began = time.monotonic()
        self.breaker.heal()
        self.say("healed; waiting until every process is ready")
        while left := [health for health in self.stack.health() if not health.ready]:
            if time.monotonic() - began > self.size.quiet_within_s:
                break
            self.slow += [f"{time.monotonic() - began:.0f} s: {each.name} ({each.why[1]})" for each in left]
            time.sleep(0.5)
        ready = time.monotonic() - began
        self.ready_at, self.load = time.time(), seeing.load()
        if ready > READY_WITHIN_S:
            self.say("slow to be ready:\n" + "\n".join(self.slow[::10]))
            self.during.append(f"D8 ready only {ready:.0f} s after the heal; the last: {self.slow[-1]}")
        operate(self.stack)
        if any(fault.kind == "ministry" for fault in self.faults):
            turns_good(self.stack.control)
        quiet = Quiet(self.stack, self.bus)
        if not quiet.comes(self.size.quiet_within_s, self.size.stuck_after_s):
            self.during.append(f"C9 not quiet after {time.monotonic() - began:.0f} s, so look here first: {quiet.why}")
            self.say(self.during[-1])
        time.sleep(1.5)
        return round(ready, 1), round(time.monotonic() - began, 1)

    def _gather(self, names: dict[str, str]) -> Evidence:
        """What is read in one go is of one moment only if nothing was said meanwhile: a timer may come due."""
        for _ in range(8):
            before = self._said()
            evidence = gather(self.stack, self.folder / "history", self.bus.seen_so_far(), names)
            if self._said() == before and evidence.seen.ids.keys() == self.bus.seen.ids.keys():
                return evidence
            Quiet(self.stack, self.bus).comes(60, self.size.stuck_after_s)
        self.during.append("C9 something is said again and again, though nobody commands anything")
        return evidence

    def _said(self) -> list[int]:
        services = sorted({p.service for p in self.stack.processes if p.service})
        return [
            int(self.stack.rows(s, "SELECT coalesce(max(position), 0) AS n FROM journal")[0]["n"]) for s in services
        ]

    def _judge(self, report: Report, evidence: Evidence, only: tuple[Check, ...]) -> None:
        report.violations += sorted(set(self.during))
        for check in only:
            report.violations += check(evidence)
        if self.size.per_s < UNPACED:
            report.violations += seeing.too_late(report.seeing)

    def _count(self, report: Report, evidence: Evidence) -> None:
        for command in evidence.commands.values():
            report.commands[command.outcome] += 1
            report.kinds[command.kind] += 1
        report.faults = Counter(h.kind for h in self.breaker.happened)
        report.kills = sum(self.breaker.kills.values())
        report.points = Counter(h.what.split()[0] for h in self.breaker.happened if h.kind == "crash point")
        ways = self.stack.control / "ministry"
        report.ministry = Counter(ways.read_text().split()) if ways.exists() else Counter()
        report.events, report.copies = len(evidence.events), self.bus.seen.copies
        report.poison, report.erased = self.bus.seen.poison, len(evidence.erased)
        report.gaps = gaps(self.folder / "history", self.breaker.happened)


def _together(acts: list[Callable[[], Any]]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def run(seed: int, name: str, faults: list[Fault]) -> Report:
    size = SIZES[name]
    with system(extra={"CHAOS_SEED": str(seed)}) as (stack, folder):
        began = time.monotonic()
        campaign = Campaign(stack, folder, seed, size, faults)
        report = campaign.run(name)
        report.laps = stack.laps
        if size.recovery:
            report.recovery = recovery.measure(stack, clients_view(stack), campaign.say, size.recovery)
        report.seconds = time.monotonic() - began
        return report
