"""Facts reported about a job that somebody holds: can they be true?"""

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


def check_day(day: date, today: date, at: str) -> list[Problem]:
    """Not before the programme could know of it, not more than a year ahead."""
    if EARLIEST <= day <= today + FURTHEST_AHEAD:
        return []
    return [Problem(at, "impossible_date", "Cette date semble erronée.", "This date seems wrong.")]


def check_hours_worked(from_on: date, to_on: date, hours: Decimal, wage_cents: Cents, today: date) -> list[Problem]:
    """Hours worked and wage paid in a period that has ended, both days included."""
    problems = check_day(from_on, today, "/from_on") + _check_period(from_on, to_on, LONGEST_PERIOD)
    if to_on > today:
        problems.append(
            Problem("/to_on", "date_in_future", "La période n'est pas terminée.", "The period has not ended.")
        )
    days = (to_on - from_on).days + 1
    if hours < 0 or (days > 0 and hours > HOURS_A_DAY * days):
        problems.append(
            Problem(
                "/hours",
                "hours_impossible",
                "Autant d'heures ne tiennent pas dans cette période.",
                "That many hours do not fit this period.",
            )
        )
    return problems + check_wage(wage_cents, from_on, "/wage_cents")


def check_absence(from_on: date, to_on: date, today: date) -> list[Problem]:
    return check_day(from_on, today, "/from_on") + _check_period(from_on, to_on, LONGEST_ABSENCE)


def check_change(effective_on: date, kind: str, terms: JobTerms, today: date) -> list[Problem]:
    """The terms after a change; their wage is held against the minimum wage of the day from which they hold."""
    problems = check_day(effective_on, today, "/effective_on") + check_day(terms.starts_on, today, "/terms/starts_on")
    problems += check_terms(terms)
    if kind != "start_moved" and not problems:
        problems += check_wage(terms.wage_cents, effective_on, "/terms/wage_cents")
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
