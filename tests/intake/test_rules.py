from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.codes import CODES, REASONS
from services.intake.domain.consents import Grant, check_recipient, may_see_name
from services.intake.domain.facts import Facts, check_facts, missing_facts
from services.intake.domain.jobs import MINIMUM_WAGES, check_terms, check_vacancy, minimum_wage_on
from services.intake.domain.people import Reach, check_reach, tidy
from services.intake.domain.referrals import Hire, outcome_of, told_to_sender
from shared.errors import Problem
from tests.intake.people import a_vacancy, complete_facts, some_terms

DAY = date(2026, 3, 2)


def codes(problems: list[Problem]) -> list[tuple[str, str]]:
    assert all(p.fr and p.en for p in problems)
    return [(p.pointer, p.code) for p in problems]


def test_missing_facts_are_listed_and_refuse_nobody() -> None:
    assert [m.code for m in missing_facts(Facts())] == [
        "arrived_on",
        "diploma_from",
        "months_in_field_quebec",
        "occupation",
        "french",
        "municipality",
        "work_authorisation",
    ]
    assert missing_facts(complete_facts(DAY)) == ()
    assert check_facts(Facts(), DAY) == []


def test_french_is_missing_until_both_oral_skills_are_known() -> None:
    known = replace(complete_facts(DAY), french_speaking=None, french_reading=9)
    assert [m.code for m in missing_facts(known)] == ["french"]


def test_zero_is_a_known_fact() -> None:
    assert missing_facts(replace(complete_facts(DAY), french_listening=0, months_in_field_quebec=0)) == ()


def test_every_impossible_fact_is_found_at_once() -> None:
    wrong = Facts(
        arrived_on=date(2026, 3, 3),
        occupation="1110",
        months_in_field_quebec=-1,
        french_speaking=13,
        hours_per_week_min=Decimal(61),
    )
    assert codes(check_facts(wrong, DAY)) == [
        ("/facts/occupation", "not_an_occupation"),
        ("/facts/arrived_on", "impossible_date"),
        ("/facts/months_in_field_quebec", "out_of_range"),
        ("/facts/hours_per_week_min", "hours_out_of_range"),
        ("/facts/french/speaking", "french_level_out_of_scale"),
    ]


@pytest.mark.parametrize("written", ["(514) 555-0123", "514.555.0123", "1 514 555 0123", "+1 514-555-0123"])
def test_one_number_written_in_several_ways_is_one_number(written: str) -> None:
    assert tidy(Reach("Rola", "H", written)).phone == "+15145550123"


def test_a_person_needs_a_name_and_one_way_to_be_reached() -> None:
    assert codes(check_reach(tidy(Reach(" ", "H")))) == [
        ("/person/given_name", "name_missing"),
        ("/person", "no_way_to_reach"),
    ]
    assert codes(check_reach(tidy(Reach("Rola", "H", "555", "rola@")))) == [
        ("/person/phone", "not_a_phone"),
        ("/person/email", "not_an_email"),
    ]


@pytest.mark.parametrize(
    ("purpose", "recipient", "fits"),
    [
        ("introduce_without_name", "employers", True),
        ("share_file_with_employer", str(UUID(int=7)), True),
        ("share_file_with_employer", "Rola Haddad", False),
        ("send_to_ministry", "mifi", True),
        ("send_to_ministry", "employers", False),
        ("tell_sender_outcome", "sender", True),
        ("tell_sender_outcome", "employers", False),
    ],
)
def test_a_recipient_fits_its_purpose(purpose: str, recipient: str, fits: bool) -> None:
    assert (check_recipient(purpose, recipient) == []) is fits


def test_employer_and_ministry_see_a_name_only_with_consent_for_them() -> None:
    mine, other = str(uuid4()), str(uuid4())
    to_all, to_mine = Grant("share_file_with_employer", "employers"), Grant("share_file_with_employer", mine)
    to_sq = Grant("send_to_ministry", "services_quebec")
    assert may_see_name("employer", mine, [to_all], acquainted=True)
    assert may_see_name("employer", mine, [to_mine], acquainted=True)
    assert not may_see_name("employer", mine, [to_all, to_mine], acquainted=False)
    assert not may_see_name("employer", other, [to_mine], acquainted=True)
    assert not may_see_name("employer", mine, [Grant("introduce_without_name", "employers")], acquainted=True)
    assert not may_see_name("employer", None, [to_all], acquainted=True)
    assert may_see_name("ministry", "services_quebec", [to_sq])
    assert not may_see_name("ministry", "mifi", [to_sq])
    assert may_see_name("advisor", None, [])
    assert not any(may_see_name(role, mine, [to_all, to_sq]) for role in ("partner", "liaison", "operator", "service"))


def test_the_minimum_wage_is_that_of_the_day_the_job_starts() -> None:
    before, after = date(2026, 4, 30), date(2026, 5, 1)
    assert codes(check_terms(some_terms(before, wage_cents=1610))) == []
    assert codes(check_terms(some_terms(after, wage_cents=1610))) == [("/terms/wage_cents", "below_minimum_wage")]
    assert minimum_wage_on(date(2016, 1, 1)) is None
    assert [r.cents for r in MINIMUM_WAGES] == sorted(r.cents for r in MINIMUM_WAGES)


def test_every_problem_of_a_vacancy_is_found_at_once() -> None:
    wrong = a_vacancy(
        occupation="x",
        openings=0,
        wage_min_cents=1500,
        wage_max_cents=1400,
        hours_per_week=Decimal(0),
        french_reading=13,
    )
    assert codes(check_vacancy(wrong, DAY)) == [
        ("/occupation", "not_an_occupation"),
        ("/openings", "no_opening"),
        ("/wage_max_cents", "wages_crossed"),
        ("/wage_min_cents", "below_minimum_wage"),
        ("/hours_per_week", "hours_out_of_range"),
        ("/french_required/reading", "french_level_out_of_scale"),
    ]
    assert check_vacancy(a_vacancy(), DAY) == []


HIRED, ENDED = Hire(DAY, None, False), Hire(DAY, DAY, False)


@pytest.mark.parametrize(
    ("state", "hires", "outcome"),
    [
        ("checking", [], None),
        ("accepted", [], "admitted"),
        ("refused", [], "refused"),
        ("accepted", [HIRED], "hired"),
        ("accepted", [ENDED], "ended"),
        ("accepted", [Hire(None, DAY, False)], "ended"),  # the end came before the hire
        ("accepted", [ENDED, HIRED], "hired"),  # works again
        ("accepted", [Hire(DAY, None, True)], "admitted"),  # the hire fell through
    ],
)
def test_the_outcome_follows_what_happened(state: str, hires: list[Hire], outcome: str | None) -> None:
    assert outcome_of(state, hires) == outcome


@given(state=st.sampled_from(["accepted", "refused", "redirected", "withdrawn"]), hires=st.sampled_from([[], [HIRED]]))
def test_without_consent_every_answer_looks_the_same_to_the_sender(state: str, hires: list[Hire]) -> None:
    told = told_to_sender(state, "some_reason", hires, consented=False)
    assert (told.state, told.reason, told.outcome, told.withheld) == ("closed", None, None, True)


def test_every_closure_reason_has_words_and_an_outcome() -> None:
    assert {c.code for c in CODES["closure_reasons"]} == frozenset().union(*REASONS.values())
