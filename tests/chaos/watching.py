"""What the harness needs to see inside a process: which event was applied, written in the handler's own transaction;
and a clock that may be wrong on this machine alone."""

import os
from collections import Counter
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.chaos.glance import Glance


def install() -> None:
    if "-worker" in os.environ["CHAOS_PROCESS"]:
        _record_what_is_applied()
    _skew_the_clock()


def _record_what_is_applied() -> None:
    from shared.messaging.inbox import Inbox

    original = Inbox.handle
    control, failed = Path(os.environ["CHAOS_CONTROL"]), Counter[UUID]()
    failing = Glance(control / "failing"), Glance(control / f"failing-{os.environ['CHAOS_PROCESS']}")

    @wraps(original)
    def handle(self: Any, tx: Any, envelope: Any) -> None:
        original(self, tx, envelope)
        percent, times = _wanted(*failing)
        if failed[envelope.id] < times and envelope.id.int % 100 < percent:
            failed[envelope.id] += 1
            raise RuntimeError("a handler that fails, on purpose")
        tx.run(
            """INSERT INTO chaos_applied (event_id, type, publisher, subject, version, key)
               VALUES (%s, %s, %s, %s, %s, %s)""",
            (envelope.id, envelope.type, envelope.publisher, envelope.subject, envelope.version, envelope.key),
        )

    Inbox.handle = handle  # type: ignore[method-assign]


def _wanted(*files: Glance) -> tuple[int, int]:
    """Of a hundred events, how many are to fail, and how many times each while this process lives."""
    for file in files:
        if wanted := file.text().split():
            return int(wanted[0]), int(wanted[1])
    return 0, 0


def _skew_the_clock() -> None:
    from shared import clock

    file = Glance(Path(os.environ["CHAOS_CONTROL"]) / "skew" / os.environ["CHAOS_PROCESS"])
    original = clock.offset

    def offset() -> timedelta:
        return original() + timedelta(seconds=float(file.text() or 0))

    clock.offset = offset


def skew(control: Path, process: str, seconds: float) -> None:
    """Used by the harness: this process's clock is wrong by so much."""
    file = control / "skew" / process
    file.parent.mkdir(exist_ok=True)
    beside = control / f"{process}.skew"
    beside.write_text(str(seconds))
    beside.replace(file)


def fail(switch: Path, wanted: str) -> None:
    """Used by the harness: so many of a hundred events fail, so many times each. Whole or not at all."""
    beside = switch.with_suffix(".new")
    beside.write_text(wanted)
    beside.replace(switch)
