"""What a measure pays for a job, to the cent, line by line.

The rule, exactly:
- Work is assumed on the five days Monday to Friday, a fifth of the week's hours each; statutory holidays count as
  worked (they are paid). Hours above the measure's weekly limit are not subsidised.
- The subsidised weeks are whole weeks of seven days from the first day of work, whatever weekday that is.
- For each day, an hour is paid min(rate × wage, factor × the minimum wage of that day), with no rounding.
- Days with the same minimum wage make one line: amount = hours × that hourly pay, rounded once, half up, to the cent.
- The total is the sum of the lines.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from services.subsidies.domain.measures import Confidence, MeasureVersion, MinimumWage, MinimumWages
from shared.money import Cents, times

DAYS_IN_A_WEEK = 5


@dataclass(frozen=True)
class Job:
    """What a computation needs of a hire: cents an hour, hours a week, the first day, the day it was agreed."""

    wage_cents: Cents
    hours_per_week: Decimal
    starts_on: date
    agreed_on: date


@dataclass(frozen=True)
class Line:
    """Working days of one minimum wage. ``hourly_cents`` is what an hour is subsidised with, unrounded."""

    from_on: date
    to_on: date
    days: int
    hours: Decimal
    wage_cents: Cents
    rate: Decimal
    cap_cents: Decimal
    minimum_wage_from: date
    minimum_wage_confidence: Confidence
    hourly_cents: Decimal
    capped: bool
    amount_cents: Cents

    @property
    def basis(self) -> str:
        """The factors as text, in dollars an hour; names nobody."""
        return (
            f"{self.from_on}..{self.to_on}; {self.days} d; {self.hours} h; wage {_dollars(Decimal(self.wage_cents))}; "
            f"rate {self.rate}; cap {_dollars(self.cap_cents)}; pays {_dollars(self.hourly_cents)}"
        )


@dataclass(frozen=True)
class Computation:
    """The lines, the weeks they cover and their sum."""

    lines: tuple[Line, ...]
    weeks: int
    amount_cents: Cents


def compute(rules: MeasureVersion, wages: MinimumWages, job: Job, weeks: int) -> Computation:
    """What ``rules`` pay for ``job`` during ``weeks`` weeks. Raises ValueError for more weeks than the measure has."""
    if not 0 < weeks <= rules.weeks_max:
        raise ValueError(f"{rules.rule_version} pays 1 to {rules.weeks_max} weeks, not {weeks}")
    hours_a_day = min(job.hours_per_week, rules.hours_per_week_max) / DAYS_IN_A_WEEK
    lines = tuple(
        line_of(rules, job.wage_cents, wage, days, hours_a_day * len(days))
        for wage, days in _days_by_wage(rules, wages, job, weeks)
    )
    return Computation(lines, weeks, sum(line.amount_cents for line in lines))


def last_day(starts_on: date, weeks: int) -> date:
    """The last calendar day of the subsidised weeks."""
    return starts_on + timedelta(weeks=weeks, days=-1)


def line_of(rules: MeasureVersion, wage_cents: Cents, minimum: MinimumWage, days: list[date], hours: Decimal) -> Line:
    """``hours`` worked on ``days``, all of one wage and one minimum wage."""
    cap = rules.cap_factor * minimum.cents_per_hour
    share = rules.rate * wage_cents
    hourly = min(share, cap)
    return Line(
        from_on=days[0],
        to_on=days[-1],
        days=len(days),
        hours=hours,
        wage_cents=wage_cents,
        rate=rules.rate,
        cap_cents=cap,
        minimum_wage_from=minimum.valid_from,
        minimum_wage_confidence=minimum.confidence,
        hourly_cents=hourly,
        capped=share > cap,
        amount_cents=times(1, hourly * hours),
    )


def minimum_on(rules: MeasureVersion, wages: MinimumWages, agreed_on: date, day: date) -> MinimumWage:
    """The minimum wage that caps an hour worked on ``day``."""
    return wages.on(agreed_on if rules.cap_basis == "at_agreement_date" else day)


def _days_by_wage(
    rules: MeasureVersion, wages: MinimumWages, job: Job, weeks: int
) -> Iterator[tuple[MinimumWage, list[date]]]:
    working = _working_days(job.starts_on, weeks)
    for wage, days in groupby(working, key=lambda day: minimum_on(rules, wages, job.agreed_on, day)):
        yield wage, list(days)


def _working_days(starts_on: date, weeks: int) -> list[date]:
    every_day = (starts_on + timedelta(days=n) for n in range(7 * weeks))
    return [day for day in every_day if day.weekday() < DAYS_IN_A_WEEK]


def _dollars(cents: Decimal) -> str:
    return f"{(cents / 100).normalize():f}"
