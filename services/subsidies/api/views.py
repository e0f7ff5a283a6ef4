"""What the API shows. An employer does not see the facts about the person; a ministry sees them while she agrees."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, Self
from uuid import UUID

from services.subsidies.api.names import Names
from services.subsidies.domain.assessment import Answer, Result
from services.subsidies.domain.measures import Confidence
from services.subsidies.domain.request import EndReason, Request, State, missing
from services.subsidies.rulebook import rulebook
from services.subsidies.store import StoredAssessment
from shared.http import Shown

ABOUT_THE_PERSON = frozenset({"immigrant", "work_authorisation", "job_in_field", "no_significant_experience"})


class CriterionView(Shown):
    code: str
    result: Answer
    basis: str


class LineView(Shown):
    """Money an hour in cents as decimal text, unrounded; ``amount_cents`` is rounded once."""

    from_on: date
    to_on: date
    days: int
    hours: Decimal
    wage_cents: int
    rate: Decimal
    cap_cents: Decimal
    minimum_wage_from: date
    minimum_wage_confidence: Confidence
    hourly_cents: Decimal
    capped: bool
    amount_cents: int
    basis: str


class RuleView(Shown):
    """The rules a decision used, where they come from and what nobody is sure of."""

    rule_version: str
    name_fr: str
    name_en: str
    valid_from: date
    valid_to: date | None
    weeks_max: int
    confidence: Confidence
    sources: tuple[str, ...]
    low_confidence: dict[str, str]

    @classmethod
    def of(cls, rule_version: str) -> Self:
        return cls.model_validate(rulebook().get(rule_version))


class PersonFactsView(Shown):
    occupation: str | None
    months_in_field_quebec: int | None
    arrived_on: date | None
    work_authorisation: str | None


class EmployerFactsView(Shown):
    legal_form: str | None
    quebec_establishment: bool | None


class JobFactsView(Shown):
    occupation: str
    wage_cents: int
    hours_per_week: Decimal
    starts_on: date
    permanent: bool
    in_field: bool | None
    hired_on: date


class FactsView(Shown):
    """As they were when the request was last prepared."""

    person: PersonFactsView | None
    employer: EmployerFactsView
    job: JobFactsView


class NamesView(Shown):
    """Joined at this moment, kept nowhere. Where one is missing the note says why."""

    candidate: str | None
    employer: str | None
    note_fr: str | None
    note_en: str | None


class RequestSummaryView(Shown):
    request_id: UUID
    hire_id: UUID
    candidate_id: UUID | None
    employer_id: UUID
    file_number: str | None
    ministry: str
    measure: str
    rule_version: str
    state: State
    missing: tuple[str, ...]
    amount_cents: int
    weeks: int
    starts_on: date | None
    apply_until: date
    created_at: datetime
    submitted_at: datetime | None
    decided_on: date | None
    approved_amount_cents: int | None
    approved_weeks: int | None
    approved_from: date | None
    refusal_reason: str | None
    ended_on: date | None
    end_reason: EndReason | None


class RequestsView(Shown):
    """Oldest first. ``next``: send it as ``after`` for what follows; null at the end."""

    requests: list[RequestSummaryView]
    next: UUID | None


class RequestView(RequestSummaryView):
    """The whole request. ``facts``, ``criteria`` and ``lines`` are null once the person is erased or, for a ministry,
    when she no longer agrees. ``names`` are for the ministry; staff join theirs a page at a time."""

    rules: RuleView
    facts: FactsView | None
    criteria: list[CriterionView] | None
    lines: list[LineView] | None
    confirmed_by: str | None
    decision_note: str | None
    names: NamesView | None


class ConfirmationView(Shown):
    request_id: UUID
    state: State
    confirmed_by: str | None
    submitted_at: datetime | None


class DecisionView(Shown):
    """What was recorded. The same decision sent again gets the same answer."""

    decision_id: str
    request_id: UUID
    decision: Literal["approved", "refused"]
    amount_cents: int | None
    weeks: int | None
    starts_on: date | None
    reason: str | None
    decided_on: date
    recorded_at: datetime


class AssessmentView(Shown):
    """One version of what a measure says of a hire; ``current`` is the one that stands."""

    assessment_id: UUID
    version: int
    current: bool
    hire_id: UUID
    employer_id: UUID
    measure: str
    result: Result
    criteria: list[CriterionView]
    apply_until: date
    lines: list[LineView] | None
    amount_cents: int | None
    weeks: int | None
    assessed_at: datetime
    rules: RuleView


class AssessmentsView(Shown):
    """By measure, newest first."""

    hire_id: UUID
    assessments: list[AssessmentView]


def summary(request: Request) -> RequestSummaryView:
    return RequestSummaryView.model_validate(_fields(request))


def whole(request: Request, *, about_person: bool, names: Names | None = None) -> RequestView:
    """``about_person``: whether the reader may see what describes her."""
    facts = FactsView.model_validate(request.facts) if request.facts else None
    if facts and not about_person:
        facts = facts.model_copy(update={"person": None})
    return RequestView.model_validate(
        {
            **_fields(request),
            "rules": RuleView.of(request.rule_version),
            "facts": facts,
            "criteria": _criteria(request.criteria, about_person) if request.criteria is not None else None,
            "names": NamesView.model_validate(names) if names else None,
        }
    )


def without_person(request: Request, names: Names | None = None) -> RequestView:
    """For a ministry when the person no longer agrees: that there was a request, and its amounts."""
    view = whole(request, about_person=False, names=names)
    return view.model_copy(update={"facts": None, "criteria": None, "lines": None})


def assessment_view(stored: StoredAssessment, *, current: bool, about_person: bool) -> AssessmentView:
    return AssessmentView.model_validate(
        {
            **_fields(stored),
            "current": current,
            "criteria": _criteria(stored.criteria, about_person),
            "rules": RuleView.of(stored.rule_version),
        }
    )


def _criteria(criteria: Sequence[Mapping[str, Any]], about_person: bool) -> list[CriterionView]:
    shown = [CriterionView.model_validate(each) for each in criteria]
    if about_person:
        return shown
    return [each.model_copy(update={"basis": ""}) if each.code in ABOUT_THE_PERSON else each for each in shown]


def _fields(stored: Request | StoredAssessment) -> dict[str, object]:
    more = {"missing": missing(stored)} if isinstance(stored, Request) else {}
    return {**vars(stored), **more}
