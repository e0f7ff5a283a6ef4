"""What matching alone needs: the numbers a programme may choose."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from pydantic import Field

from shared.settings import ServiceName, Settings


class MatchingSettings(Settings):
    service: ServiceName = "matching"
    introductions_target: int = Field(3, ge=1, le=20)
    """Companies everyone should be introduced to."""
    introductions_per_opening: int = Field(5, ge=1, le=100)
    """Live introductions at most for each open place of a vacancy."""
    answer_within_days: int = Field(14, ge=1, le=365)
    """How long the candidate, then the company, may take to answer."""
    plan_again_days: int = Field(7, ge=1, le=365)
    """How soon somebody with fewer companies than the target is looked at again, though nothing changed."""


@dataclass(frozen=True)
class Limits:
    target: int
    per_opening: int
    answer_within: timedelta
    plan_again_after: timedelta


@cache
def limits() -> Limits:
    """The numbers in force in this process."""
    chosen = MatchingSettings()
    return Limits(
        chosen.introductions_target,
        chosen.introductions_per_opening,
        timedelta(days=chosen.answer_within_days),
        timedelta(days=chosen.plan_again_days),
    )
