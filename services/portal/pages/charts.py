"""Geometry of the programme's pictures, percent of the width and pixels of height: no distortion, no script. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.portal.domain.numbers import DayLoad, Stage

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
