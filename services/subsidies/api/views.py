"""What the API shows. An employer does not see the facts about the person; a ministry sees them while she agrees."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Self
from uuid import UUID

from services.subsidies.domain.assessment import Answer, Result
from services.subsidies.domain.measures import Confidence
from services.subsidies.domain.request import EndReason, SentBy, State
from services.subsidies.rulebook import rulebook
from shared.http import Shown

ABOUT_THE_PERSON = frozenset({"immigrant", "work_authorisation", "job_in_field", "no_significant_experience"})


class SaidView(Shown):
    """A code, and what it means."""

    code: str
    fr: str
    en: str


class CriterionView(Shown):
    code: str
    result: Answer
    basis: str
    fr: str = ""
    en: str = ""


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


class ChecksView(Shown):
    """How many criteria are met, not met, unknown."""

    met: int
    not_met: int
    unknown: int


class DocumentView(Shown):
    """A paper the measure asks for. ``reference`` is not for employers."""

    kind: str
    fr: str
    en: str
    status: Literal["present", "missing", "expired"]
    document_id: UUID | None
    issued_on: date | None
    expires_on: date | None
    reference: str | None


class InformationView(Shown):
    """A round of questions of the ministry, and when it was answered."""

    number: int
    questions: list[str]
    words: list[SaidView]
    note: str | None
    asked_on: date
    given_on: date | None
    answer: str | None


class RequestSummaryView(Shown):
    """``must_act``: whose move it is: advisor (a fact), candidate (her agreement), employer or ministry; null: time's.
    ``computed_amount_cents``: the sum of the lines, which the amount asked for equals. ``flags``: what moved since it
    was sent. ``overlaps_with``: the measure that goes first for the same wage hours."""

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
    sent_by: SentBy | None
    state_fr: str
    state_en: str
    state_since: datetime
    age_days: int
    must_act: Literal["advisor", "candidate", "employer", "ministry"] | None
    missing_words: list[SaidView]
    checks: ChecksView
    computed_amount_cents: int
    overlaps_with: str | None
    flags: list[dict[str, str]]


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
    documents: list[DocumentView]
    information: list[InformationView]
    names: NamesView | None


class DocumentsView(Shown):
    """What was registered, and what the request still lacks."""

    document_id: UUID
    request_id: UUID
    state: State
    missing: tuple[str, ...]
    missing_words: list[SaidView]
    documents: list[DocumentView]


class ConfirmationView(Shown):
    """``sent_by``: ``dossier`` means that it must be printed and brought to the ministry."""

    request_id: UUID
    state: State
    sent_by: SentBy | None
    confirmed_by: str | None
    submitted_at: datetime | None


class DecisionView(Shown):
    """What was recorded. The same decision sent again gets the same answer. ``entered_by``: staff, from paper."""

    decision_id: str
    request_id: UUID
    decision: Literal["approved", "refused"]
    amount_cents: int | None
    weeks: int | None
    starts_on: date | None
    reason: str | None
    decided_on: date
    recorded_at: datetime
    entered_by: str | None


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
    overlaps_with: str | None
    rules: RuleView


class AssessmentsView(Shown):
    """By measure, newest first."""

    hire_id: UUID
    assessments: list[AssessmentView]
