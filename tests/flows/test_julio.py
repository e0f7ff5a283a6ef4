"""The story of Julio: sent by a partner, he finds work himself, beside his field."""

from datetime import date

import pytest

from deploy.local.demo.actors import Partner
from deploy.local.demo.afterwards import her_first_day_comes, the_numbers_move
from deploy.local.demo.answers import Assessment, Employment, Referral
from deploy.local.demo.people import factory, julio
from deploy.local.demo.tale import Tale
from tests.flows.running import Running

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("system")]


def test_a_hire_reported_from_outside_flows_like_one_from_an_introduction(running: Running) -> None:
    tale = running.tell()
    tale.person = julio(tale.today)
    tale.numbers = tale.manager.numbers()
    partner = a_partner(tale)
    tale.referral = partner.refer(
        tale.person.reach(tale.wire.run_id), tale.person.purposes, tale.today, tale.person.at_first
    )
    tale.advisor.admit(tale.candidate_id)
    employer_id = tale.liaison.register(factory().registration())
    tale.candidate.report_hire(tale.candidate_id, employer_id, production_job(tale.starts_on))

    # matching says the hire, with the facts that the others decide by
    hired = tale.wire.wait("the hire is said", lambda: running.said("matching", tale.candidate_id, "candidate_hired"))
    assert [row["data"]["source"] for row in hired] == ["self_found"]
    assert hired[0]["data"]["in_field"] is False
    hire_id = hired[0]["data"]["hire_id"]
    # subsidies judges it: beside his field, no measure applies, and it says so
    judged = tale.wire.wait("subsidies judges it", lambda: assessed(tale, hire_id))
    assert judged.result == "does_not_apply"
    assert [c.code for c in judged.criteria if c.result == "not_met"] == ["job_in_field"]
    assert tale.employer(employer_id).requests() == []
    # retention follows him like anybody, on both sides
    employment = tale.wire.wait("retention plans", lambda: followed(tale, hire_id))
    assert employment.source == "self_found"
    assert {task.side for task in employment.standing()} == {"employee", "employer"}
    assert {task.advisor_id for task in employment.standing()} == {tale.advisor.subject}
    # the body that sent him is told, as he agreed
    told = tale.wire.wait("the sender is told", lambda: outcome(partner, tale.referral, "hired"))
    assert told.state == "accepted"
    # told again, by somebody else: no second hire
    tale.employer(employer_id).report_hire(tale.candidate_id, employer_id, production_job(tale.starts_on))
    tale.wire.wait("matching received it", lambda: received(running, tale.candidate_id, "hire_reported", 2))
    assert len(running.said("matching", tale.candidate_id, "candidate_hired")) == 1
    # the numbers: admitted at once, employed from his first day on
    the_numbers_move(tale)
    her_first_day_comes(tale)


def a_partner(tale: Tale) -> Partner:
    partner_id = tale.manager.add_partner(f"Carrefour des Tilleuls {tale.wire.run_id}", "community_body")
    return Partner(tale.wire, partner_id, tale.manager.issue_key(partner_id))


def production_job(starts_on: date) -> dict[str, object]:
    return {
        "occupation": "94105", "wage_cents": 2300, "hours_per_week": "40", "starts_on": str(starts_on),
        "permanent": True,
    }  # fmt: skip


def received(running: Running, case: str, kind: str, count: int) -> bool:
    rows = running.rows("matching", "SELECT type FROM inbox WHERE key = %s", case)
    return [row["type"].split(".")[2] for row in rows].count(kind) == count


def assessed(tale: Tale, hire_id: str) -> Assessment | None:
    return next(iter(tale.liaison.assessments(hire_id)), None)


def followed(tale: Tale, hire_id: str) -> Employment | None:
    return next((e for e in tale.retention.employments(tale.candidate_id) if e.hire_id == hire_id), None)


def outcome(partner: Partner, referral: Referral | None, wanted: str) -> Referral | None:
    assert referral is not None
    shown = partner.referral(referral.referral_id)
    return shown if shown.outcome == wanted else None
