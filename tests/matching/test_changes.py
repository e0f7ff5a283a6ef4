"""Vacancies that change or are filled, starts that move: what stays, what ends by itself, who is looked for again."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.matching.consumers import CONSUMES
from services.matching.domain.hire import HireStarted
from services.matching.handlers import ending
from services.matching.handlers.hires import cancel_hire, choose_offer
from services.matching.handlers.introductions import answer_introduction
from services.matching.handlers.meetings import record_meeting
from shared.db import Tx
from shared.errors import DomainError
from shared.events.intake import VacancyChanged, VacancyPosted
from shared.events.matching import CandidateHired, IntroductionClosed
from shared.events.retention import EmploymentChanged
from tests.databases import attempt, deliver, published
from tests.matching.facts import (
    FULL_PROFILE,
    closed,
    fire,
    introductions,
    receive,
    seeker,
    states,
    terms,
    today,
    vacancy,
)
from tests.matching.test_introductions import accept, offer


def changed(posted: VacancyPosted, **facts: Any) -> VacancyChanged:
    return VacancyChanged(**{**posted.model_dump(), **facts})


def test_introductions_both_accepted_stay_and_the_others_are_judged_by_the_new_facts(tx: Tx) -> None:
    posted = vacancy()
    receive(tx, posted)
    accepted, agreed, proposed = seeker(tx), seeker(tx), seeker(tx)
    accept(tx, introductions(tx, accepted)[0].introduction_id)
    answer_introduction(tx, introductions(tx, agreed)[0].introduction_id, "candidate", "yes", None)
    receive(tx, changed(posted, licences_required=("cpa",)))
    fire(tx)
    assert [states(tx, person) for person in (accepted, agreed, proposed)] == [
        ["accepted"], ["withdrawn"], ["withdrawn"],
    ]  # fmt: skip
    ended = [e for e in published(tx, IntroductionClosed) if isinstance(e, IntroductionClosed)]
    assert {(e.end, e.reason, e.ended_by) for e in ended} == {("withdrawn", "vacancy_changed", None)}
    receive(tx, changed(posted))  # and back: nobody had said no
    assert states(tx, proposed) == ["proposed", "withdrawn"]


def test_a_change_that_excludes_nobody_ends_nothing(tx: Tx) -> None:
    posted = vacancy()
    receive(tx, posted)
    rola = seeker(tx)
    receive(tx, changed(posted, wage_max_cents=4000))
    fire(tx)
    assert states(tx, rola) == ["proposed"]
    assert published(tx, IntroductionClosed) == []


def test_a_vacancy_that_asks_less_finds_more_people(tx: Tx) -> None:
    posted = vacancy(licences_required=("cpa",))
    receive(tx, posted)
    rola = seeker(tx)
    assert states(tx, rola) == []
    receive(tx, changed(posted, licences_required=()))
    assert states(tx, rola) == ["proposed"]


def test_a_closed_vacancy_that_changes_stays_closed(tx: Tx) -> None:
    posted = vacancy()
    receive(tx, posted, closed(posted), changed(posted, openings=3))
    assert states(tx, seeker(tx)) == []


def test_a_redelivered_change_changes_nothing(tx: Tx) -> None:
    posted, event_id = vacancy(), uuid4()
    receive(tx, posted)
    event = changed(posted, openings=2)
    assert deliver(tx, CONSUMES, event, event_id=event_id) == "handled"
    assert deliver(tx, CONSUMES, event, event_id=event_id) == "duplicate"
    assert tx.value("SELECT count(*) FROM past_vacancies") == 2


def test_a_failure_leaves_an_introduction_as_it_was(tx: Tx, monkeypatch: pytest.MonkeyPatch) -> None:
    posted = vacancy()
    receive(tx, posted)
    rola = seeker(tx)
    receive(tx, changed(posted, licences_required=("cpa",)))

    def fail(*_: object) -> None:
        raise DomainError

    monkeypatch.setattr(ending, "publish", fail)
    with pytest.raises(DomainError), tx.conn.transaction():
        fire(tx)
    assert states(tx, rola) == ["proposed"]


def hire(tx: Tx, person: UUID, **facts: object) -> None:
    introduction_id = introductions(tx, person)[0].introduction_id
    accept(tx, introduction_id)
    record_meeting(tx, introduction_id, today(tx))
    choose_offer(tx, person, offer(tx, introduction_id, **facts))


def test_when_the_last_place_is_taken_the_others_are_told_and_freed(tx: Tx) -> None:
    receive(tx, vacancy(openings=2))
    first, second, third = seeker(tx), seeker(tx), seeker(tx)
    hire(tx, first)
    fire(tx)
    assert states(tx, third) == ["proposed"]  # a place is left
    hire(tx, second)
    receive(tx, vacancy())
    fire(tx)
    assert states(tx, third) == ["proposed", "vacancy_closed"]
    ended = [e for e in published(tx, IntroductionClosed) if isinstance(e, IntroductionClosed)]
    assert [(e.candidate_id, e.end, e.reason) for e in ended] == [(third, "vacancy_closed", "filled")]


def test_a_hire_that_falls_through_at_once_frees_the_place_for_those_who_wait(tx: Tx) -> None:
    receive(tx, vacancy())
    first, second = seeker(tx), seeker(tx)
    hire(tx, first, starts_on=today(tx) + timedelta(days=9))
    cancel_hire(tx, tx.value("SELECT hire_id FROM hires"), "candidate_declined")
    fire(tx)
    assert states(tx, second) == ["proposed"]


@pytest.mark.parametrize("kind", ["start_moved", "wage"])
def test_a_start_that_moved_moves_the_day_until_which_a_hire_may_fall_through(tx: Tx, kind: str) -> None:
    receive(tx, vacancy())
    rola = seeker(tx, FULL_PROFILE)
    hire(tx, rola, starts_on=today(tx))
    (hired,) = published(tx, CandidateHired)
    assert isinstance(hired, CandidateHired)
    moved = EmploymentChanged(
        hire_id=hired.hire_id,
        candidate_id=rola,
        employer_id=hired.employer_id,
        effective_on=today(tx),
        kind=kind,
        terms=terms(starts_on=today(tx) + timedelta(days=30)),
    )
    receive(tx, moved, moved.model_copy(update={"hire_id": uuid4()}))
    if kind == "start_moved":
        cancel_hire(tx, hired.hire_id, "terms_changed")
    else:
        with pytest.raises(HireStarted):
            attempt(tx, lambda inner: cancel_hire(inner, hired.hire_id, "terms_changed"))
