"""What the actors read in the services' answers: the fields the story needs, and no others."""

from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Words(Answer):
    """A code in both languages."""

    code: str
    fr: str
    en: str


class Referral(Answer):
    referral_id: str
    candidate_id: str
    file_number: str
    missing: tuple[Words, ...] = ()
    state: str | None = None
    outcome: str | None = None


class Criterion(Words):
    result: str
    basis: str


class Terms(Answer):
    occupation: str
    wage_cents: int
    hours_per_week: Decimal
    starts_on: date
    permanent: bool


class Offer(Answer):
    offer_id: str
    state: str
    terms: Terms


class Introduction(Answer):
    introduction_id: str
    vacancy_id: str
    employer_id: str
    candidate_id: str | None
    state: str
    reason: str | None
    waits_for: str | None
    score: int | None
    coverage: int
    met_on: date | None
    offer: Offer | None
    hire_id: str | None


class Choice(Answer):
    choice_id: str
    hire_id: str
    introduction_id: str


class Vacancy(Answer):
    vacancy_id: str
    employer_id: str
    occupation: str
    wage_max_cents: int
    hours_per_week: Decimal
    closed_at: datetime | None


class Line(Answer):
    from_on: date
    to_on: date
    days: int
    hours: Decimal
    hourly_cents: Decimal
    amount_cents: int


class Request(Answer):
    request_id: str
    hire_id: str
    candidate_id: str | None
    employer_id: str
    state: str
    measure: str
    rule_version: str
    missing: tuple[str, ...]
    amount_cents: int
    weeks: int
    starts_on: date | None
    submitted_at: datetime | None
    decided_on: date | None
    approved_amount_cents: int | None
    approved_weeks: int | None
    refusal_reason: str | None
    end_reason: str | None
    overlaps_with: str | None


class Estimate(Answer):
    """What a measure would bring for an offer; ``proposed``: the one that goes first."""

    measure: str
    result: str
    criteria: tuple["Tested", ...]
    unknown: tuple[Words, ...]
    amount_cents: int | None
    weeks: int | None
    proposed: bool


class Claim(Answer):
    claim_id: str
    from_on: date
    to_on: date
    state: str
    hours: Decimal
    amount_cents: int
    paid_amount_cents: int | None


class Course(Answer):
    course_id: str
    hire_id: str
    state: str
    hours: int
    approved_hours: int | None
    total_hours: Decimal


class Assessment(Answer):
    measure: str
    version: int
    current: bool
    result: str
    criteria: tuple["Tested", ...]
    amount_cents: int | None
    weeks: int | None
    lines: tuple[Line, ...] | None


class Tested(Answer):
    code: str
    result: str
    basis: str


class Task(Answer):
    task_id: str
    hire_id: str
    candidate_id: str
    employer_id: str
    contact: str
    side: str
    due_on: date
    state: str
    overdue: bool
    advisor_id: str | None


class Employment(Answer):
    hire_id: str
    employer_id: str
    source: str
    starts_on: date
    state: str
    ended_on: date | None
    end_reason: str | None
    tasks: tuple[Task, ...]

    def standing(self) -> list[Task]:
        """What is still to be done, soonest first."""
        return sorted((t for t in self.tasks if t.state in ("planned", "due", "moved")), key=lambda t: t.due_on)


class Signal(Answer):
    signal_id: str
    kind: Words
    reasons: tuple[Words, ...]
    state: str


class Update(Answer):
    """A line of a sender's feed."""

    position: int
    type: str
    candidate_id: str
    outcome: str | None
    withheld: bool


class TimelineFact(Answer):
    """One row of a person's timeline: which service said what, and which fact caused it."""

    event_id: str
    at: datetime
    service: str
    kind: str
    cause: str | None


class Receipt(Answer):
    """That a person was forgotten: where, by which day."""

    candidate_id: str
    erased_on: date
    gone_from_log_on: date
