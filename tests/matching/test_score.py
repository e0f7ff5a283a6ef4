"""Requirements and the explained score, without a database."""

from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.facts import French, Profile, Vacancy, noc_digits_in_common
from services.matching.domain.requirements import requirements
from services.matching.domain.rules import FAMILIES, RULES, NoRuleInForce, rule_on
from services.matching.domain.score import Line, assess, coverage_of, score_lines, score_of, worth_proposing
from tests.matching.strategies import TODAY, profiles, vacancies

RULE = RULES[-1]
VACANCY = Vacancy(
    vacancy_id=UUID(int=1),
    employer_id=UUID(int=2),
    occupation="11100",
    openings=1,
    wage_min_cents=2900,
    wage_max_cents=3400,
    hours_per_week=Decimal("37.5"),
    starts_on=None,
    municipality="laval",
    french_required=French(speaking=6, writing=5),
    licences_required=("cpa",),
    years_of_experience=4,
)
PERFECT = Profile(
    occupation="11100",
    years_of_experience=9,
    french=French(8, 8, 8, 8),
    municipality="laval",
    municipalities_accepted=("laval",),
    hours_per_week_min=Decimal(20),
    wage_expected_cents=2500,
    available_from=TODAY,
    licences=("cpa",),
    work_authorisation="citizen",
)


def result_of(code: str, profile: Profile, vacancy: Vacancy = VACANCY, agreed: bool = True) -> str | None:
    tested = requirements(profile, vacancy, agreed=agreed, on=TODAY, start_tolerance_days=14)
    return next((requirement.result for requirement in tested if requirement.code == code), None)


def judge(profile: Profile, vacancy: Vacancy = VACANCY) -> tuple[int | None, int]:
    assessment = assess(profile, vacancy, RULE, agreed=True, on=TODAY)
    return assessment.score, assessment.coverage


def test_a_perfect_fit_scores_100_and_covers_everything() -> None:
    assert judge(PERFECT) == (100, 100)


@pytest.mark.parametrize(
    ("change", "score"),
    [
        ({"occupation": "11102"}, 93),  # 4 digits: 38 of 45
        ({"occupation": "11202"}, 78),  # 2 digits: 23 of 45
        ({"occupation": "73310"}, 55),  # none
        ({"years_of_experience": 2}, 93),  # half of 15, rounded up
        ({"french": French(8, 6, 8, 5)}, 94),  # exactly what is asked: 9 of 15
        ({"wage_expected_cents": 3400}, 96),  # the top of the range: 6 of 10
        ({"wage_expected_cents": 5000}, 90),  # far beyond it
        ({"municipality": "montreal"}, 96),  # accepts the place, lives elsewhere: 4 of 8
    ],
)
def test_each_family_moves_the_score(change: dict[str, object], score: int) -> None:
    assert judge(replace(PERFECT, **change)) == (score, 100)  # type: ignore[arg-type]


def test_nothing_known_gives_no_score_and_excludes_nothing() -> None:
    assessment = assess(Profile(), VACANCY, RULE, agreed=True, on=TODAY)
    assert (assessment.score, assessment.coverage, assessment.excluded) == (None, 0, False)


def test_half_of_the_points_must_be_known_for_a_score() -> None:
    assert judge(Profile(occupation="11100"))[0] is None
    assert judge(Profile(occupation="11100", hours_per_week_min=Decimal(20))) == (100, 52)


def test_what_the_vacancy_does_not_ask_has_no_points() -> None:
    asks_less = replace(VACANCY, years_of_experience=None, french_required=French())
    possible = {line.family: line.possible + line.unknown for line in score_lines(PERFECT, asks_less, RULE)}
    assert (possible["experience"], possible["french"]) == (0, 0)
    assert sum(possible.values()) == 70


@pytest.mark.parametrize(
    ("code", "met", "not_met", "unknown"),
    [
        ("work_authorised", {"work_authorisation": "open_permit"}, {"work_authorisation": "closed_permit"},
         {"work_authorisation": "a_code_of_later"}),
        ("licence", {"licences": ("cpa", "x")}, {"licences": ()}, {"licences": None}),
        ("hours", {"hours_per_week_min": Decimal("37.5")}, {"hours_per_week_min": Decimal(40)},
         {"hours_per_week_min": None}),
        ("municipality", {"municipalities_accepted": ("laval",)}, {"municipalities_accepted": ("quebec",)},
         {"municipalities_accepted": None, "municipality": "montreal"}),
        ("french_speaking", {"french": French(speaking=6)}, {"french": French(speaking=5)}, {"french": French()}),
    ],
)  # fmt: skip
def test_a_requirement_is_met_not_met_or_unknown(
    code: str, met: dict[str, object], not_met: dict[str, object], unknown: dict[str, object]
) -> None:
    results = [result_of(code, replace(PERFECT, **change)) for change in (met, not_met, unknown)]  # type: ignore[arg-type]
    assert results == ["met", "not_met", "unknown"]


