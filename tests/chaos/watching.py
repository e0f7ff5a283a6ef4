"""What the harness needs to see inside a process: which event was applied, written in the handler's own transaction;
and a clock that may be wrong on this machine alone."""

import json
import os
from collections import Counter
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any
from uuid import UUID


def install() -> None:
    if "-worker" in os.environ["CHAOS_PROCESS"]:
        _record_what_is_applied()
    _skew_the_clock()


def _record_what_is_applied() -> None:
    from shared.messaging.inbox import Inbox

    original = Inbox.handle
    control, failed = Path(os.environ["CHAOS_CONTROL"]), Counter[UUID]()
    failing = control / "failing", control / f"failing-{os.environ['CHAOS_PROCESS']}"

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


def _wanted(*files: Path) -> tuple[int, int]:
    """Of a hundred events, how many are to fail, and how many times each while this process lives."""
    for file in files:
        try:
            percent, times = file.read_text().split()
            return int(percent), int(times)
        except (OSError, ValueError):
            continue
    return 0, 0


def _skew_the_clock() -> None:
    from shared import clock

    file = Path(os.environ["CHAOS_CONTROL"]) / "skew" / os.environ["CHAOS_PROCESS"]
    original = clock.offset

    def offset() -> timedelta:
        try:
            wrong = float(json.loads(file.read_text()))
        except (OSError, ValueError):
            wrong = 0.0
        return original() + timedelta(seconds=wrong)

    clock.offset = offset


def skew(control: Path, process: str, seconds: float) -> None:
    """Used by the harness: this process's clock is wrong by so much."""
    file = control / "skew" / process
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(seconds))
