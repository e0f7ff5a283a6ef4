"""Training of companies: sessions with places, enrolment, attendance."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AfterValidator, Field

from services.intake.api.access import (
    cursor,
    only_own_company,
    organisation_of,
    partner_of,
    partner_speaking,
    read_cursor,
)
from services.intake.api.facts import Minutes, Whole
from services.intake.domain.codes import TrainingTopic
from services.intake.handlers import trainings as handlers
from services.intake.store import sessions
from shared import clock
from shared.db import Tx
from shared.errors import NotFound
from shared.http import AN_ID, Caller, Commands, Day, Reads, Role, Sent, Shown, allow, example, unfit

router = APIRouter(tags=["trainings"])
Runners = Annotated[Caller, allow(Role.PARTNER, Role.LIAISON, Role.MANAGER)]
Enrollers = Annotated[Caller, allow(Role.LIAISON, Role.EMPLOYER)]
Persons = Annotated[int, Field(ge=1, le=500)]


class OpenTraining(
    Sent, json_schema_extra=example(topic="diversity_management", held_on="2026-04-15", minutes=180, places=30)
):
    """``partner_id``: who gives it; the programme itself when not given. A partner opens its own."""

    topic: TrainingTopic
    partner_id: UUID | None = None
    held_on: date
    minutes: Minutes
    places: Whole  # of persons


class CompanyPlaceView(Shown):
    """``persons``: the places it takes; ``attended``: how many came, null until somebody says so."""

    enrolment_id: UUID
    session_id: UUID
    employer_id: UUID
    persons: int
    attended: int | None


class TrainingView(Shown):
    session_id: UUID
    topic: str
    partner_id: UUID | None
    held_on: date
    minutes: int
    places: int | None
    places_left: int | None
    own: CompanyPlaceView | None = None  # the employer's who asks


class TrainingsView(Shown):
    """``next_after`` asks for the following page; None on the last one."""

    trainings: list[TrainingView]
    next_after: str | None


class TrainingRollView(TrainingView):
    companies: list[CompanyPlaceView]


class EnrolCompany(Sent, json_schema_extra=example(employer_id=AN_ID, persons=4)):
    employer_id: UUID
    persons: Persons


class CompanyAttended(Sent):
    employer_id: UUID
    attended: Annotated[int, Field(ge=0, le=500)]  # persons who were there


def _each_once(companies: tuple[CompanyAttended, ...]) -> tuple[CompanyAttended, ...]:
    if len({c.employer_id for c in companies}) < len(companies):
        raise unfit("named_twice", "Nommez chaque entreprise une seule fois.", "Name each company only once.")
    return companies


class RecordCompanyAttendance(Sent, json_schema_extra=example(companies=[{"employer_id": AN_ID, "attended": 3}])):
    companies: Annotated[tuple[CompanyAttended, ...], Field(min_length=1, max_length=500), AfterValidator(_each_once)]


@router.post("/v1/trainings", status_code=201)
def open_training(body: OpenTraining, command: Commands, caller: Runners) -> TrainingView:
    """A training session for companies, with places."""
    partner_id = partner_speaking(caller, body.partner_id)
    return command.run(
        TrainingView,
        lambda tx: _show(handlers.open_training(tx, body.topic, partner_id, body.held_on, body.minutes, body.places)),
    )


@router.get("/v1/trainings")
def list_trainings(
    read: Reads,
    caller: Annotated[Caller, allow(Role.PARTNER, Role.LIAISON, Role.ADVISOR, Role.MANAGER, Role.EMPLOYER)],
    from_on: Day | None = None,
    after: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> TrainingsView:
    """Soonest first, from a day on (today when not given)."""
    with read.transaction() as tx:
        day = from_on or clock.local_date(tx.now)
        page = sessions.list_sessions(tx, handlers.KIND, from_on=day, after=read_cursor(after, int), limit=limit)
        own: dict[UUID, sessions.CompanyPlace] = {}
        if caller.role == Role.EMPLOYER:
            own = sessions.find_companies_places(tx, [s.session_id for s in page], organisation_of(caller))
        return TrainingsView(
            trainings=[_show(session, own.get(session.session_id)) for session in page],
            next_after=cursor(page[-1].held_on, page[-1].position) if len(page) == limit else None,
        )


@router.get("/v1/trainings/{session_id}")
def get_training(session_id: UUID, read: Reads, caller: Runners) -> TrainingRollView:
    """With which companies are enrolled: for the partner that gives it, and staff."""
    with read.transaction() as tx:
        session = _of_runner(tx, caller, session_id)
        companies = sessions.list_companies(tx, session_id)
        return TrainingRollView(
            **_show(session).model_dump(), companies=[CompanyPlaceView.model_validate(c) for c in companies]
        )


@router.post("/v1/trainings/{session_id}/enrolments", status_code=201)
def enrol_company(session_id: UUID, body: EnrolCompany, command: Commands, caller: Enrollers) -> CompanyPlaceView:
    """A company itself, or its liaison for it."""
    only_own_company(caller, body.employer_id)
    return command.run(
        CompanyPlaceView,
        lambda tx: CompanyPlaceView.model_validate(
            handlers.enrol_company(tx, session_id, body.employer_id, body.persons)
        ),
    )


@router.delete("/v1/trainings/{session_id}/enrolments/{employer_id}", status_code=204)
def leave_training(session_id: UUID, employer_id: UUID, command: Commands, caller: Enrollers) -> None:
    """Gives the places of a company back."""
    only_own_company(caller, employer_id)
    command.run(None, lambda tx: handlers.leave_training(tx, session_id, employer_id))


@router.post("/v1/trainings/{session_id}/attendance")
def record_company_attendance(
    session_id: UUID, body: RecordCompanyAttendance, command: Commands, caller: Runners
) -> TrainingView:
    """By the partner that gives it, or staff."""

    def work(tx: Tx) -> TrainingView:
        _of_runner(tx, caller, session_id)
        attended = {company.employer_id: company.attended for company in body.companies}
        return _show(handlers.record_company_attendance(tx, session_id, attended))

    return command.run(TrainingView, work)


def _of_runner(tx: Tx, caller: Caller, session_id: UUID) -> sessions.Session:
    """Raises NotFound for a partner that does not give it."""
    session = sessions.get_session(tx, handlers.KIND, session_id)
    if caller.role == Role.PARTNER and session.partner_id != partner_of(caller):
        raise NotFound()
    return session


def _show(session: sessions.Session, own: sessions.CompanyPlace | None = None) -> TrainingView:
    return TrainingView(
        session_id=session.session_id,
        topic=session.topic,
        partner_id=session.partner_id,
        held_on=session.held_on,
        minutes=session.minutes,
        places=session.places,
        places_left=session.places_left,
        own=CompanyPlaceView.model_validate(own) if own else None,
    )
