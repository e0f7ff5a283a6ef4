"""The plan of introductions, without a database."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.domain.plan import Place, Seeker, plan_introductions, room_of
from services.matching.domain.rules import RULES
from tests.matching.strategies import TODAY, profiles, vacancies
from tests.matching.test_score import PERFECT, VACANCY

RULE = RULES[-1]
TARGET = 3


def person(number: int, **facts: object) -> Seeker:
    return Seeker(UUID(int=1000 + number), PERFECT, True, date(2026, 1, 1), **facts)  # type: ignore[arg-type]


def place(number: int, room: int = 5, employer: int | None = None, **facts: object) -> Place:
    changed = replace(
        VACANCY,
        vacancy_id=UUID(int=number),
        employer_id=UUID(int=500 + (employer or number)),
        **facts,  # type: ignore[arg-type]
    )
    return Place(changed, room)


def plan(seekers: list[Seeker], places: list[Place]) -> list[tuple[int, int]]:
    proposals = plan_introductions(seekers, places, target=TARGET, rule=RULE, on=TODAY)
    return [(p.candidate_id.int - 1000, p.vacancy.vacancy_id.int) for p in proposals]


def test_everyone_gets_three_different_companies() -> None:
    assert Counter(who for who, _ in plan([person(1), person(2)], [place(n) for n in range(1, 6)])) == {1: 3, 2: 3}
    assert len(plan([person(1)], [place(1, employer=9), place(2, employer=9)])) == 1


def test_live_introductions_count_towards_the_target() -> None:
    already = frozenset({UUID(int=501), UUID(int=900)})
    assert plan([person(1, employers=already)], [place(n) for n in range(1, 6)]) == [(1, 2)]


def test_nobody_gets_a_second_company_while_somebody_has_none() -> None:
    assert sorted(who for who, _ in plan([person(n) for n in range(3)], [place(1, 1), place(2, 1), place(3, 1)])) == [
        0, 1, 2,
    ]  # fmt: skip


def test_no_opening_gets_more_than_its_room() -> None:
    assert len(plan([person(n) for n in range(9)], [place(1, room=4)])) == 4
    assert room_of(openings_left=2, live=7, per_opening=5) == 3
    assert room_of(openings_left=0, live=1, per_opening=5) == 0


def test_the_better_fit_comes_first_and_between_equals_the_longer_wait() -> None:
    better = person(1)
    waiting = replace(person(2), since=better.since - timedelta(days=90))
    worse = replace(person(0), profile=replace(PERFECT, years_of_experience=1))
    assert plan([worse, better, waiting], [place(1, room=1)]) == [(2, 1)]
    assert plan([worse, better], [place(1, room=1)]) == [(1, 1)]


def test_a_scored_pair_comes_before_one_of_which_too_little_is_known() -> None:
    nobody_knows = replace(person(1), profile=type(PERFECT)())
    assert plan([nobody_knows, person(2)], [place(1, room=1)]) == [(2, 1)]
    assert plan([nobody_knows], [place(1, room=1)]) == [(1, 1)]


def test_a_vacancy_seen_before_is_not_proposed_again() -> None:
    assert plan([person(1, not_again=frozenset({UUID(int=1)}))], [place(1), place(2)]) == [(1, 2)]


seekers = st.lists(
    st.tuples(profiles(), st.sets(st.integers(501, 504)), st.sets(st.integers(1, 6)), st.booleans()), max_size=6
).map(
    lambda facts: [
        Seeker(
            UUID(int=1000 + number),
            profile,
            agreed,
            date(2026, 1, 1) + timedelta(days=number % 2),
            frozenset(UUID(int=employer) for employer in employers),
            frozenset(UUID(int=vacancy) for vacancy in seen),
        )
        for number, (profile, employers, seen, agreed) in enumerate(facts)
    ]
)
places = st.tuples(*(vacancies(UUID(int=n), UUID(int=501 + n % 4)) for n in range(1, 7))).flatmap(
    lambda them: st.tuples(*(st.integers(0, 3).map(lambda room, v=v: Place(v, room)) for v in them))
)


@settings(max_examples=150, deadline=None)
@given(seekers, places, st.integers(0, 4), st.randoms(use_true_random=False))
def test_a_plan_keeps_every_limit_and_does_not_depend_on_the_order(
    persons: list[Seeker], openings: tuple[Place, ...], target: int, chance: random.Random
) -> None:
    proposals = plan_introductions(persons, openings, target=target, rule=RULE, on=TODAY)

    pairs = [(p.candidate_id, p.vacancy.vacancy_id) for p in proposals]
    assert len(pairs) == len(set(pairs))
    taken = Counter(vacancy_id for _, vacancy_id in pairs)
    assert all(taken[opening.vacancy.vacancy_id] <= opening.room for opening in openings)
    for seeker in persons:
        hers = [p.vacancy.employer_id for p in proposals if p.candidate_id == seeker.candidate_id]
        assert len(hers) <= max(0, target - len(seeker.employers))
        assert len(set(hers)) == len(hers)
        assert not set(hers) & seeker.employers
        assert seeker.agreed or not hers
        assert not {v for who, v in pairs if who == seeker.candidate_id} & seeker.not_again
    assert not any(p.assessment.excluded for p in proposals)

    shuffled = chance.sample(persons, len(persons)), chance.sample(openings, len(openings))
    assert plan_introductions(*shuffled, target=target, rule=RULE, on=TODAY) == proposals
