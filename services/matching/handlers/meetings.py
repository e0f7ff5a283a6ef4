"""The meeting: its day, that it was held, and what each side thought of it."""

from datetime import date, timedelta
from uuid import UUID

from services.matching.domain.introduction import Side, after_day_set, after_meeting
from services.matching.domain.refusals import NotMetYet
from services.matching.handlers.ending import lock_introduction
from services.matching.store.feedback import save_feedback
from services.matching.store.introductions import save_state
from shared.clock import local_date
from shared.db import Tx
from shared.errors import Invalid, Problem
from shared.events.matching import MeetingHeld, MeetingSet
from shared.messaging.outbox import publish

_LATEST_MEETING = timedelta(days=365)


def set_meeting(tx: Tx, introduction_id: UUID, meets_on: date) -> None:
    """The meeting has a day, or another one. The same day told again changes nothing. Raises Invalid for a day past or
    too far off, and what ``after_day_set`` raises."""
    introduction, candidate_id = lock_introduction(tx, introduction_id)
    state = after_day_set(introduction.state)
    today = local_date(tx.now)
    if not today <= meets_on <= today + _LATEST_MEETING:
        raise Invalid(
            Problem(
                "/meets_on",
                "not_a_day_to_come",
                "La rencontre a lieu entre aujourd'hui et dans un an.",
                "A meeting is held between today and one year from now.",
            )
        )
    if introduction.meets_on == meets_on:
        return
    save_state(tx, introduction_id, state, meets_on=meets_on)
    publish(
        tx,
        MeetingSet(
            introduction_id=introduction_id,
            candidate_id=candidate_id,
            employer_id=introduction.employer_id,
            vacancy_id=introduction.vacancy_id,
            meets_on=meets_on,
        ),
    )


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


def keep_feedback(tx: Tx, introduction_id: UUID, side: Side, marks: dict[str, int], reasons: tuple[str, ...]) -> None:
    """What one side thought, also once the introduction has ended. It leaves this service in no event. Raises NotFound,
    or NotMetYet."""
    introduction, _ = lock_introduction(tx, introduction_id)
    if introduction.met_on is None:
        raise NotMetYet
    save_feedback(tx, introduction_id, side, marks, reasons)
