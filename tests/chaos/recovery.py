"""D8: how long after a crash a fact goes through again, from a command at intake to the portal's inbox, and how long
the portal takes for 2,000 facts that had to wait for it."""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from uuid import uuid4

import psycopg

from deploy.local.demo.actors import Liaison, Manager
from deploy.local.demo.people import Company
from deploy.local.demo.senders import Partner
from deploy.local.demo.wire import Json, NotDone, System, TooLate, Wire
from shared import clock
from tests.chaos.seeing import load
from tests.chaos.system import ChaosStack, clients_view, system

CUT_S = 60
WAITING = 2000
GONE_S = 180.0
BACKLOG = "2,000 waiting facts, portal-worker killed"
GOALS_S = {
    "portal-worker killed": 4.0, "intake-worker killed": 4.0, "intake killed": 4.0, "database crash": 20.0,
    "broker killed": 20.0, f"broker cut off for {CUT_S} s": 15.0, f"{BACKLOG}: the first": 4.0,
    f"{BACKLOG}: the last": 15.0,
}  # fmt: skip
QUIET = "nothing (a fact's ordinary way)"


@dataclass
class Recovery:
    """Seconds by fault; ``loads``: processes a core that wanted to run, at each measurement."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    loads: list[float] = field(default_factory=list)

    def add(self, name: str, seconds: float) -> None:
        self.seconds.setdefault(name, []).append(seconds)
        self.loads.append(load())


def measure(
    stack: ChaosStack, system: System, say: Callable[[str], None], times: int = 1, only: Sequence[str] = ()
) -> Recovery:
    """One fault after the other, each from a quiet system. The cut counts from its end."""
    faults: dict[str, Callable[[], object]] = {
        QUIET: lambda: None,
        "portal-worker killed": lambda: stack.kill("portal-worker"),
        "intake-worker killed": lambda: stack.kill("intake-worker"),
        "intake killed": lambda: stack.kill("intake"),
        "database crash": lambda: stack.kill("postgres", signal.SIGQUIT),
        "broker killed": lambda: stack.kill("kafka"),
        f"broker cut off for {CUT_S} s": lambda: _cut(stack, CUT_S),
    }
    found = Recovery()
    for _ in range(times):
        for name, fault in faults.items():
            if only and not any(word in name for word in only):
                continue
            _calm(stack)
            fault()
            found.add(name, seconds := _through(stack, system, time.monotonic()))
            say(f"{name}: a fact goes through after {seconds:.1f} s (load {load():.1f} a core)")
        if not only or any(word in BACKLOG for word in only):
            _calm(stack)
            first, last = _work_off(stack, system)
            found.add(f"{BACKLOG}: the first", first)
            found.add(f"{BACKLOG}: the last", last)
            say(f"{BACKLOG}: the first after {first:.1f} s, the last after {last:.1f} s (load {load():.1f} a core)")
    return found


def run(times: int, only: Sequence[str]) -> None:
    """On a system of its own, and printed."""
    with system() as (stack, _):
        for line in told(measure(stack, clients_view(stack), print, times, only)):
            print(line, flush=True)


def told(found: Recovery) -> Iterator[str]:
    """One line a fault, for a person."""
    for name, seconds in found.seconds.items():
        goal = f", goal {GOALS_S[name]:.0f} s" if name in GOALS_S else ""
        all_of_them = ", ".join(f"{each:.1f}" for each in seconds)
        yield f"D8 {name}: median {median(seconds):.1f} s ({all_of_them}{goal})"
    if found.loads:
        yield f"D8 load meanwhile: median {median(found.loads):.1f} processes a core, highest {max(found.loads):.1f}"


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
    wire = Wire(system, f"recovery-{uuid4().hex[:8]}")
    try:
        liaison = Liaison(wire)
        id_ = ""
        while not id_:
            if time.monotonic() - began > GONE_S:
                return float("inf")
            try:
                id_ = liaison.register(Company("Atelier du retour", "finance", "Odile Ferranti").registration())
            except (NotDone, TooLate):
                continue
        while not _count(stack, "SELECT count(*) AS n FROM employers WHERE employer_id = %s", id_):
            if time.monotonic() - began > GONE_S:
                return float("inf")
            time.sleep(0.05)
        return time.monotonic() - began
    finally:
        wire.close()


def _work_off(stack: ChaosStack, system: System) -> tuple[float, float]:
    """The portal is cut off while 2,000 facts are published, then killed and let through again: seconds from there to
    the first of them in its database, and to the last."""
    assert stack.proxy is not None
    wire = Wire(system, f"recovery-{uuid4().hex[:8]}")
    try:
        sender = partner(wire)
        stack.proxy.change("portal-bus", "partition")
        before = _count(stack, "SELECT count(*) AS n FROM inbox WHERE type LIKE '%.referral_received.v1'")
        for _ in range(0, WAITING, 50):
            sender.tell(*(("person_referred", uuid4().hex, someone()) for _ in range(50)))
        while _count(stack, "SELECT count(*) AS n FROM outbox", service="intake"):
            time.sleep(0.2)
    finally:
        wire.close()
    stack.kill("portal-worker")
    stack.proxy.change("portal-bus", "pass")
    began, first = time.monotonic(), float("inf")
    while time.monotonic() - began < GONE_S:
        done = _count(stack, "SELECT count(*) AS n FROM inbox WHERE type LIKE '%.referral_received.v1'") - before
        if done and first == float("inf"):
            first = time.monotonic() - began
        if done >= WAITING:
            return first, time.monotonic() - began
        time.sleep(0.05)
    return first, float("inf")


def partner(wire: Wire) -> Partner:
    """A partner's system of its own."""
    manager = Manager(wire)
    partner_id = manager.add_partner(f"Organisme {wire.run_id}", "community_body")
    return Partner(wire, partner_id, manager.issue_key(partner_id))


def someone() -> Json:
    """What a partner's system says of a person it refers."""
    return {
        "person_ref": uuid4().hex,
        "person": {"given_name": "Ada", "family_name": "Retour", "phone": "450-555-0100", "email": "ada@example.org"},
        "agreement": {"given_on": str(clock.today()), "notice_version": "2026-01", "statement": "partner_statement",
                      "purposes": ["introduce_without_name"]},
        "facts": {},
    }  # fmt: skip


def _count(stack: ChaosStack, sql: str, *params: object, service: str = "portal") -> int:
    """Zero also while the database is away."""
    try:
        return int(stack.rows(service, sql, *params)[0]["n"])
    except psycopg.OperationalError:
        return 0


def _calm(stack: ChaosStack) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if all(each.ready for each in stack.health()):
            time.sleep(2)
            return
        time.sleep(0.5)
