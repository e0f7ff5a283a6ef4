"""Facts of accompaniment and of meetings: the same rows in any order, a sentence for each, gone with the person."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.portal.domain.person import file_as_of
from services.portal.pages.accompany.people import stage_of
from services.portal.pages.names import Names
from services.portal.pages.words import LANGUAGES, Language, words_in
from services.portal.pages.words.sentences import Teller
from services.portal.store import story as read
from shared.db import Tx
from shared.events.intake import (
    AbsenceReported,
    ActionPlanAgreed,
    AdvisorAssigned,
    CoachingHeld,
    CompanyTrainingHeld,
    EmploymentChangeReported,
    HoursReported,
    ReferralPassedOn,
    VacancyChanged,
    WorkshopAttended,
)
from shared.events.matching import IntroductionAnswered, IntroductionProposed, MeetingSet, ShortlistPrepared
from shared.events.parts import FrenchLevels, Terms
from tests.portal.story import Said, Story, at, tell
from tests.portal.test_person import facts_of

WHEN = at("2026-05-04")
NEW_ADVISOR = UUID("22222222-2222-4222-8222-222222222222")


def accompanied() -> Story:
    """From a passed-on referral to a meeting that has a day, and what is told of a job."""
    told = Story("2026-0777")
    person, employer, vacancy, introduction = told.candidate_id, uuid4(), uuid4(), uuid4()
    about = {"introduction_id": introduction, "candidate_id": person, "employer_id": employer, "vacancy_id": vacancy}
    referral = told.referred(WHEN)
    passing: dict[str, Any] = {"referral_id": referral, "candidate_id": person, "from_partner_id": uuid4()}
    told.say(ReferralPassedOn(**passing, to_partner_id=None), WHEN)
    told.admitted(WHEN)
    told.say(AdvisorAssigned(candidate_id=person, advisor_id=NEW_ADVISOR), WHEN)
    whose: dict[str, Any] = {"candidate_id": person, "advisor_id": NEW_ADVISOR}
    told.say(
        ActionPlanAgreed(
            plan_id=uuid4(), **whose, agreed_on=WHEN.date(), goal_occupation=None, steps=("cv", "introductions")
        ),
        WHEN,
    )
    told.say(CoachingHeld(coaching_id=uuid4(), **whose, held_on=WHEN.date(), minutes=60, topics=("cv",)), WHEN)
    told.say(
        WorkshopAttended(
            attendance_id=uuid4(),
            session_id=uuid4(),
            candidate_id=person,
            partner_id=None,
            workshop="peers",
            held_on=WHEN.date(),
            minutes=120,
        ),
        WHEN,
    )
    told.say(IntroductionProposed(**about, score=80, coverage=90, lines=(), rule_version="1"), at("2026-05-05"))
    for hour, by in ((9, "candidate"), (10, "employer")):
        told.say(IntroductionAnswered(**about, by=by, answer="yes"), at("2026-05-06", hour))
    told.say(MeetingSet(**about, meets_on=date(2026, 5, 12)), at("2026-05-07", 9))
    told.say(MeetingSet(**about, meets_on=date(2026, 5, 14)), at("2026-05-07", 15))
    job: dict[str, Any] = {"candidate_id": person, "employer_id": employer, "reported_by": "employer"}
    days = {"from_on": date(2026, 5, 4), "to_on": date(2026, 5, 8)}
    told.say(HoursReported(report_id=uuid4(), **job, **days, hours=Decimal("37.5"), wage_cents=3000), WHEN)
    told.say(AbsenceReported(report_id=uuid4(), **job, **days, paid=None), WHEN)
    terms = Terms(
        occupation="11101", wage_cents=3000, hours_per_week=Decimal("37.5"), starts_on=WHEN.date(), permanent=True
    )
    told.say(
        EmploymentChangeReported(report_id=uuid4(), **job, effective_on=WHEN.date(), kind="advancement", terms=terms),
        WHEN,
    )
    return told


def about_companies() -> Story:
    told = Story()
    employer, vacancy = uuid4(), uuid4()
    training = {"enrolment_id": uuid4(), "session_id": uuid4(), "employer_id": employer}
    told.say(CompanyTrainingHeld(**training, topic="diversity_management", held_on=WHEN.date(), attended=4), WHEN)
    told.say(
        VacancyChanged(
            vacancy_id=vacancy,
            employer_id=employer,
            occupation="11101",
            openings=1,
            wage_min_cents=1,
            wage_max_cents=2,
            hours_per_week=Decimal(35),
            starts_on=None,
            permanent=True,
            municipality="laval",
            french_required=FrenchLevels(),
        ),
        WHEN,
    )
    told.say(
        ShortlistPrepared(vacancy_id=vacancy, employer_id=employer, candidates=3, best_score=90, rule_version="1"), WHEN
    )
    return told


STORY = accompanied()
ERASED = accompanied()
ERASED.erased(at("2026-07-01"))
TABLES = {
    "steps": "*",
    "introductions": "*",
    "people": "candidate_id, file_number, advisor_id, admitted_on, erased_at",
    "referrals": "referral_id, candidate_id, partner_id",
}


class _Enough(Exception):
    pass


def left_by(tx: Tx, said: list[Said]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    try:
        with tx.conn.transaction():
            tell(tx, said)
            for table, columns in TABLES.items():
                found[table] = sorted(tx.conn.execute(f"SELECT {columns} FROM {table}").fetchall(), key=repr)
            raise _Enough
    except _Enough:
        return found


@pytest.mark.parametrize("story", [STORY, ERASED], ids=["whole", "erased"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_leaves_the_same_rows(tx: Tx, story: Story, data: st.DataObject) -> None:
    order = data.draw(st.permutations(story.said))
    left = left_by(tx, list(order))
    assert left == left_by(tx, story.said)
    if story is ERASED:
        assert left["steps"] == []
        assert all(NEW_ADVISOR not in row for row in left["people"])


def test_an_advisors_list_tells_how_far_a_person_is(tx: Tx) -> None:
    tell(tx, STORY.said)
    tell(tx, STORY.said)  # told again: the same
    (person,) = read.list_accompanied(tx, NEW_ADVISOR)
    assert (person.coaching, person.workshops, person.introduced, person.live, person.met) == (1, 1, 1, 1, 0)
    assert stage_of(person, date(2026, 6, 1)).stage == "introduced"
    assert read.list_accompanied(tx, uuid4()) == []
    (place,) = read.list_places(tx, [STORY.candidate_id])
    assert (place.state, place.meets_on) == ("meeting_set", date(2026, 5, 14))


def test_a_trained_company_counts_as_supported(tx: Tx) -> None:
    tell(tx, about_companies().said)
    assert tx.value("SELECT count(*) FROM employers WHERE supported_since IS NOT NULL") == 1
    assert tx.value("SELECT sum(received) FROM facts_received") == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_of_accompaniment_has_its_own_sentence(language: Language) -> None:
    t = words_in(language)
    facts = facts_of(STORY)
    teller = Teller(t, Names(), facts)
    for fact in file_as_of(facts, at("2026-06-23")).happened:
        said = teller.tell(fact)
        assert said.what != t("fact.unknown"), fact
        assert t("code.unknown") not in [said.what, *said.details], fact
