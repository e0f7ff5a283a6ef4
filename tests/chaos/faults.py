"""What goes wrong, when, and for how long: all of it drawn from the seed before the run begins, so that a seed names a
plan. What of it was possible at its moment (a broker that is down takes no copies) is counted as done."""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import psycopg

from deploy.local.processes import SERVICES
from shared import clock
from tests.chaos import points, watching
from tests.chaos.bus import POISON, Bus
from tests.chaos.system import ChaosStack

PUBLISHERS = tuple(s for s in SERVICES if s != "portal")
WEIGHTS = {
    "kill": 30, "crash point": 34, "zombie": 5, "member": 5, "broker kill": 1.2, "broker stop": 1,
    "database stop": 2, "backends": 6, "latency": 4, "reset": 5, "half-open": 4, "partition": 4, "copies": 8,
    "poison": 2, "poison on a case": 1, "clock jump": 1.5, "clock skew": 2, "ministry": 3, "failing handlers": 3,
}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """At ``after_s`` seconds from the start; ``dice`` decides the rest."""

    after_s: float
    kind: str
    dice: int


@dataclass(frozen=True)
class Happened:
    kind: str
    what: str
    began: float
    ended: float


def plan(seed: int, seconds: float, every_s: float, kinds: tuple[str, ...] = ()) -> list[Fault]:
    """The faults of a seed; of these ``kinds`` only, when given. Each kind of the whole list comes at least once when
    there is room."""
    chance = random.Random(f"faults/{seed}")  # dice
    weights = {kind: weight for kind, weight in WEIGHTS.items() if not kinds or kind in kinds}
    count = int(seconds / every_s)
    drawn = [kind for kind in weights for _ in range(4 if kind == "crash point" else 1)][:count]
    drawn += chance.choices(list(weights), list(weights.values()), k=max(0, count - len(drawn)))
    chance.shuffle(drawn)
    moments = sorted(chance.uniform(0, seconds) for _ in drawn)
    return [Fault(at, kind, chance.getrandbits(32)) for at, kind in zip(moments, drawn, strict=True)]


