"""A job that ends: every service acts on it, each on what it owns."""

import pytest

from deploy.local.demo.afterwards import her_first_day_comes
from deploy.local.demo.script import STEPS
from deploy.local.demo.tale import Tale
from shared import clock
from tests.flows.running import Running, live, more_work
from tests.notes import note

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("system")]
WITHIN_MS = 1000  # the manager's numbers move within a second


def test_the_end_of_a_job_reaches_every_service(running: Running, pytestconfig: pytest.Config) -> None:
    tale = live(running.tell(), STEPS)
    her_first_day_comes(tale)
    employer = tale.employer(tale.chosen.employer_id)
    tale.wire.wait("the subsidy runs", lambda: state_of_request(tale) == "active")
    vacancy_id = more_work(tale)
    tale.wire.wait("matching knows the vacancy", lambda: running.knows_vacancy(vacancy_id))
    assert proposed(tale) == [], "who works is not introduced"

    employed = tale.manager.numbers()["employed"]

    tale.wire.waits.clear()
    tale.advisor.report_end(tale.candidate_id, employer.organisation or "", clock.today(), "laid_off")
    tale.wire.wait("the number goes down", lambda: tale.manager.numbers()["employed"] == employed - 1)
    assert tale.wire.waits[0].ms < WITHIN_MS
    tale.wire.wait("retention ends the employment", lambda: state_of_employment(tale) == ("ended", "laid_off"))
    tale.wire.wait("subsidies ends the request", lambda: state_of_request(tale) == "ended")
    tale.wire.wait("matching introduces her again", lambda: vacancy_id in proposed(tale))

    assert tale.retention.employments(tale.candidate_id)[0].standing() == []
    assert {t.state for t in tale.retention.employments(tale.candidate_id)[0].tasks} == {"cancelled"}
    assert [row["data"]["reason"] for row in running.said("retention", tale.candidate_id, "employment_ended")] == [
        "laid_off"
    ]
    assert [row["data"]["reason"] for row in running.said("subsidies", tale.candidate_id, "subsidy_ended")] == [
        "employment_ended"
    ]
    assert tale.referral is not None
    referral_id = tale.referral.referral_id
    tale.wire.wait("intake knows", lambda: tale.advisor.referral(referral_id).outcome == "ended")
    tale.wire.wait("the ministry is told", lambda: running.at_the_ministry(tale)["ended"])
    waits = ", ".join(f"{waited.what} {waited.ms:.0f} ms" for waited in tale.wire.waits)
    note(pytestconfig, f"end of a job, one look after the other: {waits}")


def state_of_request(tale: Tale) -> str:
    """Of the request that the ministry approved; the hire has another, over since then because the two overlap."""
    assert tale.request is not None
    mine = tale.employer(tale.chosen.employer_id).requests(tale.hire_id)
    assert {r.state for r in mine if r.request_id != tale.request.request_id} == {"ended"}
    return next(r.state for r in mine if r.request_id == tale.request.request_id)


def state_of_employment(tale: Tale) -> tuple[str, str | None]:
    employment = next(e for e in tale.retention.employments(tale.candidate_id) if e.hire_id == tale.hire_id)
    return employment.state, employment.end_reason


def proposed(tale: Tale) -> list[str]:
    """The vacancies to which she is being introduced now."""
    return [i.vacancy_id for i in tale.candidate.companies() if i.state == "proposed"]
