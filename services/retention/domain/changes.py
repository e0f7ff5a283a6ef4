"""The terms of a job from the hire on: a history to which a change is added, and that is read as of any day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from services.retention.domain.employments import Employment
from shared.errors import Invalid, Problem

ChangeKind = Literal["advancement", "wage", "hours", "start_moved", "other"]
FURTHEST_AHEAD = timedelta(days=365)
FURTHEST_BACK = timedelta(days=730)
HIGHEST_WAGE_CENTS = 100_000  # an hour; beyond it somebody sent a yearly wage
HOURS_OF_A_WEEK = 80


@dataclass(frozen=True)
class JobTerms:
    """``occupation``: NOC 2021, five digits; ``wage_cents``: an hour."""

    occupation: str
    wage_cents: int
    hours_per_week: Decimal
    starts_on: date
    permanent: bool


@dataclass(frozen=True)
class TermsChange:
    """Terms as they stand from ``effective_on``. ``kind`` is *hired* for the first."""

    kind: str
    effective_on: date
    recorded_at: datetime
    occupation: str
    wage_cents: int
    hours_per_week: Decimal
    starts_on: date
    permanent: bool

    @property
    def terms(self) -> JobTerms:
        return JobTerms(self.occupation, self.wage_cents, self.hours_per_week, self.starts_on, self.permanent)


def terms_on(history: Sequence[TermsChange], day: date) -> TermsChange | None:
    """The terms in force on ``day``: the last change that had taken effect, or what was agreed at the hire. ``history``
    in the order of its effect. None: nothing is known."""
    in_force = [change for change in history if change.effective_on <= day]
    return in_force[-1] if in_force else next(iter(history), None)


def is_known(history: Sequence[TermsChange], kind: str, effective_on: date, terms: JobTerms) -> bool:
    """Whether the same change stands already: two may report it."""
    return any(c.kind == kind and c.effective_on == effective_on and c.terms == terms for c in history)


def check_change(employment: Employment, kind: ChangeKind, effective_on: date, terms: JobTerms, today: date) -> None:
    """Raises Invalid with everything that is wrong."""
    problems = []
    if effective_on > today + FURTHEST_AHEAD:
        problems.append(Problem("/effective_on", "too_far_ahead", "Au plus un an d'avance.", "At most a year ahead."))
    if kind != "start_moved" and effective_on < employment.starts_on:
        problems.append(
            Problem(
                "/effective_on",
                "before_the_start",
                f"L'emploi commence le {employment.starts_on} : rien ne change avant.",
                f"The job starts on {employment.starts_on}: nothing changes before it.",
            )
        )
    if kind == "start_moved" and terms.starts_on == employment.starts_on:
        problems.append(
            Problem("/terms/starts_on", "start_unchanged", "Donnez le nouveau premier jour.", "Give the new first day.")
        )
    if kind == "start_moved" and terms.starts_on < today - FURTHEST_BACK:
        problems.append(
            Problem("/terms/starts_on", "too_far_back", "Au plus deux ans en arrière.", "At most two years back.")
        )
    if kind == "start_moved" and terms.starts_on > today + FURTHEST_AHEAD:
        problems.append(
            Problem("/terms/starts_on", "too_far_ahead", "Au plus un an d'avance.", "At most a year ahead.")
        )
    if problems:
        raise Invalid(*problems)
