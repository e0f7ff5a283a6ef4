"""Facts from intake about accompaniment, companies' training, and what is reported from outside."""

from datetime import date
from uuid import UUID

from services.portal.handlers.record import happened_at, record, version_of
from services.portal.store import projection, story
from shared.db import Tx
from shared.events.intake import (
    AbsenceReported,
    ActionPlanAgreed,
    AdvisorAssigned,
    CoachingHeld,
    CompanyTrainingHeld,
    EmploymentChangeReported,
    HoursReported,
    ReferralPassedOn,
    VacancyChanged,
    WorkshopAttended,
)


def show_passing(tx: Tx, event: ReferralPassedOn) -> None:
    projection.put_referral(tx, event.referral_id, event.candidate_id)
    record(tx, event.candidate_id, event, "referral_id", to_programme=event.to_partner_id is None)


def show_advisor(tx: Tx, event: AdvisorAssigned) -> None:
    story.put_advisor(tx, event.candidate_id, event.advisor_id, version_of(tx))
    record(tx, event.candidate_id, event)


def show_action_plan(tx: Tx, event: ActionPlanAgreed) -> None:
    _step(tx, event.candidate_id, "plan", event.plan_id, event.agreed_on)
    record(tx, event.candidate_id, event, "plan_id", "steps", "agreed_on")


def show_coaching(tx: Tx, event: CoachingHeld) -> None:
    _step(tx, event.candidate_id, "coaching", event.coaching_id, event.held_on)
    record(tx, event.candidate_id, event, "held_on", "minutes", "topics")


def show_workshop(tx: Tx, event: WorkshopAttended) -> None:
    _step(tx, event.candidate_id, "workshop", event.attendance_id, event.held_on)
    record(tx, event.candidate_id, event, "workshop", "held_on", "minutes")


def count_training(tx: Tx, event: CompanyTrainingHeld) -> None:
    projection.touch_employer(tx, event.employer_id, "training", event.enrolment_id, happened_at(tx))
    projection.count_fact(tx, event.key)


def show_vacancy_change(tx: Tx, event: VacancyChanged) -> None:
    """What a vacancy asks for is read from its owner."""
    projection.count_fact(tx, event.key)


def show_hours(tx: Tx, event: HoursReported) -> None:
    record(tx, event.candidate_id, event, "employer_id", "from_on", "to_on", "hours", "reported_by")


def show_absence(tx: Tx, event: AbsenceReported) -> None:
    record(tx, event.candidate_id, event, "employer_id", "from_on", "to_on", "reported_by")


def show_reported_change(tx: Tx, event: EmploymentChangeReported) -> None:
    record(tx, event.candidate_id, event, "employer_id", "effective_on", "kind", "terms", "reported_by")


def _step(tx: Tx, candidate_id: UUID, kind: str, about: UUID, held_on: date) -> None:
    projection.put_person(tx, candidate_id)
    story.put_step(tx, kind, about, candidate_id, held_on)
