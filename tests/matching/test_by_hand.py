"""Introductions that a person proposes, and those that a person ends."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.matching.domain.refusals import AnswerInstead, IntroductionOver, MayNotBeProposed
from services.matching.handlers import planning
from services.matching.handlers.by_hand import propose_by_hand
from services.matching.handlers.introductions import answer_introduction, withdraw_introduction
from shared.db import Tx
from shared.errors import DomainError, Invalid, NotFound
from shared.events.intake import VacancyPosted
from shared.events.matching import IntroductionClosed, IntroductionProposed
from tests.databases import attempt, published
from tests.matching.facts import (
    FULL_PROFILE,
    admitted,
    closed,
    hire_reported,
    introductions,
    receive,
    seeker,
    states,
    vacancy,
)
from tests.matching.test_introductions import accept, offer, state_of

COOK = FULL_PROFILE.model_copy(update={"occupation": "63200"})


def posted(tx: Tx, **facts: Any) -> VacancyPosted:
    made = vacancy(**facts)
    receive(tx, made)
    return made


def refusal(tx: Tx, candidate_id: UUID, vacancy_id: UUID) -> set[str]:
    with pytest.raises(MayNotBeProposed) as refused:
        attempt(tx, lambda inner: propose_by_hand(inner, candidate_id, vacancy_id, "other"))
    return {problem.code for problem in refused.value.problems}


def test_a_job_of_another_kind_is_proposed_by_hand_with_a_reason(tx: Tx) -> None:
    made, rola = posted(tx), seeker(tx, COOK)
    with pytest.raises(Invalid) as asked:
        attempt(tx, lambda inner: propose_by_hand(inner, rola, made.vacancy_id, None))
    assert asked.value.problems[0].code == "reason_needed"
    assert states(tx, rola) == []
    introduction_id = propose_by_hand(tx, rola, made.vacancy_id, "career_change")
    (introduction,) = introductions(tx, rola)
    assert (introduction.introduction_id, introduction.by_hand) == (introduction_id, "career_change")
    (event,) = published(tx, IntroductionProposed)
    assert isinstance(event, IntroductionProposed)
    assert (event.by_hand, event.score) == (True, introduction.score)


def test_what_the_plan_would_propose_needs_no_reason(tx: Tx) -> None:
    rola = seeker(tx)
    made = posted(tx)
    (proposed,) = introductions(tx, rola)
    assert proposed.by_hand is None
    withdraw_introduction(tx, proposed.introduction_id, "programme", "mistake")
    with pytest.raises(Invalid):  # the same pair again is a person's decision
        attempt(tx, lambda inner: propose_by_hand(inner, rola, made.vacancy_id, None))
    propose_by_hand(tx, rola, made.vacancy_id, "second_look")
    assert states(tx, rola) == ["proposed", "withdrawn"]


def test_a_hard_requirement_holds_for_everybody_and_all_that_stands_against_it_is_said(tx: Tx) -> None:
    rola = seeker(tx, COOK)
    made = posted(tx, licences_required=("cpa",), municipality="quebec")
    assert refusal(tx, rola, made.vacancy_id) == {"requirement_licence", "requirement_municipality"}
    not_agreed = uuid4()
    receive(tx, admitted(not_agreed), hire_reported(not_agreed), closed(made))
    assert refusal(tx, not_agreed, made.vacancy_id) == {
        "not_looking", "vacancy_closed", "requirement_agreement", "requirement_licence", "requirement_municipality",
    }  # fmt: skip
    assert states(tx, rola) == []


def test_a_company_is_not_flooded_nor_met_twice_by_hand_either(tx: Tx) -> None:
    made = posted(tx)
    people = [seeker(tx) for _ in range(6)]
    assert refusal(tx, people[5], made.vacancy_id) == {"vacancy_full"}
    same_company = posted(tx, employer_id=made.employer_id)
    assert refusal(tx, people[0], same_company.vacancy_id) == {"introduced_already"}


def test_who_or_what_is_unknown_is_not_found(tx: Tx) -> None:
    made, rola = posted(tx), seeker(tx, COOK)
    for candidate_id, vacancy_id in ((uuid4(), made.vacancy_id), (rola, uuid4())):
        with pytest.raises(NotFound):
            attempt(tx, lambda inner, c=candidate_id, v=vacancy_id: propose_by_hand(inner, c, v, "other"))


def test_a_failure_leaves_no_rows(tx: Tx, monkeypatch: pytest.MonkeyPatch) -> None:
    made, rola = posted(tx), seeker(tx, COOK)

    def fail(*_: object) -> None:
        raise DomainError

    monkeypatch.setattr(planning, "publish", fail)
    with pytest.raises(DomainError):
        attempt(tx, lambda inner: propose_by_hand(inner, rola, made.vacancy_id, "other"))
    assert introductions(tx, rola) == []


def test_she_changes_her_mind_after_yes_and_the_others_go_on(tx: Tx) -> None:
    receive(tx, vacancy(), vacancy())
    rola = seeker(tx)
    first, second = (i.introduction_id for i in introductions(tx, rola))
    accept(tx, first)
    withdraw_introduction(tx, first, "candidate", "too_far")
    assert (state_of(tx, first), state_of(tx, second)) == ("withdrawn", "proposed")
    (event,) = published(tx, IntroductionClosed)
    assert isinstance(event, IntroductionClosed)
    assert (event.end, event.reason, event.ended_by) == ("withdrawn", "too_far", "candidate")
    assert len(introductions(tx, rola)) == 2  # the same pair is not proposed again by itself
    with pytest.raises(IntroductionOver):
        attempt(tx, lambda inner: withdraw_introduction(inner, first, "candidate", "too_far"))


def test_an_offer_falls_with_the_introduction(tx: Tx) -> None:
    receive(tx, vacancy())
    (introduction,) = introductions(tx, seeker(tx))
    accept(tx, introduction.introduction_id)
    tx.run("UPDATE introductions SET state = 'met', met_on = current_date")
    offer(tx, introduction.introduction_id)
    withdraw_introduction(tx, introduction.introduction_id, "candidate", "wage")
    assert tx.value("SELECT state FROM offers") == "lapsed"


@pytest.mark.parametrize(("answered", "by"), [((), "candidate"), ((), "employer"), (("candidate",), "employer")])
def test_before_a_yes_the_answer_is_no(tx: Tx, answered: tuple[str, ...], by: str) -> None:
    receive(tx, vacancy())
    (introduction,) = introductions(tx, seeker(tx))
    for side in answered:
        answer_introduction(tx, introduction.introduction_id, side, "yes", None)  # type: ignore[arg-type]
    with pytest.raises(AnswerInstead):
        attempt(
            tx,
            lambda inner: withdraw_introduction(inner, introduction.introduction_id, by, "other"),  # type: ignore[arg-type]
        )
    assert published(tx, IntroductionClosed) == []
