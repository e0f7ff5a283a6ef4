"""One run: start, break while clients work, heal, wait until all is quiet, judge, report."""

import asyncio
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

import httpx
import psycopg
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from deploy.local.demo.wire import System
from deploy.local.processes import PROCESSES, Process
from deploy.local.topics import declared
from shared.db import Cause, transaction_on
from shared.messaging import waiting
from tests.chaos import checks, checks_of_audit, checks_of_services, clients, history, recovery
from tests.chaos.bus import POISON_KEY, Bus
from tests.chaos.evidence import Evidence, gather
from tests.chaos.faults import Breaker, Fault, Happened, plan
from tests.chaos.history import Patience
from tests.chaos.system import ChaosStack

CHECKS = (*checks.KERNEL, *checks_of_services.SERVICES, *checks_of_audit.AUDIT)


@dataclass(frozen=True)
class Size:
    """``seconds`` of work under faults, one fault every ``every_s`` on average."""

    seconds: float
    every_s: float
    volume: int
    stories: int
    quiet_within_s: float = 180.0
    recovery: bool = True
    least: int = 0
    """Scripts are repeated, six times at most, until the clients have done so much."""
    stuck_after_s: float = 150.0
    """When nothing has moved for so long, it will not become quiet."""
    profile: int = 4
    """The weight of changes of a person's profile among volume clients' acts (all others: 33)."""


SIZES = {
    "smoke": Size(40, 1.6, 3, 1, recovery=False),
    "ci": Size(430, 2.2, 7, 2, 240),
    "full": Size(4000, 1.8, 8, 3, 400),
}


@dataclass
class Report:
    seed: int
    size: str
    commands: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    planned: int = 0
    points: Counter[str] = field(default_factory=Counter)
    ministry: Counter[str] = field(default_factory=Counter)
    events: int = 0
    copies: int = 0
    poison: int = 0
    erased: int = 0
    violations: list[str] = field(default_factory=list)
    gaps: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    ready_s: float = 0.0
    quiet_s: float = 0.0
    laps: dict[str, float] = field(default_factory=dict)
    recovery: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0


@contextmanager
def system(
    processes: tuple[Process, ...] = PROCESSES, extra: dict[str, str] | None = None
) -> Iterator[tuple[ChaosStack, Path]]:
    """The running system in a folder that disappears with it (kept when CHAOS_KEEP is set); our clock is its clock."""
    folder = Path(tempfile.mkdtemp(prefix="interconnexion-chaos-"))
    folder.chmod(0o711)  # passable for the account that runs PostgreSQL when we are root
    stack = ChaosStack(folder / "stack", processes=processes, extra=extra or {})
    without = {name: "" for name in os.environ if name.endswith("_DATABASE_URL") or name.startswith("KAFKA_")}
    try:
        with patch.dict(os.environ, without):
            stack.start()
        with patch.dict(os.environ, {"CLOCK_FILE": stack.env["CLOCK_FILE"]}):
            yield stack, folder
    finally:
        stack.stop()  # also what did not start whole
        if os.environ.get("CHAOS_KEEP"):
            print(f"kept: {folder}", file=sys.stderr)
        else:
            stack.remove()
            for place in (folder,):
                _remove(place)


