"""A measure tested against a hire, criterion by criterion. A fact nobody knows yet makes a criterion *unknown*: never
met, never not met; when the fact arrives the test is taken again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from services.subsidies.domain.computation import Computation, Job, compute
from services.subsidies.domain.measures import MeasureVersion, MinimumWages
from shared.money import Cents

Answer = Literal["met", "not_met", "unknown"]
Result = Literal["may_apply", "does_not_apply", "unknown", "window_missed"]


@dataclass(frozen=True)
class Hire:
    """An accepted offer, or one to be made. ``closed_reason``: employment_ended or hire_cancelled, once it is over.
    ``preferred_measure``: the one the employer would rather have among those that overlap."""

    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    occupation: str
    wage_cents: Cents
    hours_per_week: Decimal
    starts_on: date
    permanent: bool
    in_field: bool | None
    hired_on: date
    closed_reason: str | None = None
    preferred_measure: str | None = None


@dataclass(frozen=True)
class PersonFacts:
    """What a measure asks about the person. Every one may be unknown."""

    occupation: str | None = None
    months_in_field_quebec: int | None = None
    arrived_on: date | None = None
    work_authorisation: str | None = None


@dataclass(frozen=True)
class EmployerFacts:
    """What a measure asks about the employer. Every one may be unknown."""

    legal_form: str | None = None
    quebec_establishment: bool | None = None


@dataclass(frozen=True)
class Tested:
    """One criterion's answer and the value it rests on."""

    code: str
    result: Answer
    basis: str


@dataclass(frozen=True)
class Assessment:
    """``apply_until``: the last day on which the request may go out. ``computation`` when it may apply."""

    measure: str
    rule_version: str
    result: Result
    criteria: tuple[Tested, ...]
    apply_until: date
    computation: Computation | None


def assess(
    rules: MeasureVersion,
    wages: MinimumWages,
    hire: Hire,
    person: PersonFacts,
    employer: EmployerFacts,
    today: date,
) -> Assessment:
    """What ``rules`` say of ``hire`` with what is known ``today``. A criterion not met outweighs a missed window, which
    outweighs a missing fact: a person reads the reason that decides."""
    apply_until = hire.starts_on + timedelta(days=rules.apply_until_days_after_start)
    possible = (
        *_person_criteria(rules, hire, person),
        *_job_criteria(rules, hire),
        *_employer_criteria(rules, employer),
        Tested("application_window", "met" if today <= apply_until else "not_met", f"until {apply_until}"),
    )
    criteria = tuple(tested for tested in possible if tested.code in rules.criteria)
    result = _result(criteria)
    computation = compute_hire(rules, wages, hire) if result == "may_apply" else None
    return Assessment(rules.measure, rules.rule_version, result, criteria, apply_until, computation)


def compute_hire(rules: MeasureVersion, wages: MinimumWages, hire: Hire) -> Computation:
    """What the measure pays if every criterion is met, for the weeks it is asked for."""
    job = Job(hire.wage_cents, hire.hours_per_week, hire.starts_on, hire.hired_on)
    return compute(rules, wages, job, rules.weeks_proposed)


def _person_criteria(rules: MeasureVersion, hire: Hire, person: PersonFacts) -> tuple[Tested, ...]:
    """Came from abroad, may work, in her field, without significant experience in it here."""
    months, significant = person.months_in_field_quebec, rules.months_in_field_significant
    return (
        _immigrant(person),
        _listed("work_authorisation", person.work_authorisation, allowed=rules.authorisations),
        _in_field(hire, person),
        Tested(
            "no_significant_experience",
            _answer(None if months is None or significant is None else months < significant),
            f"{_shown(months)} months in field in Québec; significant from {significant}",
        ),
    )


def _job_criteria(rules: MeasureVersion, hire: Hire) -> tuple[Tested, ...]:
    enough = hire.hours_per_week >= rules.hours_per_week_min
    return (
        Tested("hours_per_week", _answer(enough), f"{hire.hours_per_week} h; at least {rules.hours_per_week_min} h"),
        Tested("regular_job", _answer(hire.permanent), "permanent" if hire.permanent else "not permanent"),
    )


def _employer_criteria(rules: MeasureVersion, employer: EmployerFacts) -> tuple[Tested, ...]:
    return (
        Tested("quebec_establishment", _answer(employer.quebec_establishment), _shown(employer.quebec_establishment)),
        _listed(
            "legal_form",
            employer.legal_form,
            allowed=rules.legal_forms_allowed,
            excluded=rules.legal_forms_excluded,
        ),
    )


def _result(criteria: Sequence[Tested]) -> Result:
    answers = {tested.code: tested.result for tested in criteria}
    window = answers.pop("application_window", "met")
    if "not_met" in answers.values():
        return "does_not_apply"
    if window == "not_met":
        return "window_missed"
    return "unknown" if "unknown" in answers.values() else "may_apply"


def _immigrant(person: PersonFacts) -> Tested:
    """An arrival date, or a status that only someone from abroad has. A citizen without one may be either."""
    from_abroad = person.arrived_on is not None or person.work_authorisation in {
        "permanent_resident", "protected", "open_permit", "closed_permit",
    }  # fmt: skip
    return Tested("immigrant", "met" if from_abroad else "unknown", f"arrived {_shown(person.arrived_on)}")


def _in_field(hire: Hire, person: PersonFacts) -> Tested:
    """What matching said; else the same occupation code says yes, and another code says nothing."""
    if hire.in_field is not None:
        return Tested("job_in_field", _answer(hire.in_field), "as recorded with the hire")
    same = person.occupation is not None and person.occupation == hire.occupation
    return Tested("job_in_field", "met" if same else "unknown", f"{_shown(person.occupation)} / {hire.occupation}")


def _listed(code: str, value: str | None, *, allowed: Sequence[str], excluded: Sequence[str] = ()) -> Tested:
    """A code in neither list is one we do not know: unknown."""
    known = True if value in allowed else False if value in excluded else None
    return Tested(code, _answer(known), _shown(value))


def _answer(truth: bool | None) -> Answer:
    return "unknown" if truth is None else "met" if truth else "not_met"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "unknown" if value is None else str(value)
