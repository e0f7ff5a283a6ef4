"""D8: how long after a crash a fact goes through again, from a command at intake to the portal's inbox."""

import signal
import time
from collections.abc import Callable
from uuid import uuid4

import psycopg

from deploy.local.demo.people import Company
from deploy.local.demo.wire import NotDone, System, TooLate, Wire
from tests.chaos.system import ChaosStack

GOALS_S = {"portal-worker killed": 4.0, "intake-worker killed": 4.0, "intake killed": 4.0, "database crash": 20.0,
           "broker killed": 20.0, "broker cut off for 20 s": 15.0}  # fmt: skip


def measure(stack: ChaosStack, system: System, say: Callable[[str], None]) -> dict[str, float]:
    """Seconds by fault, one after the other, each from a quiet system. The cut counts from its end."""
    faults: dict[str, Callable[[], object]] = {
        "portal-worker killed": lambda: stack.kill("portal-worker"),
        "intake-worker killed": lambda: stack.kill("intake-worker"),
        "intake killed": lambda: stack.kill("intake"),
        "database crash": lambda: stack.kill("postgres", signal.SIGQUIT),
        "broker killed": lambda: stack.kill("kafka"),
        "broker cut off for 20 s": lambda: _cut(stack, 20),
    }
    found = {"nothing": _through(stack, system, time.monotonic())}
    for name, fault in faults.items():
        fault()
        found[name] = _through(stack, system, time.monotonic())
        say(f"{name}: a fact goes through after {found[name]:.1f} s (goal {GOALS_S[name]:.0f} s)")
        _calm(stack)
    return found


def _cut(stack: ChaosStack, seconds: float) -> None:
    assert stack.proxy is not None
    links = [link for link in stack.proxy.links if link.endswith("-bus")]
    for link in links:
        stack.proxy.change(link, "partition")
    time.sleep(seconds)
    for link in links:
        stack.proxy.change(link, "pass")


def _through(stack: ChaosStack, system: System, began: float) -> float:
    """Register a company, again and again until it is answered, and wait until the portal has the fact."""
    from deploy.local.demo.actors import Liaison

    wire = Wire(system, f"recovery-{uuid4().hex[:8]}")
    try:
        liaison = Liaison(wire)
        id_ = ""
        while not id_:
            try:
                id_ = liaison.register(Company("Atelier du retour", "finance", "Odile Ferranti").registration())
            except (NotDone, TooLate):
                continue
        while not _portal_knows(stack, id_):
            if time.monotonic() - began > 180:
                return float("inf")
            time.sleep(0.05)
        return time.monotonic() - began
    finally:
        wire.close()


def _portal_knows(stack: ChaosStack, employer_id: str) -> bool:
    try:
        return bool(stack.rows("portal", "SELECT 1 FROM employers WHERE employer_id = %s", employer_id))
    except psycopg.OperationalError:
        return False


def _calm(stack: ChaosStack) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if all(each.ready for each in stack.health()):
            time.sleep(2)
            return
        time.sleep(0.5)
