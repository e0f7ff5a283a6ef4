"""Shortlists both ways: how they are ranked, what is worth asking, and when they are said."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given

from services.matching.consumers import CONSUMES
from services.matching.domain.facts import French, Profile, Vacancy, field_of
from services.matching.domain.rules import RULES, other_fields_never_reach_it, rule_of
from services.matching.domain.score import assess, assess_again, worth_proposing
from services.matching.domain.shortlist import Ask, Person, match, rank
from services.matching.handlers import shortlists
from services.matching.handlers.shortlists import persons_for, vacancies_for
from services.matching.store.history import find_inputs
from services.matching.store.seekers import list_persons
from services.matching.store.vacancies import get_vacancy
from shared.db import Tx
from shared.errors import DomainError
from shared.events.base import Event
from shared.events.intake import CandidateProfileChanged
from shared.events.matching import ShortlistPrepared
from tests.databases import deliver, published
from tests.matching.facts import (
    FULL_PROFILE,
    admitted,
    agreed,
    agreement_withdrawn,
    closed,
    fire,
    hire_reported,
    introductions,
    receive,
    seeker,
    today,
    vacancy,
)
from tests.matching.strategies import TODAY, profiles, vacancies
from tests.matching.test_score import PERFECT, RULE, VACANCY

MINUTE = timedelta(seconds=61)


def person(profile: Profile = PERFECT, number: int = 1, since: date = TODAY) -> Person:
    return Person(UUID(int=number), profile, True, since)


def asks(profile: Profile, asked: Vacancy = VACANCY) -> set[tuple[str, str]]:
    return {(ask.fact, ask.of) for ask in match(person(profile), asked, RULE, TODAY).ask}


def said(tx: Tx) -> list[ShortlistPrepared]:
    return [event for event in published(tx, ShortlistPrepared) if isinstance(event, ShortlistPrepared)]


def test_the_best_come_first_and_who_is_excluded_last() -> None:
    people = [
        person(replace(PERFECT, licences=()), 1),  # excluded
        person(replace(PERFECT, occupation="73310"), 2),  # of quite another kind
        person(Profile(occupation="11100"), 3),  # too little known for a score
        person(replace(PERFECT, years_of_experience=1), 4),
        person(PERFECT, 5, TODAY - timedelta(days=9)),  # waits longer than the next
        person(PERFECT, 6),
    ]
    ranked = rank(match(one, VACANCY, RULE, TODAY) for one in reversed(people))
    assert [one.person.candidate_id.int for one in ranked] == [5, 6, 4, 3, 2, 1]
    assert [one.fit for one in ranked] == ["all_met", "all_met", "all_met", "unknown", "all_met", "not_met"]


def test_every_requirement_nobody_can_judge_is_asked() -> None:
    assert asks(PERFECT) == set()
    assert asks(replace(PERFECT, licences=None, french=French(speaking=8))) == {
        ("licences", "candidate"),
        ("french_writing", "candidate"),
    }


def test_a_company_that_named_no_first_day_is_asked_for_it() -> None:
    free_later = replace(PERFECT, available_from=TODAY + timedelta(days=60))
    assert asks(free_later) == {("starts_on", "employer")}
    assert asks(replace(PERFECT, available_from=None)) == {("available_from", "candidate")}


def test_points_are_asked_for_only_when_they_decide() -> None:
    assert asks(replace(PERFECT, wage_expected_cents=None)) == set()  # it is proposed whatever she expects
    far = replace(PERFECT, occupation="11202", years_of_experience=None, municipality="montreal")
    weak = replace(far, french=French(6, 6, 6, 5))
    assert ("years_of_experience", "candidate") in asks(weak)


def test_nothing_is_asked_of_who_is_excluded_anyway() -> None:
    assert asks(replace(PERFECT, licences=(), available_from=None)) == set()
    assert Ask("occupation", "candidate") in match(person(Profile()), VACANCY, RULE, TODAY).ask


def test_no_rule_lets_another_field_through_so_only_ones_own_is_looked_at() -> None:
    assert all(other_fields_never_reach_it(rule) for rule in RULES)
    assert (field_of("11100"), field_of("1111"), field_of(None)) == ("11", None, None)


@given(profiles(), vacancies())
def test_nothing_of_another_field_is_ever_worth_proposing(profile: Profile, asked: Vacancy) -> None:
    if field_of(profile.occupation) not in (None, field_of(asked.occupation)):
        assert not worth_proposing(assess(profile, asked, RULE, agreed=True, on=TODAY), RULE)


def test_a_vacancy_has_those_who_look_in_its_field_ranked(tx: Tx) -> None:
    posted = vacancy()
    receive(tx, posted)
    best, weaker = seeker(tx), seeker(tx, FULL_PROFILE.model_copy(update={"years_of_experience": 1}))
    cook = seeker(tx, FULL_PROFILE.model_copy(update={"occupation": "63200"}))
    not_agreed, works = uuid4(), seeker(tx)
    receive(tx, admitted(not_agreed), hire_reported(works))
    asked = get_vacancy(tx, posted.vacancy_id)
    assert [one.person.candidate_id for one in persons_for(tx, asked)] == [best, weaker]
    everybody = {one.person.candidate_id: one.fit for one in persons_for(tx, asked, everybody=True)}
    assert everybody == {best: "all_met", weaker: "all_met", cook: "all_met", not_agreed: "not_met"}


def test_a_person_has_open_vacancies_ranked(tx: Tx) -> None:
    good, less, shut = vacancy(), vacancy(years_of_experience=12), vacancy()
    receive(tx, good, less, vacancy(occupation="63200"), shut, closed(shut))
    (rola,) = list_persons(tx, candidate_id=seeker(tx))
    assert [one.vacancy.vacancy_id for one in vacancies_for(tx, rola)] == [good.vacancy_id, less.vacancy_id]
    assert len(vacancies_for(tx, rola, everything=True)) == 3


def test_many_people_at_once_are_one_event_a_vacancy(tx: Tx) -> None:
    posted, elsewhere = vacancy(), vacancy(occupation="63200")
    receive(tx, posted, elsewhere)
    fire(tx)
    assert said(tx) == []  # nobody yet, and nothing was said before
    for _ in range(12):
        seeker(tx)
    fire(tx, timedelta(seconds=6))
    fire(tx, timedelta(seconds=7))
    assert [(e.vacancy_id, e.employer_id, e.candidates, e.best_score) for e in said(tx)] == [
        (posted.vacancy_id, posted.employer_id, 12, 96)
    ]


def test_a_later_change_is_said_after_a_pause_and_no_change_not_at_all(tx: Tx) -> None:
    receive(tx, vacancy())
    rola = seeker(tx)
    fire(tx)
    fire(tx)
    assert len(said(tx)) == 1
    receive(tx, CandidateProfileChanged(candidate_id=rola, profile=FULL_PROFILE))  # the same facts
    seeker(tx)
    fire(tx, timedelta(seconds=6))
    fire(tx, timedelta(seconds=7))
    assert len(said(tx)) == 1
    fire(tx, MINUTE)
    assert [e.candidates for e in said(tx)] == [1, 2]
    fire(tx, MINUTE * 2)
    fire(tx, MINUTE * 4)
    assert len(said(tx)) == 2


@pytest.mark.parametrize("leaving", ["agreement", "hire", "field"])
def test_who_leaves_a_shortlist_changes_it(tx: Tx, leaving: str) -> None:
    receive(tx, vacancy())
    rola, agreement = uuid4(), agreed(uuid4())
    agreement = agreement.model_copy(update={"candidate_id": rola})
    receive(tx, admitted(rola), agreement)
    fire(tx)
    fire(tx)
    gone: dict[str, Event] = {
        "agreement": agreement_withdrawn(agreement),
        "hire": hire_reported(rola),
        "field": CandidateProfileChanged(
            candidate_id=rola, profile=FULL_PROFILE.model_copy(update={"occupation": "63200"})
        ),
    }
    receive(tx, gone[leaving])
    fire(tx, MINUTE)
    fire(tx, MINUTE * 2)
    assert [(e.candidates, e.best_score) for e in said(tx)] == [(1, 96), (0, None)]


def test_a_closed_vacancy_has_no_shortlist_to_say(tx: Tx) -> None:
    posted = vacancy()
    receive(tx, posted)
    seeker(tx)
    receive(tx, closed(posted))
    fire(tx)
    fire(tx, MINUTE)
    assert said(tx) == []


def test_a_failure_while_preparing_leaves_no_rows(tx: Tx, monkeypatch: pytest.MonkeyPatch) -> None:
    receive(tx, vacancy())
    seeker(tx)

    def fail(*_: object) -> None:
        raise DomainError

    monkeypatch.setattr(shortlists, "publish", fail)
    with pytest.raises(DomainError), tx.conn.transaction():
        fire(tx)
    assert said(tx) == []
    assert tx.value("SELECT count(*) FROM shortlists") == 0


def test_an_introduction_is_explained_again_from_what_was_kept_with_it(tx: Tx) -> None:
    receive(tx, vacancy())
    rola = seeker(tx)
    receive(tx, CandidateProfileChanged(candidate_id=rola, profile=FULL_PROFILE.model_copy(update={"licences": None})))
    (introduction,) = introductions(tx, rola)
    assert introduction.inputs is not None
    again = assess_again(introduction.inputs, rule_of(introduction.rule_version))
    assert (again.score, again.coverage, again.lines) == (introduction.score, 100, introduction.lines)
    assert again.requirements == introduction.requirements


def test_a_score_of_a_past_moment_rests_on_what_was_known_then(tx: Tx) -> None:
    posted = vacancy()
    receive(tx, posted)
    rola = uuid4()
    receive(tx, admitted(rola, FULL_PROFILE.model_copy(update={"years_of_experience": None})))
    before = tx.now

    def past(moment: datetime, table: str) -> None:
        tx.run(f"UPDATE {table} SET known_at = %s", (moment,))

    past(before - timedelta(days=9), "past_profiles")
    past(before - timedelta(days=9), "past_vacancies")
    receive(tx, CandidateProfileChanged(candidate_id=rola, profile=FULL_PROFILE), agreed(rola))
    then = find_inputs(tx, rola, posted.vacancy_id, before - timedelta(days=5))
    now = find_inputs(tx, rola, posted.vacancy_id, before + timedelta(minutes=1))
    assert then
    assert now
    assert (then.profile.years_of_experience, then.agreed) == (None, False)
    assert (now.profile.years_of_experience, now.agreed) == (6, True)
    assert then.on == today(tx) - timedelta(days=5)
    assert find_inputs(tx, rola, posted.vacancy_id, before - timedelta(days=10)) is None


def test_a_redelivered_vacancy_is_kept_once(tx: Tx) -> None:
    posted, event_id = vacancy(), uuid4()
    deliver(tx, CONSUMES, posted, event_id=event_id)
    deliver(tx, CONSUMES, posted, event_id=event_id)
    assert tx.value("SELECT count(*) FROM past_vacancies") == 1
