"""What became of a referred person, for the sender whom she lets know. These facts come in any order: each fills its
own field of the hire's row, so none has to wait for another."""

from datetime import date
from uuid import UUID

from services.intake.store import candidates
from shared.db import Tx
from shared.events.matching import CandidateHired, HireCancelled
from shared.events.retention import EmploymentEnded


def record_hire(tx: Tx, event: CandidateHired) -> None:
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
    candidate = candidates.find_candidate(tx, candidate_id)
    if candidate is None or candidate.status == "erased":
        return  # nothing more is kept about someone who is forgotten
    candidates.note_hire(tx, hire_id, candidate_id, hired_on=hired_on, ended_on=ended_on, cancelled=cancelled)