def test_availability_is_judged_against_the_start_with_some_tolerance() -> None:
    starts = replace(VACANCY, starts_on=TODAY + timedelta(days=30))
    assert result_of("available", replace(PERFECT, available_from=TODAY + timedelta(days=44)), starts) == "met"
    assert result_of("available", replace(PERFECT, available_from=TODAY + timedelta(days=45)), starts) == "not_met"
    assert result_of("available", replace(PERFECT, available_from=TODAY + timedelta(days=45))) == "unknown"
    assert result_of("available", replace(PERFECT, available_from=None), starts) == "unknown"


def test_what_is_not_required_is_not_tested() -> None:
    assert result_of("licence", PERFECT, replace(VACANCY, licences_required=())) is None
    assert result_of("french_listening", PERFECT) is None


def test_without_the_agreement_nobody_is_introduced() -> None:
    assert result_of("agreement", PERFECT, agreed=False) == "not_met"
    assert not worth_proposing(assess(PERFECT, VACANCY, RULE, agreed=False, on=TODAY), RULE)


def test_the_machine_does_not_propose_a_job_of_quite_another_kind() -> None:
    assert not worth_proposing(assess(replace(PERFECT, occupation="73310"), VACANCY, RULE, agreed=True, on=TODAY), RULE)
    known_little = Profile(occupation="73310")
    assert not worth_proposing(assess(known_little, VACANCY, RULE, agreed=True, on=TODAY), RULE)
    assert worth_proposing(assess(Profile(), VACANCY, RULE, agreed=True, on=TODAY), RULE)


def test_a_code_of_another_edition_is_unknown() -> None:
    assert noc_digits_in_common("1111", "11100") is None
    assert noc_digits_in_common("00010", "00012") == 4


def test_a_day_without_a_rule_says_so() -> None:
    with pytest.raises(NoRuleInForce):
        rule_on(date(1999, 1, 1))


def test_the_rules_in_order_leave_no_day_twice_and_give_100_points() -> None:
    for before, after in pairwise(RULES):
        assert before.valid_to is not None
        assert before.valid_to < after.valid_from
    assert all(sum(getattr(rule, family) for family in FAMILIES) == 100 for rule in RULES)


lines = st.builds(
    lambda family, earned, more, unknown: Line(family, earned, earned + more, unknown),
    st.sampled_from(FAMILIES),
    st.integers(0, 30),
    st.integers(0, 30),
    st.integers(0, 30),
)


@given(st.lists(lines, max_size=8), st.integers(0, 60))
def test_an_unknown_family_counts_as_if_it_were_left_out(known: list[Line], points: int) -> None:
    assert score_of([*known, Line("unknown", 0, 0, points)], 0) == score_of(known, 0)


@given(profiles(), vacancies(), st.sampled_from([f.name for f in fields(Profile)]))
def test_forgetting_a_fact_never_makes_a_requirement_fail_nor_leaves_points_for_it(
    profile: Profile, vacancy: Vacancy, fact: str
) -> None:
    unknown: dict[str, Any] = {fact: French() if fact == "french" else None}
    forgotten = replace(profile, **unknown)
    before = assess(profile, vacancy, RULE, agreed=True, on=TODAY)
    after = assess(forgotten, vacancy, RULE, agreed=True, on=TODAY)
    failed_before = {r.code for r in before.requirements if r.result == "not_met"}
    assert {r.code for r in after.requirements if r.result == "not_met"} <= failed_before
    for was, now in zip(before.lines, after.lines, strict=True):
        assert now.possible <= was.possible
        assert now.possible + now.unknown == was.possible + was.unknown


@given(profiles(), vacancies())
def test_a_score_lies_between_0_and_100_and_follows_from_its_lines(profile: Profile, vacancy: Vacancy) -> None:
    assessment = assess(profile, vacancy, RULE, agreed=True, on=TODAY)
    assert 0 <= assessment.coverage <= 100
    assert assessment.coverage == coverage_of(assessment.lines)
    assert all(0 <= line.earned <= line.possible for line in assessment.lines)
    if assessment.score is None:
        assert assessment.coverage < 50
    else:
        assert 0 <= assessment.score <= 100
