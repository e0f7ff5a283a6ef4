"""Elias, at handler level: teachers hired twice from screened people, an estimate, a training, a French course."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from services.intake.handlers.candidates import admit_candidate
from services.intake.handlers.consents import give_consent
from services.intake.handlers.partners import add_partner
from services.intake.handlers.referrals import NewReferral, receive_referral
from services.intake.handlers.trainings import enrol_company, open_training, record_company_attendance
from services.subsidies.domain.french_course import CourseDecision
from services.subsidies.handlers.courses import confirm_course, decide_course, draft_course, record_course_hours
from services.subsidies.handlers.estimating import Offer, estimate
from services.subsidies.store import Whose
from shared import clock
from shared.events.intake import CompanyTrainingHeld
from shared.events.matching import CandidateHired
from shared.events.subsidies import FrenchCourseEnded, SubsidyApproved
from tests.pump import Pump
from tests.stories.acting import (
    ADVISOR,
    HOURS,
    WAGE,
    agreement,
    ask_for_subsidy,
    choose,
    company,
    count,
    facts,
    introductions,
    meet,
    offer,
    reach,
    vacancy,
)

TEACHING = "41220"


def test_elias_hires_twice_learns_of_subsidies_and_gives_a_french_course(pump: Pump) -> None:
    centre = company(pump, "Centre Exemple", "education")
    assert count(pump)["supported"] == 0, "registered is not yet supported"
    session = pump.do("intake", open_training, "intercultural_communication", None, clock.today(), 180, 20)
    pump.do("intake", enrol_company, session.session_id, centre, 6)
    pump.do("intake", record_company_attendance, session.session_id, {centre: 6})
    assert [held.attended for held in pump.said("intake", CompanyTrainingHeld)] == [6]

    college = pump.do("intake", add_partner, "Cégep Exemple", "college").partner_id
    first = hires(pump, centre, screened(pump, college, "Nadège"))
    ask_for_subsidy(pump, first.hire_id)
    follows_a_course(pump, first)
    pump.live_until(clock.today() + timedelta(days=60))
    second = hires(pump, centre, screened(pump, college, "Farida"))
    pump.live_until(second.terms.starts_on)

    assert [(hired.employer_id, hired.source) for hired in pump.said("matching", CandidateHired)] == [
        (centre, "introduction")
    ] * 2
    assert len(pump.said("subsidies", SubsidyApproved)) == 1
    assert count(pump) == {"supported": 1, "admitted": 2, "employed": 2}


def screened(pump: Pump, college: UUID, given_name: str) -> UUID:
    """Referred by a college, and admitted."""
    new = NewReferral(
        "partner_system", college, reach(given_name), agreement("partner_statement"),
        facts(TEACHING, licences=("teaching",)),
    )  # fmt: skip
    candidate_id = pump.do("intake", receive_referral, new).candidate_id
    pump.do("intake", admit_candidate, candidate_id, ADVISOR)
    return candidate_id


def hires(pump: Pump, centre: UUID, candidate_id: UUID) -> CandidateHired:
    """He asks, she is proposed, they meet, an estimate tells what an offer would bring; he offers, she accepts."""
    vacancy(pump, centre, TEACHING, licences_required=("teaching",))
    (introduction,) = introductions(pump, candidate_id)
    meet(pump, introduction)
    starts_on = clock.today() + timedelta(days=6)
    thought_of = Offer(candidate_id, centre, TEACHING, WAGE, HOURS, starts_on, True, True)
    results = {each.rules.measure: each.assessment.result for each in pump.ask("subsidies", estimate, thought_of)}
    assert results["priime"] == "may_apply"
    choose(pump, candidate_id, offer(pump, introduction, starts_on))
    return pump.said("matching", CandidateHired)[-1]


def follows_a_course(pump: Pump, hired: CandidateHired) -> None:
    """Asked of MIFI with her agreement, approved, followed to the last hour."""
    pump.do("intake", give_consent, hired.candidate_id, "send_to_ministry", "mifi", "2026-01", clock.today())
    course_id = pump.do("subsidies", draft_course, hired.hire_id, Whose(), 30, 8).course_id
    pump.do("subsidies", confirm_course, course_id, Whose(), "employer:e", "webhook")
    decision = CourseDecision("MIFI-1", "approved", 30, None, None, clock.today())
    pump.do("subsidies", decide_course, course_id, Whose(ministry="mifi"), decision)
    pump.live_until(hired.terms.starts_on)
    for _ in range(2):
        pump.live_until(clock.today() + timedelta(days=7))
        pump.do("subsidies", record_course_hours, course_id, Whose(), Decimal(15), clock.today(), "employer:e")
    assert [event.reason for event in pump.said("subsidies", FrenchCourseEnded)] == ["hours_followed"]
