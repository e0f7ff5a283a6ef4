"""What candidate and company do with an introduction: answers, the meeting, the offer; and silence."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from services.matching.domain.introduction import Answer, Side, after_answer, after_meeting, after_offer
from services.matching.handlers.ending import ANSWER_DUE, close_introduction, lock_introduction
from services.matching.handlers.planning import plan_for_candidates
from services.matching.settings import limits
from services.matching.store.hires import add_offer
from services.matching.store.introductions import find_introduction, save_state
from services.matching.store.vacancies import get_openings, lock_vacancies
from shared.clock import local_date
from shared.db import Tx
from shared.errors import Invalid, Problem
from shared.events.matching import IntroductionAnswered, MeetingHeld, OfferMade
from shared.events.parts import Terms
from shared.messaging.outbox import publish
from shared.timers import Due, cancel_timers, set_timer

_LATEST_START = timedelta(days=730)


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
    save_state(tx, introduction_id, state, agreed_at=tx.now if by == "candidate" else None)
    if state == "candidate_agreed":
        at = tx.now + limits().answer_within
        set_timer(tx, ANSWER_DUE, key=str(candidate_id), about=introduction_id, at=at)
    else:
        cancel_timers(tx, ANSWER_DUE, [introduction_id])


def close_unanswered(tx: Tx, due: Due) -> None:
    """Nobody answered in time: the introduction ends by itself and another company is looked for."""
    introduction = find_introduction(tx, UUID(due.about))
    if introduction is None or introduction.candidate_id is None:
        return
    if introduction.state not in ("proposed", "candidate_agreed"):
        return
    close_introduction(tx, introduction, introduction.candidate_id, "no_answer", f"{introduction.waits_for}_silent")
    plan_for_candidates(tx, [introduction.candidate_id])


def record_meeting(tx: Tx, introduction_id: UUID, held_on: date) -> None:
    """They met: it counts towards the three companies. A second meeting is not told again. Raises Invalid for a day
    to come or before the introduction, and what ``after_meeting`` raises."""
    introduction, candidate_id = lock_introduction(tx, introduction_id)
    state = after_meeting(introduction.state)
    if not local_date(introduction.proposed_at) <= held_on <= local_date(tx.now):
        raise Invalid(
            Problem(
                "/held_on",
                "not_a_past_day",
                "La rencontre a lieu entre la présentation et aujourd'hui.",
                "A meeting is held between the introduction and today.",
            )
        )
    if introduction.met_on is not None:
        return
    save_state(tx, introduction_id, state, met_on=held_on)
    publish(
        tx,
        MeetingHeld(
            introduction_id=introduction_id,
            candidate_id=candidate_id,
            employer_id=introduction.employer_id,
            vacancy_id=introduction.vacancy_id,
            held_on=held_on,
        ),
    )


def make_offer(
    tx: Tx,
    introduction_id: UUID,
    *,
    occupation: str | None,
    wage_cents: int,
    hours_per_week: Decimal,
    starts_on: date,
    permanent: bool,
) -> UUID:
    """Record what a company offers; the offer's id. A further offer replaces the first. The occupation is the vacancy's
    unless another is named. Raises Invalid for an impossible start and what ``after_offer`` raises."""
    introduction, candidate_id = lock_introduction(tx, introduction_id)
    lock_vacancies(tx, {introduction.vacancy_id})
    openings = get_openings(tx, introduction.vacancy_id)
    state = after_offer(introduction.state, openings_left=openings.openings_left)
    _check_start(starts_on, not_before=local_date(introduction.proposed_at), today=local_date(tx.now))
    terms = Terms(
        occupation=occupation or openings.occupation or "",
        wage_cents=wage_cents,
        hours_per_week=hours_per_week,
        starts_on=starts_on,
        permanent=permanent,
    )
    offer_id = add_offer(tx, introduction_id, candidate_id, terms)
    save_state(tx, introduction_id, state)
    publish(
        tx,
        OfferMade(
            offer_id=offer_id,
            introduction_id=introduction_id,
            candidate_id=candidate_id,
            employer_id=introduction.employer_id,
            vacancy_id=introduction.vacancy_id,
            terms=terms,
        ),
    )
    return offer_id


def _check_start(starts_on: date, *, not_before: date, today: date) -> None:
    if not not_before <= starts_on <= today + _LATEST_START:
        raise Invalid(
            Problem(
                "/terms/starts_on",
                "impossible_start",
                "L'emploi commence entre la présentation et dans deux ans.",
                "The job begins between the introduction and two years from now.",
            )
        )
