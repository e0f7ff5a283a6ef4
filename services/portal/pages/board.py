"""What the pulse page shows, read at most once every WATCH_EVERY_S however many people look."""

import threading
import time
from dataclasses import dataclass, replace
from datetime import date

from services.portal.domain.numbers import DayLoad, Promise, Pulse, Stage, Tally, ThreeNumbers, funnel
from services.portal.store import numbers
from services.portal.store.funnel import get_funnel
from services.portal.store.pulse import get_pulse
from shared import clock
from shared.db import Database

WATCH_EVERY_S = 0.4


@dataclass(frozen=True)
class Snapshot:
    """The read models as of a moment."""

    numbers: ThreeNumbers
    tally: Tally
    promise: Promise
    funnel: tuple[Stage, ...]
    load: tuple[DayLoad, ...]
    pulse: Pulse

    @property
    def day(self) -> date:
        return clock.local_date(self.numbers.as_of)

    @property
    def is_empty(self) -> bool:
        return self.pulse.revision == 0


class Board:
    """Keeps the last snapshot. The numbers are counted again when a fact came in or the programme's day changed; only
    their freshness otherwise. Safe to use from several threads."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._lock = threading.Lock()
        self._last: Snapshot | None = None
        self._read_at = 0.0

    def current(self) -> Snapshot:
        with self._lock:
            if self._last is None or time.monotonic() - self._read_at >= WATCH_EVERY_S or self._day_changed():
                self._last = self._read(self._last)
                self._read_at = time.monotonic()
            return self._last

    def _day_changed(self) -> bool:
        return self._last is not None and clock.today() != self._last.day

    def _read(self, last: Snapshot | None) -> Snapshot:
        with self._db.transaction() as tx:
            pulse = get_pulse(tx)
            day = clock.local_date(tx.now)
            if last is not None and (last.pulse.revision, last.day) == (pulse.revision, day):
                return replace(last, pulse=pulse, numbers=replace(last.numbers, as_of=tx.now))
            return Snapshot(
                numbers.three_numbers(tx, tx.now),
                numbers.get_tally(tx, tx.now),
                numbers.get_promise(tx),
                funnel(get_funnel(tx, tx.now)),
                tuple(numbers.list_load(tx, day)),
                pulse,
            )
