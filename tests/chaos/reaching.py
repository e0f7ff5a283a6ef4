"""Brings every named crash point about once: arms it, provokes what leads there, and waits for the process to die. Each
process has its own queue of points and they are worked through side by side, so that one starts again while another
dies."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg

from shared import clock
from tests.chaos import points, watching
from tests.chaos.breaker import Breaker
from tests.chaos.campaign import CHECKS, Campaign, Size
from tests.chaos.points import OF_SUBSIDIES, OF_TIMERS, POINTS
from tests.chaos.report import Report
from tests.chaos.system import system

LONGEST_S = 150.0
"""For one point. A process that has just died must be back first: seconds, or a minute on a busy machine."""
DAYS_EVERY_S = 10.0
"""While a timer is waited for, eight days go by every so many seconds: a hire must have been planned first."""
QUEUES = {
    "intake": ("command.published", "command.answer_kept", "command.committed"),
    "intake-worker": ("relay.before_read", "relay.mid_batch", "relay.produced", "relay.deleted"),
    "portal-worker": ("inbox.before_insert", "inbox.after_insert", "handler.done", "handler.committed",
                      "batch.before_ack", "together.gathered", "together.written"),
    "matching-worker": ("handler.published", "set_aside.before", "set_aside.committed", "waiting.before_retry",
                        "waiting.handled"),
    "retention-worker": ("timer.taken", "timer.handled", "timer.committed"),
    "subsidies-worker": ("webhook.before_send", "webhook.sent", "webhook.marked"),
}  # fmt: skip
"""Process → points in it. Hires come to their notices while the others die."""


def reach_all(seconds_each: float = LONGEST_S) -> tuple[Report, set[str]]:
    """The report of the run, and the points that were not reached."""
    with system() as (stack, folder):
        campaign = Campaign(stack, folder, 1, Size(0, 1, 2, 3, 120), [])
        campaign.scripts = [lambda breaker, _: _reach(breaker, campaign, seconds_each)]
        report = campaign.run("points", CHECKS)
        reached = {name for name, _ in points.read(stack.control, "reached")}
    return report, set(POINTS) - reached


def _reach(breaker: Breaker, campaign: Campaign, seconds_each: float) -> None:
    queues = [
        threading.Thread(target=_work_through, args=(breaker, campaign, process, seconds_each)) for process in QUEUES
    ]
    for queue in queues:
        queue.start()
    for queue in queues:
        queue.join()
    breaker.kills["points"] += len(points.read(breaker.stack.control, "reached"))


def _work_through(breaker: Breaker, campaign: Campaign, process: str, seconds_each: float) -> None:
    for name in QUEUES[process]:
        began = next_day = time.monotonic()
        with _provoked(breaker, process, name):
            file = points.arm(breaker.stack.control, process, name)
            while file.exists() and time.monotonic() - began < seconds_each:
                if name in OF_TIMERS and time.monotonic() > next_day:
                    clock.advance(timedelta(days=8))
                    next_day = time.monotonic() + DAYS_EVERY_S
                time.sleep(0.1)
            what = "not reached" if file.exists() else "reached"
            campaign.say(f"{name} in {process}: {what} after {time.monotonic() - began:.0f} s")
            file.unlink(missing_ok=True)
        if name in OF_SUBSIDIES:
            _send_again(breaker)


def _send_again(breaker: Breaker) -> None:
    """The sender has died: what it had taken is sent by the next one at once, and not in a minute."""
    with psycopg.connect(breaker.stack.database("subsidies"), autocommit=True) as conn:
        conn.execute("UPDATE webhook_deliveries SET leased_until = NULL WHERE state = 'pending'")


@contextmanager
def _provoked(breaker: Breaker, process: str, name: str) -> Iterator[None]:
    failing = breaker.stack.control / f"failing-{process}"
    if name.startswith(("set_aside", "waiting")):
        watching.fail(failing, "6 1")
    try:
        yield
    finally:
        failing.unlink(missing_ok=True)
