"""A log that a broker's absence does not flood: of one kind of line one in 30 seconds, with the number held back."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from shared import metrics

Kind = tuple[str, int, str, str | None]
EVERY_S = 30.0
MOST_KINDS = 500
OUR_REPEATED = frozenset(
    ("database_unusable", "relay_interrupted", "webhooks_wait_for_database", "owner_unavailable", "names_unavailable")
)
"""Lines of ours that only say that something is still away. Any other of ours tells of one thing and is never held."""


class OneOfAKind(logging.Filter):
    """Lets the first line of a kind through, then one every ``every_s`` seconds, which says in ``held_back`` how many
    were not. A kind is logger, level and template: libraries repeat themselves with other numbers. Of ours
    it is the event, and the part of the process that tells it. Closing lines and
    what is told about one event are no kinds; nothing below a warning of a library is."""

    def __init__(self, every_s: float = EVERY_S, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._every_s, self._now = every_s, now
        self._seen: dict[Kind, tuple[float, int]] = {}
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        kind = _kind_of(record)
        if kind is None:
            return True
        with self._lock:
            moment, held = self._seen.get(kind, (float("-inf"), 0))
            if self._now() - moment < self._every_s:
                self._seen[kind] = moment, held + 1
                metrics.LOG_LINES_HELD_BACK.labels(record.name).inc()
                return False
            if len(self._seen) >= MOST_KINDS:
                self._seen.clear()
            self._seen[kind] = self._now(), 0
        if held:
            _say(record, held)
        return True


def _kind_of(record: logging.LogRecord) -> Kind | None:
    """None for a line that is never held back."""
    said: Any = record.msg
    if isinstance(said, Mapping):  # a line of structlog's: ours
        event = str(said.get("event"))
        return (record.name, record.levelno, event, said.get("part")) if event in OUR_REPEATED else None
    return (record.name, record.levelno, str(said)[:120], None) if record.levelno >= logging.WARNING else None


def _say(record: logging.LogRecord, held: int) -> None:
    if isinstance(record.msg, dict):
        record.msg["held_back"] = held
    else:
        record.held_back = held
