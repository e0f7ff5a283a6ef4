"""Julio, at handler level: a bank, a community body, and work that he finds himself."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from services.intake.domain.facts import Facts
from services.intake.domain.jobs import JobTerms
from services.intake.handlers.candidates import admit_candidate
from services.intake.handlers.partners import add_partner, create_link
from services.intake.handlers.referrals import complete_referral, pass_referral_on, refer_herself
from services.intake.handlers.reports import report_employment_end, report_hire
from services.intake.handlers.workshops import report_attendance
from services.intake.store.updates import list_updates
from services.retention.store.employments import list_employments
from shared import clock
from shared.events.matching import CandidateHired
from shared.events.subsidies import SubsidyAssessed
from tests.pump import Pump
from tests.stories.acting import ADVISOR, agreement, company, count, facts, reach

ENGINEERING, PRODUCTION = "21301", "94105"


def test_julio_is_passed_on_finds_work_himself_and_his_senders_see_it(pump: Pump) -> None:
    bank = pump.do("intake", add_partner, "Caisse Exemple", "credit_union").partner_id
    body = pump.do("intake", add_partner, "Organisme Exemple", "community_body").partner_id
    link = pump.do("intake", create_link, "partner_page", bank, clock.today(), to_partner_id=body)
    sent = pump.do("intake", refer_herself, link.code, reach("Julio"), agreement("partner_statement"), Facts())

    pump.do("intake", complete_referral, sent.referral_id, vars(facts(ENGINEERING)), of_partner=body)
    for workshop in ("interview", "life_in_laval", "peers"):
        pump.do("intake", report_attendance, body, sent.candidate_id, workshop, clock.today(), 150)
    pump.do("intake", pass_referral_on, sent.referral_id, None, of_partner=body)
    pump.do("intake", admit_candidate, sent.candidate_id, ADVISOR)

    starts_on = clock.today() + timedelta(days=6)
    employer_id = finds_work(pump, sent.candidate_id, starts_on)
    (hired,) = pump.said("matching", CandidateHired)
    assert (hired.source, hired.in_field, hired.vacancy_id) == ("self_found", False, None)
    assessed = {event.measure: event.result for event in pump.said("subsidies", SubsidyAssessed)}
    assert assessed["priime"] == "does_not_apply", "beside his field"
    (employment,) = pump.ask("retention", list_employments, sent.candidate_id)
    assert employment.source == "self_found"
    for sender in (bank, body):
        told = pump.ask("intake", list_updates, sender, 0, 100)
        assert ("hired", "hired") in [(line.type, line.outcome) for line in told]

    assert count(pump)["employed"] == 0
    pump.live_until(starts_on)
    assert count(pump)["employed"] == 1
    pump.do("intake", report_employment_end, sent.candidate_id, employer_id, clock.today(), "resigned", "candidate")
    assert count(pump) == {"supported": 0, "admitted": 1, "employed": 0}


def finds_work(pump: Pump, candidate_id: UUID, starts_on: date) -> UUID:
    """Full time, in production, beside his field."""
    employer_id = company(pump, "Ateliers Exemple", "manufacturing")
    terms = JobTerms(PRODUCTION, 2300, Decimal(40), starts_on, True)
    pump.do("intake", report_hire, candidate_id, employer_id, terms, False, "partner")
    return employer_id
