"""Preparation workshops: sessions with places, enrolment, attendance."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from services.intake.api.access import (
    cursor,
    only_own_file,
    only_those_it_referred,
    partner_of,
    partner_speaking,
    read_cursor,
)
from services.intake.api.facts import Minutes, Whole
from services.intake.domain.codes import Workshop
from services.intake.handlers import workshops as handlers
from services.intake.store import sessions
from shared import clock
from shared.db import Tx
from shared.errors import NotFound
from shared.http import AN_ID, ANOTHER_ID, Caller, Commands, Day, Reads, Role, Sent, Shown, allow, example

router = APIRouter(tags=["workshops"])
Runners = Annotated[Caller, allow(Role.PARTNER, Role.ADVISOR, Role.MANAGER)]
Enrollers = Annotated[Caller, allow(Role.PARTNER, Role.ADVISOR, Role.CANDIDATE)]
People = Annotated[tuple[UUID, ...], Field(max_length=500)]


class OpenWorkshop(Sent, json_schema_extra=example(workshop="cv", held_on="2026-04-15", minutes=120, places=12)):
    """``partner_id``: who runs it; the programme itself when not given. A partner opens its own."""

    workshop: Workshop
    partner_id: UUID | None = None
    held_on: date
    minutes: Minutes
    places: Whole


class WorkshopView(Shown):
    """``places`` and ``places_left``: null without a limit."""

    session_id: UUID
    workshop: str
    partner_id: UUID | None
    held_on: date
    minutes: int
    places: int | None
    places_left: int | None


class WorkshopsView(Shown):
    """``next_after`` asks for the following page; None on the last one."""

    workshops: list[WorkshopView]
    next_after: str | None


class EnrolledView(Shown):
    """``attended``: null until somebody says so."""

    attendance_id: UUID
    session_id: UUID
    candidate_id: UUID
    file_number: str | None
    attended: bool | None


class WorkshopRollView(WorkshopView):
    enrolled: list[EnrolledView]


class EnrolCandidate(Sent, json_schema_extra=example(candidate_id=AN_ID)):
    candidate_id: UUID


class RecordAttendance(Sent, json_schema_extra=example(attended=[AN_ID], absent=[ANOTHER_ID])):
    attended: People = ()
    absent: People = ()


@router.post("/v1/workshops", status_code=201)
def open_workshop(body: OpenWorkshop, command: Commands, caller: Runners) -> WorkshopView:
    """A workshop session, with places."""
    partner_id = partner_speaking(caller, body.partner_id)
    return command.run(
        WorkshopView,
        lambda tx: _show(
            handlers.open_workshop(tx, body.workshop, partner_id, body.held_on, body.minutes, body.places)
        ),
    )


@router.get(
    "/v1/workshops",
    dependencies=[allow(Role.PARTNER, Role.ADVISOR, Role.RETENTION_ADVISOR, Role.MANAGER, Role.CANDIDATE)],
)
def list_workshops(
    read: Reads,
    from_on: Day | None = None,
    after: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> WorkshopsView:
    """Soonest first, from a day on (today when not given)."""
    with read.transaction() as tx:
        day = from_on or clock.local_date(tx.now)
        page = sessions.list_sessions(tx, handlers.KIND, from_on=day, after=read_cursor(after, int), limit=limit)
        return WorkshopsView(
            workshops=[_show(session) for session in page],
            next_after=cursor(page[-1].held_on, page[-1].position) if len(page) == limit else None,
        )


@router.get("/v1/workshops/{session_id}")
def get_workshop(session_id: UUID, read: Reads, caller: Runners) -> WorkshopRollView:
    """With who is enrolled: for the partner that runs it, and staff."""
    with read.transaction() as tx:
        session = _of_runner(tx, caller, session_id)
        enrolled = sessions.list_attendances(tx, session_id)
        return WorkshopRollView(
            **_show(session).model_dump(), enrolled=[EnrolledView.model_validate(a) for a in enrolled]
        )


@router.post("/v1/workshops/{session_id}/enrolments", status_code=201)
def enrol_candidate(session_id: UUID, body: EnrolCandidate, command: Commands, caller: Enrollers) -> EnrolledView:
    """A partner enrols those it referred, a candidate herself."""
    only_own_file(caller, body.candidate_id)

    def work(tx: Tx) -> EnrolledView:
        only_those_it_referred(tx, caller, body.candidate_id)
        return EnrolledView.model_validate(handlers.enrol_candidate(tx, session_id, body.candidate_id))

    return command.run(EnrolledView, work)


@router.delete("/v1/workshops/{session_id}/enrolments/{candidate_id}", status_code=204)
def leave_workshop(session_id: UUID, candidate_id: UUID, command: Commands, caller: Enrollers) -> None:
    """Gives a place back."""
    only_own_file(caller, candidate_id)

    def work(tx: Tx) -> None:
        only_those_it_referred(tx, caller, candidate_id)
        handlers.leave_workshop(tx, session_id, candidate_id)

    command.run(None, work)


@router.post("/v1/workshops/{session_id}/attendance")
def record_attendance(session_id: UUID, body: RecordAttendance, command: Commands, caller: Runners) -> WorkshopView:
    """Of some or of all who are enrolled; by the partner that runs it, or staff."""

    def work(tx: Tx) -> WorkshopView:
        _of_runner(tx, caller, session_id)
        attended, absent = tuple(dict.fromkeys(body.attended)), tuple(dict.fromkeys(body.absent))
        return _show(handlers.record_attendance(tx, session_id, attended, absent))

    return command.run(WorkshopView, work)


def _of_runner(tx: Tx, caller: Caller, session_id: UUID) -> sessions.Session:
    """Raises NotFound for a partner that does not run it."""
    session = sessions.get_session(tx, handlers.KIND, session_id)
    if caller.role == Role.PARTNER and session.partner_id != partner_of(caller):
        raise NotFound()
    return session


def _show(session: sessions.Session) -> WorkshopView:
    return WorkshopView(
        session_id=session.session_id,
        workshop=session.topic,
        partner_id=session.partner_id,
        held_on=session.held_on,
        minutes=session.minutes,
        places=session.places,
        places_left=session.places_left,
    )
