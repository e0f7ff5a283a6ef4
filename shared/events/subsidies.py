"""What subsidies says: what a hire may receive, what was asked of which ministry, and its answer."""

from datetime import date
from uuid import UUID

from shared.events.base import Event
from shared.events.parts import ComputationLine, Criterion


class SubsidyAssessed(Event, publisher="subsidies", key="candidate_id", subject="assessment_id"):
    """A measure was tested against a hire, criterion by criterion, by the rules of that day."""

    assessment_id: UUID
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    measure: str  # priime …
    rule_version: str
    result: str  # may_apply | does_not_apply | unknown | window_missed
    criteria: tuple[Criterion, ...]
    amount_cents: int | None  # in all, when it may apply
    weeks: int | None


class SubsidyRequested(Event, publisher="subsidies", key="candidate_id", subject="request_id"):
    """A complete, computed request was sent to a ministry."""

    request_id: UUID
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    ministry: str  # services_quebec | mifi
    measure: str
    rule_version: str
    amount_cents: int
    weeks: int
    lines: tuple[ComputationLine, ...]


class SubsidyApproved(Event, publisher="subsidies", key="candidate_id", subject="request_id"):
    """The ministry said yes, to an amount and a number of weeks."""

    request_id: UUID
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    decision_id: str
    amount_cents: int
    weeks: int
    starts_on: date
    decided_on: date


class SubsidyRefused(Event, publisher="subsidies", key="candidate_id", subject="request_id"):
    """The ministry said no, with its reason."""

    request_id: UUID
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    decision_id: str
    reason: str
    decided_on: date


class SubsidyEnded(Event, publisher="subsidies", key="candidate_id", subject="request_id"):
    """Nothing more will be claimed under this request."""

    request_id: UUID
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    ended_on: date
    reason: str  # employment_ended | weeks_used | hire_cancelled | consent_withdrawn
