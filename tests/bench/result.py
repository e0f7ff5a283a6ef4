"""What one measurement found: our samples, and those of its limit and peers taken in turn in the same run."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any, Literal

Size = Literal["small", "full"]
Better = Literal["higher", "lower"]
Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Rival:
    """What ours is measured beside: a bare limit, or another tool doing the same work. ``ratio_goal``: what our median
    divided by its median should be at least (at most, where lower is better)."""

    name: str
    samples: tuple[float, ...]
    ratio_goal: float | None = None

    @property
    def median(self) -> float:
        return median(self.samples)


@dataclass(frozen=True)
class Curve:
    """How a figure grows: for each series, points (x, y). x is drawn on a logarithmic axis when ``log_x``."""

    title: str
    x_label: str
    y_label: str
    series: Mapping[str, Points]
    log_x: bool = True


@dataclass(frozen=True)
class Result:
    """``bar``: the line of the goals it answers (P3). ``unit``: of every sample and of ``goal``. ``conditions``: bytes,
    connections, sizes, whatever a reader needs to repeat it. ``remarks``: what the figure does not say."""

    bar: str
    what: str
    unit: str
    ours: tuple[float, ...]
    limit: Rival | None = None
    peers: tuple[Rival, ...] = ()
    goal: float | None = None
    better: Better = "higher"
    conditions: str = ""
    remarks: str = ""
    curve: Curve | None = field(default=None)

    @property
    def median(self) -> float:
        return median(self.ours)

    @property
    def rivals(self) -> tuple[Rival, ...]:
        return (*((self.limit,) if self.limit else ()), *self.peers)

    def ratio(self, rival: Rival) -> float:
        return self.median / rival.median

    def share(self, figure: float, goal: float) -> float:
        """How much of the goal is reached: 1 or more is met, 0.5 is half as good as wanted."""
        return figure / goal if self.better == "higher" else goal / figure

    def shares(self) -> list[float]:
        """The share reached of each goal: the absolute one, then those beside the rivals."""
        found = [] if self.goal is None else [self.share(self.median, self.goal)]
        asked = [(rival, rival.ratio_goal) for rival in self.rivals]
        return found + [self.share(self.ratio(rival), goal) for rival, goal in asked if goal is not None]

    @property
    def met(self) -> bool:
        return all(share >= 1 for share in self.shares())

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Result":
        def rival(found: Mapping[str, Any]) -> Rival:
            return Rival(found["name"], tuple(found["samples"]), found["ratio_goal"])

        curve = stored["curve"]
        points = {n: tuple((x, y) for x, y in p) for n, p in curve["series"].items()} if curve else {}
        return cls(
            **{
                **stored,
                "ours": tuple(stored["ours"]),
                "limit": stored["limit"] and rival(stored["limit"]),
                "peers": tuple(rival(peer) for peer in stored["peers"]),
                "curve": curve and Curve(**{**curve, "series": points}),
            }
        )


def in_turn(
    measures: Mapping[str, Callable[[], float]], rounds: int = 5, warm_up: int = 1
) -> dict[str, tuple[float, ...]]:
    """Takes one sample of each measure, ``rounds`` times over, after ``warm_up`` rounds that do not count: what
    disturbs the machine disturbs all alike. The order turns round from one round to the next."""
    samples: dict[str, list[float]] = {name: [] for name in measures}
    for number in range(-warm_up, rounds):
        names = list(measures) if number % 2 else list(measures)[::-1]
        for name in names:
            found = measures[name]()
            if number >= 0:
                samples[name].append(found)
    return {name: tuple(found) for name, found in samples.items()}
