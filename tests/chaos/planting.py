"""Does the checker catch planted bugs? Each is switched on alone, in a small system, under the faults that would bring
it out; before them the same faults with nothing planted must leave nothing to say."""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from deploy.local.processes import PROCESSES
from tests.chaos import points, watching
from tests.chaos.breaker import Breaker, Fault
from tests.chaos.campaign import CHECKS, Campaign, Size
from tests.chaos.evidence import Evidence
from tests.chaos.history import Patience
from tests.chaos.planted import FRONT, GAP, PLANTED
from tests.chaos.report import Report
from tests.chaos.system import system

SIZE = Size(seconds=12, every_s=1, volume=4, stories=0, quiet_within_s=120, least=150, stuck_after_s=15)
CALM = Size(30, 1, 4, 0, 120, least=150)
CONTROL = "nothing"
Script = Callable[[Breaker, float], None]


def _calm(breaker: Breaker, seconds: float) -> None:
    """Nothing fails."""


def _copies(breaker: Breaker, seconds: float) -> None:
    for number in range(int(seconds)):
        breaker.do(Fault(0, "copies", number))
        time.sleep(1)


def _gap(process: str) -> Script:
    def script(breaker: Breaker, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(1)
            points.arm(breaker.stack.control, process, GAP)

    return script


def _second_member(breaker: Breaker, seconds: float) -> None:
    breaker.stack.join("intake")
    until = time.monotonic() + 240  # a process more, on a busy machine
    while not any(who == "intake-worker+" for _, who in points.read(breaker.stack.control, "passed")):
        if time.monotonic() > until:
            return
        time.sleep(0.5)
    time.sleep(seconds)


def _slow_database(breaker: Breaker, seconds: float) -> None:
    breaker.link("intake-db", "latency", 15)
    time.sleep(seconds)


def _failing_handlers(breaker: Breaker, seconds: float) -> None:
    watching.fail(breaker.stack.control / "failing", "6 3")
    time.sleep(seconds)
    (breaker.stack.control / "failing").unlink()


def _clock_goes_back(breaker: Breaker, seconds: float) -> None:
    """While the broker cannot be reached, so that facts of before and after lie in one batch."""
    for _ in range(int(seconds / 4)):
        breaker.link("intake-bus", "partition")
        watching.skew(breaker.stack.control, "intake", 20)
        time.sleep(1.5)
        watching.skew(breaker.stack.control, "intake", 0)
        time.sleep(1.5)
        breaker.link("intake-bus", "pass")
        time.sleep(1)


SCRIPTS: dict[str, Script] = {
    "calm": _calm, "copies": _copies, "gap in portal-worker": _gap("portal-worker"),
    "gap in intake-worker": _gap("intake-worker"), "gap in intake": _gap("intake"), "second member": _second_member,
    "slow database": _slow_database, "failing handlers": _failing_handlers, "clock goes back": _clock_goes_back,
}  # fmt: skip


def nothing_is_sent_twice_in_calm(e: Evidence) -> Iterator[str]:
    """Only where nothing failed: at least once is the promise, once is what a calm day looks like."""
    if e.seen.copies:
        yield f"C4 the bus carried {e.seen.copies} facts twice though nothing had failed"


def try_one(name: str) -> Report:
    bug = PLANTED.get(name)
    wanted = bug.processes if bug else FRONT
    scripts: list[Script] = [SCRIPTS[bug.script]] if bug else [_copies, _failing_handlers, _clock_goes_back]
    calm = bug is not None and bug.script in ("calm", "second member")
    checks = (*CHECKS, nothing_is_sent_twice_in_calm) if calm else CHECKS
    with system(tuple(p for p in PROCESSES if p.name in wanted), {"CHAOS_PLANTED": name if bug else ""}) as (s, folder):
        size = replace(SIZE, profile=60 if bug.script == "failing handlers" else 4) if bug else CALM
        campaign = Campaign(
            s, folder, 1, size, [], Patience(again=1, retries=200, replay=0.3), say=lambda _: None, scripts=scripts
        )
        return campaign.run(name, checks)


def main(names: list[str]) -> int:
    chosen = names or [CONTROL, *PLANTED]
    caught, missed = 0, []
    for name in chosen:
        began = time.monotonic()
        report = try_one(name)
        seconds = time.monotonic() - began
        first = report.violations[0][:150] if report.violations else "-"
        what = PLANTED[name].what if name in PLANTED else "nothing planted"
        wanted = PLANTED[name].shows if name in PLANTED else ""
        shown = [line for line in report.violations if wanted in line]
        first = shown[0][:150] if shown else first
        right = bool(shown) if name in PLANTED else not report.violations
        caught += right and name in PLANTED
        missed += [] if right else [name]
        by = ", ".join(sorted({line[:3].strip() for line in report.violations})) or "nothing"
        print(
            f"{'ok' if right else 'NO':3}{what}: {len(report.violations)} by {by} in {seconds:.0f} s: {first}",
            flush=True,
        )
    print(f"caught {caught} of {len([n for n in chosen if n in PLANTED])}")
    if missed:
        print(f"not as it should be: {', '.join(missed)}", file=sys.stderr)
    return bool(missed)
