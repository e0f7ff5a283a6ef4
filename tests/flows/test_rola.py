"""The story of Rola: the very steps of the demo, and what every service says of it."""

import tomllib
from collections import Counter
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from deploy.local.demo.answers import Task
from deploy.local.demo.pages import timeline_page
from deploy.local.demo.script import LATER, STEPS
from deploy.local.demo.tale import Tale
from services.subsidies import rulebook
from tests.flows.running import Running, live

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("system")]

CONTACTS = {
    "before_start", "weeks_2", "weeks_6", "months_3", "months_6", "months_12", "before_subsidy_end",
    "after_subsidy_end",
}  # fmt: skip
SAID = {
    "intake": {"referral_received": 1, "consent_given": 4, "referral_changed": 1, "candidate_admitted": 1,
               "referral_closed": 1, "action_plan_agreed": 1, "coaching_held": 1, "workshop_attended": 1},
    "matching": {"introduction_proposed": 3, "introduction_answered": 6, "meeting_held": 3, "offer_made": 2,
                 "choice_made": 1, "candidate_hired": 1, "introduction_closed": 2},
    "subsidies": {"subsidy_assessed": 2, "subsidy_requested": 1, "subsidy_approved": 1},
    "retention": {"follow_up_planned": 1, "follow_up_replanned": 1},
}  # fmt: skip


def test_rola_is_referred_admitted_introduced_to_three_chooses_is_hired_and_followed(running: Running) -> None:
    tale = running.tell()
    before = tale.manager.numbers()
    live(tale, STEPS)

    # matching: three companies, one hire, and each of the others with its own end
    assert {i.employer_id for i in tale.introductions} == set(list(tale.vacancies.values())[:3])
    assert sorted(i.state for i in tale.introductions) == ["hired", "hired_elsewhere", "not_chosen"]
    assert tale.chosen.hire_id == tale.hire_id
    assert all(i.met_on == tale.today for i in tale.introductions)
    # intake: the referral has its answer
    assert tale.referral is not None
    answered = tale.advisor.referral(tale.referral.referral_id)
    assert (answered.state, answered.outcome) == ("accepted", "hired")
    # subsidies and the ministry: the same amount, to the cent, as this test computes
    request, offer = tale.request, tale.chosen.offer
    assert request is not None
    assert offer is not None
    expected = priime_cents(offer.terms.wage_cents, offer.terms.hours_per_week, tale.starts_on)
    assert (request.state, request.approved_amount_cents, request.approved_weeks) == ("approved", expected, 30)
    assert request.amount_cents == expected
    # retention: the same contacts on both sides, in her advisor's list
    assert sides(tale.tasks) == {(contact, side) for contact in CONTACTS for side in ("employee", "employer")}
    assert {task.advisor_id for task in tale.tasks} == {tale.advisor.subject}
    assert tale.tasks[0].due_on < tale.starts_on

    # the portal: she counts as admitted, not yet as employed; her file tells what each service did
    assert tale.manager.numbers() == {
        **before,
        "admitted": before["admitted"] + 1,
        "supported": before["supported"] + 4,
    }
    for service, counts in SAID.items():
        assert Counter(row["type"] for row in running.journal(service, tale.candidate_id)) == counts
    tale.wire.wait("her file is complete", lambda: shown_in_her_file(tale) >= {"candidate_hired", "subsidy_approved"})
    her_file_is_worded_in_both_languages(tale)
    time_passes(running, tale, before)


def time_passes(running: Running, tale: Tale, before: dict[str, int]) -> None:
    """From the first contact to her advancement."""
    contact_comes, *more = LATER
    contact_comes.live(tale)
    first = [task for task in tale.retention.due_tasks() if task.candidate_id == tale.candidate_id]
    assert sides(first) == {("before_start", "employee"), ("before_start", "employer")}
    assert not any(task.overdue for task in first)
    announced = lambda: len(running.said("retention", tale.candidate_id, "follow_up_task_due")) == 2  # noqa: E731
    tale.wire.wait("both are announced", announced)
    assert tale.manager.numbers()["employed"] == before["employed"]
    live(tale, more)
    assert tale.manager.numbers()["employed"] == before["employed"] + 1
    (signal,) = running.said("retention", tale.candidate_id, "signal_raised")
    assert signal["data"]["kind"] == "sides_disagree"
    assert [(s["data"]["kind"], s["data"]["signal_id"]) for s in running.said(
        "retention", tale.candidate_id, "support_opened"
    )] == [("intercultural", tale.signal_id)]  # fmt: skip
    assert [s.state for s in tale.retention.signals(tale.hire_id)] == ["closed"]
    assert tale.claim is not None
    assert (tale.claim.state, tale.claim.paid_amount_cents) == ("paid", tale.claim.amount_cents)
    assert tale.claim.amount_cents == priime_cents(tale.terms.wage_cents, tale.terms.hours_per_week, tale.starts_on, 4)
    changed = running.said("retention", tale.candidate_id, "employment_changed")
    assert [row["data"]["kind"] for row in changed] == ["advancement"]


def her_file_is_worded_in_both_languages(tale: Tale) -> None:
    french, english = (timeline_page(tale, language) for language in ("fr", "en"))
    assert [(entry.day, entry.service) for entry in french] == [(entry.day, entry.service) for entry in english]
    assert all(fr.what and en.what and fr.what != en.what for fr, en in zip(french, english, strict=True))
    assert {"intake", "matching", "subsidies", "retention"} <= {entry.service for entry in french}


def shown_in_her_file(tale: Tale) -> set[str]:
    """Kinds of facts that the portal's timeline holds."""
    return {fact.kind for fact in tale.advisor.timeline(tale.candidate_id)}


def sides(tasks: list[Task]) -> set[tuple[str, str]]:
    return {(task.contact, task.side) for task in tasks}


def priime_cents(wage_cents: int, hours_per_week: Decimal, starts_on: date, weeks: int = 30) -> int:
    """70 % of the wage, at most the minimum wage of the day, five days a week, at most 40 hours; each stretch with one
    minimum wage rounded once. Independent of the service's own computation; the rates are its data."""
    rates = tomllib.loads((Path(rulebook.__file__).parent / "rules" / "minimum_wage.toml").read_text())["rate"]
    days = [starts_on + timedelta(days=n) for n in range(7 * weeks)]
    total = 0
    for rate in rates:
        later = [other["valid_from"] for other in rates if other["valid_from"] > rate["valid_from"]]
        until = min(later, default=date.max)
        worked = sum(1 for day in days if rate["valid_from"] <= day < until and day.weekday() < 5)
        hourly = min(Decimal(wage_cents) * 7 / 10, Decimal(rate["cents_per_hour"]))
        amount = hourly * min(hours_per_week, Decimal(40)) / 5 * worked
        total += int(amount.quantize(Decimal(1), ROUND_HALF_UP))
    return total
