"""A claim is computed from the hours really worked, to the cent."""

from datetime import date
from decimal import Decimal
from typing import Any

from services.subsidies.domain.claim import Assembled, HoursReport, assemble, period
from services.subsidies.rulebook import rulebook

START = date(2026, 3, 16)  # a Monday
FOUR_WEEKS = (START, date(2026, 4, 12))


def assembled(*reports: HoursReport, **changes: Any) -> Assembled:
    known: dict[str, Any] = {"starts_on": START, "agreed_on": START, "days": FOUR_WEEKS, "left_cents": 10_000_000}
    return assemble(rulebook().get("priime/2019-07"), rulebook().wages, reports=reports, **known | changes)


def report(from_on: date, to_on: date, hours: str, wage_cents: int = 2800) -> HoursReport:
    return HoursReport(from_on, to_on, Decimal(hours), wage_cents)


def test_all_hours_of_a_period_make_one_line() -> None:
    found = assembled(report(*FOUR_WEEKS, "150"))
    assert (found.hours, found.amount_cents, found.missing) == (Decimal("150.00"), 150 * 1610, ())
    assert len(found.lines) == 1


def test_a_period_over_the_first_of_may_has_two_lines() -> None:
    days = (date(2026, 4, 13), date(2026, 5, 10))
    found = assembled(report(*days, "150"), days=days)
    assert [(line.days, line.amount_cents) for line in found.lines] == [(14, 105 * 1610), (6, 45 * 1660)]


def test_a_report_over_the_end_of_a_period_counts_for_its_days_within() -> None:
    found = assembled(report(date(2026, 4, 6), date(2026, 4, 19), "75"))
    assert found.hours == Decimal("37.50")
    assert found.missing == ((START, date(2026, 4, 3)),)


def test_no_more_than_forty_hours_a_week_count() -> None:
    found = assembled(report(START, date(2026, 3, 22), "50"))
    assert found.hours == Decimal("40.00")


def test_of_two_reports_of_one_day_the_later_counts() -> None:
    week = (START, date(2026, 3, 20))
    found = assembled(report(*week, "37.5"), report(*week, "30"))
    assert found.hours == Decimal("30.00")


def test_a_raise_makes_a_new_line_and_a_low_wage_is_paid_by_its_share() -> None:
    first, second = (START, date(2026, 3, 29)), (date(2026, 3, 30), date(2026, 4, 12))
    found = assembled(report(*first, "75", 2000), report(*second, "75", 2800))
    assert [line.amount_cents for line in found.lines] == [75 * 1400, 75 * 1610]


def test_never_more_than_what_is_left_of_the_approved_amount() -> None:
    found = assembled(report(*FOUR_WEEKS, "150"), left_cents=100_000)
    assert (found.amount_cents, found.cut_cents) == (100_000, 150 * 1610 - 100_000)


def test_days_nobody_reported_are_spans_of_working_days() -> None:
    found = assembled(report(date(2026, 3, 25), date(2026, 3, 27), "22.5"))
    assert found.missing == ((START, date(2026, 3, 24)), (date(2026, 3, 30), date(2026, 4, 10)))


def test_hours_of_a_weekend_alone_are_hours() -> None:
    found = assembled(report(date(2026, 3, 21), date(2026, 3, 22), "8"))
    assert found.hours == Decimal("8.00")


def test_the_last_period_is_what_is_left() -> None:
    ends_on = date(2026, 10, 11)  # 30 weeks
    assert period(START, ends_on, 4, 1) == FOUR_WEEKS
    assert period(START, ends_on, 4, 8) == (date(2026, 9, 28), ends_on)
    assert period(START, ends_on, 4, 9) is None
