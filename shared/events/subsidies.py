"""What subsidies says: what a hire may receive, what was asked of which ministry, and its answer."""

from datetime import date
from decimal import Decimal
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
    overlaps_with: str | None = None  # the measure that goes before this one, for the same wage hours


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
    reason: (
        str  # employment_ended | weeks_used | hire_cancelled | consent_withdrawn | window_missed | no_longer_applies
    )


class SubsidyInformationRequested(Event, publisher="subsidies", key="candidate_id", subject="request_id"):
    """The ministry asks for more before it decides: it is our move again."""

    request_id: UUID
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    questions: tuple[str, ...]  # codes of documents or facts
    asked_on: date


class SubsidyInformationGiven(Event, publisher="subsidies", key="candidate_id", subject="request_id"):
    """What the ministry asked for was given: the request is submitted again."""

    request_id: UUID
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    given_on: date


class ClaimDue(Event, publisher="subsidies", key="candidate_id", subject="claim_id"):
    """A claim period of an approved subsidy has ended; the claim assembles itself from reported hours."""

    claim_id: UUID
    request_id: UUID
    candidate_id: UUID
    employer_id: UUID
    from_on: date
    to_on: date  # inclusive
    hours_missing: bool  # no hours were reported for the period yet


class ClaimSubmitted(Event, publisher="subsidies", key="candidate_id", subject="claim_id"):
    """A claim with its computation was sent to the ministry."""

    claim_id: UUID
    request_id: UUID
    candidate_id: UUID
    employer_id: UUID
    amount_cents: int
    lines: tuple[ComputationLine, ...]


class ClaimPaid(Event, publisher="subsidies", key="candidate_id", subject="claim_id"):
    """The ministry settled a claim: paid it wholly, in part, or not at all."""

    claim_id: UUID
    request_id: UUID
    candidate_id: UUID
    employer_id: UUID
    amount_cents: int
    paid_on: date
    result: str = "paid"  # paid | corrected | refused (0 cents)
    reason: str | None = None  # a code, unless paid as claimed


class FrenchCourseRequested(Event, publisher="subsidies", key="candidate_id", subject="course_id"):
    """A French course at the workplace was asked of MIFI for a hired person."""

    course_id: UUID
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    hours: int
    target_level: int  # Échelle québécoise, 1–12, oral


class FrenchCourseInformationRequested(Event, publisher="subsidies", key="candidate_id", subject="course_id"):
    """MIFI asks for more before it decides about a course: it is our move again."""

    course_id: UUID
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    questions: tuple[str, ...]  # current_level | timetable | place | teacher | paid_time | other
    asked_on: date


class FrenchCourseInformationGiven(Event, publisher="subsidies", key="candidate_id", subject="course_id"):
    """What MIFI asked about a course was answered: it has the request again."""

    course_id: UUID
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    given_on: date


class FrenchCourseApproved(Event, publisher="subsidies", key="candidate_id", subject="course_id"):
    """MIFI said yes, to a number of hours."""

    course_id: UUID
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    decision_id: str
    hours: int
    decided_on: date


class FrenchCourseRefused(Event, publisher="subsidies", key="candidate_id", subject="course_id"):
    """MIFI said no, with its reason."""

    course_id: UUID
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    decision_id: str
    reason: str
    decided_on: date


class FrenchCourseHoursRecorded(Event, publisher="subsidies", key="candidate_id", subject="course_id"):
    """Hours of a French course were followed."""

    course_id: UUID
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    hours: Decimal
    held_on: date
    total_hours: Decimal


class FrenchCourseEnded(Event, publisher="subsidies", key="candidate_id", subject="course_id"):
    """A French course ended: its hours were followed, or the job ended."""

    course_id: UUID
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    ended_on: date
    reason: str  # hours_followed | employment_ended | hire_cancelled | consent_withdrawn | other
