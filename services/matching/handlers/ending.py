"""End introductions. The lock of the person's key is held; planning again is the caller's decision."""

from uuid import UUID

from services.matching.domain.introduction import Introduction, Party
from services.matching.store.hires import save_offer_state
from services.matching.store.introductions import get_introduction, list_live_of_candidate, save_state
from shared.db import Tx
from shared.errors import NotFound
from shared.events.matching import IntroductionClosed
from shared.messaging.outbox import publish
from shared.timers import cancel_timers

ANSWER_DUE = "introduction_answer"


def lock_introduction(tx: Tx, introduction_id: UUID) -> tuple[Introduction, UUID]:
    """The introduction and the person, whose key is locked from here on. Raises NotFound, also of an erased person."""
    candidate_id = get_introduction(tx, introduction_id).candidate_id
    if candidate_id is None:
        raise NotFound
    tx.lock(str(candidate_id))
    introduction = get_introduction(tx, introduction_id)  # again: it may have moved while we waited
    if introduction.candidate_id is None:
        raise NotFound
    return introduction, candidate_id


def close_introduction(
    tx: Tx,
    introduction: Introduction,
    candidate_id: UUID,
    end: str,
    reason: str | None = None,
    by: Party | None = None,
) -> None:
    """End one introduction; its open offer falls with it. ``by``: who took a yes back."""
    save_state(tx, introduction.introduction_id, end, reason=reason, ended_by=by)
    save_offer_state(tx, introduction.introduction_id, "not_chosen" if end == "not_chosen" else "lapsed")
    cancel_timers(tx, ANSWER_DUE, [introduction.introduction_id])
    publish(
        tx,
        IntroductionClosed(
            introduction_id=introduction.introduction_id,
            candidate_id=candidate_id,
            employer_id=introduction.employer_id,
            vacancy_id=introduction.vacancy_id,
            end=end,
            reason=reason,
            ended_by=by,
        ),
    )


def close_all(tx: Tx, candidate_id: UUID, end: str, reason: str | None = None) -> None:
    """End every live introduction of a person in the same way."""
    for introduction in list_live_of_candidate(tx, candidate_id):
        close_introduction(tx, introduction, candidate_id, end, reason)
