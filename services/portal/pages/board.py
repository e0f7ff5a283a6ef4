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
from shared.db import Database, Tx

WATCH_EVERY_S = 0.4


@dataclass(frozen=True)
class Background:
    """What takes a pass over everyone. With 100,000 people it costs 0.7 s, the numbers 0.1 s."""

    promise: Promise
    funnel: tuple[Stage, ...]


@dataclass(frozen=True)
class Snapshot:
    """The read models as of a moment."""

    numbers: ThreeNumbers
    tally: Tally
    load: tuple[DayLoad, ...]
    pulse: Pulse
    background: Background
    background_of: tuple[int, date]  # the facts and the day it was counted from

    @property
    def day(self) -> date:
        return clock.local_date(self.numbers.as_of)

    @property
    def counted_from(self) -> tuple[int, date]:
        return self.pulse.revision, self.day

    @property
    def is_empty(self) -> bool:
        return self.pulse.revision == 0


class Board:
    """Keeps the last snapshot. The numbers are counted again when a fact came in or the programme's day changed; only
    their freshness otherwise. What goes over everyone is counted so rarely that it takes a tenth of the time at most.
    Safe to use from several threads: one reads, the others take what there is."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._lock = threading.Lock()
        self._last: Snapshot | None = None
        self._read_at = 0.0
        self._background_after = 0.0

    def current(self) -> Snapshot:
        last = self._last
        if last is not None and time.monotonic() - self._read_at < WATCH_EVERY_S and clock.today() == last.day:
            return last
        if not self._lock.acquire(blocking=last is None):
            assert last is not None
            return last
        try:
            self._last = read = self._read(self._last)
            self._read_at = time.monotonic()
            return read
        finally:
            self._lock.release()

    def _read(self, last: Snapshot | None) -> Snapshot:
        with self._db.transaction() as tx:
            pulse = get_pulse(tx)
            seen = pulse.revision, clock.local_date(tx.now)
            if last is not None and last.counted_from == seen:
                now = replace(last, pulse=pulse, numbers=replace(last.numbers, as_of=tx.now))
            else:
                now = Snapshot(
                    numbers.three_numbers(tx, tx.now),
                    numbers.get_tally(tx, tx.now),
                    tuple(numbers.list_load(tx, seen[1])),
                    pulse,
                    last.background if last else self._count_background(tx),
                    last.background_of if last else seen,
                )
            if now.background_of != seen and time.monotonic() >= self._background_after:
                now = replace(now, background=self._count_background(tx), background_of=seen)
            return now

    def _count_background(self, tx: Tx) -> Background:
        began = time.monotonic()
        counted = Background(numbers.get_promise(tx), funnel(get_funnel(tx, tx.now)))
        ended = time.monotonic()
        self._background_after = ended + 10 * (ended - began)
        return counted
