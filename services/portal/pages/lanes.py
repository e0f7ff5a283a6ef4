"""The picture of a person's path: one lane for each service, percent of the width, a vertical stroke where one service
made another act. Pure."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from services.portal.domain.person import SERVICES, Fact, PersonFile

_LEAST_MONTHS, _MOST_MONTH_LABELS = 3, 6
_LANE_TOP, _LANE_STEP = 56, 46
_CROWDED = 3  # facts of one service on one day that still fit beside each other
_SHARED_WIDTH = 0.45


@dataclass(frozen=True)
class Tick:
    month: date
    x: float
    labelled: bool


@dataclass(frozen=True)
class Mark:
    x: float
    planned: bool


@dataclass(frozen=True)
class Lane:
    service: str
    y: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Stroke:
    """One service made another act."""

    x: float
    y1: int
    y2: int


@dataclass(frozen=True)
class Lanes:
    start: date
    end: date
    ticks: tuple[Tick, ...]
    lanes: tuple[Lane, ...]
    strokes: tuple[Stroke, ...]
    shown_day: float
    widened: bool  # busy days have more room than quiet ones

    @property
    def anchor(self) -> str:
        return "start" if self.shown_day < 15 else "end" if self.shown_day > 85 else "middle"


class _Scale:
    """Where a fact stands between two days. Days count alike, unless one is crowded: then part of the width is shared
    out among the facts, so that a day on which much happened has room. What a fact set in motion in other services the
    same day stands under it."""

    def __init__(self, start: date, end: date, happened: Sequence[Fact]) -> None:
        self._start, self._days = start, (end - start).days
        self._by_id: dict[UUID | None, Fact] = {f.event_id: f for f in happened if f.event_id}
        roots = [fact for fact in happened if self._root(fact) is fact]
        self._slots = {_which(fact): place for place, fact in enumerate(roots, start=1)}
        self._days_of_slots = [fact.on for fact in roots]
        busiest = max(Counter((fact.service, fact.on) for fact in roots).values(), default=0)
        self.widened = busiest > _CROWDED
        self._shared = _SHARED_WIDTH if self.widened else 0.0

    def of_fact(self, fact: Fact) -> float:
        slot = self._slots.get(_which(self._root(fact)))
        return self.of_day(fact.on) if slot is None or fact.planned else self._at(fact.on, slot)

    def of_day(self, day: date, *, begins: bool = False) -> float:
        """The end of the day, after everything that happened on it; or its beginning."""
        before = bisect_left(self._days_of_slots, day) if begins else bisect_right(self._days_of_slots, day)
        return self._at(day, before)

    def _at(self, day: date, slots: int) -> float:
        passed = min(max((day - self._start).days + 0.5, 0), self._days) / self._days
        of_slots = slots / (len(self._days_of_slots) + 1)
        return round(100 * ((1 - self._shared) * passed + self._shared * of_slots), 2)

    def _root(self, fact: Fact) -> Fact:
        while (cause := self._by_id.get(fact.cause)) and cause.on == fact.on and cause.service != fact.service:
            fact = cause
        return fact


def _which(fact: Fact) -> object:
    return fact.event_id or (fact.kind, fact.at)


def lanes(file: PersonFile, whole: PersonFile) -> Lanes:
    """The picture of a file as of a day. Its scale is that of the ``whole`` file, whatever day is shown."""
    first = min([fact.on for fact in whole.happened] + [whole.day])
    last = max([fact.on for fact in (*whole.ahead, *file.ahead)] + [whole.day])
    start, end = first.replace(day=1), _next_month(last)
    while len(_months(start, end)) < _LEAST_MONTHS:
        end = _next_month(end)
    scale = _Scale(start, end, whole.happened)
    months = _months(start, end)
    step = -(-len(months) // _MOST_MONTH_LABELS)
    return Lanes(
        start,
        end - timedelta(days=1),
        tuple(Tick(month, scale.of_day(month, begins=True), i % step == 0) for i, month in enumerate(months)),
        tuple(Lane(service, _y(service), _marks(file, service, scale)) for service in SERVICES),
        _strokes(file.happened, scale),
        scale.of_day(file.day),
        scale.widened,
    )


def _marks(file: PersonFile, service: str, scale: _Scale) -> tuple[Mark, ...]:
    marks = [Mark(scale.of_fact(f), f.planned) for f in (*file.happened, *file.ahead) if f.service == service]
    return tuple(dict.fromkeys(marks))


def _strokes(happened: Sequence[Fact], scale: _Scale) -> tuple[Stroke, ...]:
    by_id: dict[UUID | None, Fact] = {f.event_id: f for f in happened if f.event_id}
    strokes = [
        Stroke(scale.of_fact(f), _y(cause.service), _y(f.service))
        for f in happened
        if (cause := by_id.get(f.cause)) and cause.service != f.service
    ]
    return tuple(dict.fromkeys(strokes))


def _y(service: str) -> int:
    return _LANE_TOP + _LANE_STEP * SERVICES.index(service)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _months(start: date, end: date) -> list[date]:
    months = [start]
    while (following := _next_month(months[-1])) < end:
        months.append(following)
    return months
