"""The story of Elias: he hires teachers twice, and learns of subsidies, of a training and of a French course."""

from decimal import Decimal

import pytest

from deploy.local.demo.elias import COURSE_HOURS, TEAM, EliasTale
from deploy.local.demo.people import centre, teachers
from deploy.local.demo.script import ELIAS
from shared import clock
from tests.flows.running import Running

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("system")]


def test_elias_hires_twice_and_learns_of_subsidies(running: Running) -> None:
    today = clock.today()
    tale = EliasTale(running.wire(), centre(), teachers(today), today)
    before = tale.manager.numbers()
    told = {step.live: step.live(tale) for step in ELIAS}

    employed = {**before, "admitted": before["admitted"] + 2, "employed": before["employed"] + 2,
                "supported": before["supported"] + 1}  # fmt: skip
    tale.wire.wait("the numbers move", lambda: tale.manager.numbers() == employed)
    estimated = [did.fr for step, done in told.items() if step.__name__ == "he_learns_of_subsidies" for did in done]
    assert [line.partition(" : ")[0] for line in estimated] == ["PRIIME", "SUBVENTION_SALARIALE_INSERTION"]
    for his in tale.hires:
        (hired,) = running.said("matching", his.candidate_id, "candidate_hired")
        assert (hired["data"]["employer_id"], hired["data"]["source"]) == (tale.employer_id, "introduction")
        assert his.request is not None
        assert (his.request.state, his.request.measure) == ("approved", "priime")
        assert his.request.approved_amount_cents == his.request.amount_cents
    assert tale.course is not None
    assert (tale.course.state, tale.course.total_hours) == ("ended", Decimal(COURSE_HOURS))
    asked = running.said("subsidies", tale.hires[0].candidate_id, "french_course_approved")
    assert [row["data"]["hours"] for row in asked] == [COURSE_HOURS]
    trained = running.said("intake", tale.employer_id, "company_training_held")
    assert [(row["data"]["topic"], row["data"]["attended"]) for row in trained] == [
        ("intercultural_communication", TEAM)
    ]
