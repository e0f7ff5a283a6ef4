"""The story of Julio: sent by a bank's employee, prepared by a community body, he finds work himself."""

import pytest

from deploy.local.demo.actors import monday_after
from deploy.local.demo.julio import BANK, BODY, WORKSHOPS
from deploy.local.demo.people import julio
from deploy.local.demo.script import JULIO
from deploy.local.demo.tale import Tale
from shared import clock
from tests.flows.running import Running, live

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("system")]


def test_julio_is_passed_on_finds_work_himself_and_his_senders_see_it(running: Running) -> None:
    today = clock.today()
    tale = Tale(running.wire(), julio(today), (), today, monday_after(today, weeks=3))
    before = tale.manager.numbers()
    live(tale, JULIO)

    # the chain of senders, and what each of them did
    passed = running.said("intake", tale.candidate_id, "referral_passed_on")
    bank, body = tale.partners[BANK].subject, tale.partners[BODY].subject
    assert [(row["data"]["from_partner_id"], row["data"]["to_partner_id"]) for row in passed] == [
        (bank, body), (body, None),
    ]  # fmt: skip
    assert len(running.said("intake", tale.candidate_id, "workshop_attended")) == len(WORKSHOPS)
    # matching says the hire, with the facts that the others decide by
    (hired,) = running.said("matching", tale.candidate_id, "candidate_hired")
    assert (hired["data"]["source"], hired["data"]["in_field"]) == ("self_found", False)
    # subsidies judges it: beside his field, PRIIME does not apply, and it says so
    results = {each.measure: each for each in tale.liaison.assessments(tale.hire_id)}
    assert results["priime"].result == "does_not_apply"
    assert [c.code for c in results["priime"].criteria if c.result == "not_met"] == ["job_in_field"]
    # retention follows him like anybody, on both sides
    employment = next(e for e in tale.retention.employments(tale.candidate_id) if e.hire_id == tale.hire_id)
    assert {task.side for task in employment.standing()} == {"employee", "employer"}
    assert {task.advisor_id for task in employment.standing()} == {tale.advisor.subject}
    # the numbers: he counts, and the company that asked nothing of the programme does not
    assert tale.manager.numbers() == {
        **before, "admitted": before["admitted"] + 1, "employed": before["employed"] + 1,
    }  # fmt: skip
    told_again_is_no_second_hire(running, tale)


def told_again_is_no_second_hire(running: Running, tale: Tale) -> None:
    """By somebody else: his company."""
    (hired,) = running.said("matching", tale.candidate_id, "candidate_hired")
    employer_id, terms = hired["data"]["employer_id"], hired["data"]["terms"]
    tale.employer(employer_id).report_hire(tale.candidate_id, employer_id, terms)
    tale.wire.wait("matching received it", lambda: received(running, tale.candidate_id, "hire_reported") == 2)
    assert len(running.said("matching", tale.candidate_id, "candidate_hired")) == 1


def received(running: Running, case: str, kind: str) -> int:
    rows = running.rows("matching", "SELECT type FROM inbox WHERE key = %s", case)
    return [row["type"].split(".")[2] for row in rows].count(kind)
