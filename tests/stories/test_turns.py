"""What may go otherwise, at handler level: an offer taken back, a hire that falls through, two ministries that say no,
an absence, and a person who wants to be forgotten. With the three stories, every event of the language is said once."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from services.intake.domain.reported import Absence, Change
from services.intake.domain.reported import JobTerms as Reported
from services.intake.handlers.accompaniment import assign_advisor
from services.intake.handlers.candidates import admit_candidate, change_profile, withdraw_candidate
from services.intake.handlers.consents import give_consent, withdraw_consent
from services.intake.handlers.employers import change_vacancy, close_vacancy
from services.intake.handlers.erasure import erase_candidate
from services.intake.handlers.partners import add_partner
from services.intake.handlers.referrals import NewReferral, receive_referral
from services.intake.handlers.reports import report_absence, report_employment_change
from services.matching.handlers.hires import cancel_hire
from services.matching.handlers.offers import withdraw_offer
from services.retention.handlers.tasks import hand_over_task
from services.subsidies.domain.french_course import CourseDecision
from services.subsidies.domain.request import Decision
from services.subsidies.handlers.course_questions import answer_about_course, ask_about_course
from services.subsidies.handlers.courses import confirm_course, decide_course, draft_course
from services.subsidies.handlers.decisions import record_decision
from services.subsidies.handlers.requests import ask_information, give_information
from services.subsidies.store import CourseInformation, InformationRequest, Whose
from shared import clock
from shared.events.intake import CandidateErased, ConsentGiven
from shared.events.matching import CandidateHired, HireCancelled
from shared.events.retention import EmploymentChanged, EmploymentEnded
from shared.events.subsidies import FrenchCourseRefused, SubsidyEnded, SubsidyRefused
from tests.pump import Pump
from tests.stories.acting import (
    ADVISOR,
    HOURS,
    WAGE,
    agreement,
    choose,
    company,
    count,
    facts,
    introductions,
    meet,
    offer,
    reach,
    send_request,
    tasks_of,
    vacancy,
)

BAKING = "63202"
COLLEAGUE = UUID("00000000-0000-4000-8000-00000000ad02")


def test_a_hire_falls_through_the_next_is_refused_help_and_she_is_forgotten(pump: Pump) -> None:
    candidate_id = is_admitted_and_confided_to_another_advisor(pump)
    a_hire_falls_through(pump, candidate_id)
    hired = is_hired_elsewhere(pump, candidate_id)
    the_ministries_say_no(pump, hired)
    pump.live_until(hired.terms.starts_on)
    assert count(pump)["employed"] == 1
    works_less(pump, hired)
    is_forgotten(pump, candidate_id)


def is_admitted_and_confided_to_another_advisor(pump: Pump) -> UUID:
    """A fact of hers is corrected on the way."""
    partner_id = pump.do("intake", add_partner, "Organisme Exemple", "community_body").partner_id
    new = NewReferral("partner_system", partner_id, reach("Mina"), agreement("partner_statement"), facts(BAKING))
    candidate_id = pump.do("intake", receive_referral, new).candidate_id
    pump.do("intake", admit_candidate, candidate_id, ADVISOR)
    pump.do("intake", change_profile, candidate_id, {"years_of_experience": 11})
    pump.do("intake", assign_advisor, candidate_id, COLLEAGUE)
    return candidate_id


def a_hire_falls_through(pump: Pump, candidate_id: UUID) -> None:
    """The company asks for more, sets a day, takes its first offer back, and cancels the hire: nobody starts."""
    employer_id = company(pump, "Boulangerie Exemple", "food")
    vacancy_id = vacancy(pump, employer_id, BAKING)
    pump.do("intake", change_vacancy, employer_id, vacancy_id, {"openings": 2})
    (introduction,) = introductions(pump, candidate_id)
    meet(pump, introduction, day_set=True)
    starts_on = clock.today() + timedelta(days=20)
    pump.do("matching", withdraw_offer, offer(pump, introduction, starts_on, WAGE - 100), "budget")
    hire_id = choose(pump, candidate_id, offer(pump, introduction, starts_on))
    pump.do("matching", cancel_hire, hire_id, "position_cancelled")
    pump.do("intake", close_vacancy, employer_id, vacancy_id, "withdrawn")
    assert [each.hire_id for each in pump.said("matching", HireCancelled)] == [hire_id]
    assert {each.reason for each in pump.said("subsidies", SubsidyEnded)} <= {"hire_cancelled"}
    pump.live_until(starts_on)
    assert count(pump)["employed"] == 0


def is_hired_elsewhere(pump: Pump, candidate_id: UUID) -> CandidateHired:
    vacancy(pump, company(pump, "Traiteur Exemple", "food"), BAKING)
    introduction = next(each for each in introductions(pump, candidate_id) if each.state == "proposed")
    meet(pump, introduction)
    choose(pump, candidate_id, offer(pump, introduction, clock.today() + timedelta(days=10)))
    return pump.said("matching", CandidateHired)[-1]


def the_ministries_say_no(pump: Pump, hired: CandidateHired) -> None:
    """Services Québec asks for more and refuses; so does MIFI about the French course."""
    sent = send_request(pump, hired.hire_id)
    asked = InformationRequest(sent.request_id, 0, ("eligibility_letter",), None, clock.today())
    pump.do("subsidies", ask_information, asked, "services_quebec", "SQ-Q-1")
    pump.do("subsidies", give_information, sent.request_id, Whose(), "liaison:l", None)
    no = Decision(
        "services_quebec", "SQ-2", sent.request_id, "refused", None, None, None, "budget_exhausted", None, clock.today()
    )
    pump.do("subsidies", record_decision, no)
    assert [each.reason for each in pump.said("subsidies", SubsidyRefused)] == ["budget_exhausted"]

    pump.do("intake", give_consent, hired.candidate_id, "send_to_ministry", "mifi", "2026-01", clock.today())
    course_id = pump.do("subsidies", draft_course, hired.hire_id, Whose(), 40, 7).course_id
    pump.do("subsidies", confirm_course, course_id, Whose(), "employer:e", "webhook")
    about = CourseInformation(course_id, 0, ("timetable",), None, clock.today())
    pump.do("subsidies", ask_about_course, about, Whose(ministry="mifi"), "MIFI-Q-1")
    pump.do("subsidies", answer_about_course, course_id, Whose(), "liaison:l", "le soir")
    refused = CourseDecision("MIFI-2", "refused", None, "level_reached", None, clock.today())
    pump.do("subsidies", decide_course, course_id, Whose(ministry="mifi"), refused)
    assert [each.reason for each in pump.said("subsidies", FrenchCourseRefused)] == ["level_reached"]


def works_less(pump: Pump, hired: CandidateHired) -> None:
    """A short absence, fewer hours, and a contact that the first advisor takes over."""
    today = clock.today()
    person, employer = hired.candidate_id, hired.employer_id
    pump.do("intake", report_absence, person, employer, Absence(today, today, False), "employer")
    part_time = Change(today, "hours", Reported(BAKING, WAGE, Decimal(30), hired.terms.starts_on, True))
    pump.do("intake", report_employment_change, person, employer, part_time, "employer")
    changed = pump.said("retention", EmploymentChanged)
    assert [(each.kind, each.terms.hours_per_week) for each in changed] == [("hours", Decimal(30))]
    assert changed[0].terms.hours_per_week < HOURS
    (task, *_) = tasks_of(pump, hired.hire_id, "weeks_2")
    assert task.advisor_id == COLLEAGUE
    pump.do("retention", hand_over_task, task.task_id, ADVISOR)


def is_forgotten(pump: Pump, candidate_id: UUID) -> None:
    """She takes an agreement back, leaves the programme, and asks to be erased: no service tells her story any more."""
    told = next(each for each in pump.said("intake", ConsentGiven) if each.purpose == "tell_sender_outcome")
    pump.do("intake", withdraw_consent, candidate_id, told.consent_id)
    pump.do("intake", withdraw_candidate, candidate_id, "moved")
    pump.do("intake", erase_candidate, candidate_id)
    assert [each.candidate_id for each in pump.said("intake", CandidateErased)] == [candidate_id]
    assert pump.said("matching", CandidateHired) == []
    assert pump.said("retention", EmploymentEnded) == []
