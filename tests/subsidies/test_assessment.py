"""Whom a measure may help: met, not met, unknown."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from services.subsidies.domain.assessment import Assessment, EmployerFacts, Hire, PersonFacts, assess
from services.subsidies.rulebook import rulebook

START = date(2026, 6, 1)
HIRE = Hire(uuid4(), uuid4(), uuid4(), "11101", 2800, Decimal("37.5"), START, True, True, date(2026, 5, 20))
PERSON = PersonFacts("11101", 2, date(2024, 9, 1), "permanent_resident")
EMPLOYER = EmployerFacts("private", True)


def judged(
    hire: Hire = HIRE, person: PersonFacts = PERSON, employer: EmployerFacts = EMPLOYER, today: date = START
) -> Assessment:
    return assess(rulebook().get("priime/2019-07"), rulebook().wages, hire, person, employer, today)


def answers(assessment: Assessment) -> dict[str, str]:
    return {tested.code: tested.result for tested in assessment.criteria}


def test_a_hire_that_meets_everything_may_apply_and_says_for_how_much() -> None:
    result = judged()
    assert (result.result, result.rule_version) == ("may_apply", "priime/2019-07")
    assert result.computation is not None
    assert (result.computation.weeks, result.computation.amount_cents) == (30, 1660 * 1125)


@pytest.mark.parametrize(
    ("person", "code"),
    [
        (replace(PERSON, months_in_field_quebec=None), "no_significant_experience"),
        (replace(PERSON, work_authorisation=None), "work_authorisation"),
        (replace(PERSON, work_authorisation="some_new_permit"), "work_authorisation"),
        (PersonFacts("11101", 2, None, "citizen"), "immigrant"),
    ],
)
def test_a_fact_nobody_knows_is_unknown_and_never_a_no(person: PersonFacts, code: str) -> None:
    result = judged(person=person)
    assert (result.result, answers(result)[code], result.computation) == ("unknown", "unknown", None)


def test_an_employer_not_heard_of_yet_leaves_the_answer_unknown() -> None:
    assert answers(judged(employer=EmployerFacts()))["quebec_establishment"] == "unknown"
    assert judged(employer=EmployerFacts()).result == "unknown"


def test_a_legal_form_in_neither_list_is_unknown() -> None:
    assert answers(judged(employer=EmployerFacts("public_body", True)))["legal_form"] == "unknown"
    assert answers(judged(employer=EmployerFacts("political_party", True)))["legal_form"] == "not_met"


@pytest.mark.parametrize(
    ("hire", "person", "code"),
    [
        (replace(HIRE, hours_per_week=Decimal("14.5")), PERSON, "hours_per_week"),
        (replace(HIRE, permanent=False), PERSON, "regular_job"),
        (replace(HIRE, in_field=False), PERSON, "job_in_field"),
        (HIRE, replace(PERSON, months_in_field_quebec=6), "no_significant_experience"),
    ],
)
def test_a_criterion_not_met_says_which(hire: Hire, person: PersonFacts, code: str) -> None:
    result = judged(hire, person)
    assert (result.result, answers(result)[code]) == ("does_not_apply", "not_met")


def test_without_word_from_matching_only_the_same_occupation_is_in_the_field() -> None:
    quiet = replace(HIRE, in_field=None)
    assert answers(judged(quiet))["job_in_field"] == "met"
    assert answers(judged(replace(quiet, occupation="94140")))["job_in_field"] == "unknown"


def test_the_window_closes_after_its_last_day() -> None:
    last = START + timedelta(days=30)
    assert judged(today=last).result == "may_apply"
    missed = judged(today=last + timedelta(days=1))
    assert (missed.result, missed.apply_until, missed.computation) == ("window_missed", last, None)


def test_a_missed_window_outweighs_a_missing_fact_and_a_plain_no_outweighs_both() -> None:
    late = START + timedelta(days=31)
    assert judged(person=PersonFacts(), today=late).result == "window_missed"
    assert judged(replace(HIRE, permanent=False), PersonFacts(), today=late).result == "does_not_apply"
