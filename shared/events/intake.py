"""What intake says: the front door, the persons, the employers, and facts reported from outside."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from shared.events.base import Event
from shared.events.parts import CandidateProfile, Criterion, FrenchLevels, Terms


class ReferralReceived(Event, publisher="intake", key="candidate_id", subject="referral_id"):
    """Someone sent a person, with her agreement. The programme owes the sender an answer from this moment."""

    referral_id: UUID
    candidate_id: UUID
    file_number: str  # 2026-0318, what pages show when a name may not or cannot be shown
    partner_id: UUID | None  # None: she referred herself
    channel: str  # partner_system | partner_page | fair | self
    missing: tuple[str, ...]  # facts still to come; empty when the referral is complete


class ReferralChanged(Event, publisher="intake", key="candidate_id", subject="referral_id"):
    """Facts about a referred person came in or were corrected: the sender and the advisor see what is still missing."""

    referral_id: UUID
    candidate_id: UUID
    partner_id: UUID | None
    missing: tuple[str, ...]


class ReferralClosed(Event, publisher="intake", key="candidate_id", subject="referral_id"):
    """A referral got its answer; the sender may be told as far as consent allows."""

    referral_id: UUID
    candidate_id: UUID
    partner_id: UUID | None
    outcome: str  # accepted | refused | redirected | withdrawn
    reason: str | None = None


class CandidateAdmitted(Event, publisher="intake", key="candidate_id", subject="candidate_id"):
    """An advisor decided that a person enters the programme: matching may begin to look for her."""

    candidate_id: UUID
    referral_id: UUID
    file_number: str
    partner_id: UUID | None
    advisor_id: UUID
    admitted_on: date
    rule_version: str
    criteria: tuple[Criterion, ...]
    profile: CandidateProfile


class CandidateProfileChanged(Event, publisher="intake", key="candidate_id", subject="candidate_id"):
    """A fact about a candidate's working life became known or was corrected: scores and subsidies are judged again."""

    candidate_id: UUID
    profile: CandidateProfile


class CandidateWithdrawn(Event, publisher="intake", key="candidate_id", subject="candidate_id"):
    """A candidate left the programme: nobody introduces her any more."""

    candidate_id: UUID
    reason: str


class CandidateErased(Event, publisher="intake", key="candidate_id", subject="candidate_id"):
    """A person asked to be forgotten: every service removes what it holds about her. Past totals stay."""

    candidate_id: UUID
    requested_on: date
    gone_from_log_on: date  # when Kafka's retention has ended


class ConsentGiven(Event, publisher="intake", key="candidate_id", subject="consent_id"):
    """A person agreed to one use of her file by one kind of receiver. Introductions and requests rest on it."""

    consent_id: UUID
    candidate_id: UUID
    purpose: str  # introduce_without_name | share_file_with_employer | send_to_ministry | tell_sender_outcome
    recipient: str  # employers | services_quebec | mifi | sender, or an id
    notice_version: str


class ConsentWithdrawn(Event, publisher="intake", key="candidate_id", subject="consent_id"):
    """A person took an agreement back: what rested on it stops."""

    consent_id: UUID
    candidate_id: UUID
    purpose: str
    recipient: str


class EmployerRegistered(Event, publisher="intake", key="employer_id", subject="employer_id"):
    """A company is known to the programme. Its name stays in intake."""

    employer_id: UUID
    sector: str
    legal_form: str  # private | npo | cooperative | municipality | public_body …
    municipality: str
    quebec_establishment: bool | None
    liaison_id: UUID | None = None


class VacancyPosted(Event, publisher="intake", key="employer_id", subject="vacancy_id"):
    """A company asks for people: matching looks for candidates."""

    vacancy_id: UUID
    employer_id: UUID
    occupation: str  # NOC 2021
    openings: int
    wage_min_cents: int  # an hour
    wage_max_cents: int
    hours_per_week: Decimal
    starts_on: date | None
    permanent: bool
    municipality: str
    french_required: FrenchLevels
    licences_required: tuple[str, ...] = ()
    years_of_experience: int | None = None


class VacancyClosed(Event, publisher="intake", key="employer_id", subject="vacancy_id"):
    """A company no longer looks for this job: open introductions for it close."""

    vacancy_id: UUID
    employer_id: UUID
    reason: str  # filled | withdrawn


