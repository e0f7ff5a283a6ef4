"""Geometry of the pictures, in percent of the width and pixels of height: no distortion, no script. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.portal.domain.numbers import DayLoad, Stage
from services.portal.domain.person import SERVICES, Fact, PersonFile

_MOST_MONTH_LABELS = 6
_LANE_TOP, _LANE_STEP = 56, 46
LOAD_FLOOR, LOAD_HEIGHT = 206, 180
_LATE_SLOTS = 2.2  # the word under the first column needs room on a phone


@dataclass(frozen=True)
class Bar:
    """A step of the funnel: the part that goes on and the part that stopped, percent of the widest."""

    stage: Stage
    fill: float
    stopped: float


def funnel_bars(stages: Sequence[Stage]) -> list[Bar]:
    widest = max([stage.people + stage.lost for stage in stages] + [1])
    return [Bar(stage, round(100 * stage.people / widest, 2), round(100 * stage.lost / widest, 2)) for stage in stages]


@dataclass(frozen=True)
class Column:
    """One day of the load chart. ``day`` None: what is late."""

    load: DayLoad
    x: float
    width: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)


@dataclass(frozen=True)
class LoadChart:
    columns: tuple[Column, ...]
    scale: float  # pixels for one contact
    contacts: int
    late: int
    busiest: DayLoad | None


def load_chart(loads: Sequence[DayLoad], today: date, days: int = 14) -> LoadChart:
    """Late contacts, if any, then each day; a weekend without contacts leaves a gap."""
    by_day = {load.day: load for load in loads}
    late = by_day.get(None, DayLoad(None, 0, 0))
    shown: list[tuple[float, DayLoad]] = [(0.0, late)] if late.contacts else []
    place = _LATE_SLOTS if late.contacts else 0.0
    for day in (today + timedelta(days=n) for n in range(days)):
        load = by_day.get(day, DayLoad(day, 0, 0))
        if day.weekday() >= 5 and not load.contacts:
            place += 0.25
            continue
        shown.append((place, load))
        place += 1
    slot = 100 / place
    most = max([load.contacts for load in loads] + [1])
    ahead = [load for _, load in shown if load.day is not None and load.contacts]
    return LoadChart(
        tuple(Column(load, round(at * slot + slot * 0.14, 2), round(slot * 0.72, 2)) for at, load in shown),
        LOAD_HEIGHT / most,
        sum(load.contacts for load in ahead),
        late.contacts,
        max(ahead, key=lambda load: load.contacts, default=None),
    )


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

    @property
    def anchor(self) -> str:
        return "start" if self.shown_day < 15 else "end" if self.shown_day > 85 else "middle"


def lanes(file: PersonFile, first: date, last: date) -> Lanes:
    """The picture of a file between the months of ``first`` and ``last``: the same span whatever day is shown."""
    start, end = first.replace(day=1), _next_month(max(last, file.day))
    while len(_months(start, end)) < 3:
        end = _next_month(end)
    days = (end - start).days

    def x(day: date) -> float:
        return round(100 * min(max((day - start).days + 0.5, 0), days) / days, 2)

    months = _months(start, end)
    step = -(-len(months) // _MOST_MONTH_LABELS)
    return Lanes(
        start,
        end - timedelta(days=1),
        tuple(Tick(month, x(month), i % step == 0) for i, month in enumerate(months)),
        tuple(Lane(service, _y(service), _marks(file, service, x)) for service in SERVICES),
        _strokes(file.happened, x),
        x(file.day),
    )


def _marks(file: PersonFile, service: str, x: Callable[[date], float]) -> tuple[Mark, ...]:
    marks = [Mark(x(f.on), f.planned) for f in (*file.happened, *file.ahead) if f.service == service]
    return tuple(dict.fromkeys(marks))


def _strokes(happened: Sequence[Fact], x: Callable[[date], float]) -> tuple[Stroke, ...]:
    by_id = {f.event_id: f for f in happened if f.event_id}
    strokes = [
        Stroke(x(f.on), _y(cause.service), _y(f.service))
        for f in happened
        if f.cause and (cause := by_id.get(f.cause)) and cause.service != f.service and cause.service in SERVICES
    ]
    return tuple(dict.fromkeys(strokes))


def _y(service: str) -> int:
    return _LANE_TOP + _LANE_STEP * (SERVICES.index(service) if service in SERVICES else len(SERVICES) - 1)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _months(start: date, end: date) -> list[date]:
    months = [start]
    while (following := _next_month(months[-1])) < end:
        months.append(following)
    return months
