"""Rola, at handler level: from the fair to her advancement."""

from collections import Counter
from datetime import date, timedelta
from uuid import UUID

from services.intake.domain.facts import Facts
from services.intake.domain.reported import HoursWorked
from services.intake.handlers.accompaniment import agree_plan, propose_plan, record_coaching
from services.intake.handlers.candidates import admit_candidate
from services.intake.handlers.partners import create_link
from services.intake.handlers.referrals import complete_referral, refer_herself
from services.intake.handlers.reports import report_hours
from services.intake.handlers.workshops import enrol_candidate, open_workshop, record_attendance
from services.retention.domain.changes import JobTerms
from services.retention.handlers.employments import change_employment
from services.retention.handlers.signals import close_signal
from services.retention.handlers.supports import close_support, open_support
from services.retention.store.signals import list_signals_of
from services.subsidies import store as subsidies
from services.subsidies.domain.claim import Claim, Payment
from services.subsidies.handlers.claims import settle_claim, submit_claim
from services.subsidies.handlers.estimating import Offer, estimate
from services.subsidies.store import Whose
from shared import clock
from shared.events.matching import CandidateHired, IntroductionClosed
from shared.events.retention import EmploymentChanged, SignalRaised
from tests.pump import Pump
from tests.stories.acting import (
    ADVISOR,
    HOURS,
    WAGE,
    agreement,
    ask_for_subsidy,
    call,
    choose,
    company,
    count,
    facts,
    introductions,
    meet,
    offer,
    reach,
    request_of,
    tasks_of,
    vacancy,
)

FINANCE = "11101"


def test_rola_chooses_between_two_offers_stays_and_advances(pump: Pump) -> None:
    candidate_id = refers_herself_and_is_admitted(pump)
    is_prepared(pump, candidate_id)
    starts_on = clock.today() + timedelta(days=13)
    hire_id, employer_id = chooses_between_two(pump, candidate_id, starts_on)
    assert count(pump) == {"supported": 4, "admitted": 1, "employed": 0}

    approved = ask_for_subsidy(pump, hire_id)
    assert (approved.state, approved.approved_weeks) == ("approved", 30)
    assert {task.side for task in tasks_of(pump, hire_id, "after_subsidy_end")} == {"employee", "employer"}

    pump.live_until(starts_on)
    assert count(pump)["employed"] == 1
    the_sides_disagree_and_are_helped(pump, hire_id)
    claim = claims_four_weeks(pump, candidate_id, employer_id, hire_id, starts_on)
    assert (claim.state, claim.paid_amount_cents) == ("paid", claim.amount_cents)
    advances(pump, hire_id, starts_on)


def refers_herself_and_is_admitted(pump: Pump) -> UUID:
    """By the fair's QR page; incomplete first, then complete."""
    link = pump.do("intake", create_link, "fair", None, clock.today())
    known = Facts(occupation=FINANCE, municipality="laval")
    received = pump.do("intake", refer_herself, link.code, reach("Rola"), agreement("own_link"), known)
    assert received.state == "incomplete"
    assert {m.code for m in received.missing} >= {"arrived_on", "work_authorisation"}
    pump.do("intake", complete_referral, received.referral_id, vars(facts(FINANCE)))
    pump.do("intake", admit_candidate, received.candidate_id, ADVISOR)
    return received.candidate_id


def is_prepared(pump: Pump, candidate_id: UUID) -> None:
    """An action plan, coaching, a workshop."""
    plan = pump.do("intake", propose_plan, candidate_id, ADVISOR, FINANCE, ("cv", "introductions"), None)
    pump.do("intake", agree_plan, candidate_id, plan.plan_id)
    pump.do("intake", record_coaching, candidate_id, ADVISOR, clock.today(), 60, ("interview",))
    session = pump.do("intake", open_workshop, "life_in_laval", None, clock.today(), 120, 12)
    pump.do("intake", enrol_candidate, session.session_id, candidate_id)
    pump.do("intake", record_attendance, session.session_id, (candidate_id,), ())
    assert {"action_plan_agreed", "coaching_held", "workshop_attended"} <= set(pump.everything_said())


