"""Facts from subsidies beyond the request itself: questions of a ministry, claims, French courses at the workplace."""

from services.portal.handlers.record import happened_at, record
from services.portal.store import projection
from shared.db import Tx
from shared.events.subsidies import (
    ClaimDue,
    ClaimPaid,
    ClaimSubmitted,
    FrenchCourseApproved,
    FrenchCourseEnded,
    FrenchCourseHoursRecorded,
    FrenchCourseInformationGiven,
    FrenchCourseInformationRequested,
    FrenchCourseRefused,
    FrenchCourseRequested,
    SubsidyInformationGiven,
    SubsidyInformationRequested,
)


def show_question(tx: Tx, event: SubsidyInformationRequested) -> None:
    record(tx, event.candidate_id, event, "request_id", "employer_id", "questions")


def show_information(tx: Tx, event: SubsidyInformationGiven) -> None:
    record(tx, event.candidate_id, event, "request_id", "employer_id")


def show_due_claim(tx: Tx, event: ClaimDue) -> None:
    record(tx, event.candidate_id, event, "claim_id", "employer_id", "from_on", "to_on", "hours_missing")


def show_claim(tx: Tx, event: ClaimSubmitted) -> None:
    record(tx, event.candidate_id, event, "claim_id", "employer_id", "amount_cents")


def show_payment(tx: Tx, event: ClaimPaid) -> None:
    record(tx, event.candidate_id, event, "claim_id", "employer_id", "amount_cents", "paid_on")


def count_course(tx: Tx, event: FrenchCourseRequested) -> None:
    """A French course is a request too: the company counts as supported."""
    projection.touch_employer(tx, event.employer_id, "request", event.course_id, happened_at(tx))
    record(tx, event.candidate_id, event, "course_id", "employer_id", "hours", "target_level")


def show_course_question(tx: Tx, event: FrenchCourseInformationRequested) -> None:
    record(tx, event.candidate_id, event, "course_id", "employer_id", "questions")


def show_course_answer(tx: Tx, event: FrenchCourseInformationGiven) -> None:
    record(tx, event.candidate_id, event, "course_id", "employer_id")


def show_course_approval(tx: Tx, event: FrenchCourseApproved) -> None:
    record(tx, event.candidate_id, event, "course_id", "employer_id", "hours")


def show_course_refusal(tx: Tx, event: FrenchCourseRefused) -> None:
    record(tx, event.candidate_id, event, "course_id", "employer_id", "reason")


def show_course_hours(tx: Tx, event: FrenchCourseHoursRecorded) -> None:
    record(tx, event.candidate_id, event, "course_id", "employer_id", "hours", "held_on", "total_hours")


def show_course_end(tx: Tx, event: FrenchCourseEnded) -> None:
    record(tx, event.candidate_id, event, "course_id", "employer_id", "reason", "ended_on")
