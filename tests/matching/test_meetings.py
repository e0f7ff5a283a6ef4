"""The day of a meeting, what each side thought of it, offers changed and taken back."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.matching.domain.refusals import (
    IntroductionOver,
    MetAlready,
    NotAgreedByBoth,
    NotMetYet,
    OfferNotOpen,
)
from services.matching.handlers import meetings, offers
from services.matching.handlers.hires import choose_offer
from services.matching.handlers.meetings import keep_feedback, record_meeting, set_meeting
from services.matching.handlers.offers import withdraw_offer
from services.matching.store.feedback import list_feedback
from services.matching.store.introductions import get_introduction
from shared.db import Tx
from shared.errors import DomainError, Invalid, NotFound
from shared.events.intake import CandidateErased
from shared.events.matching import MeetingSet, OfferMade, OfferWithdrawn
from tests.databases import attempt, published
from tests.matching.facts import introductions, receive, seeker, today, vacancy
from tests.matching.test_introductions import accept, offer, state_of


@pytest.fixture
def rola(tx: Tx) -> UUID:
    receive(tx, vacancy())
    return seeker(tx)


@pytest.fixture
def accepted(tx: Tx, rola: UUID) -> UUID:
    (introduction,) = introductions(tx, rola)
    accept(tx, introduction.introduction_id)
    return introduction.introduction_id


@pytest.fixture
def met(tx: Tx, accepted: UUID) -> UUID:
    record_meeting(tx, accepted, today(tx))
    return accepted


def test_a_meeting_has_a_day_that_may_move_and_everybody_waits_for_it(tx: Tx, accepted: UUID) -> None:
    day = today(tx) + timedelta(days=4)
    for meets_on in (day, day, day + timedelta(days=1)):
        set_meeting(tx, accepted, meets_on)
    assert [e.meets_on for e in published(tx, MeetingSet) if isinstance(e, MeetingSet)] == [
        day, day + timedelta(days=1),
    ]  # fmt: skip
    introduction = get_introduction(tx, accepted)
    assert (introduction.state, introduction.meets_on) == ("meeting_set", day + timedelta(days=1))
    assert introduction.waits_for(day) == "date"
    assert introduction.waits_for(day + timedelta(days=1)) == "programme"
    record_meeting(tx, accepted, today(tx))
    assert state_of(tx, accepted) == "met"


@pytest.mark.parametrize("days", [-1, 400])
def test_the_day_of_a_meeting_is_to_come(tx: Tx, accepted: UUID, days: int) -> None:
    with pytest.raises(Invalid):
        attempt(tx, lambda inner: set_meeting(inner, accepted, today(tx) + timedelta(days=days)))
    assert state_of(tx, accepted) == "accepted"


def test_a_day_supposes_two_yeses_and_no_meeting_yet(tx: Tx, rola: UUID) -> None:
    (introduction,) = introductions(tx, rola)
    with pytest.raises(NotAgreedByBoth):
        attempt(tx, lambda inner: set_meeting(inner, introduction.introduction_id, today(tx)))
    accept(tx, introduction.introduction_id)
    record_meeting(tx, introduction.introduction_id, today(tx))
    with pytest.raises(MetAlready):
        attempt(tx, lambda inner: set_meeting(inner, introduction.introduction_id, today(tx)))
    tx.run("UPDATE introductions SET state = 'declined'")
    with pytest.raises(IntroductionOver):
        attempt(tx, lambda inner: set_meeting(inner, introduction.introduction_id, today(tx)))
    assert published(tx, MeetingSet) == []


@pytest.mark.parametrize(("module", "act"), [(meetings, "day"), (offers, "offer")])
def test_a_failure_leaves_no_rows(
    tx: Tx, accepted: UUID, monkeypatch: pytest.MonkeyPatch, module: object, act: str
) -> None:
    if act == "offer":
        record_meeting(tx, accepted, today(tx))
    before = state_of(tx, accepted)

    def fail(*_: object) -> None:
        raise DomainError

    monkeypatch.setattr(module, "publish", fail)
    with pytest.raises(DomainError):
        attempt(
            tx,
            lambda inner: set_meeting(inner, accepted, today(tx)) if act == "day" else offer(inner, accepted),
        )
    assert (state_of(tx, accepted), tx.value("SELECT count(*) FROM offers")) == (before, 0)


def test_each_side_says_what_it_thought_and_may_say_it_anew(tx: Tx, met: UUID) -> None:
    before = len(published(tx))
    keep_feedback(tx, met, "employer", {"skills": 5, "fit": 4}, ("strong_skills",))
    keep_feedback(tx, met, "candidate", {"wish": 2}, ())
    keep_feedback(tx, met, "candidate", {"wish": 4}, ("good_contact",))
    told = [(f.side, f.marks, f.reasons) for f in list_feedback(tx, [met])[met]]
    assert told == [
        ("candidate", {"wish": 4}, ["good_contact"]),
        ("employer", {"skills": 5, "fit": 4}, ["strong_skills"]),
    ]
    assert len(published(tx)) == before  # it leaves the service in no event


def test_feedback_supposes_a_meeting(tx: Tx, accepted: UUID) -> None:
    with pytest.raises(NotMetYet):
        attempt(tx, lambda inner: keep_feedback(inner, accepted, "candidate", {"wish": 4}, ()))
    assert list_feedback(tx, [accepted]) == {}


def test_a_changed_offer_names_the_one_it_replaces(tx: Tx, met: UUID) -> None:
    first, second = offer(tx, met), offer(tx, met, wage_cents=3300)
    made = [e for e in published(tx, OfferMade) if isinstance(e, OfferMade)]
    assert [(e.offer_id, e.replaces_offer_id) for e in made] == [(first, None), (second, first)]


def test_an_offer_taken_back_can_be_chosen_no_more_and_another_may_follow(tx: Tx, met: UUID, rola: UUID) -> None:
    first = offer(tx, met)
    withdraw_offer(tx, first, "position_cancelled")
    assert state_of(tx, met) == "met"
    (told,) = published(tx, OfferWithdrawn)
    assert isinstance(told, OfferWithdrawn)
    assert (told.offer_id, told.reason) == (first, "position_cancelled")
    with pytest.raises(OfferNotOpen):
        attempt(tx, lambda inner: choose_offer(inner, rola, first))
    with pytest.raises(OfferNotOpen):
        attempt(tx, lambda inner: withdraw_offer(inner, first, "other"))
    second = offer(tx, met)
    choose_offer(tx, rola, second)
    with pytest.raises(OfferNotOpen):
        attempt(tx, lambda inner: withdraw_offer(inner, second, "other"))
    assert len(published(tx, OfferWithdrawn)) == 1


def test_an_erased_person_leaves_neither_feedback_nor_profile_nor_reasons(tx: Tx, met: UUID, rola: UUID) -> None:
    keep_feedback(tx, met, "candidate", {"wish": 4}, ())
    offered = offer(tx, met)
    receive(
        tx, CandidateErased(candidate_id=rola, requested_on=today(tx), gone_from_log_on=today(tx) + timedelta(days=35))
    )
    for table in ("feedback", "past_profiles", "candidates", "agreements"):
        assert tx.value(f"SELECT count(*) FROM {table}") == 0, table
    kept = tx.conn.execute(
        "SELECT candidate_id, inputs, by_hand, ended_by, answer_due_at FROM introductions"
    ).fetchall()
    assert kept == [(None, None, None, None, None)]
    for act in (
        lambda inner: withdraw_offer(inner, offered, "other"),
        lambda inner: set_meeting(inner, met, today(tx)),
        lambda inner: keep_feedback(inner, met, "employer", {"fit": 1}, ()),
    ):
        with pytest.raises(NotFound):
            attempt(tx, act)
