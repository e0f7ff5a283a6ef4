"""Facts that follow a hire, beyond the plan: each has a sentence in both languages, and goes with the person."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from services.portal.pages.names import Names
from services.portal.pages.words import LANGUAGES, words_in
from services.portal.pages.words.sentences import Teller
from services.portal.store.timeline import list_facts
from shared.db import Tx
from shared.events.base import Event
from shared.events.matching import OfferWithdrawn
from shared.events.retention import (
    EmploymentChanged,
    MilestoneReached,
    SignalRaised,
    SupportClosed,
    SupportOpened,
    TaskHandedOver,
)
from shared.events.subsidies import (
    ClaimDue,
    ClaimPaid,
    ClaimSubmitted,
    FrenchCourseApproved,
    FrenchCourseEnded,
    FrenchCourseHoursRecorded,
    FrenchCourseInformationGiven,
    FrenchCourseInformationRequested,
    FrenchCourseRefused,
    FrenchCourseRequested,
    SubsidyInformationGiven,
    SubsidyInformationRequested,
)
from tests.portal.story import Story, at, tell, terms

DAY = date(2026, 5, 4)


@pytest.fixture
def story() -> Story:
    """Every such fact about one person."""
    told = Story()
    told.admitted(at("2026-03-02"))
    job: dict[str, Any] = {"hire_id": uuid4(), "candidate_id": told.candidate_id, "employer_id": uuid4()}
    case: dict[str, Any] = {"candidate_id": told.candidate_id, "employer_id": job["employer_id"]}
    request, claim, course = (
        uuid4(),
        {"claim_id": uuid4(), "request_id": uuid4(), **case},
        {"course_id": uuid4(), **job},
    )
    facts: list[Event] = [
        SubsidyInformationRequested(request_id=request, questions=("job_offer",), asked_on=DAY, **job),
        SubsidyInformationGiven(request_id=request, given_on=DAY, **job),
        ClaimDue(from_on=DAY, to_on=DAY, hours_missing=True, **claim),
        ClaimSubmitted(amount_cents=249000, lines=(), **claim),
        ClaimPaid(amount_cents=249000, paid_on=DAY, **claim),
        FrenchCourseRequested(hours=90, target_level=7, **course),
        FrenchCourseInformationRequested(questions=("timetable",), asked_on=DAY, **course),
        FrenchCourseInformationGiven(given_on=DAY, **course),
        FrenchCourseApproved(decision_id="m-1", hours=80, decided_on=DAY, **course),
        FrenchCourseRefused(decision_id="m-2", reason="budget_used", decided_on=DAY, **course),
        FrenchCourseHoursRecorded(hours=Decimal("2.5"), held_on=DAY, total_hours=Decimal("2.5"), **course),
        FrenchCourseEnded(ended_on=DAY, reason="hours_followed", **course),
        TaskHandedOver(task_id=uuid4(), advisor_id=uuid4(), **job),
        SignalRaised(signal_id=uuid4(), kind="sides_disagree", reasons=("outlooks_far_apart",), raised_on=DAY, **job),
        SupportOpened(support_id=uuid4(), kind="mediation", signal_id=None, opened_on=DAY, **job),
        SupportClosed(support_id=uuid4(), outcome="settled", closed_on=DAY, **job),
        EmploymentChanged(effective_on=DAY, kind="advancement", terms=terms("2026-04-06"), **job),
        MilestoneReached(milestone="day_90", reached_on=DAY, **job),
        OfferWithdrawn(offer_id=uuid4(), introduction_id=uuid4(), vacancy_id=uuid4(), reason="filled", **case),
    ]
    for fact in facts:
        told.say(fact, at("2026-05-04"))
    return told


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_later_fact_has_its_own_sentence(tx: Tx, story: Story, language: Any) -> None:
    tell(tx, story.said)
    facts = list_facts(tx, story.candidate_id)
    assert len(facts) == len(story.said)
    t = words_in(language)
    teller = Teller(t, Names(), facts)
    said = [teller.tell(fact) for fact in facts]
    assert str(t("fact.unknown")) not in {str(one.what) for one in said}
    assert len({str(one.what) for one in said}) == len(facts), "each kind reads differently"
    assert not any("{" in str(words) for one in said for words in (one.what, *one.details))


def test_later_facts_of_an_erased_person_leave_nothing_but_what_was_counted(tx: Tx, story: Story) -> None:
    story.erased(at("2026-06-01"))
    tell(tx, story.said[::-1])
    assert list_facts(tx, story.candidate_id) == []
    assert tx.value("SELECT count(*) FROM tasks WHERE candidate_id = %s", (story.candidate_id,)) == 0
    assert tx.value("SELECT count(*) FROM employer_touches") == 2