class HireReported(Event, publisher="intake", key="candidate_id", subject="report_id"):
    """Somebody outside says that a person found work by herself. It flows like any hire."""

    report_id: UUID
    candidate_id: UUID
    employer_id: UUID
    terms: Terms
    in_field: bool | None
    reported_by: str  # partner | advisor | employer | candidate


class EmploymentEndReported(Event, publisher="intake", key="candidate_id", subject="report_id"):
    """Somebody outside says that a job ended. Retention decides what that means and says EmploymentEnded."""

    report_id: UUID
    candidate_id: UUID
    employer_id: UUID
    ended_on: date
    reason: str  # resigned | dismissed | contract_ended | laid_off | moved | unknown
    reported_by: str


class ReferralPassedOn(Event, publisher="intake", key="candidate_id", subject="referral_id"):
    """A partner passed a person on to another one, which goes on from there; every sender of the chain may be told the
    outcome that consent allows."""

    referral_id: UUID
    candidate_id: UUID
    from_partner_id: UUID
    to_partner_id: UUID | None  # None: to the programme itself


class AdvisorAssigned(Event, publisher="intake", key="candidate_id", subject="candidate_id"):
    """Another advisor answers for a candidate from now on: her open tasks move with her."""

    candidate_id: UUID
    advisor_id: UUID


class ActionPlanAgreed(Event, publisher="intake", key="candidate_id", subject="plan_id"):
    """A candidate and her advisor agreed on what to do until she works: the funnel counts her as in preparation."""

    plan_id: UUID
    candidate_id: UUID
    advisor_id: UUID
    agreed_on: date
    goal_occupation: str | None  # NOC 2021
    steps: tuple[str, ...]  # codes: cv | interview | french | licence | network | workshop | diploma_evaluation …


class CoachingHeld(Event, publisher="intake", key="candidate_id", subject="coaching_id"):
    """A coaching session took place."""

    coaching_id: UUID
    candidate_id: UUID
    advisor_id: UUID
    held_on: date
    minutes: int
    topics: tuple[str, ...]  # codes


class WorkshopAttended(Event, publisher="intake", key="candidate_id", subject="attendance_id"):
    """A person took part in a workshop session run by a partner or the programme."""

    attendance_id: UUID
    session_id: UUID
    candidate_id: UUID
    partner_id: UUID | None
    workshop: str  # code: job_search | cv | interview | life_in_laval | work_culture | peers …
    held_on: date
    minutes: int


class CompanyTrainingHeld(Event, publisher="intake", key="employer_id", subject="enrolment_id"):
    """A company took part in a training session; it counts as supported."""

    enrolment_id: UUID
    session_id: UUID
    employer_id: UUID
    topic: str  # diversity_management | intercultural_communication
    held_on: date
    attended: int  # persons of the company who were there


class VacancyChanged(Event, publisher="intake", key="employer_id", subject="vacancy_id"):
    """A company changed what it asks for; candidates are scored again. The whole vacancy as it stands now."""

    vacancy_id: UUID
    employer_id: UUID
    occupation: str  # NOC 2021
    openings: int
    wage_min_cents: int  # an hour
    wage_max_cents: int
    hours_per_week: Decimal
    starts_on: date | None
    permanent: bool
    municipality: str
    french_required: FrenchLevels
    licences_required: tuple[str, ...] = ()
    years_of_experience: int | None = None


class HoursReported(Event, publisher="intake", key="candidate_id", subject="report_id"):
    """Hours worked and wage paid in a period, as told from outside: claims assemble themselves from them."""

    report_id: UUID
    candidate_id: UUID
    employer_id: UUID
    from_on: date
    to_on: date  # inclusive
    hours: Decimal
    wage_cents: int  # an hour
    reported_by: str


class AbsenceReported(Event, publisher="intake", key="candidate_id", subject="report_id"):
    """Somebody was away from work; several short ones are an early sign of trouble."""

    report_id: UUID
    candidate_id: UUID
    employer_id: UUID
    from_on: date
    to_on: date  # inclusive
    paid: bool | None
    reported_by: str


class EmploymentChangeReported(Event, publisher="intake", key="candidate_id", subject="report_id"):
    """Somebody outside says that the terms of a job changed: a better job, a wage, hours, a start that moved."""

    report_id: UUID
    candidate_id: UUID
    employer_id: UUID
    effective_on: date
    kind: str  # advancement | wage | hours | start_moved | other
    terms: Terms  # as they stand after the change
    reported_by: str
