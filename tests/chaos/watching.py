"""What the harness needs to see inside a process: which event was applied, written in the handler's own transaction;
and a clock that may be wrong on this machine alone."""

import json
import os
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any


def install() -> None:
    if os.environ["CHAOS_PROCESS"].rstrip("+").endswith("-worker"):
        _record_what_is_applied()
    _skew_the_clock()


def _record_what_is_applied() -> None:
    from shared.messaging.inbox import Inbox

    original = Inbox.handle
    failing, failed = Path(os.environ["CHAOS_CONTROL"]) / "failing", set()

    @wraps(original)
    def handle(self: Any, tx: Any, envelope: Any) -> None:
        original(self, tx, envelope)
        if envelope.id not in failed and envelope.id.int % 100 < _percent(failing):
            failed.add(envelope.id)
            raise RuntimeError("a handler that fails once, on purpose")
        tx.run(
            """INSERT INTO chaos_applied (event_id, type, publisher, subject, version, key)
               VALUES (%s, %s, %s, %s, %s, %s)""",
            (envelope.id, envelope.type, envelope.publisher, envelope.subject, envelope.version, envelope.key),
        )

    Inbox.handle = handle  # type: ignore[method-assign]


def _percent(file: Path) -> int:
    """Of events, how many are to fail the first time that this process sees them."""
    try:
        return int(file.read_text())
    except (OSError, ValueError):
        return 0


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
