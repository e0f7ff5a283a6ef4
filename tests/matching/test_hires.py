"""The choice, hires from outside, and what happens when one falls through or ends."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.matching.consumers import CONSUMES
from services.matching.domain.hire import HireNotOpen, HireStarted, in_field
from services.matching.domain.refusals import OfferNotOpen, OpeningsFilled
from services.matching.handlers import hires
from services.matching.handlers.hires import cancel_hire, choose_offer
from services.matching.handlers.introductions import answer_introduction
from services.matching.handlers.meetings import record_meeting
from shared.db import Tx
from shared.errors import DomainError, NotFound
from shared.events.matching import CandidateHired, ChoiceMade, HireCancelled, IntroductionClosed, IntroductionProposed
from shared.events.retention import EmploymentEnded
from tests.databases import attempt, deliver, published
from tests.matching.facts import hire_reported, introductions, receive, seeker, states, today, vacancy
from tests.matching.test_introductions import accept, offer


@pytest.fixture
def rola(tx: Tx) -> UUID:
    """Somebody with three companies: two that offered, one that has not met her yet."""
    receive(tx, *(vacancy() for _ in range(3)))
    candidate_id = seeker(tx)
    for introduction in introductions(tx, candidate_id):
        accept(tx, introduction.introduction_id)
    for introduction in introductions(tx, candidate_id)[:2]:
        record_meeting(tx, introduction.introduction_id, today(tx))
        offer(tx, introduction.introduction_id, starts_on=today(tx) + timedelta(days=20))
    return candidate_id


def open_offers(tx: Tx, candidate_id: UUID) -> list[UUID]:
    rows = tx.conn.execute(
        "SELECT offer_id FROM offers WHERE candidate_id = %s AND state = 'open' ORDER BY made_at", (candidate_id,)
    )
    return [offer_id for (offer_id,) in rows]


def hired(tx: Tx) -> CandidateHired:
    (event,) = published(tx, CandidateHired)
    assert isinstance(event, CandidateHired)
    return event


def ended(tx: Tx, hire: CandidateHired) -> EmploymentEnded:
    return EmploymentEnded(
        hire_id=hire.hire_id,
        candidate_id=hire.candidate_id,
        employer_id=hire.employer_id,
        ended_on=today(tx),
        reason="laid_off",
    )


def test_she_chooses_and_the_others_end_by_themselves(tx: Tx, rola: UUID) -> None:
    first, second = open_offers(tx, rola)
    chosen = choose_offer(tx, rola, second)

    assert states(tx, rola) == ["hired", "hired_elsewhere", "not_chosen"]
    (choice,) = published(tx, ChoiceMade)
    assert isinstance(choice, ChoiceMade)
    assert (choice.chosen_offer_id, set(choice.open_offer_ids)) == (second, {first, second})
    hire = hired(tx)
    assert (hire.hire_id, hire.source, hire.in_field) == (chosen.hire_id, "introduction", True)
    assert hire.terms.starts_on == today(tx) + timedelta(days=20)
    closed = {e.introduction_id: e.end for e in published(tx, IntroductionClosed) if isinstance(e, IntroductionClosed)}
    assert sorted(closed.values()) == ["hired_elsewhere", "not_chosen"]
    assert chosen.introduction_id not in closed


def test_who_was_hired_is_introduced_no_more(tx: Tx, rola: UUID) -> None:
    choose_offer(tx, rola, open_offers(tx, rola)[0])
    before = len(published(tx, IntroductionProposed))
    receive(tx, vacancy())
    assert len(published(tx, IntroductionProposed)) == before


def test_an_offer_is_chosen_once(tx: Tx, rola: UUID) -> None:
    first, second = open_offers(tx, rola)
    choose_offer(tx, rola, first)
    for offer_id in (first, second):
        with pytest.raises(OfferNotOpen):
            attempt(tx, lambda inner, chosen=offer_id: choose_offer(inner, rola, chosen))
    assert len(published(tx, CandidateHired)) == 1


def test_nobody_chooses_the_offer_of_another_person(tx: Tx, rola: UUID) -> None:
    receive(tx, vacancy())
    other = seeker(tx)
    with pytest.raises(NotFound):
        attempt(tx, lambda inner: choose_offer(inner, other, open_offers(tx, rola)[0]))
    assert published(tx, ChoiceMade) == []


def test_a_place_taken_by_somebody_else_cannot_be_chosen(tx: Tx) -> None:
    receive(tx, vacancy())
    persons = [seeker(tx), seeker(tx)]
    for person in persons:
        (introduction,) = introductions(tx, person)
        accept(tx, introduction.introduction_id)
        record_meeting(tx, introduction.introduction_id, today(tx))
        offer(tx, introduction.introduction_id)
    offers = [open_offers(tx, person)[0] for person in persons]
    choose_offer(tx, persons[0], offers[0])
    with pytest.raises(OpeningsFilled):
        attempt(tx, lambda inner: choose_offer(inner, persons[1], offers[1]))


def test_a_failure_while_choosing_leaves_no_rows(tx: Tx, rola: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise DomainError

    monkeypatch.setattr(hires, "close_introduction", fail)
    with pytest.raises(DomainError):
        attempt(tx, lambda inner: choose_offer(inner, rola, open_offers(tx, rola)[0]))
    assert published(tx, CandidateHired) == []
    assert tx.value("SELECT count(*) FROM hires") == 0
    assert states(tx, rola) == ["accepted", "offered", "offered"]


def test_work_found_alone_flows_like_any_hire(tx: Tx, rola: UUID) -> None:
    report = hire_reported(rola)
    receive(tx, report)
    hire = hired(tx)
    assert (hire.source, hire.in_field, hire.introduction_id, hire.vacancy_id) == ("self_found", False, None, None)
    assert states(tx, rola) == ["hired_elsewhere"] * 3
    assert open_offers(tx, rola) == []


def test_the_same_report_or_the_same_job_told_again_is_one_hire(tx: Tx, rola: UUID) -> None:
    report, event_id = hire_reported(rola), uuid4()
    assert deliver(tx, CONSUMES, report, event_id=event_id) == "handled"
    assert deliver(tx, CONSUMES, report, event_id=event_id) == "duplicate"
    receive(tx, report)
    receive(tx, report.model_copy(update={"report_id": uuid4(), "reported_by": "employer"}))
    assert len(published(tx, CandidateHired)) == 1


def test_a_hire_of_somebody_unknown_is_not_lost(tx: Tx) -> None:
    receive(tx, hire_reported(uuid4()))
    assert hired(tx).in_field is None


def test_in_field_is_told_by_the_reporter_or_by_the_occupations() -> None:
    assert [in_field("11100", job) for job in ("11109", "11200", "12100", "94140")] == [True, True, False, False]
    assert in_field(None, "11100") is None


def test_when_the_job_ends_she_is_offered_again_but_not_where_she_has_been(tx: Tx, rola: UUID) -> None:
    first, _ = open_offers(tx, rola)
    choose_offer(tx, rola, first)
    receive(tx, ended(tx, hired(tx)))
    # the company that had not met her may come back; the two that had, not
    assert states(tx, rola) == ["hired", "hired_elsewhere", "not_chosen", "proposed"]


def test_the_end_of_a_job_is_heard_once_and_of_an_unknown_one_not_at_all(tx: Tx, rola: UUID) -> None:
    choose_offer(tx, rola, open_offers(tx, rola)[0])
    end = ended(tx, hired(tx))
    receive(tx, end, end)
    before = len(published(tx))
    receive(tx, end.model_copy(update={"hire_id": uuid4()}))
    assert len(published(tx)) == before


def test_a_hire_that_falls_through_before_its_first_day_is_cancelled(tx: Tx, rola: UUID) -> None:
    choose_offer(tx, rola, open_offers(tx, rola)[0])
    hire_id = hired(tx).hire_id
    cancel_hire(tx, hire_id, "candidate_declined")

    (cancelled,) = published(tx, HireCancelled)
    assert isinstance(cancelled, HireCancelled)
    assert (cancelled.hire_id, cancelled.reason) == (hire_id, "candidate_declined")
    assert states(tx, rola) == ["hired_elsewhere", "not_chosen", "proposed", "withdrawn"]
    with pytest.raises(HireNotOpen):
        attempt(tx, lambda inner: cancel_hire(inner, hire_id, "other"))


def test_a_hire_that_has_begun_is_not_cancelled(tx: Tx, rola: UUID) -> None:
    choose_offer(tx, rola, open_offers(tx, rola)[0])
    tx.run("UPDATE hires SET starts_on = %s", (today(tx),))
    with pytest.raises(HireStarted):
        attempt(tx, lambda inner: cancel_hire(inner, hired(tx).hire_id, "other"))
    assert published(tx, HireCancelled) == []


def test_a_filled_vacancy_proposes_nobody(tx: Tx) -> None:
    receive(tx, vacancy())
    person = seeker(tx)
    (introduction,) = introductions(tx, person)
    accept(tx, introduction.introduction_id)
    record_meeting(tx, introduction.introduction_id, today(tx))
    choose_offer(tx, person, offer(tx, introduction.introduction_id))
    assert introductions(tx, seeker(tx)) == []


def test_the_company_that_hired_her_by_itself_is_not_told_that_she_went_elsewhere(tx: Tx, rola: UUID) -> None:
    receive(tx, hire_reported(rola, employer_id=introductions(tx, rola)[0].employer_id))
    assert states(tx, rola) == ["hired_elsewhere", "hired_elsewhere", "withdrawn"]


def test_a_candidate_who_said_no_leaves_the_others_alone(tx: Tx) -> None:
    receive(tx, vacancy(), vacancy())
    person = seeker(tx)
    answer_introduction(tx, introductions(tx, person)[0].introduction_id, "candidate", "no", None)
    assert states(tx, person) == ["declined", "proposed"]
