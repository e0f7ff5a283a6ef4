"""Days on which the programme calls people: Monday to Friday, except Québec's public holidays (Act respecting labour
standards, CQLR c. N-1.1, s. 60, and the National Holiday Act, c. F-1.1), moved ones included. The calendar is the
library ``holidays``, which computes it: data, not a dependency on a machine. Its countries are imported here, not
when first asked for: that takes a quarter of a second, which no handler should wait for."""

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

import holidays.countries  # noqa: F401  # see above
from holidays import country_holidays

ONE_DAY = timedelta(days=1)
SATURDAY = 5


@lru_cache(maxsize=64)
def public_holidays(year: int) -> frozenset[date]:
    """Québec's public holidays that fall in ``year``, on the day on which they are kept."""
    return frozenset(country_holidays("CA", subdiv="QC", years=year))


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in public_holidays(day.year)


def next_working_day(day: date) -> date:
    """``day`` itself when people work on it, or the first day after it when they do."""
    while not is_working_day(day):
        day += ONE_DAY
    return day


def last_working_day(day: date) -> date:
    """``day`` itself when people work on it, or the last day before it when they do."""
    while not is_working_day(day):
        day -= ONE_DAY
    return day


def working_days_after(day: date, count: int) -> date:
    """The ``count``-th working day after ``day``; ``day`` itself does not count."""
    for _ in range(count):
        day = next_working_day(day + ONE_DAY)
    return day


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later, or the last day of a shorter month: 31 January + 1 = 28 or 29
    February."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
