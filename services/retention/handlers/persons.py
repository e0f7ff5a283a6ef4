"""Who advises a person, and how she is forgotten."""

from services.retention.handlers.tasks import tell_handed_over
from services.retention.store import candidates, tasks
from services.retention.store.candidates import Candidate
from shared.db import Tx
from shared.events.intake import AdvisorAssigned, CandidateAdmitted, CandidateErased
from shared.messaging.erasure import forget_case


def assign_advisor(tx: Tx, event: CandidateAdmitted) -> None:
    """Her tasks stand in her advisor's list, those planned before we knew her too."""
    if candidates.is_forgotten(tx, event.candidate_id):
        return
    candidates.save_candidate(tx, Candidate(event.candidate_id, event.file_number, event.advisor_id))
    tasks.assign_open_tasks(tx, event.candidate_id, event.advisor_id)


def move_tasks_with_person(tx: Tx, event: AdvisorAssigned) -> None:
    """Another advisor answers for her: all her open tasks move, and it is said of each."""
    if candidates.is_forgotten(tx, event.candidate_id):
        return
    candidates.save_advisor(tx, event.candidate_id, event.advisor_id)
    for task in tasks.assign_open_tasks(tx, event.candidate_id, event.advisor_id):
        tell_handed_over(tx, task, event.advisor_id)


def forget_candidate(tx: Tx, event: CandidateErased) -> None:
    """Tasks, notes, signals, terms, timers and payloads go; her employments stay as a count. What comes late about her
    is not kept."""
    candidates.forget_person(tx, event.candidate_id)
    forget_case(tx, event.key)  # her timers too
