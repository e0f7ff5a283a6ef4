"""Answers, silence, meetings and offers."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.matching.domain.introduction import (
    ENDS,
    LIVE,
    after_answer,
    after_meeting,
    after_offer,
    never_again,
)
from services.matching.domain.refusals import (
    AnsweredAlready,
    CandidateAnswersFirst,
    IntroductionOver,
    NotAgreedByBoth,
    NotMetYet,
    OpeningsFilled,
)
from services.matching.handlers.introductions import answer_introduction
from services.matching.handlers.meetings import record_meeting
from services.matching.handlers.offers import make_offer
from shared.db import Tx
from shared.errors import Invalid
from shared.events.matching import (
    IntroductionAnswered,
    IntroductionClosed,
    IntroductionProposed,
    MeetingHeld,
    OfferMade,
)
from tests.databases import attempt, published
from tests.matching.facts import fire, introductions, receive, seeker, states, terms, today, vacancy


@pytest.fixture
def introduction_id(tx: Tx) -> UUID:
    receive(tx, vacancy())
    return introductions(tx, seeker(tx))[0].introduction_id


def accept(tx: Tx, introduction_id: UUID) -> None:
    answer_introduction(tx, introduction_id, "candidate", "yes", None)
    answer_introduction(tx, introduction_id, "employer", "yes", None)


def offer(tx: Tx, introduction_id: UUID, **facts: object) -> UUID:
    return make_offer(tx, introduction_id, **{**terms(starts_on=today(tx)).model_dump(), **facts})


def state_of(tx: Tx, introduction_id: UUID) -> str:
    return str(tx.value("SELECT state FROM introductions WHERE introduction_id = %s", (introduction_id,)))


def test_both_answer_then_meet_then_an_offer_is_made(tx: Tx, introduction_id: UUID) -> None:
    accept(tx, introduction_id)
    assert state_of(tx, introduction_id) == "accepted"
    record_meeting(tx, introduction_id, today(tx))
    record_meeting(tx, introduction_id, today(tx))  # told twice, held once
    offer_id = offer(tx, introduction_id, occupation=None)

    told = published(tx)[1:]
    assert [type(event) for event in told] == [IntroductionAnswered, IntroductionAnswered, MeetingHeld, OfferMade]
    assert isinstance(told[-1], OfferMade)
    assert (told[-1].offer_id, told[-1].terms.occupation) == (offer_id, "11100")


def test_a_no_ends_it_with_the_reason_and_another_company_is_looked_for(tx: Tx) -> None:
    posted = vacancy()
    receive(tx, posted)
    rola = seeker(tx)
    receive(tx, vacancy(posted.employer_id))
    first = introductions(tx, rola)[0].introduction_id
    answer_introduction(tx, first, "candidate", "no", "too_far")

    told = published(tx)[1:]
    assert [type(event) for event in told] == [IntroductionAnswered, IntroductionClosed, IntroductionProposed]
    assert isinstance(told[1], IntroductionClosed)
    assert (told[1].end, told[1].reason) == ("declined", "too_far")
    assert states(tx, rola) == ["declined", "proposed"]


def test_silence_of_the_candidate_ends_it(tx: Tx, introduction_id: UUID) -> None:
    fire(tx, timedelta(days=13))
    assert state_of(tx, introduction_id) == "proposed"
    fire(tx, timedelta(days=14, minutes=1))
    assert state_of(tx, introduction_id) == "no_answer"
    closed = published(tx, IntroductionClosed)[0]
    assert isinstance(closed, IntroductionClosed)
    assert closed.reason == "candidate_silent"
    assert len(published(tx, IntroductionProposed)) == 1  # the same vacancy is not proposed again


def test_a_yes_gives_the_company_its_own_time(tx: Tx, introduction_id: UUID) -> None:
    tx.run("UPDATE timers SET due_at = due_at - interval '10 days' WHERE kind = 'introduction_answer'")
    answer_introduction(tx, introduction_id, "candidate", "yes", None)
    fire(tx, timedelta(days=13))
    assert state_of(tx, introduction_id) == "candidate_agreed"
    fire(tx, timedelta(days=14, minutes=1))
    assert state_of(tx, introduction_id) == "no_answer"


def test_once_both_said_yes_no_clock_runs(tx: Tx, introduction_id: UUID) -> None:
    accept(tx, introduction_id)
    fire(tx, timedelta(days=60))
    assert state_of(tx, introduction_id) == "accepted"


@pytest.mark.parametrize("days", [-1, 1])
def test_a_meeting_lies_between_the_introduction_and_today(tx: Tx, introduction_id: UUID, days: int) -> None:
    accept(tx, introduction_id)
    before = len(published(tx))
    with pytest.raises(Invalid):
        attempt(tx, lambda inner: record_meeting(inner, introduction_id, today(tx) + timedelta(days=days)))
    assert len(published(tx)) == before


@pytest.mark.parametrize("days", [-1, 800])
def test_an_offer_begins_between_the_introduction_and_two_years_on(tx: Tx, introduction_id: UUID, days: int) -> None:
    accept(tx, introduction_id)
    record_meeting(tx, introduction_id, today(tx))
    with pytest.raises(Invalid):
        attempt(tx, lambda inner: offer(inner, introduction_id, starts_on=today(tx) + timedelta(days=days)))
    assert published(tx, OfferMade) == []


def test_a_better_offer_replaces_the_first(tx: Tx, introduction_id: UUID) -> None:
    accept(tx, introduction_id)
    record_meeting(tx, introduction_id, today(tx))
    offer(tx, introduction_id)
    better = offer(tx, introduction_id, wage_cents=3300)
    stand = tx.conn.execute("SELECT offer_id FROM offers WHERE state = 'open'").fetchall()
    assert stand == [(better,)]


def test_an_order_that_is_not_kept_is_refused_and_leaves_no_rows(tx: Tx, introduction_id: UUID) -> None:
    before = len(published(tx))
    for act, refusal in (
        (lambda inner: answer_introduction(inner, introduction_id, "employer", "yes", None), CandidateAnswersFirst),
        (lambda inner: record_meeting(inner, introduction_id, today(tx)), NotAgreedByBoth),
        (lambda inner: offer(inner, introduction_id), NotMetYet),
    ):
        with pytest.raises(refusal):
            attempt(tx, act)
    assert len(published(tx)) == before
    assert state_of(tx, introduction_id) == "proposed"


def test_the_steps_in_one_table() -> None:
    assert after_answer("proposed", "candidate", "yes") == "candidate_agreed"
    assert after_answer("candidate_agreed", "employer", "yes") == "accepted"
    assert after_answer("candidate_agreed", "employer", "no") == "declined"
    assert [after_meeting(state) for state in ("accepted", "meeting_set", "met", "offered")] == [
        "met", "met", "met", "offered",
    ]  # fmt: skip
    assert after_offer("met", openings_left=1) == "offered"
    for state in ("candidate_agreed", "accepted", "met"):
        with pytest.raises(AnsweredAlready):
            after_answer(state, "candidate", "yes")
    with pytest.raises(OpeningsFilled):
        after_offer("met", openings_left=0)


@pytest.mark.parametrize("end", [*sorted(ENDS), "hired"])
def test_nothing_more_happens_to_an_introduction_that_ended(end: str) -> None:
    for step in (
        lambda: after_answer(end, "candidate", "yes"),
        lambda: after_meeting(end),
        lambda: after_offer(end, openings_left=1),
    ):
        with pytest.raises(IntroductionOver):
            step()


def test_only_what_ended_for_a_reason_outside_both_may_come_back() -> None:
    assert {end for end in ENDS if not never_again(end, None)} == {"hired_elsewhere", "withdrawn", "vacancy_closed"}


def test_the_database_and_the_domain_agree_on_what_is_live(tx: Tx, introduction_id: UUID) -> None:
    for state in LIVE | ENDS | {"hired"}:
        tx.run("UPDATE introductions SET state = %s WHERE introduction_id = %s", (state, introduction_id))
        assert tx.value("SELECT live FROM introductions") == (state in LIVE), state
