"""What became of a referred person, for the senders whom she lets know, and which employers know her. These facts come
in any order: each fills its own field of the hire's row, so none has to wait for another."""

from uuid import UUID

from services.intake.domain.codes import UpdateType
from services.intake.domain.referrals import outcome_at
from services.intake.store import candidates, referrals, updates
from shared.db import Tx
from shared.events.matching import CandidateHired, HireCancelled, IntroductionAnswered
from shared.events.retention import EmploymentChanged, EmploymentEnded, MilestoneReached


def record_acquaintance(tx: Tx, event: IntroductionAnswered) -> None:
    """The company said yes after her: it may see her name from now on, if she agreed to that use."""
    if event.by == "employer" and event.answer == "yes" and _is_kept(tx, event.candidate_id):
        candidates.note_known_to(tx, event.candidate_id, event.employer_id)


def record_hire(tx: Tx, event: CandidateHired) -> None:
    if _is_kept(tx, event.candidate_id):
        candidates.note_known_to(tx, event.candidate_id, event.employer_id)
        candidates.note_hire(tx, event.hire_id, event.candidate_id, hired_on=event.hired_on)
        _tell(tx, event.candidate_id, "hired")


def record_cancelled_hire(tx: Tx, event: HireCancelled) -> None:
    if _is_kept(tx, event.candidate_id):
        candidates.note_hire(tx, event.hire_id, event.candidate_id, cancelled=True)
        _tell(tx, event.candidate_id, "hire_cancelled")


def record_employment_end(tx: Tx, event: EmploymentEnded) -> None:
    if _is_kept(tx, event.candidate_id):
        candidates.note_hire(tx, event.hire_id, event.candidate_id, ended_on=event.ended_on)
        _tell(tx, event.candidate_id, "employment_ended")


def tell_milestone(tx: Tx, event: MilestoneReached) -> None:
    if _is_kept(tx, event.candidate_id):
        _tell(tx, event.candidate_id, "still_employed", event.milestone)


def tell_employment_change(tx: Tx, event: EmploymentChanged) -> None:
    if _is_kept(tx, event.candidate_id):
        _tell(tx, event.candidate_id, "employment_changed", event.kind)


def _tell(tx: Tx, candidate_id: UUID, type_: UpdateType, outcome: str | None = None) -> None:
    """``outcome``: where she stands by all that is known now, unless given: an end may have come before its hire."""
    if outcome is None:
        states = [r.state for r in referrals.list_referrals_of(tx, candidate_id)]
        outcome = outcome_at(states, candidates.list_hires(tx, [candidate_id])[candidate_id])
    updates.add_updates(tx, candidate_id, type_, outcome, None, None)


def _is_kept(tx: Tx, candidate_id: UUID) -> bool:
    """Nothing more is kept about someone who is forgotten."""
    candidate = candidates.find_candidate(tx, candidate_id)
    return candidate is not None and candidate.status != "erased"
