"""Faults of the services' processes: killed, stopped for a while, joined by others, of another age or with a wrong
clock; and a ministry that misbehaves."""

import os
import signal
import time
from datetime import timedelta
from random import Random

from deploy.local.processes import SERVICES
from shared import clock
from tests.chaos import points, watching
from tests.chaos.breaker import Act, Breaker, until


def kill(breaker: Breaker, chance: Random) -> str | None:
    name = breaker.some_process(chance)
    try:
        pids = breaker.stack.kill(name)
    except ProcessLookupError:
        return None
    breaker.kills[name] += bool(pids)
    return name if pids else None


def crash_point(breaker: Breaker, chance: Random) -> str | None:
    name = chance.choice(sorted(points.POINTS))
    services = {p.name.removesuffix("-worker") for p in breaker.stack.processes if p.service}
    able = [s for s in SERVICES if s in services]
    if name in points.OF_SUBSIDIES:
        able = [s for s in able if s == "subsidies"]
    elif name in points.OF_PORTAL:
        able = [s for s in able if s == "portal"]
    elif name in points.OF_TIMERS or name in points.OF_API or "publish" in name or "relay" in name:
        able = [s for s in able if s != "portal"]
    if not able:
        return None
    service = chance.choice(able)
    process = service if name in points.OF_API else f"{service}-worker"
    file = points.arm(breaker.stack.control, process, name)
    if not until(lambda: not file.exists(), 25):
        file.unlink(missing_ok=True)
        return None  # it did not come there
    breaker.kills[process] += 1
    return f"{name} in {process}"


def zombie(breaker: Breaker, chance: Random) -> str | None:
    """Stopped until the group has given its partitions away, then it wakes."""
    service = breaker.some_service(chance)
    seconds = chance.uniform(3.5, 9.0)
    try:
        pids = breaker.stack.kill(f"{service}-worker", signal.SIGSTOP)
    except ProcessLookupError:
        return None
    member = breaker.stack.join(service) if chance.random() < 0.5 else None
    time.sleep(seconds)
    for pid in pids:
        try:
            os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:
            continue
    time.sleep(chance.uniform(0.5, 3))
    if member is not None:
        member.send_signal(chance.choice([signal.SIGKILL, signal.SIGTERM]))
    return f"{service}-worker for {seconds:.1f} s{' with another member' if member else ''}"


def member(breaker: Breaker, chance: Random) -> str | None:
    """One more worker joins a service's group and leaves it again."""
    return _visit(breaker, chance, older=False)


def older_member(breaker: Breaker, chance: Random) -> str | None:
    """A rolling deploy: a worker of an earlier release (tests/chaos/older.py) beside the one of today."""
    return _visit(breaker, chance, older=True)


def _visit(breaker: Breaker, chance: Random, *, older: bool) -> str | None:
    service = breaker.some_service(chance)
    before = _worked(breaker, service, older)
    visitor = breaker.stack.join(service, older=older)
    worked = until(lambda: visitor.poll() is not None or _worked(breaker, service, older) > before, 25)
    time.sleep(chance.uniform(4, 10))
    how = chance.choice([signal.SIGKILL, signal.SIGTERM])
    visitor.send_signal(how)
    breaker.kills[f"{service}-member"] += how is signal.SIGKILL
    if not worked or _worked(breaker, service, older) == before:
        return None  # it came, and had no part in anything
    return f"{service}, leaves by {how.name}"


def _worked(breaker: Breaker, service: str, older: bool) -> int:
    """How many points such visitors have come to."""
    name = f"{service}-worker{'-older' if older else '+'}"
    return sum(who == name for _, who in points.read(breaker.stack.control, "passed"))


def failing_handlers(breaker: Breaker, chance: Random) -> str:
    """Of all events 3 % fail the first time: few enough keys not to stop the line at once."""
    switch = breaker.stack.control / "failing"
    watching.fail(switch, "3 1")
    time.sleep(chance.uniform(1, 4))
    switch.unlink(missing_ok=True)
    return "3 % once"


def clock_jump(breaker: Breaker, chance: Random) -> str:
    days = chance.choice([1, 9, 30])
    clock.advance(timedelta(days=days))
    return f"{days} days"


def clock_skew(breaker: Breaker, chance: Random) -> str:
    """One machine's clock is wrong for a while, either way."""
    name = breaker.some_process(chance)
    watching.skew(breaker.stack.control, name, chance.uniform(-5, 5))
    time.sleep(chance.uniform(2, 6))
    watching.skew(breaker.stack.control, name, 0)
    return name


def ministry(breaker: Breaker, chance: Random) -> str:
    switch = breaker.stack.control / "ministry-is-bad"
    switch.touch()
    time.sleep(chance.uniform(10, 30))
    switch.unlink(missing_ok=True)
    return "misbehaved"


ACTS: dict[str, Act] = {
    "kill": kill, "crash point": crash_point, "zombie": zombie, "member": member, "older member": older_member,
    "failing handlers": failing_handlers, "clock jump": clock_jump, "clock skew": clock_skew, "ministry": ministry,
}  # fmt: skip