def _remove(place: Path) -> None:
    import shutil

    shutil.rmtree(place, ignore_errors=True)


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
    """Violations that the second reader saw while faults ran."""

    def run(self, name: str = "", only: tuple[Callable[[Evidence], Iterator[str]], ...] = CHECKS) -> Report:
        report = Report(self.seed, name, planned=len(self.faults))
        self.bus = Bus(self.stack.bootstrap, random.Random(f"bus/{self.seed}"))  # dice
        self.breaker = Breaker(self.stack, self.bus)
        stop = threading.Event()
        try:
            made = self._work(stop)
            report.ready_s, report.quiet_s = self._heal()
            names = {k: v for c in made for k, v in c.names.items()}
            evidence = gather(self.stack, self.folder / "history", self.bus.seen, names)
            self._judge(report, evidence, only)
        finally:
            stop.set()
            self.bus.close()
        self._count(report, evidence)
        return report

    def _work(self, stop: threading.Event) -> list[clients.Client]:
        self.made = made = clients.make(
            _clients_view(self.stack), self.folder / "history", self.seed, self.size.volume, self.size.stories, stop,
            self.patience, self.size.profile,
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
                    self.during += check(lambda sql, s=service: self.stack.rows(s, sql))
                except psycopg.OperationalError:
                    continue  # the database is away

    def _heal(self) -> tuple[float, float]:
        """Seconds from the heal until every process is ready, and until all is quiet."""
        began = time.monotonic()
        self.breaker.heal()
        self.say("healed; waiting until every process is ready")
        while left := [health for health in self.stack.health() if not health.ready]:
            if time.monotonic() - began > self.size.quiet_within_s:
                break
            self.slow += [f"{time.monotonic() - began:.0f} s: {each.name} ({each.why[1]})" for each in left]
            time.sleep(1)
        ready = time.monotonic() - began
        if ready > 60:
            self.say("slow to be ready:\n" + "\n".join(self.slow[::10]))
        self._operate()
        if not self._becomes_quiet():
            self.say(f"not quiet: {self.why}")
        time.sleep(1.5)
        return round(ready, 1), round(time.monotonic() - began, 1)

    def _becomes_quiet(self) -> bool:
        end = time.monotonic() + self.size.quiet_within_s
        moved_at, last = time.monotonic(), ""
        while not self._is_quiet():
            if self.why != last:
                moved_at, last = time.monotonic(), self.why
            if time.monotonic() > end or time.monotonic() - moved_at > self.size.stuck_after_s:
                return False
            time.sleep(1)
        return True

    def _operate(self) -> None:
        """What a person would do: discard the poison that stands before a living case's facts, and have notices that
        wait for their next attempt sent now."""
        for service in {p.service for p in self.stack.processes if p.service}:
            with psycopg.connect(self.stack.database(service), autocommit=True) as conn:
                rows = conn.execute(
                    "SELECT key, event_id FROM waiting_events WHERE subject LIKE %s AND key NOT LIKE %s",
                    (f"{POISON_KEY}/%", f"{POISON_KEY}%"),
                ).fetchall()
                for key, event_id in rows:
                    with transaction_on(conn, service, Cause()) as tx:
                        waiting.discard(tx, key, event_id, "operator:chaos")
                if service == "subsidies":
                    conn.execute("UPDATE webhook_deliveries SET next_at = now() WHERE state = 'pending'")

    why = ""
    made: list[clients.Client] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    """Who was not ready, at what second after the heal."""

    def _is_quiet(self) -> bool:
        """Whether nothing is on its way. Looks cheapest first."""
        try:
            self._operate()
            for service in {p.service for p in self.stack.processes if p.service}:
                self.why = f"{service} {self._unfinished(service)}"
                if not self.why.endswith(" "):
                    return False
            self.why = f"lag {asyncio.run(lag(self.stack))}"
            return self.why == "lag 0" and self._bus_is_read() and self._ministry_is_done()
        except (psycopg.OperationalError, KafkaError, httpx.HTTPError, OSError) as away:
            self.why = repr(away)
            return False

    def _unfinished(self, service: str) -> str:
        counts = {
            "in the outbox": "SELECT count(*) AS n FROM outbox",
            "waiting keys": f"""SELECT count(*) AS n FROM waiting_keys
                                WHERE NOT (key LIKE '{POISON_KEY}%' OR key LIKE 'unreadable/%')""",
            "poison not parked yet": "SELECT count(*) AS n FROM waiting_keys WHERE state = 'waiting'",
        }
        if service == "subsidies":
            counts["notices"] = "SELECT count(*) AS n FROM webhook_deliveries WHERE state = 'pending'"
        found = {what: self.stack.rows(service, sql)[0]["n"] for what, sql in counts.items()}
        due = self.stack.rows(
            service, "SELECT count(*) AS n FROM timers WHERE due_at <= %s AND parked_at IS NULL", _programme_now()
        )
        found["due timers"] = due[0]["n"] if f"{service}-worker" in self.stack.state_names() else 0
        return ", ".join(f"{n} {what}" for what, n in found.items() if n)

    def _bus_is_read(self) -> bool:
        published: int = sum(
            self.stack.rows(s, "SELECT count(*) AS n FROM journal")[0]["n"]
            for s in {p.service for p in self.stack.processes if p.service}
        )
        self.why = f"{len(self.bus.seen.ids)} of {published} seen on the bus"
        return len(self.bus.seen.ids) >= published

    def _ministry_is_done(self) -> bool:
        if "ministry" not in self.stack.urls:
            return True
        shown = httpx.get(self.stack.urls["ministry"] + "/v1/ledger", timeout=10, trust_env=False).json()
        every = [*shown["requests"], *shown["claims"], *shown["courses"]]
        left = [entry for entry in every if entry["state"] in ("received", "decided")]
        self.why = f"the ministry has {len(left)} open"
        return len(left) == 0

    def _judge(self, report: Report, evidence: Evidence, only: tuple[Callable[[Evidence], Iterator[str]], ...]) -> None:
        report.violations += sorted({f"{line} (seen while faults ran)" for line in self.during})
        for check in only:
            report.violations += check(evidence)

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


def _clients_view(stack: ChaosStack) -> System:
    """Of a system that may be only a part of the whole."""
    env = stack.env
    urls = {name: url for name, url in stack.urls.items() if not name.endswith("-worker")}
    return System(urls, env["TOKENS_ISSUER"], Path(env["TOKENS_DEVELOPMENT_KEY_FILE"]), Path(env["CLOCK_FILE"]))


def gaps(folder: Path, happened: list[Happened]) -> dict[str, list[float]]:
    """By kind of fault: the longest time during it, and 5 s after, in which no client heard ok."""
    lines = list(history.read(folder))
    oks = sorted(line["at"] for line in lines if line["what"] == "ok")
    over = max((line["at"] for line in lines), default=0.0)
    found: dict[str, list[float]] = defaultdict(list)
    for fault in happened:
        before = [at for at in oks if at <= fault.began][-1:]
        inside = [at for at in oks if fault.began < at <= fault.ended + 5]
        moments = [*before, *inside, *([at for at in oks if at > fault.ended + 5] or [over])[:1]]
        found[fault.kind].append(max((b - a for a, b in pairwise(moments)), default=0.0))
    return found


async def lag(stack: ChaosStack) -> int:
    """Messages that the groups have not committed, by the broker's own word."""
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.bootstrap, request_timeout_ms=5000)
    reader = AIOKafkaConsumer(bootstrap_servers=stack.bootstrap, request_timeout_ms=5000)
    try:
        await admin.start()
        await reader.start()
        places = [TopicPartition(t.name, n) for t in declared() for n in range(t.partitions)]
        ends = await reader.end_offsets(places)
        behind = 0
        for name in stack.state_names():
            if name.endswith("-worker"):
                service = name.removesuffix("-worker")
                done = await admin.list_consumer_group_offsets(service)
                behind += sum(ends[place] - done[place].offset for place in done if place in ends)
                topics = {place.topic for place in done}
                behind += sum(end for place, end in ends.items() if place.topic in topics and place not in done)
        return behind
    finally:
        await reader.stop()
        await admin.close()


