"""The programme trains companies (diversity management, intercultural communication): sessions, places, attendance."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from services.intake.domain.sessions import check_enrolment, check_held, check_not_over, not_enrolled
from services.intake.handlers.sessions import open_session
from services.intake.store import employers, sessions
from services.intake.store.sessions import CompanyPlace, Session
from shared import clock
from shared.db import Tx
from shared.errors import Invalid, NotFound, Problem, Refused
from shared.events.intake import CompanyTrainingHeld
from shared.messaging.outbox import publish

KIND = "training"


class CompanyAlreadyNoted(Refused):
    """It was said already how many of this company were there."""


def open_training(tx: Tx, topic: str, partner_id: UUID | None, held_on: date, minutes: int, places: int) -> Session:
    """Raises Invalid."""
    return open_session(tx, KIND, topic, partner_id, held_on, minutes, places)


def enrol_company(tx: Tx, session_id: UUID, employer_id: UUID, persons: int) -> CompanyPlace:
    """Places for some persons of a company; asked again with another number, that many. Raises NotFound, SessionFull,
    SessionOver."""
    tx.lock(str(employer_id))
    employers.get_employer(tx, employer_id)
    session = sessions.lock_session(tx, KIND, session_id)
    standing = _find(tx, session_id, employer_id)
    if standing and standing.persons == persons:
        return standing
    taken_by_others = session.taken - (standing.persons if standing else 0)
    check_enrolment(session.held_on, session.places, taken_by_others, persons, clock.local_date(tx.now))
    if standing and standing.attended is not None:
        raise _noted_already("")
    if standing:
        sessions.remove_company(tx, standing.enrolment_id)
    sessions.add_company(tx, session_id, employer_id, persons)
    return _get(tx, session_id, employer_id)


def leave_training(tx: Tx, session_id: UUID, employer_id: UUID) -> None:
    """Its places are free again. Raises NotFound, SessionOver."""
    tx.lock(str(employer_id))
    session = sessions.lock_session(tx, KIND, session_id)
    check_not_over(session.held_on, clock.local_date(tx.now))
    standing = _get(tx, session_id, employer_id)
    if standing.attended is not None:
        raise _noted_already("")
    sessions.remove_company(tx, standing.enrolment_id)


def record_company_attendance(tx: Tx, session_id: UUID, attended: Mapping[UUID, int]) -> Session:
    """How many persons of each company were there; 0 says none was, and publishes nothing. Told again without effect.
    Raises NotFound, NotHeldYet, or Invalid with every problem."""
    tx.lock(*(str(employer_id) for employer_id in attended))
    session = sessions.lock_session(tx, KIND, session_id)
    check_held(session.held_on, clock.local_date(tx.now))
    enrolled = {place.employer_id: place for place in sessions.list_companies(tx, session_id)}
    problems = []
    for n, (employer_id, present) in enumerate(attended.items()):
        place = enrolled.get(employer_id)
        if place is None:
            problems.append(not_enrolled(f"/companies/{n}/employer_id"))
        elif place.attended not in (None, present):
            problems += _noted_already(f"/companies/{n}/attended").problems
    if problems:
        raise Invalid(*problems)
    for employer_id, present in attended.items():
        _note(tx, session, enrolled[employer_id], present)
    return sessions.get_session(tx, KIND, session_id)


def _note(tx: Tx, session: Session, place: CompanyPlace, present: int) -> None:
    if place.attended is not None:
        return
    sessions.set_company_attended(tx, place.enrolment_id, present)
    if present:
        publish(
            tx,
            CompanyTrainingHeld(
                enrolment_id=place.enrolment_id,
                session_id=session.session_id,
                employer_id=place.employer_id,
                topic=session.topic,
                held_on=session.held_on,
                attended=present,
            ),
        )


def _find(tx: Tx, session_id: UUID, employer_id: UUID) -> CompanyPlace | None:
    return sessions.find_companies_places(tx, [session_id], employer_id).get(session_id)


def _get(tx: Tx, session_id: UUID, employer_id: UUID) -> CompanyPlace:
    found = _find(tx, session_id, employer_id)
    if found is None:
        raise NotFound()
    return found


def _noted_already(at: str) -> CompanyAlreadyNoted:
    return CompanyAlreadyNoted(
        Problem(
            at,
            "attended_already",
            "Le nombre de présents de cette entreprise est déjà noté.",
            "How many of this company were there is noted already.",
        )
    )
