"""When introductions are proposed, on the real database."""

from datetime import timedelta
from uuid import uuid4

import pytest

from services.matching.consumers import CONSUMES
from services.matching.handlers import planning
from services.matching.handlers.vacancies import VACANCY_GONE
from shared.db import Tx
from shared.errors import DomainError
from shared.events.intake import CandidateErased, CandidateProfileChanged
from shared.events.matching import IntroductionClosed, IntroductionProposed
from shared.timers import set_timer
from tests.databases import deliver, published
from tests.matching.facts import (
    FULL_PROFILE,
    admitted,
    agreed,
    agreement_withdrawn,
    closed,
    fire,
    introductions,
    left_programme,
    receive,
    seeker,
    states,
    today,
    vacancy,
)


def test_an_admitted_person_who_agreed_is_put_before_three_companies(tx: Tx) -> None:
    receive(tx, *(vacancy() for _ in range(5)))
    rola = seeker(tx)

    proposed = published(tx, IntroductionProposed)
    assert len({event.employer_id for event in proposed if isinstance(event, IntroductionProposed)}) == 3
    first = proposed[0]
    assert isinstance(first, IntroductionProposed)
    assert (first.candidate_id, first.score, first.coverage) == (rola, 96, 100)
    assert sum(line.earned for line in first.lines) == 96
    assert states(tx, rola) == ["proposed"] * 3


def test_the_agreement_may_come_before_the_admission(tx: Tx) -> None:
    receive(tx, vacancy())
    rola = uuid4()
    receive(tx, agreed(rola))
    assert published(tx) == []
    receive(tx, admitted(rola))
    assert states(tx, rola) == ["proposed"]


@pytest.mark.parametrize("purpose", [None, "send_to_ministry"])
def test_without_the_agreement_to_be_introduced_nothing_is_proposed(tx: Tx, purpose: str | None) -> None:
    receive(tx, vacancy())
    rola = uuid4()
    receive(tx, admitted(rola), *([agreed(rola, purpose)] if purpose else []))
    assert published(tx) == []


def test_an_agreement_for_another_receiver_does_not_count(tx: Tx) -> None:
    receive(tx, vacancy())
    rola = uuid4()
    receive(tx, admitted(rola), agreed(rola).model_copy(update={"recipient": str(uuid4())}))
    assert published(tx) == []


def test_a_vacancy_finds_those_it_serves_best_and_no_more_than_its_cap(tx: Tx) -> None:
    persons = [seeker(tx) for _ in range(6)]
    weaker = [seeker(tx, FULL_PROFILE.model_copy(update={"years_of_experience": 1})) for _ in range(2)]
    receive(tx, vacancy())
    assert sum(len(introductions(tx, person)) for person in persons) == 5
    assert not any(introductions(tx, person) for person in weaker)


def test_a_fact_that_becomes_known_is_judged_again(tx: Tx) -> None:
    receive(tx, vacancy(licences_required=("cpa",)))
    rola = seeker(tx)
    assert states(tx, rola) == []
    licensed = FULL_PROFILE.model_copy(update={"licences": ("cpa",)})
    receive(tx, CandidateProfileChanged(candidate_id=rola, profile=licensed))
    assert states(tx, rola) == ["proposed"]


def test_a_profile_known_before_the_admission_is_no_obstacle(tx: Tx) -> None:
    rola = uuid4()
    receive(tx, CandidateProfileChanged(candidate_id=rola, profile=FULL_PROFILE), vacancy(), agreed(rola))
    assert published(tx) == []
    receive(tx, admitted(rola))
    assert states(tx, rola) == ["proposed"]


def test_a_redelivered_vacancy_proposes_nobody_twice(tx: Tx) -> None:
    rola = seeker(tx)
    posted, event_id = vacancy(), uuid4()
    assert deliver(tx, CONSUMES, posted, event_id=event_id) == "handled"
    assert deliver(tx, CONSUMES, posted, event_id=event_id) == "duplicate"
    receive(tx, posted)  # told again as a new event: still the same pair
    assert states(tx, rola) == ["proposed"]


def test_a_failure_while_proposing_leaves_no_rows(tx: Tx, monkeypatch: pytest.MonkeyPatch) -> None:
    rola = seeker(tx)

    def fail(*_: object) -> None:
        raise DomainError

    monkeypatch.setattr(planning, "publish", fail)
    with pytest.raises(DomainError):
        deliver(tx, CONSUMES, vacancy())
    assert introductions(tx, rola) == []
    assert tx.value("SELECT count(*) FROM vacancies") == 0


