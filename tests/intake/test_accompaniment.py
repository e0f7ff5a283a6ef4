from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.intake.domain.accompaniment import PlanAlreadyAgreed, stage_of
from services.intake.domain.referrals import NotAdmitted
from services.intake.handlers.accompaniment import agree_plan, assign_advisor, propose_plan, record_coaching
from services.intake.handlers.erasure import erase_candidate
from services.intake.store import accompaniment
from shared import clock
from shared.db import Tx
from shared.errors import Invalid, NotFound
from shared.events.intake import ActionPlanAgreed, AdvisorAssigned, CoachingHeld
from tests.databases import attempt, published
from tests.intake.people import ADVISOR, admitted, refer, rows


def test_another_advisor_answers_for_her_from_now_on(tx: Tx) -> None:
    person, other = admitted(tx).candidate_id, uuid4()
    assign_advisor(tx, person, other)
    assign_advisor(tx, person, other)  # nothing to do
    assert published(tx, AdvisorAssigned) == [AdvisorAssigned(candidate_id=person, advisor_id=other)]
    with pytest.raises(NotAdmitted):
        assign_advisor(tx, refer(tx).candidate_id, other)
    with pytest.raises(NotFound):
        assign_advisor(tx, uuid4(), other)


def test_a_plan_agreed_in_a_meeting_is_said_at_once(tx: Tx) -> None:
    person, today = admitted(tx).candidate_id, clock.local_date(tx.now)
    plan = propose_plan(tx, person, ADVISOR, "11101", ("cv", "french", "cv"), today)
    assert published(tx, ActionPlanAgreed) == [
        ActionPlanAgreed(
            plan_id=plan.plan_id,
            candidate_id=person,
            advisor_id=ADVISOR,
            agreed_on=today,
            goal_occupation="11101",
            steps=("cv", "french"),
        )
    ]


def test_a_plan_is_agreed_when_both_have_said_yes(tx: Tx) -> None:
    person = admitted(tx).candidate_id
    plan = propose_plan(tx, person, ADVISOR, None, ("network",), None)
    assert published(tx, ActionPlanAgreed) == []
    assert agree_plan(tx, person, plan.plan_id).agreed_on == clock.local_date(tx.now)
    with pytest.raises(PlanAlreadyAgreed):
        agree_plan(tx, person, plan.plan_id)
    assert len(published(tx, ActionPlanAgreed)) == 1
    with pytest.raises(NotFound):
        agree_plan(tx, admitted(tx).candidate_id, plan.plan_id)


def test_coaching_that_took_place_is_kept_and_said(tx: Tx) -> None:
    person, today = admitted(tx).candidate_id, clock.local_date(tx.now)
    held = record_coaching(tx, person, ADVISOR, today, 45, ("interview", "confidence"))
    [said] = published(tx, CoachingHeld)
    assert isinstance(said, CoachingHeld)
    assert (said.coaching_id, said.minutes, said.topics) == (held.coaching_id, 45, ("interview", "confidence"))


def test_every_problem_of_plan_and_coaching_is_found_at_once_and_nothing_kept(tx: Tx) -> None:
    person, tomorrow = admitted(tx).candidate_id, clock.local_date(tx.now) + timedelta(days=1)
    with pytest.raises(Invalid) as plan:
        attempt(tx, lambda inner: propose_plan(inner, person, ADVISOR, "x", (), tomorrow))
    assert [p.pointer for p in plan.value.problems] == ["/goal_occupation", "/steps", "/agreed_on"]
    with pytest.raises(Invalid) as coaching:
        attempt(tx, lambda inner: record_coaching(inner, person, ADVISOR, tomorrow, 0, ()))
    assert [p.pointer for p in coaching.value.problems] == ["/held_on", "/minutes", "/topics"]
    assert rows(tx, "action_plans") == rows(tx, "coaching") == 0


def test_who_is_not_admitted_has_no_plan_yet(tx: Tx) -> None:
    with pytest.raises(NotAdmitted):
        propose_plan(tx, refer(tx).candidate_id, ADVISOR, None, ("cv",), None)


def test_after_an_erasure_only_the_counts_stay(tx: Tx) -> None:
    person, today = admitted(tx).candidate_id, clock.local_date(tx.now)
    propose_plan(tx, person, ADVISOR, "11101", ("cv",), today)
    record_coaching(tx, person, ADVISOR, today, 45, ("interview",))
    erase_candidate(tx, person)
    [plan], [coaching] = accompaniment.list_plans(tx, person), accompaniment.list_coaching(tx, person)
    assert (plan.advisor_id, plan.goal_occupation, list(plan.steps)) == (None, None, [])
    assert (coaching.advisor_id, list(coaching.topics)) == (None, [])


def listed(tx: Tx, advisor_id: UUID | None) -> list[tuple[UUID, str]]:
    page = accompaniment.list_accompanied(tx, advisor_id=advisor_id, after=None, limit=10)
    return [(p.candidate_id, stage_of(p.status, plan_agreed=p.plan_agreed_on is not None, hired=p.hired)) for p in page]


def test_an_advisor_sees_her_people_and_where_they_stand(tx: Tx) -> None:
    today, other = clock.local_date(tx.now), uuid4()
    people = sorted(admitted(tx).candidate_id for _ in range(3))
    refer(tx)  # not admitted: in the inbox, not here
    assign_advisor(tx, people[2], other)
    propose_plan(tx, people[1], ADVISOR, None, ("cv",), today)
    assert listed(tx, ADVISOR) == [(people[0], "admitted"), (people[1], "preparing")]
    assert [one for one, _ in listed(tx, None)] == people
    rest = accompaniment.list_accompanied(tx, advisor_id=None, after=(today, people[0]), limit=1)
    assert [p.candidate_id for p in rest] == [people[1]]
