"""What became of a referred person, for the sender whom she lets know, and which employers know her. These facts come
in any order: each fills its own field of the hire's row, so none has to wait for another."""

from datetime import date
from uuid import UUID

from services.intake.store import candidates
from shared.db import Tx
from shared.events.matching import CandidateHired, HireCancelled, IntroductionAnswered
from shared.events.retention import EmploymentEnded


def record_acquaintance(tx: Tx, event: IntroductionAnswered) -> None:
    """The company said yes after her: it may see her name from now on, if she agreed to that use."""
    if event.by == "employer" and event.answer == "yes" and _is_kept(tx, event.candidate_id):
        candidates.note_known_to(tx, event.candidate_id, event.employer_id)


def record_hire(tx: Tx, event: CandidateHired) -> None:
    if _is_kept(tx, event.candidate_id):
        candidates.note_known_to(tx, event.candidate_id, event.employer_id)
    _note(tx, event.hire_id, event.candidate_id, hired_on=event.hired_on)


def record_cancelled_hire(tx: Tx, event: HireCancelled) -> None:
    _note(tx, event.hire_id, event.candidate_id, cancelled=True)


def record_employment_end(tx: Tx, event: EmploymentEnded) -> None:
    _note(tx, event.hire_id, event.candidate_id, ended_on=event.ended_on)


def _note(
    tx: Tx,
    hire_id: UUID,
    candidate_id: UUID,
    *,
    hired_on: date | None = None,
    ended_on: date | None = None,
    cancelled: bool = False,
) -> None:
    if _is_kept(tx, candidate_id):
        candidates.note_hire(tx, hire_id, candidate_id, hired_on=hired_on, ended_on=ended_on, cancelled=cancelled)


def _is_kept(tx: Tx, candidate_id: UUID) -> bool:
    """Nothing more is kept about someone who is forgotten."""
    candidate = candidates.find_candidate(tx, candidate_id)
    return candidate is not None and candidate.status != "erased"
