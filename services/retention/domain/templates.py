"""Which contacts a plan holds: data with a version and the days on which it is in force. A rule that changes is a new
template, never an edit: an employment keeps the version it was planned by, also when its plan moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from services.retention.domain.working_days import add_months, last_working_day, next_working_day

Anchor = Literal["start", "subsidy_end"]


@dataclass(frozen=True)
class Point:
    """One contact, on each side, at a distance from the first day of work or from the last subsidised day. A negative
    distance is a contact *before* that day, and worthless from that day on."""

    contact: str
    anchor: Anchor
    days: int = 0
    weeks: int = 0
    months: int = 0

    @property
    def is_before(self) -> bool:
        return self.days < 0 or self.weeks < 0

    def due_on(self, anchor: date) -> date:
        """The working day. A day off moves forward; the eve of something moves backward."""
        day = add_months(anchor, self.months) + timedelta(days=self.days, weeks=self.weeks)
        return last_working_day(day) if self.is_before and self.anchor == "start" else next_working_day(day)


@dataclass(frozen=True)
class PlanTemplate:
    """The contacts of hires made from ``valid_from`` to ``valid_to`` (None: until further notice), both included."""

    version: str
    valid_from: date
    valid_to: date | None
    source: str
    confidence: Literal["official", "secondary", "proposed"]
    points: tuple[Point, ...]

    def from_(self, anchor: Anchor) -> list[Point]:
        return [point for point in self.points if point.anchor == anchor]


TEMPLATES: tuple[PlanTemplate, ...] = (
    PlanTemplate(
        version="follow-up-1",
        valid_from=date(2019, 1, 1),  # the programme's first year
        valid_to=None,
        source="Alaska Work Services manual 1027-13 (2 and 6 weeks, 3, 6, 12 months); subsidy points: our proposal",
        confidence="proposed",
        points=(
            Point("before_start", "start", days=-1),
            Point("weeks_2", "start", weeks=2),
            Point("weeks_6", "start", weeks=6),
            Point("months_3", "start", months=3),
            Point("months_6", "start", months=6),
            Point("months_12", "start", months=12),
            Point("before_subsidy_end", "subsidy_end", weeks=-2),
            Point("after_subsidy_end", "subsidy_end", weeks=4),
        ),
    ),
)


def template_in_force(day: date, templates: Sequence[PlanTemplate] = TEMPLATES) -> PlanTemplate:
    """The template for a hire made on ``day``; for a day before them all, the first."""
    in_force = [t for t in templates if t.valid_from <= day and (t.valid_to is None or day <= t.valid_to)]
    return max(in_force, key=lambda t: t.valid_from) if in_force else min(templates, key=lambda t: t.valid_from)


def template_of_version(version: str, templates: Sequence[PlanTemplate] = TEMPLATES) -> PlanTemplate:
    """The template an employment was planned by. Raises LookupError: versions are never removed."""
    for template in templates:
        if template.version == version:
            return template
    raise LookupError(f"no plan template of version {version}")
