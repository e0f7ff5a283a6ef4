"""What a measure pays, to the cent."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.subsidies.domain.computation import Computation, Job, compute, last_day
from services.subsidies.rulebook import rulebook

WAGES = rulebook().wages
PRIIME = rulebook().get("priime/2019-07")

wages = st.integers(1250, 12000)
hours = st.decimals("1", "60", places=2)
starts = st.dates(date(2019, 7, 1), date(2027, 12, 31))
weeks = st.integers(1, 52)


def pays(wage: int, per_week: str | Decimal, start: date, weeks: int = 30, **changes: object) -> Computation:
    rules = replace(PRIIME, **changes)  # type: ignore[arg-type]
    return compute(rules, WAGES, Job(wage, Decimal(per_week), start, start), weeks)


def test_the_worked_example_comes_out_to_the_cent() -> None:
    """28.00 $/h, 37.5 h, June 2025: min(19.60, 16.10) → 603.75 $ a week → 18,112.50 $ for 30 weeks."""
    assert pays(2800, "37.5", date(2025, 6, 2)).amount_cents == 18_112_50
    assert pays(2800, "37.5", date(2025, 6, 2), weeks=1).amount_cents == 603_75


def test_a_low_wage_is_paid_at_the_rate_and_not_at_the_cap() -> None:
    (line,) = pays(2000, "40", date(2026, 6, 1), weeks=1).lines
    assert (line.hourly_cents, line.capped, line.amount_cents) == (Decimal("1400.00"), False, 560_00)


def test_hours_above_the_weekly_limit_are_not_paid() -> None:
    assert pays(2000, "50", date(2026, 6, 1)) == pays(2000, "40", date(2026, 6, 1))


def test_a_week_across_the_first_of_may_is_capped_day_by_day() -> None:
    """1 May 2026 is a Friday: four days at 16.10 $ and one at 16.60 $."""
    before, after = pays(3000, "40", date(2026, 4, 27), weeks=1).lines
    assert (before.days, before.to_on, before.amount_cents) == (4, date(2026, 4, 30), 4 * 8 * 16_10)
    assert (after.days, after.from_on, after.amount_cents) == (1, date(2026, 5, 1), 8 * 16_60)


def test_a_cap_frozen_at_the_agreement_makes_one_line() -> None:
    (line,) = pays(3000, "40", date(2026, 4, 27), weeks=1, cap_basis="at_agreement_date").lines
    assert line.amount_cents == 40 * 16_10


def test_a_start_in_mid_week_is_paid_for_as_many_days() -> None:
    assert pays(2000, "35", date(2026, 6, 3), weeks=2).lines[0].days == 10


def test_a_minimum_wage_not_published_yet_is_carried_forward_and_says_so() -> None:
    known, assumed = pays(3000, "40", date(2027, 4, 26), weeks=2).lines
    assert (known.minimum_wage_confidence, assumed.minimum_wage_confidence) == ("official", "carried_forward")
    assert assumed.from_on == date(2027, 5, 3)  # 1 May 2027 is a Saturday


def test_half_a_cent_is_rounded_up_once_per_line() -> None:
    """0.70 × 21.43 $ × 7.5 h = 112.5075 $."""
    (line,) = pays(2143, "37.5", date(2026, 6, 5), weeks=1).lines
    assert line.amount_cents == 562_54  # 5 days: 562.5375 $
    assert pays(2001, "2.50", date(2026, 6, 1), weeks=1).amount_cents == 35_02  # 35.0175 $


def test_more_weeks_than_the_measure_has_cannot_be_computed() -> None:
    with pytest.raises(ValueError, match="1 to 52 weeks"):
        pays(2000, "40", date(2026, 6, 1), weeks=53)


@given(wages, hours, starts, weeks)
def test_the_total_is_the_sum_of_the_lines_and_the_lines_cover_every_working_day(
    wage: int, per_week: Decimal, start: date, weeks: int
) -> None:
    result = pays(wage, per_week, start, weeks)
    assert result.amount_cents == sum(line.amount_cents for line in result.lines)
    assert sum(line.days for line in result.lines) == 5 * weeks
    assert all(a.to_on < b.from_on for a, b in zip(result.lines, result.lines[1:], strict=False))
    assert result.lines[-1].to_on <= last_day(start, weeks)


@given(wages, hours, starts, weeks)
def test_no_line_exceeds_the_rate_or_the_cap_by_more_than_rounding(
    wage: int, per_week: Decimal, start: date, weeks: int
) -> None:
    for line in pays(wage, per_week, start, weeks).lines:
        limit = min(line.hours, line.days * Decimal(8)) * min(line.cap_cents, Decimal("0.7") * wage)
        assert line.amount_cents <= limit + Decimal("0.5")
        assert line.cap_cents == WAGES.on(line.from_on).cents_per_hour == WAGES.on(line.to_on).cents_per_hour


@given(wages, st.integers(0, 500), hours, starts, weeks)
def test_a_higher_wage_never_pays_less(wage: int, more: int, per_week: Decimal, start: date, weeks: int) -> None:
    lower, higher = pays(wage, per_week, start, weeks), pays(wage + more, per_week, start, weeks)
    assert lower.amount_cents <= higher.amount_cents


@given(wages, hours, starts, st.integers(1, 51))
def test_a_further_week_never_pays_less(wage: int, per_week: Decimal, start: date, weeks: int) -> None:
    assert pays(wage, per_week, start, weeks).amount_cents <= pays(wage, per_week, start, weeks + 1).amount_cents


@given(wages, hours, starts, st.integers(2, 52), st.data())
def test_two_parts_of_a_period_pay_what_the_whole_pays(
    wage: int, per_week: Decimal, start: date, weeks: int, data: st.DataObject
) -> None:
    """But for one rounding of each line."""
    first = data.draw(st.integers(1, weeks - 1))
    parts = [pays(wage, per_week, start, first), pays(wage, per_week, start + timedelta(weeks=first), weeks - first)]
    whole = pays(wage, per_week, start, weeks)
    roundings = len(whole.lines) + sum(len(part.lines) for part in parts)
    assert abs(whole.amount_cents - sum(part.amount_cents for part in parts)) <= roundings / 2