@dataclass
class Breaker:
    """Does what a plan says, in threads of its own for what lasts."""

    stack: ChaosStack
    bus: Bus
    happened: list[Happened] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    poisoned_cases: list[tuple[str, str]] = field(default_factory=list)
    """(topic, key) of living cases under whose key a poison was sent."""
    _lasting: list[threading.Thread] = field(default_factory=list)
    _poisons: int = 0

    def __post_init__(self) -> None:
        self.acts: dict[str, Callable[[random.Random], str | None]] = {
            "kill": self._kill, "crash point": self._crash_point, "zombie": self._zombie, "member": self._member,
            "broker kill": self._broker_kill, "broker stop": self._broker_stop, "database stop": self._database_stop,
            "backends": self._backends, "latency": self._latency, "reset": self._reset, "half-open": self._half_open,
            "partition": self._partition, "copies": self._copies, "poison": self._poison,
            "poison on a case": self._poison_on_a_case, "clock jump": self._clock_jump,
            "clock skew": self._clock_skew, "ministry": self._ministry,
            "failing handlers": self._failing_handlers,
        }  # fmt: skip

    def run(self, faults: list[Fault], stop: threading.Event) -> None:
        began = time.monotonic()
        for fault in faults:
            while time.monotonic() - began < fault.after_s:
                if stop.wait(0.02):
                    return
            self.do(fault)

    def do(self, fault: Fault) -> None:
        chance = random.Random(fault.dice)  # dice

        def act() -> None:
            at = time.time()
            what = self.acts[fault.kind](chance)
            if what is not None:
                self.happened.append(Happened(fault.kind, what, at, time.time()))

        thread = threading.Thread(target=act, name=fault.kind)
        self._lasting.append(thread)
        thread.start()

    def heal(self) -> None:
        """Everything that lasts ends; whoever was stopped goes on; clocks are right; the extra members leave."""
        for thread in self._lasting:
            thread.join(60)
        proxy = self.stack.proxy
        assert proxy is not None
        with self._talking:
            proxy.heal()
        for folder in ("armed", "skew"):
            for file in (self.stack.control / folder).glob("*"):
                file.unlink(missing_ok=True)
        for name in ("ministry-is-bad", "failing"):
            (self.stack.control / name).unlink(missing_ok=True)
        for _, process in self.stack.members:
            if process.poll() is None:
                process.terminate()

    _talking = threading.Lock()

    def _link(self, link: str, mode: str, ms: float = 0) -> None:
        assert self.stack.proxy is not None
        with self._talking:
            self.stack.proxy.change(link, mode, ms)

    # processes

    def _some_process(self, chance: random.Random) -> str:
        return chance.choice([p.name for p in self.stack.processes])

    def _kill(self, chance: random.Random) -> str | None:
        name = self._some_process(chance)
        try:
            pids = self.stack.kill(name)
        except ProcessLookupError:
            return None
        self.kills[name] += bool(pids)
        return name if pids else None

    def _crash_point(self, chance: random.Random) -> str | None:
        name = chance.choice(sorted(points.POINTS))
        services = {p.name.removesuffix("-worker") for p in self.stack.processes if p.service}
        able = [s for s in SERVICES if s in services]
        if name in points.OF_SUBSIDIES:
            able = [s for s in able if s == "subsidies"]
        elif name in points.OF_TIMERS or name in points.OF_API or "publish" in name or "relay" in name:
            able = [s for s in able if s != "portal"]
        if not able:
            return None
        service = chance.choice(able)
        process = service if name in points.OF_API else f"{service}-worker"
        file = points.arm(self.stack.control, process, name)
        if not _until(lambda: not file.exists(), 25):
            file.unlink(missing_ok=True)
            return None  # it did not come there
        self.kills[process] += 1
        return f"{name} in {process}"

    def _zombie(self, chance: random.Random) -> str | None:
        """Stopped until the group has given its partitions away, then it wakes."""
        name = chance.choice([p.name for p in self.stack.processes if p.name.endswith("-worker")])
        seconds = chance.uniform(3.5, 9.0)
        try:
            pids = self.stack.kill(name, signal.SIGSTOP)
        except ProcessLookupError:
            return None
        service = name.removesuffix("-worker")
        member = self.stack.join(service) if chance.random() < 0.5 else None
        time.sleep(seconds)
        for pid in pids:
            try:
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                continue
        time.sleep(chance.uniform(0.5, 3))
        if member is not None:
            member.send_signal(chance.choice([signal.SIGKILL, signal.SIGTERM]))
        return f"{name} for {seconds:.1f} s{' with another member' if member else ''}"

    def _member(self, chance: random.Random) -> str:
        service = chance.choice([p.service for p in self.stack.processes if p.name.endswith("-worker") and p.service])
        member = self.stack.join(service)
        time.sleep(chance.uniform(4, 10))
        how = chance.choice([signal.SIGKILL, signal.SIGTERM])
        member.send_signal(how)
        self.kills[f"{service}-member"] += how is signal.SIGKILL
        return f"{service}, leaves by {how.name}"

    # servers

    def _broker_kill(self, _: random.Random) -> str | None:
        pids = self.stack.kill("kafka")
        self.kills["kafka"] += bool(pids)
        return "kafka" if pids else None

    def _broker_stop(self, _: random.Random) -> str | None:
        return "kafka" if self.stack.kill("kafka", signal.SIGTERM) else None

    def _database_stop(self, _: random.Random) -> str | None:
        """SIGQUIT is PostgreSQL's immediate shutdown: as a crash, with recovery from the log."""
        pids = self.stack.kill("postgres", signal.SIGQUIT)
        self.kills["postgres"] += bool(pids)
        return "postgres" if pids else None

    def _backends(self, chance: random.Random) -> str | None:
        share = chance.choice([0.2, 0.6, 1.0])
        try:
            with psycopg.connect(self.stack.admin_url, autocommit=True, connect_timeout=3) as admin:
                done = admin.execute(
                    """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                       WHERE application_name LIKE 'interconnexion-%%' AND random() < %s""",
                    (share,),
                ).fetchone()
        except psycopg.OperationalError:
            return None
        return f"{done[0] if done else 0} connections"

    # the network

    def _some_link(self, chance: random.Random, lasting: bool = False) -> str:
        del lasting
        return f"{chance.choice(SERVICES)}-{chance.choice(['bus', 'db'])}"

    def _latency(self, chance: random.Random) -> str:
        link, ms = self._some_link(chance), chance.choice([5, 20, 80])
        return self._for_a_while(link, "latency", chance.uniform(1, 4), ms)

    def _partition(self, chance: random.Random) -> str:
        return self._for_a_while(self._some_link(chance), "partition", chance.uniform(1, 8))

    def _half_open(self, chance: random.Random) -> str:
        return self._for_a_while(self._some_link(chance), "half-open", chance.uniform(1, 5))

    def _reset(self, chance: random.Random) -> str:
        link = self._some_link(chance)
        self._link(link, "reset")
        return link

    def _for_a_while(self, link: str, mode: str, seconds: float, ms: float = 0) -> str:
        self._link(link, mode, ms)
        time.sleep(seconds)
        self._link(link, "pass")
        return f"{link} for {seconds:.1f} s"

    # messages

    def _copies(self, chance: random.Random) -> str | None:
        sent = self.bus.send_copies(chance.choice([1, 10, 60]))
        return f"{sent} messages" if sent else None

    def _poison(self, chance: random.Random) -> str | None:
        kind = POISON[self._poisons % len(POISON)]
        self._poisons += 1
        sent = self.bus.send_poison(kind, f"{chance.choice(['intake', 'matching'])}.events")
        return kind if sent else None

    def _poison_on_a_case(self, chance: random.Random) -> str | None:
        """Under a living case's key: its later facts queue behind, until an operator discards the poison."""
        try:
            rows = self.stack.rows("intake", "SELECT key FROM journal ORDER BY position DESC LIMIT 40")
        except psycopg.OperationalError:
            return None
        if not rows:
            return None
        key = str(chance.choice(rows)["key"])
        if not self.bus.send_poison("another shape", "intake.events", key):
            return None
        self.poisoned_cases.append(("intake.events", key))
        return "another shape"

    def _failing_handlers(self, chance: random.Random) -> str:
        """Of all events 3 % fail the first time: few enough keys not to stop the line at once."""
        switch = self.stack.control / "failing"
        switch.write_text("3 1")
        time.sleep(chance.uniform(1, 4))
        switch.unlink(missing_ok=True)
        return "3 % once"

    # clocks and the ministry

    def _clock_jump(self, chance: random.Random) -> str:
        days = chance.choice([1, 9, 30])
        clock.advance(timedelta(days=days))
        return f"{days} days"

    def _clock_skew(self, chance: random.Random) -> str:
        """One machine's clock is wrong for a while, either way."""
        name = self._some_process(chance)
        watching.skew(self.stack.control, name, chance.uniform(-5, 5))
        time.sleep(chance.uniform(2, 6))
        watching.skew(self.stack.control, name, 0)
        return name

    def _ministry(self, chance: random.Random) -> str:
        switch = self.stack.control / "ministry-is-bad"
        switch.touch()
        time.sleep(chance.uniform(4, 12))
        switch.unlink(missing_ok=True)
        return "misbehaved"


def _until(true: Callable[[], Any], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
