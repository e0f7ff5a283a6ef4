"""An advisor and a candidate work together: who answers for her, the plan both agree on, coaching."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

from services.intake.domain.accompaniment import check_coaching, check_plan, plan_agreed_already
from services.intake.domain.referrals import not_admitted
from services.intake.store import accompaniment, candidates
from services.intake.store.accompaniment import Coaching, Plan
from services.intake.store.candidates import Candidate
from shared import clock
from shared.db import Tx
from shared.errors import Invalid
from shared.events.intake import ActionPlanAgreed, AdvisorAssigned, CoachingHeld
from shared.messaging.outbox import publish


def assign_advisor(tx: Tx, candidate_id: UUID, advisor_id: UUID) -> Candidate:
    """Another advisor answers for an admitted person; the same again changes nothing. Raises NotFound, NotAdmitted."""
    candidate = _lock_admitted(tx, candidate_id)
    if candidate.advisor_id != advisor_id:
        accompaniment.assign_advisor(tx, candidate_id, advisor_id)
        publish(tx, AdvisorAssigned(candidate_id=candidate_id, advisor_id=advisor_id))
    return replace(candidate, advisor_id=advisor_id)


def propose_plan(
    tx: Tx,
    candidate_id: UUID,
    advisor_id: UUID,
    goal_occupation: str | None,
    steps: tuple[str, ...],
    agreed_on: date | None,
) -> Plan:
    """An advisor writes a plan. ``agreed_on``: she agreed that day, in the advisor's presence; None: she will by
    herself (agree_plan). Raises NotFound, NotAdmitted, Invalid."""
    today = clock.local_date(tx.now)
    if problems := check_plan(goal_occupation, steps, agreed_on, today):
        raise Invalid(*problems)
    _lock_admitted(tx, candidate_id)
    plan = Plan(uuid4(), candidate_id, advisor_id, goal_occupation, tuple(dict.fromkeys(steps)), today, agreed_on)
    accompaniment.add_plan(tx, plan)
    if agreed_on:
        _say_agreed(tx, plan, agreed_on)
    return plan


def agree_plan(tx: Tx, candidate_id: UUID, plan_id: UUID) -> Plan:
    """The candidate agrees to what her advisor proposed. Raises NotFound, NotAdmitted, PlanAlreadyAgreed."""
    _lock_admitted(tx, candidate_id)
    plan = accompaniment.get_plan(tx, candidate_id, plan_id)
    if plan.agreed_on:
        raise plan_agreed_already()
    today = clock.local_date(tx.now)
    accompaniment.agree_plan(tx, plan_id, today)
    _say_agreed(tx, plan, today)
    return replace(plan, agreed_on=today)


def _say_agreed(tx: Tx, plan: Plan, agreed_on: date) -> None:
    assert plan.advisor_id is not None, "only an erasure removes it"
    publish(
        tx,
        ActionPlanAgreed(
            plan_id=plan.plan_id,
            candidate_id=plan.candidate_id,
            advisor_id=plan.advisor_id,
            agreed_on=agreed_on,
            goal_occupation=plan.goal_occupation,
            steps=tuple(plan.steps),
        ),
    )


def record_coaching(
    tx: Tx, candidate_id: UUID, advisor_id: UUID, held_on: date, minutes: int, topics: tuple[str, ...]
) -> Coaching:
    """A coaching session took place. Raises NotFound, NotAdmitted, Invalid."""
    if problems := check_coaching(held_on, minutes, topics, clock.local_date(tx.now)):
        raise Invalid(*problems)
    _lock_admitted(tx, candidate_id)
    held = Coaching(uuid4(), candidate_id, advisor_id, held_on, minutes, tuple(dict.fromkeys(topics)))
    accompaniment.add_coaching(tx, held)
    publish(
        tx,
        CoachingHeld(
            coaching_id=held.coaching_id,
            candidate_id=candidate_id,
            advisor_id=advisor_id,
            held_on=held_on,
            minutes=minutes,
            topics=tuple(held.topics),
        ),
    )
    return held


def _lock_admitted(tx: Tx, candidate_id: UUID) -> Candidate:
    tx.lock(str(candidate_id))
    candidate = candidates.get_candidate(tx, candidate_id)
    if candidate.status != "admitted":
        raise not_admitted()
    return candidate