def chooses_between_two(pump: Pump, candidate_id: UUID, starts_on: date) -> tuple[UUID, UUID]:
    """Three of four companies are proposed; two offer; the other introductions end by themselves."""
    for name, wage in (("Laiterie", WAGE), ("Fiducie", WAGE - 150), ("Logistique", WAGE - 100)):
        vacancy(pump, company(pump, name), FINANCE, wage)
    vacancy(pump, company(pump, "Clinique", "health"), "31301", licences_required=("oiiq",))
    proposed = introductions(pump, candidate_id)
    assert [i.state for i in proposed] == ["proposed"] * 3
    for introduction in proposed:
        meet(pump, introduction)
    best = max(proposed, key=lambda i: i.inputs.vacancy.wage_max_cents if i.inputs else 0)
    other = next(i for i in proposed if i != best)
    thought_of = Offer(candidate_id, best.employer_id, FINANCE, WAGE, HOURS, starts_on, True, True)
    before = {each.rules.measure: each for each in pump.ask("subsidies", estimate, thought_of)}
    offer(pump, other, starts_on, WAGE - 150)
    hire_id = choose(pump, candidate_id, offer(pump, best, starts_on))
    asked = request_of(pump, hire_id)
    computed = before["priime"].computation
    assert computed is not None
    assert asked.amount_cents == computed.amount_cents, "what the estimate said"
    assert Counter(event.end for event in pump.said("matching", IntroductionClosed)) == {
        "not_chosen": 1, "hired_elsewhere": 1,
    }  # fmt: skip
    (hired,) = pump.said("matching", CandidateHired)
    assert (hired.source, hired.in_field) == ("introduction", True)
    return hire_id, best.employer_id


def the_sides_disagree_and_are_helped(pump: Pump, hire_id: UUID) -> None:
    pump.live_until(tasks_of(pump, hire_id, "weeks_2")[0].due_on)
    call(pump, hire_id, "weeks_2", employee=5, employer=2)
    (raised,) = pump.said("retention", SignalRaised)
    assert raised.kind == "sides_disagree"
    (signal,) = pump.ask("retention", list_signals_of, hire_id)
    support = pump.do("retention", open_support, hire_id, "intercultural", signal.signal_id, "advisor:a")
    pump.do("retention", close_signal, signal.signal_id, "support_opened", None, "advisor:a")
    pump.do("retention", close_support, support.support_id, "settled", "advisor:a")


def claims_four_weeks(pump: Pump, candidate_id: UUID, employer_id: UUID, hire_id: UUID, starts_on: date) -> Claim:
    pump.live_until(starts_on + timedelta(weeks=4))
    worked = HoursWorked(starts_on, starts_on + timedelta(days=27), 4 * HOURS, WAGE)
    pump.do("intake", report_hours, candidate_id, employer_id, worked, "employer")
    request = request_of(pump, hire_id)
    (claim,) = pump.ask("subsidies", subsidies.list_claims_of, request.request_id)
    assert (claim.state, claim.hours) == ("ready", 4 * HOURS)
    pump.do("subsidies", submit_claim, claim.claim_id, Whose(), "employer:e", False)
    paid = Payment("SQ-P-1", "paid", claim.amount_cents, None, clock.today())
    return pump.do("subsidies", settle_claim, claim.claim_id, Whose(ministry="services_quebec"), paid)


def advances(pump: Pump, hire_id: UUID, starts_on: date) -> None:
    """A better wage at the same company, and still employed."""
    day = starts_on + timedelta(days=91)
    pump.live_until(day)
    better = JobTerms(FINANCE, WAGE + 350, HOURS, starts_on, True)
    pump.do("retention", change_employment, hire_id, "advancement", day, better)
    (changed,) = pump.said("retention", EmploymentChanged)
    assert (changed.kind, changed.terms.wage_cents) == ("advancement", WAGE + 350)
    assert count(pump)["employed"] == 1
