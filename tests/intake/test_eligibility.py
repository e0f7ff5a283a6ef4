from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.eligibility import (
    PROGRAMME_RULES,
    CriterionNotMet,
    ProgrammeClosed,
    UnknownNotAcknowledged,
    assess,
    check_admission,
    rules_on,
    years_after,
)
from services.intake.domain.facts import Facts

DAY = date(2026, 3, 2)
ALL_MET = Facts(arrived_on=date(2023, 1, 1), diploma_from="abroad", months_in_field_quebec=0)


def result(facts: Facts, code: str, on: date = DAY) -> str:
    return {c.code: c.result for c in assess(facts, on).criteria}[code]


@pytest.mark.parametrize(
    ("arrived", "on", "expected"),
    [
        (date(2021, 3, 3), DAY, "met"),  # the last day under five years
        (date(2021, 3, 2), DAY, "not_met"),  # the fifth anniversary
        (date(2026, 3, 2), DAY, "met"),  # arrives today
        (date(2026, 3, 3), DAY, "not_met"),  # not in Canada yet
        (date(2020, 2, 29), date(2025, 2, 28), "met"),  # born of a leap day: she keeps the whole of February
        (date(2020, 2, 29), date(2025, 3, 1), "not_met"),
        (None, DAY, "unknown"),
    ],
)
def test_five_years_in_canada_end_on_the_anniversary(arrived: date | None, on: date, expected: str) -> None:
    assert result(replace(ALL_MET, arrived_on=arrived), "in_canada_under_5_years", on) == expected


@pytest.mark.parametrize(("months", "expected"), [(0, "met"), (11, "met"), (12, "not_met"), (None, "unknown")])
def test_twelve_months_in_her_field_are_one_too_many(months: int | None, expected: str) -> None:
    assert result(replace(ALL_MET, months_in_field_quebec=months), "under_12_months_in_field") == expected


@pytest.mark.parametrize(
    ("diploma", "expected"), [("abroad", "met"), ("quebec", "met"), ("none", "not_met"), (None, "unknown")]
)
def test_a_diploma_counts_from_abroad_and_from_quebec(diploma: str | None, expected: str) -> None:
    assert result(replace(ALL_MET, diploma_from=diploma), "diploma_recognised_origin") == expected


@given(
    arrived=st.none() | st.dates(date(1950, 1, 1), date(2035, 1, 1)),
    diploma=st.none() | st.sampled_from(["abroad", "quebec", "none"]),
    months=st.none() | st.integers(0, 700),
    on=st.dates(date(2019, 1, 1), date(2040, 1, 1)),
)
def test_unknown_is_never_a_no_and_a_known_fact_is_never_unknown(
    arrived: date | None, diploma: str | None, months: int | None, on: date
) -> None:
    facts = Facts(arrived_on=arrived, diploma_from=diploma, months_in_field_quebec=months)
    for fact, criterion in zip((arrived, diploma, months), assess(facts, on).criteria, strict=True):
        assert (fact is None) == (criterion.result == "unknown")


@given(arrived=st.dates(date(1950, 1, 1), date(2035, 1, 1)))
def test_the_day_before_the_anniversary_is_the_last_one(arrived: date) -> None:
    end = years_after(arrived, 5)
    facts = replace(ALL_MET, arrived_on=arrived)
    if end <= date(2019, 1, 1):
        return
    assert result(facts, "in_canada_under_5_years", end - timedelta(days=1)) == "met"
    assert result(facts, "in_canada_under_5_years", end) == "not_met"


def test_each_day_has_the_rules_of_that_day_and_outside_them_the_programme_is_closed() -> None:
    first = replace(PROGRAMME_RULES[0], version="first", valid_to=date(2024, 1, 1))
    later = replace(PROGRAMME_RULES[0], version="later", valid_from=date(2025, 1, 1), months_in_field_under=6)
    assert rules_on(date(2023, 12, 31), (first, later)).version == "first"
    assert rules_on(date(2025, 1, 1), (first, later)).version == "later"
    with pytest.raises(ProgrammeClosed):
        rules_on(date(2024, 6, 1), (first, later))  # suspended by its funder
    assert assess(ALL_MET, DAY, (first, later)).criteria[2].code == "under_6_months_in_field"


def test_a_result_says_on_what_it_rests() -> None:
    assert [c.basis for c in assess(ALL_MET, DAY).criteria] == [
        "arrived_on = 2023-01-01",
        "diploma_from = abroad",
        "months_in_field_quebec = 0",
    ]


def test_all_met_needs_nothing_more() -> None:
    check_admission(assess(ALL_MET, DAY), frozenset())


def test_every_criterion_not_met_is_listed_whatever_is_acknowledged() -> None:
    tested = assess(Facts(diploma_from="none", months_in_field_quebec=20), DAY)
    with pytest.raises(CriterionNotMet) as no:
        check_admission(tested, frozenset(tested.codes("unknown")))
    assert {p.code for p in no.value.problems} == {"diploma_recognised_origin", "under_12_months_in_field"}
    assert all(p.fr and p.en for p in no.value.problems)


def test_exactly_the_unknown_criteria_have_to_be_acknowledged() -> None:
    tested = assess(replace(ALL_MET, arrived_on=None, diploma_from=None), DAY)
    unknown = tested.codes("unknown")
    check_admission(tested, frozenset(unknown))
    everything = [c.code for c in tested.criteria]
    for chosen in product([False, True], repeat=len(everything)):
        acknowledged = frozenset(code for code, take in zip(everything, chosen, strict=True) if take)
        if acknowledged == frozenset(unknown):
            continue
        with pytest.raises(UnknownNotAcknowledged) as no:
            check_admission(tested, acknowledged)
        assert {p.code for p in no.value.problems} == acknowledged ^ set(unknown)