def test_nothing_is_proposed_for_a_filled_or_closed_vacancy(tx: Tx) -> None:
    posted = vacancy()
    receive(tx, closed(posted))
    assert published(tx) == []  # its closing may be all we ever hear of it
    other = vacancy()
    receive(tx, other, closed(other))
    seeker(tx)
    assert published(tx) == []


def test_a_closed_vacancy_ends_its_introductions_and_other_companies_are_looked_for(tx: Tx) -> None:
    posted = vacancy()
    receive(tx, posted)
    rola = seeker(tx)
    receive(tx, vacancy(posted.employer_id))  # not while she stands before the same company
    assert states(tx, rola) == ["proposed"]
    receive(tx, closed(posted, "filled"))
    ended = [e for e in published(tx, IntroductionClosed) if isinstance(e, IntroductionClosed)]
    assert [(e.end, e.reason) for e in ended] == [("vacancy_closed", "filled")]
    fire(tx)
    assert states(tx, rola) == ["proposed", "vacancy_closed"]


def test_an_introduction_made_while_its_vacancy_closed_is_ended_by_a_timer(tx: Tx) -> None:
    posted = vacancy()
    receive(tx, posted)
    rola = seeker(tx)
    introduction = introductions(tx, rola)[0]
    tx.run("UPDATE vacancies SET state = 'closed'")
    set_timer(tx, VACANCY_GONE, key=str(rola), about=introduction.introduction_id, at=tx.now)
    fire(tx)
    assert states(tx, rola) == ["vacancy_closed"]


def test_who_leaves_the_programme_is_introduced_no_more(tx: Tx) -> None:
    receive(tx, vacancy())
    rola = seeker(tx)
    receive(tx, left_programme(rola), vacancy())
    assert states(tx, rola) == ["withdrawn"]
    receive(tx, admitted(rola))  # and comes back: what had not been answered may be proposed again
    assert states(tx, rola) == ["proposed", "proposed", "withdrawn"]


def test_an_agreement_taken_back_ends_what_rested_on_it(tx: Tx) -> None:
    receive(tx, vacancy())
    rola = uuid4()
    first, second = agreed(rola), agreed(rola)
    receive(tx, admitted(rola), first, second, agreement_withdrawn(first))
    assert states(tx, rola) == ["proposed"]
    receive(tx, agreement_withdrawn(second), vacancy())
    assert states(tx, rola) == ["withdrawn"]


def test_who_has_fewer_than_three_companies_is_looked_at_again_and_again(tx: Tx) -> None:
    rola = seeker(tx)
    free_in_a_month = FULL_PROFILE.model_copy(update={"available_from": today(tx) + timedelta(days=30)})
    receive(tx, CandidateProfileChanged(candidate_id=rola, profile=free_in_a_month))
    receive(tx, vacancy(starts_on=today(tx) + timedelta(days=2)))
    assert states(tx, rola) == []
    for week in range(1, 5):
        fire(tx, timedelta(days=7 * week, minutes=week))
    assert states(tx, rola) == ["proposed"]


def test_an_erased_person_is_gone_and_the_counts_stay(tx: Tx) -> None:
    receive(tx, vacancy(), vacancy())
    rola = seeker(tx)
    receive(
        tx, CandidateErased(candidate_id=rola, requested_on=today(tx), gone_from_log_on=today(tx) + timedelta(days=35))
    )

    assert tx.value("SELECT count(*) FROM introductions WHERE candidate_id IS NULL AND NOT live") == 2
    for table in ("candidates", "agreements", "timers", "journal", "introductions", "offers", "choices", "hires"):
        held = tx.conn.execute(f"SELECT t::text FROM {table} t").fetchall()
        kept = [row for (row,) in held if str(rola) in row and table != "journal"]
        assert kept == [], table
    assert published(tx) == []
    receive(tx, vacancy())
    assert published(tx) == []


def test_every_reason_of_an_introduction_is_kept_with_its_rule(tx: Tx) -> None:
    receive(tx, vacancy())
    rola = seeker(tx, FULL_PROFILE.model_copy(update={"available_from": None}))
    introduction = introductions(tx, rola)[0]
    assert introduction.rule_version == "matching-2024.1"
    assert {r.code: r.result for r in introduction.requirements}["available"] == "unknown"
    assert {line.family: line.basis for line in introduction.lines}["occupation"] == "11100 / 11100"
