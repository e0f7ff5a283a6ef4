"""Accompaniment: who answers for a candidate, her action plan, coaching, and an advisor's people."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from services.intake.api.access import advisor_of, cursor, note_read, only_own_file, read_cursor
from services.intake.api.candidates import CandidateView
from services.intake.api.facts import Minutes, Occupation
from services.intake.api.unkept import NotedReads
from services.intake.domain.accompaniment import stage_of
from services.intake.domain.codes import CoachingTopic, PlanStep
from services.intake.handlers import accompaniment as handlers
from services.intake.store import accompaniment, candidates
from shared import clock
from shared.http import AN_ID, Caller, Commands, Reads, Role, Sent, Shown, allow, example

router = APIRouter(tags=["accompaniment"])
Advisors = Annotated[Caller, allow(Role.ADVISOR)]
Readers = Annotated[Caller, allow(Role.ADVISOR, Role.RETENTION_ADVISOR, Role.MANAGER, Role.CANDIDATE)]


class AssignAdvisor(Sent, json_schema_extra=example(advisor_id=AN_ID)):
    advisor_id: UUID


class ProposePlan(
    Sent, json_schema_extra=example(goal_occupation="21222", steps=["cv", "interview"], agreed_on="2026-03-02")
):
    """``agreed_on``: the day on which she agreed, with the advisor; null when she is to agree by herself."""

    goal_occupation: Occupation | None = None
    steps: Annotated[tuple[PlanStep, ...], Field(max_length=20)]
    agreed_on: date | None = None
    advisor_id: UUID | None = None  # the caller when not given


class PlanView(Shown):
    """``agreed_on``: null until both have agreed."""

    plan_id: UUID
    candidate_id: UUID
    advisor_id: UUID | None
    goal_occupation: str | None
    steps: tuple[str, ...]
    proposed_on: date
    agreed_on: date | None


class RecordCoaching(Sent, json_schema_extra=example(held_on="2026-03-02", minutes=60, topics=["interview"])):
    held_on: date
    minutes: Minutes
    topics: Annotated[tuple[CoachingTopic, ...], Field(max_length=20)]
    advisor_id: UUID | None = None  # the caller when not given


class CoachingView(Shown):
    coaching_id: UUID
    candidate_id: UUID
    advisor_id: UUID | None
    held_on: date
    minutes: int
    topics: tuple[str, ...]


class WorkshopOfHersView(Shown):
    """``attended``: null until somebody says so."""

    attendance_id: UUID
    session_id: UUID
    topic: str
    partner_id: UUID | None
    held_on: date
    minutes: int
    attended: bool | None


class AccompanimentView(Shown):
    """Each list latest first."""

    candidate_id: UUID
    advisor_id: UUID | None
    plans: list[PlanView]
    coaching: list[CoachingView]
    workshops: list[WorkshopOfHersView]


class MyPersonView(Shown):
    """``stage``: admitted | preparing | hired | withdrawn, as far as intake knows; ``since``: the day it began."""

    candidate_id: UUID
    file_number: str | None
    advisor_id: UUID | None
    admitted_on: date
    stage: str
    since: date | None
    age_days: int | None
    plan_agreed_on: date | None
    coaching_sessions: int
    last_coaching_on: date | None
    workshops_attended: int


class MyPeopleView(Shown):
    people: list[MyPersonView]
    next_after: str | None


@router.put("/v1/candidates/{candidate_id}/advisor", dependencies=[allow(Role.ADVISOR, Role.MANAGER)])
def assign_advisor(candidate_id: UUID, body: AssignAdvisor, command: Commands) -> CandidateView:
    """Says which advisor answers for a candidate from now on."""
    return command.run(
        CandidateView,
        lambda tx: CandidateView.model_validate(handlers.assign_advisor(tx, candidate_id, body.advisor_id)),
    )


@router.post("/v1/candidates/{candidate_id}/action-plans", status_code=201)
def propose_plan(candidate_id: UUID, body: ProposePlan, command: Commands, caller: Advisors) -> PlanView:
    """An action plan with its steps; agreed at once when she said yes on a day, else by herself later."""
    advisor_id = body.advisor_id or advisor_of(caller)
    return command.run(
        PlanView,
        lambda tx: PlanView.model_validate(
            handlers.propose_plan(tx, candidate_id, advisor_id, body.goal_occupation, body.steps, body.agreed_on)
        ),
    )


@router.post("/v1/candidates/{candidate_id}/action-plans/{plan_id}/agreement")
def agree_plan(
    candidate_id: UUID, plan_id: UUID, command: Commands, caller: Annotated[Caller, allow(Role.CANDIDATE)]
) -> PlanView:
    """By herself."""
    only_own_file(caller, candidate_id)
    return command.run(PlanView, lambda tx: PlanView.model_validate(handlers.agree_plan(tx, candidate_id, plan_id)))


@router.post("/v1/candidates/{candidate_id}/coaching", status_code=201)
def record_coaching(candidate_id: UUID, body: RecordCoaching, command: Commands, caller: Advisors) -> CoachingView:
    """A coaching session that was held, by the caller or the advisor who is named."""
    advisor_id = body.advisor_id or advisor_of(caller)
    return command.run(
        CoachingView,
        lambda tx: CoachingView.model_validate(
            handlers.record_coaching(tx, candidate_id, advisor_id, body.held_on, body.minutes, body.topics)
        ),
    )


@router.get("/v1/candidates/{candidate_id}/accompaniment")
def get_accompaniment(candidate_id: UUID, read: NotedReads, caller: Readers) -> AccompanimentView:
    """Her advisor, plans, coaching sessions and workshops. It is noted."""
    only_own_file(caller, candidate_id)
    with read.transaction() as tx:
        candidate = candidates.get_candidate(tx, candidate_id)
        note_read(tx, caller, candidate_id)
        return AccompanimentView(
            candidate_id=candidate_id,
            advisor_id=candidate.advisor_id,
            plans=[PlanView.model_validate(p) for p in accompaniment.list_plans(tx, candidate_id)],
            coaching=[CoachingView.model_validate(c) for c in accompaniment.list_coaching(tx, candidate_id)],
            workshops=[WorkshopOfHersView.model_validate(w) for w in accompaniment.list_workshops(tx, candidate_id)],
        )


@router.get("/v1/candidates")
def list_people(
    read: Reads,
    caller: Annotated[Caller, allow(Role.ADVISOR, Role.MANAGER)],
    advisor_id: UUID | None = None,
    after: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> MyPeopleView:
    """Admitted people, longest in the programme first: an advisor's own, or those of the one who is named; a manager's
    list is of all until one is named."""
    if advisor_id is None and caller.role == Role.ADVISOR:
        advisor_id = advisor_of(caller)
    with read.transaction() as tx:
        page = accompaniment.list_accompanied(tx, advisor_id=advisor_id, after=read_cursor(after, UUID), limit=limit)
        today = clock.local_date(tx.now)
        return MyPeopleView(
            people=[_show(person, today) for person in page],
            next_after=cursor(page[-1].admitted_on, page[-1].candidate_id) if len(page) == limit else None,
        )


def _show(person: accompaniment.Accompanied, today: date) -> MyPersonView:
    stage = stage_of(person.status, plan_agreed=person.plan_agreed_on is not None, hired=person.hired)
    since = {"hired": person.hired_on, "preparing": person.plan_agreed_on, "admitted": person.admitted_on}.get(stage)
    if since and person.ended_on and stage != "hired":
        since = max(since, person.ended_on)  # she is back since then
    return MyPersonView(
        candidate_id=person.candidate_id,
        file_number=person.file_number,
        advisor_id=person.advisor_id,
        admitted_on=person.admitted_on,
        stage=stage,
        since=since,
        age_days=(today - since).days if since else None,
        plan_agreed_on=person.plan_agreed_on,
        coaching_sessions=person.coaching_sessions,
        last_coaching_on=person.last_coaching_on,
        workshops_attended=person.workshops_attended,
    )