def _programme_now() -> Any:
    from shared import clock

    return clock.now()


def _together(acts: list[Callable[[], Any]]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def run(seed: int, name: str) -> Report:
    size = SIZES[name]
    with system(extra={"CHAOS_SEED": str(seed)}) as (stack, folder):
        faults = plan(seed, size.seconds, size.every_s)
        began = time.monotonic()
        campaign = Campaign(stack, folder, seed, size, faults)
        report = campaign.run(name)
        report.laps = stack.laps
        if size.recovery:
            report.recovery = recovery.measure(stack, _clients_view(stack), campaign.say)
        report.seconds = time.monotonic() - began
        return report


def show(report: Report) -> str:
    """The report, for a person."""
    lines = [f"seed {report.seed}, size {report.size}"]
    total = sum(report.commands.values())
    lines.append(f"commands: {total} ({', '.join(f'{n} {what}' for what, n in report.commands.most_common())})")
    lines.append(
        f"facts: {report.events}, copies on the bus {report.copies}, poison {report.poison}, erased {report.erased}"
    )
    lines.append(f"faults: {sum(report.faults.values())} of {report.planned} planned, kills {report.kills}")
    for kind, count in report.faults.most_common():
        found = sorted(report.gaps.get(kind, [0.0]))
        lines.append(f"  {kind:18} {count:4}   no answer for: median {median(found):.1f} s, longest {found[-1]:.1f} s")
    lines.append(f"crash points: {', '.join(f'{p} {n}' for p, n in sorted(report.points.items()))}")
    lines.append(f"ministry: {', '.join(f'{way} {n}' for way, n in report.ministry.items()) or 'behaved'}")
    lines.append(f"healed: ready after {report.ready_s} s, quiet after {report.quiet_s} s")
    for fault, seconds in report.recovery.items():
        goal = f"(goal {recovery.GOALS_S[fault]:.0f} s)" if fault in recovery.GOALS_S else "(a fact's ordinary way)"
        lines.append(f"  {fault}: a fact goes through after {seconds:.1f} s {goal}")
    lines.append(f"started in {report.laps.get('ready', 0)} s, the rest took {report.seconds:.0f} s")
    lines.append(f"violations: {len(report.violations)}")
    lines += [f"  {line}" for line in report.violations[:40]]
    return "\n".join(lines)
