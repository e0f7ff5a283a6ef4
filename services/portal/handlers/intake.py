"""Facts from the front door."""

from services.portal.handlers.record import happened_at, record, version_of
from services.portal.store import erasing, projection, story
from shared.db import Tx
from shared.events.intake import (
    CandidateAdmitted,
    CandidateErased,
    CandidateProfileChanged,
    CandidateWithdrawn,
    ConsentGiven,
    ConsentWithdrawn,
    EmployerRegistered,
    EmploymentEndReported,
    HireReported,
    ReferralChanged,
    ReferralClosed,
    ReferralReceived,
    VacancyClosed,
    VacancyPosted,
)
from shared.messaging.erasure import forget_case


def show_referral(tx: Tx, event: ReferralReceived) -> None:
    at = happened_at(tx)
    projection.put_person(tx, event.candidate_id, file_number=event.file_number, referred_at=at)
    projection.put_referral(tx, event.referral_id, event.candidate_id, received_at=at)
    projection.put_missing(tx, event.referral_id, incomplete=bool(event.missing), version=version_of(tx))
    story.put_sender(tx, event.referral_id, event.partner_id)
    record(tx, event.candidate_id, event, "channel", "missing")


def show_referral_facts(tx: Tx, event: ReferralChanged) -> None:
    projection.put_referral(tx, event.referral_id, event.candidate_id)
    projection.put_missing(tx, event.referral_id, incomplete=bool(event.missing), version=version_of(tx))
    record(tx, event.candidate_id, event, "missing")


def show_referral_answer(tx: Tx, event: ReferralClosed) -> None:
    at = happened_at(tx)
    projection.put_referral(tx, event.referral_id, event.candidate_id, outcome=event.outcome, closed_at=at)
    record(tx, event.candidate_id, event, "outcome", "reason")


def count_admission(tx: Tx, event: CandidateAdmitted) -> None:
    projection.put_person(tx, event.candidate_id, file_number=event.file_number, admitted_on=event.admitted_on)
    story.put_advisor(tx, event.candidate_id, event.advisor_id, version_of(tx))
    record(
        tx,
        event.candidate_id,
        event,
        "rule_version",
        results=[criterion.result for criterion in event.criteria],
        french=event.profile.french.model_dump(mode="json"),
    )


def show_profile_change(tx: Tx, event: CandidateProfileChanged) -> None:
    record(tx, event.candidate_id, event, french=event.profile.french.model_dump(mode="json"))


def show_withdrawal(tx: Tx, event: CandidateWithdrawn) -> None:
    projection.put_person(tx, event.candidate_id, withdrawn_at=happened_at(tx))
    record(tx, event.candidate_id, event, "reason")


def forget_person(tx: Tx, event: CandidateErased) -> None:
    """Her timeline and whatever could tell who she is go; what past totals count stays."""
    erasing.erase_person(tx, event.candidate_id, happened_at(tx))
    forget_case(tx, event.key)
    projection.count_fact(tx, event.key)


def show_agreement(tx: Tx, event: ConsentGiven) -> None:
    record(tx, event.candidate_id, event, "purpose", "recipient")


def show_agreement_taken_back(tx: Tx, event: ConsentWithdrawn) -> None:
    record(tx, event.candidate_id, event, "purpose", "recipient")


def show_employer(tx: Tx, event: EmployerRegistered) -> None:
    """Being registered is not yet being supported."""
    projection.put_employer(tx, event.employer_id, event.sector, event.municipality, happened_at(tx))
    projection.count_fact(tx, event.key)


def count_vacancy(tx: Tx, event: VacancyPosted) -> None:
    projection.touch_employer(tx, event.employer_id, "vacancy", event.vacancy_id, happened_at(tx))
    projection.count_fact(tx, event.key)


def show_vacancy_closed(tx: Tx, event: VacancyClosed) -> None:
    """Nothing of the vacancy itself is shown yet; a closed one keeps its company among the supported."""
    projection.count_fact(tx, event.key)


def show_reported_hire(tx: Tx, event: HireReported) -> None:
    record(tx, event.candidate_id, event, "employer_id", "terms", "reported_by")


def show_reported_end(tx: Tx, event: EmploymentEndReported) -> None:
    record(tx, event.candidate_id, event, "employer_id", "ended_on", "reason", "reported_by")
