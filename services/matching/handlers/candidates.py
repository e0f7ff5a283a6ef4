"""What intake says about a person. The kernel holds the lock of her key."""

from services.matching.handlers.ending import close_all
from services.matching.handlers.planning import plan_for_candidates
from services.matching.store.candidates import (
    INTRODUCE,
    agreement_stands,
    erase_candidate,
    save_admission,
    save_advisor,
    save_agreement,
    save_agreement_withdrawn,
    save_profile,
    save_withdrawal,
)
from services.matching.store.history import keep_profile
from services.matching.store.shortlists import add_change
from shared.db import Tx
from shared.events.intake import (
    AdvisorAssigned,
    CandidateAdmitted,
    CandidateErased,
    CandidateProfileChanged,
    CandidateWithdrawn,
    ConsentGiven,
    ConsentWithdrawn,
)
from shared.messaging.erasure import forget_case


def admit_candidate(tx: Tx, event: CandidateAdmitted) -> None:
    """Begin to look for companies, as soon as the person agrees to be introduced."""
    save_admission(
        tx,
        event.candidate_id,
        file_number=event.file_number,
        advisor_id=event.advisor_id,
        admitted_on=event.admitted_on,
        profile=event.profile,
    )
    keep_profile(tx, event.candidate_id, event.profile)
    add_change(tx, event.candidate_id)
    plan_for_candidates(tx, [event.candidate_id])


def update_profile(tx: Tx, event: CandidateProfileChanged) -> None:
    """Judge again with the facts as they are now; introductions already proposed stand."""
    add_change(tx, event.candidate_id)  # of the field she may leave
    save_profile(tx, event.candidate_id, event.profile)
    keep_profile(tx, event.candidate_id, event.profile)
    add_change(tx, event.candidate_id)
    plan_for_candidates(tx, [event.candidate_id])


def keep_advisor(tx: Tx, event: AdvisorAssigned) -> None:
    """Another advisor answers for her: lists of who must act follow."""
    save_advisor(tx, event.candidate_id, event.advisor_id)


def keep_agreement(tx: Tx, event: ConsentGiven) -> None:
    """Look for companies when the agreement to be introduced comes. Others are not matching's."""
    if event.purpose != INTRODUCE:
        return
    save_agreement(tx, event.consent_id, event.candidate_id, event.purpose, event.recipient)
    add_change(tx, event.candidate_id)
    plan_for_candidates(tx, [event.candidate_id])


def withdraw_agreement(tx: Tx, event: ConsentWithdrawn) -> None:
    """What rested on the agreement stops, unless another one stands."""
    if event.purpose != INTRODUCE:
        return
    save_agreement_withdrawn(tx, event.consent_id, event.candidate_id, event.purpose, event.recipient)
    add_change(tx, event.candidate_id)
    if not agreement_stands(tx, event.candidate_id):
        close_all(tx, event.candidate_id, "withdrawn", "consent_withdrawn")


def stop_introducing(tx: Tx, event: CandidateWithdrawn) -> None:
    """The person left the programme."""
    save_withdrawal(tx, event.candidate_id)
    add_change(tx, event.candidate_id)
    close_all(tx, event.candidate_id, "withdrawn", "left_programme")


def forget_candidate(tx: Tx, event: CandidateErased) -> None:
    """Remove the person here and in the log. Her open introductions end without a word: each service hears of the
    erasure itself."""
    add_change(tx, event.candidate_id)
    erase_candidate(tx, event.candidate_id)
    forget_case(tx, event.key)
