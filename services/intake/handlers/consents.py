"""A person agrees to a use of her file, or takes it back."""

from datetime import date
from uuid import UUID, uuid4

from services.intake.domain.consents import check_given_on, check_notice, check_recipient
from services.intake.domain.referrals import outcome_at
from services.intake.store import candidates, consents, referrals, updates
from services.intake.store.consents import Consent
from shared import clock
from shared.db import Tx
from shared.errors import Invalid
from shared.events.intake import ConsentGiven, ConsentWithdrawn
from shared.messaging.outbox import publish


def give_consent(
    tx: Tx, candidate_id: UUID, purpose: str, recipient: str, notice_version: str, given_on: date
) -> Consent:
    """Record an agreement; one that stands already is answered as it is. Raises NotFound, Invalid."""
    problems = check_recipient(purpose, recipient) + check_notice(notice_version, "/notice_version")
    problems += check_given_on(given_on, clock.local_date(tx.now), "/given_on")
    if problems:
        raise Invalid(*problems)
    tx.lock(str(candidate_id))
    candidates.get_candidate(tx, candidate_id)
    standing = consents.find_standing(tx, candidate_id, purpose, recipient)
    if standing:
        return standing
    if purpose == "tell_sender_outcome":
        _tell_what_was_withheld(tx, candidate_id)
    return record_consent(tx, candidate_id, purpose, recipient, notice_version, given_on)


def _tell_what_was_withheld(tx: Tx, candidate_id: UUID) -> None:
    """Her senders read past what they could not be told; this line says how it stands now."""
    states = [r.state for r in referrals.list_referrals_of(tx, candidate_id)]
    if outcome := outcome_at(states, candidates.list_hires(tx, [candidate_id])[candidate_id]):
        updates.add_updates(tx, candidate_id, "outcome_may_be_told", outcome, None, None)


def record_consent(
    tx: Tx, candidate_id: UUID, purpose: str, recipient: str, notice_version: str, given_on: date
) -> Consent:
    """Keep and say a checked agreement. Hold the lock of the case, or be the one who creates it."""
    consent = Consent(uuid4(), candidate_id, purpose, recipient, notice_version, given_on, None)
    consents.add_consent(tx, consent)
    publish(
        tx,
        ConsentGiven(
            consent_id=consent.consent_id,
            candidate_id=candidate_id,
            purpose=purpose,
            recipient=recipient,
            notice_version=notice_version,
        ),
    )
    return consent


def withdraw_consent(tx: Tx, candidate_id: UUID, consent_id: UUID) -> Consent:
    """Take an agreement back; again without effect. Raises NotFound."""
    tx.lock(str(candidate_id))
    candidates.get_candidate(tx, candidate_id)
    consent = consents.get_consent(tx, candidate_id, consent_id)
    if consent.withdrawn_at is None:
        consents.withdraw(tx, consent_id)
        publish(
            tx,
            ConsentWithdrawn(
                consent_id=consent_id,
                candidate_id=candidate_id,
                purpose=consent.purpose,
                recipient=consent.recipient,
            ),
        )
    return consents.get_consent(tx, candidate_id, consent_id)
