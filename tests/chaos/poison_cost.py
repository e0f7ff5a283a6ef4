"""D5: what the others pay when one message in a hundred is poison, of ten kinds: referrals come in at a steady pace,
now without, now with poison on their topic, and of each is taken how long its fact needs from intake's commit to the
portal's. Each referral is another person's, so that poison is one key in a hundred too."""

import threading
import time
from collections.abc import Sequence
from random import Random
from statistics import quantiles
from uuid import uuid4

from deploy.local.demo.senders import Partner
from deploy.local.demo.wire import Wire
from deploy.local.processes import PROCESSES
from tests.chaos.bus import POISON, Bus
from tests.chaos.planted import FRONT
from tests.chaos.recovery import partner, someone
from tests.chaos.system import ChaosStack, clients_view, system

A_SECOND = 40
AT_ONCE = 2
POISONED = 0.01
SECONDS, ROUNDS = 25.0, 3
PAUSE_S = 15.0
"""Poison is tried again for some nine seconds before it is parked."""


def measure(rounds: int = ROUNDS) -> list[str]:
    """The lines of the report."""
    found: dict[bool, list[float]] = {False: [], True: []}
    with system(tuple(p for p in PROCESSES if p.name in FRONT)) as (stack, _):
        bus = Bus(stack.bootstrap, Random(5))  # dice
        wire = Wire(clients_view(stack), f"poison-{uuid4().hex[:8]}")
        try:
            sender = partner(wire)
            _send(sender, bus, poisoned=False, seconds=10)  # warm
            for number in range(2 * rounds):
                poisoned = number % 4 in (1, 2)  # clean, poisoned, poisoned, clean …
                since = time.time()
                sent = _send(sender, bus, poisoned=poisoned, seconds=SECONDS)
                found[poisoned] += _latencies(stack, since, sent)
                time.sleep(PAUSE_S)
            parked = stack.rows("portal", "SELECT count(*) AS n FROM waiting_keys WHERE state = 'parked'")[0]["n"]
        finally:
            wire.close()
            bus.close()
    return _told(found[False], found[True], int(parked))


def _send(sender: Partner, bus: Bus, *, poisoned: bool, seconds: float) -> int:
    """At the intended moments, whether or not the last was quick. How many facts."""
    stop = threading.Event()
    thread = threading.Thread(target=_poison, args=(bus, stop))
    if poisoned:
        thread.start()
    began, sent = time.monotonic(), 0
    while (due := sent / A_SECOND) < seconds:
        time.sleep(max(0.0, began + due - time.monotonic()))
        sender.tell(*(("person_referred", uuid4().hex, someone()) for _ in range(AT_ONCE)))
        sent += AT_ONCE
    stop.set()
    if poisoned:
        thread.join()
    return sent


def _poison(bus: Bus, stop: threading.Event) -> None:
    number = 0
    while not stop.wait(1 / (A_SECOND * POISONED)):
        bus.send_poison(POISON[number % len(POISON)], "intake.events")
        number += 1


def _latencies(stack: ChaosStack, since: float, sent: int) -> list[float]:
    """Milliseconds of each referral since then, once the portal has them all. Raises TimeoutError."""
    sql = "SELECT event_id, extract(epoch FROM written_at)::float AS at FROM journal WHERE type LIKE %s AND " \
          "written_at >= to_timestamp(%s)"  # fmt: skip
    told = {r["event_id"]: r["at"] for r in stack.rows("intake", sql, "%.referral_received.v1", since)}
    until = time.monotonic() + 60
    while time.monotonic() < until:
        sql = "SELECT event_id, extract(epoch FROM at)::float AS at FROM chaos_applied WHERE event_id = ANY(%s)"
        seen = {r["event_id"]: r["at"] for r in stack.rows("portal", sql, list(told))}
        if len(seen) == len(told) >= sent:
            return [1000 * (at - told[id_]) for id_, at in seen.items()]
        time.sleep(0.5)
    raise TimeoutError(f"{len(told) - len(seen)} of {len(told)} facts did not come to the portal")


def _told(clean: Sequence[float], poisoned: Sequence[float], parked: int) -> list[str]:
    lines = [f"D5: {A_SECOND} referrals a second, {POISONED:.0%} poison of {len(POISON)} kinds; {parked} keys parked"]
    for what, percent in (("p50", 50), ("p99", 99)):
        before, after = (quantiles(each, n=100)[percent - 1] for each in (clean, poisoned))
        lines.append(
            f"  {what}: {before:.1f} ms without ({len(clean)} facts), {after:.1f} ms with ({len(poisoned)} facts): "
            f"{after / before - 1:+.0%}"
        )
    return lines
