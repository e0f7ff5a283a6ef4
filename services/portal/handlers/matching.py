"""Facts from matching: introductions, the choice, the hire."""

from services.portal.handlers.record import happened_at, record
from services.portal.store import projection, story
from shared.db import Tx
from shared.events.matching import (
    CandidateHired,
    ChoiceMade,
    HireCancelled,
    IntroductionAnswered,
    IntroductionClosed,
    IntroductionProposed,
    MeetingHeld,
    OfferMade,
)


def count_introduction(tx: Tx, event: IntroductionProposed) -> None:
    at = happened_at(tx)
    projection.put_introduction(tx, event.introduction_id, event.candidate_id, event.employer_id, proposed_at=at)
    story.put_progress(tx, event.introduction_id, vacancy_id=event.vacancy_id)
    projection.touch_employer(tx, event.employer_id, "introduction", event.introduction_id, at)
    record(tx, event.candidate_id, event, "introduction_id", "employer_id", "score", "coverage")


def show_answer(tx: Tx, event: IntroductionAnswered) -> None:
    projection.put_introduction(tx, event.introduction_id, event.candidate_id, event.employer_id)
    if event.answer == "yes":
        field = "agreed_at" if event.by == "candidate" else "accepted_at"
        story.put_progress(tx, event.introduction_id, vacancy_id=event.vacancy_id, **{field: happened_at(tx)})
    record(tx, event.candidate_id, event, "introduction_id", "employer_id", "by", "answer", "reason")


def count_meeting(tx: Tx, event: MeetingHeld) -> None:
    projection.put_introduction(tx, event.introduction_id, event.candidate_id, event.employer_id, met_on=event.held_on)
    record(tx, event.candidate_id, event, "introduction_id", "employer_id", "held_on")


def show_offer(tx: Tx, event: OfferMade) -> None:
    at = happened_at(tx)
    projection.put_introduction(tx, event.introduction_id, event.candidate_id, event.employer_id, offered_at=at)
    record(tx, event.candidate_id, event, "offer_id", "introduction_id", "employer_id", "terms")


def show_choice(tx: Tx, event: ChoiceMade) -> None:
    record(tx, event.candidate_id, event, "chosen_offer_id", "open_offer_ids")


def show_introduction_end(tx: Tx, event: IntroductionClosed) -> None:
    projection.put_introduction(
        tx,
        event.introduction_id,
        event.candidate_id,
        event.employer_id,
        ended_as=event.end,
        ended_at=happened_at(tx),
    )
    record(tx, event.candidate_id, event, "introduction_id", "employer_id", "end", "reason")


def count_hire(tx: Tx, event: CandidateHired) -> None:
    projection.put_hire(
        tx,
        event.hire_id,
        event.candidate_id,
        event.employer_id,
        source=event.source,
        hired_at=happened_at(tx),
        starts_on=event.terms.starts_on,
    )
    if event.introduction_id is not None:
        projection.put_introduction(tx, event.introduction_id, event.candidate_id, event.employer_id)
        story.put_progress(tx, event.introduction_id, vacancy_id=event.vacancy_id, hired_at=happened_at(tx))
    record(tx, event.candidate_id, event, "hire_id", "employer_id", "source", "terms", "in_field")


def take_back_hire(tx: Tx, event: HireCancelled) -> None:
    projection.put_hire(tx, event.hire_id, event.candidate_id, event.employer_id, cancelled_at=happened_at(tx))
    record(tx, event.candidate_id, event, "hire_id", "employer_id", "reason")
