"""A person is admitted, her profile changes, she leaves the programme."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from services.intake.domain.eligibility import Eligibility, assess, check_admission
from services.intake.domain.facts import Facts, check_facts
from services.intake.domain.referrals import OPEN, not_admitted, referral_closed
from services.intake.handlers.referrals import close
from services.intake.handlers.words import criteria_of, profile_of
from services.intake.store import candidates, referrals
from services.intake.store.candidates import Candidate
from shared import clock
from shared.db import Tx
from shared.errors import Invalid, Problem, Refused
from shared.events.intake import CandidateAdmitted, CandidateProfileChanged, CandidateWithdrawn
from shared.messaging.outbox import publish


class AlreadyAdmitted(Refused):
    """The person is in the programme."""


def admit_candidate(
    tx: Tx, candidate_id: UUID, advisor_id: UUID, accepted_unknown: frozenset[str] = frozenset()
) -> tuple[Candidate, Eligibility]:
    """An advisor lets a person into the programme. ``accepted_unknown``: the criteria nobody can judge yet and that are
    accepted so. Raises NotFound, AlreadyAdmitted, ReferralAlreadyClosed, CriterionNotMet, UnknownNotAcknowledged."""
    tx.lock(str(candidate_id))
    candidate = candidates.get_candidate(tx, candidate_id)
    if candidate.status == "admitted":
        raise AlreadyAdmitted(
            Problem("", "already_admitted", "Cette personne est déjà admise.", "This person is admitted already.")
        )
    still_open = [r for r in referrals.list_referrals_of(tx, candidate_id) if r.state in OPEN]
    if not still_open or candidate.file_number is None:
        raise referral_closed()
    today = clock.local_date(tx.now)
    facts = candidates.get_facts(tx, candidate_id)
    eligibility = assess(facts, today)
    check_admission(eligibility, accepted_unknown)

    first, criteria = still_open[0], criteria_of(eligibility)
    candidates.admit(tx, candidate_id, advisor_id, today)
    candidates.add_admission(
        tx,
        candidate_id,
        first.referral_id,
        admitted_on=today,
        rule_version=eligibility.rule_version,
        criteria=[c.model_dump() for c in criteria],
        accepted_unknown=sorted(accepted_unknown),
    )
    publish(
        tx,
        CandidateAdmitted(
            candidate_id=candidate_id,
            referral_id=first.referral_id,
            file_number=candidate.file_number,
            partner_id=first.partner_id,
            advisor_id=advisor_id,
            admitted_on=today,
            rule_version=eligibility.rule_version,
            criteria=criteria,
            profile=profile_of(facts),
        ),
    )
    for referral in still_open:
        close(tx, referral, "accepted")
    return candidates.get_candidate(tx, candidate_id), eligibility


def change_profile(tx: Tx, candidate_id: UUID, given: dict[str, Any]) -> Candidate:
    """Correct or add facts of an admitted person; publishes when something changed. Raises NotFound, NotAdmitted,
    Invalid."""
    if problems := check_facts(Facts(**given), clock.local_date(tx.now), at=""):
        raise Invalid(*problems)
    candidate = _lock_admitted(tx, candidate_id)
    before = candidates.get_facts(tx, candidate_id)
    facts = replace(before, **given)
    if facts != before:
        candidates.save_facts(tx, candidate_id, facts)
        publish(tx, CandidateProfileChanged(candidate_id=candidate_id, profile=profile_of(facts)))
    return candidate


def withdraw_candidate(tx: Tx, candidate_id: UUID, reason: str) -> Candidate:
    """An admitted person leaves the programme. Raises NotFound, NotAdmitted."""
    candidate = _lock_admitted(tx, candidate_id)
    candidates.set_status(tx, candidate_id, "withdrawn")
    publish(tx, CandidateWithdrawn(candidate_id=candidate_id, reason=reason))
    return replace(candidate, status="withdrawn")


def _lock_admitted(tx: Tx, candidate_id: UUID) -> Candidate:
    tx.lock(str(candidate_id))
    candidate = candidates.get_candidate(tx, candidate_id)
    if candidate.status != "admitted":
        raise not_admitted()
    return candidate
