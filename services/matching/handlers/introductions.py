"""What candidate and company answer to an introduction; silence; a yes taken back."""

from uuid import UUID

from services.matching.domain.introduction import (
    PENDING,
    Answer,
    Party,
    Side,
    after_answer,
    check_may_be_withdrawn,
)
from services.matching.handlers.ending import ANSWER_DUE, close_introduction, lock_introduction
from services.matching.handlers.planning import plan_for_candidates
from services.matching.settings import limits
from services.matching.store.introductions import find_introduction, save_state
from shared.clock import local_date
from shared.db import Tx
from shared.events.matching import IntroductionAnswered
from shared.messaging.outbox import publish
from shared.timers import Due, cancel_timers, set_timer


def answer_introduction(tx: Tx, introduction_id: UUID, by: Side, answer: Answer, reason: str | None) -> None:
    """Record one side's answer. The candidate's yes gives the company its time to answer; a no ends the introduction
    and another company is looked for. Raises what ``after_answer`` raises, or NotFound."""
    introduction, candidate_id = lock_introduction(tx, introduction_id)
    state = after_answer(introduction.state, by, answer)
    publish(
        tx,
        IntroductionAnswered(
            introduction_id=introduction_id,
            candidate_id=candidate_id,
            employer_id=introduction.employer_id,
            vacancy_id=introduction.vacancy_id,
            by=by,
            answer=answer,
            reason=reason,
        ),
    )
    if state == "declined":
        close_introduction(tx, introduction, candidate_id, "declined", reason)
        plan_for_candidates(tx, [candidate_id])
        return
    if state == "candidate_agreed":
        due_at = tx.now + limits().answer_within
        save_state(tx, introduction_id, state, agreed_at=tx.now, answer_due_at=due_at)
        set_timer(tx, ANSWER_DUE, key=str(candidate_id), about=introduction_id, at=due_at)
    else:
        save_state(tx, introduction_id, state)
        cancel_timers(tx, ANSWER_DUE, [introduction_id])


def close_unanswered(tx: Tx, due: Due) -> None:
    """Nobody answered in time: the introduction ends by itself and another company is looked for."""
    introduction = find_introduction(tx, UUID(due.about))
    if introduction is None or introduction.candidate_id is None:
        return
    if introduction.state not in PENDING:
        return
    silent = introduction.waits_for(local_date(tx.now))
    close_introduction(tx, introduction, introduction.candidate_id, "no_answer", f"{silent}_silent")
    plan_for_candidates(tx, [introduction.candidate_id])


def withdraw_introduction(tx: Tx, introduction_id: UUID, by: Party, reason: str) -> None:
    """A side takes its yes back, or the programme ends an introduction: another company is looked for, and this pair is
    not proposed again by itself. Raises NotFound and what ``check_may_be_withdrawn`` raises."""
    introduction, candidate_id = lock_introduction(tx, introduction_id)
    check_may_be_withdrawn(introduction.state, by)
    close_introduction(tx, introduction, candidate_id, "withdrawn", reason, by)
    plan_for_candidates(tx, [candidate_id])
