"""Carries out a plan of faults, each in a thread of its own for as long as it lasts, and heals all of it at the end."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.bus import Bus
from tests.chaos.system import ChaosStack


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


Act = Callable[["Breaker", random.Random], str | None]
"""Breaks something and puts it right again; says what it did, or None when it was not possible at its moment."""


@dataclass
class Breaker:
    """Does what a plan says. ``happened``: what took place; a fault that was not possible leaves nothing."""

    stack: ChaosStack
    bus: Bus
    acts: Mapping[str, Act]
    happened: list[Happened] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    poisoned_cases: list[tuple[str, str]] = field(default_factory=list)
    """(topic, key) of living cases under whose key a poison was sent."""
    poisons: int = 0
    one_disk: threading.Lock = field(default_factory=threading.Lock)
    _lasting: list[threading.Thread] = field(default_factory=list)
    _talking: threading.Lock = field(default_factory=threading.Lock)

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
            what = self.acts[fault.kind](self, chance)
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
        for file in (self.stack.control / "ministry-is-bad", *self.stack.control.glob("failing*")):
            file.unlink(missing_ok=True)
        if self.stack.small_disk is not None:
            self.stack.small_disk.free()
        for _, process in self.stack.members:
            if process.poll() is None:
                process.terminate()

    def link(self, link: str, mode: str, ms: float = 0) -> None:
        assert self.stack.proxy is not None
        with self._talking:
            self.stack.proxy.change(link, mode, ms)

    def for_a_while(self, link: str, mode: str, seconds: float, ms: float = 0) -> str:
        self.link(link, mode, ms)
        time.sleep(seconds)
        self.link(link, "pass")
        return f"{link} for {seconds:.1f} s"

    def some_process(self, chance: random.Random) -> str:
        return chance.choice([p.name for p in self.stack.processes])

    def some_service(self, chance: random.Random) -> str:
        """One that has a worker here."""
        return chance.choice([p.service for p in self.stack.processes if p.name.endswith("-worker") and p.service])


def until(true: Callable[[], Any], seconds: float) -> bool:
    """Whether it came true in so many seconds."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
