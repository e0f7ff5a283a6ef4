"""Facts reported about a job that somebody holds: can they be true?"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from services.intake.domain.jobs import JobTerms, check_terms, check_wage
from shared.errors import Problem
from shared.money import Cents

EARLIEST = date(2000, 1, 1)
FURTHEST_AHEAD = timedelta(days=366)
LONGEST_PERIOD = 62  # days of hours in one report: two months
LONGEST_ABSENCE = 366
HOURS_A_DAY = 16  # more, on average, is a slip of the pen


@dataclass(frozen=True)
class HoursWorked:
    """In a period, both days included; the wage an hour."""

    from_on: date
    to_on: date
    hours: Decimal
    wage_cents: Cents


@dataclass(frozen=True)
class Absence:
    """Both days included; ``paid`` None = unknown."""

    from_on: date
    to_on: date
    paid: bool | None = None


@dataclass(frozen=True)
class Change:
    """``kind``: advancement | wage | hours | start_moved | other; the terms as they stand after it."""

    effective_on: date
    kind: str
    terms: JobTerms


def check_day(day: date, today: date, at: str) -> list[Problem]:
    """Not before the programme could know of it, not more than a year ahead."""
    if EARLIEST <= day <= today + FURTHEST_AHEAD:
        return []
    return [Problem(at, "impossible_date", "Cette date semble erronée.", "This date seems wrong.")]


def check_hours_worked(worked: HoursWorked, today: date) -> list[Problem]:
    """The period must have ended."""
    from_on, to_on = worked.from_on, worked.to_on
    problems = check_day(from_on, today, "/from_on") + _check_period(from_on, to_on, LONGEST_PERIOD)
    if to_on > today:
        problems.append(
            Problem("/to_on", "date_in_future", "La période n'est pas terminée.", "The period has not ended.")
        )
    days = (to_on - from_on).days + 1
    if worked.hours < 0 or (days > 0 and worked.hours > HOURS_A_DAY * days):
        problems.append(
            Problem(
                "/hours",
                "hours_impossible",
                "Autant d'heures ne tiennent pas dans cette période.",
                "That many hours do not fit this period.",
            )
        )
    return problems + check_wage(worked.wage_cents, from_on, "/wage_cents")


def check_absence(absence: Absence, today: date) -> list[Problem]:
    problems = check_day(absence.from_on, today, "/from_on")
    return problems + _check_period(absence.from_on, absence.to_on, LONGEST_ABSENCE)


def check_change(change: Change, today: date) -> list[Problem]:
    """The wage after a change is held against the minimum wage of the day from which it holds."""
    problems = check_day(change.effective_on, today, "/effective_on")
    problems += check_day(change.terms.starts_on, today, "/terms/starts_on") + check_terms(change.terms)
    if change.kind != "start_moved" and not problems:
        problems += check_wage(change.terms.wage_cents, change.effective_on, "/terms/wage_cents")
    return problems


def _check_period(from_on: date, to_on: date, longest_days: int) -> list[Problem]:
    if from_on > to_on:
        return [Problem("/to_on", "dates_crossed", "La fin précède le début.", "The end lies before the start.")]
    if (to_on - from_on).days >= longest_days:
        return [
            Problem(
                "/to_on",
                "period_too_long",
                f"Une période compte {longest_days} jours au plus.",
                f"A period has at most {longest_days} days.",
            )
        ]
    return []
