"""Preparation workshops for candidates, run by a partner or the programme: sessions, places, attendance."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.intake.domain.accompaniment import check_minutes, check_past_day
from services.intake.domain.sessions import (
    check_enrolment,
    check_held,
    check_not_over,
    not_enrolled,
)
from services.intake.handlers.sessions import open_session
from services.intake.store import candidates, sessions
from services.intake.store.sessions import Attendance, Session
from shared import clock
from shared.db import Tx
from shared.errors import Invalid, NotFound, Problem, Refused
from shared.events.intake import WorkshopAttended
from shared.messaging.outbox import publish

KIND = "workshop"


class PersonNotAccompanied(Refused):
    """The person's referral was closed, or she left: nobody prepares her for work here."""


def open_workshop(tx: Tx, topic: str, partner_id: UUID | None, held_on: date, minutes: int, places: int) -> Session:
    """Raises Invalid."""
    return open_session(tx, KIND, topic, partner_id, held_on, minutes, places)


def enrol_candidate(tx: Tx, session_id: UUID, candidate_id: UUID) -> Attendance:
    """A place for a person; the same again is the same place. Raises NotFound, SessionFull, SessionOver,
    PersonNotAccompanied."""
    _lock_accompanied(tx, candidate_id)
    session = sessions.lock_session(tx, KIND, session_id)
    if standing := sessions.find_attendance(tx, session_id, candidate_id):
        return standing
    check_enrolment(session.held_on, session.places, session.taken, 1, clock.local_date(tx.now))
    sessions.add_attendance(tx, session_id, candidate_id)
    return _get(tx, session_id, candidate_id)


def leave_workshop(tx: Tx, session_id: UUID, candidate_id: UUID) -> None:
    """Her place is free again. Raises NotFound, SessionOver."""
    tx.lock(str(candidate_id))
    session = sessions.lock_session(tx, KIND, session_id)
    check_not_over(session.held_on, clock.local_date(tx.now))
    standing = _get(tx, session_id, candidate_id)
    if standing.attended:
        raise _attended_already("")
    sessions.remove_attendance(tx, standing.attendance_id)


def record_attendance(tx: Tx, session_id: UUID, attended: Sequence[UUID], absent: Sequence[UUID]) -> Session:
    """Who was there and who was not; told again without effect. Raises NotFound, NotHeldYet, or Invalid with every
    problem."""
    tx.lock(*(str(candidate_id) for candidate_id in (*attended, *absent)))
    session = sessions.lock_session(tx, KIND, session_id)
    check_held(session.held_on, clock.local_date(tx.now))
    enrolled = {a.candidate_id: a for a in sessions.list_attendances(tx, session_id) if a.file_number is not None}
    told = [(f"/attended/{n}", id_, True) for n, id_ in enumerate(attended)]
    told += [(f"/absent/{n}", id_, False) for n, id_ in enumerate(absent)]
    problems = [not_enrolled(at) for at, id_, _ in told if id_ not in enrolled]
    for at, id_, was_there in told:
        if not was_there and id_ in enrolled and (enrolled[id_].attended or id_ in attended):
            problems += _attended_already(at).problems
    if problems:
        raise Invalid(*problems)
    for _, id_, was_there in told:
        _note(tx, session, enrolled[id_], was_there)
    return sessions.get_session(tx, KIND, session_id)


def report_attendance(tx: Tx, partner_id: UUID, candidate_id: UUID, workshop: str, held_on: date, minutes: int) -> UUID:
    """A partner tells of a workshop that it held and that nobody had announced; the attendance's id, the same when told
    again. Raises NotFound, PersonNotAccompanied, Invalid."""
    problems = check_past_day(held_on, clock.local_date(tx.now), "/held_on") + check_minutes(minutes, "/minutes")
    if problems:
        raise Invalid(*problems)
    _lock_accompanied(tx, candidate_id)
    session_id = sessions.find_or_add_reported(tx, workshop, partner_id, held_on, minutes)
    return _attend(tx, sessions.lock_session(tx, KIND, session_id), candidate_id)


def report_attendance_at(tx: Tx, partner_id: UUID, candidate_id: UUID, session_id: UUID) -> UUID:
    """The same for a session that was announced, by the partner that ran it. Raises NotFound, NotHeldYet, SessionFull,
    PersonNotAccompanied."""
    _lock_accompanied(tx, candidate_id)
    session = sessions.lock_session(tx, KIND, session_id)
    if session.partner_id != partner_id:
        raise NotFound()
    check_held(session.held_on, clock.local_date(tx.now))
    return _attend(tx, session, candidate_id)


def _attend(tx: Tx, session: Session, candidate_id: UUID) -> UUID:
    if not sessions.find_attendance(tx, session.session_id, candidate_id):
        check_enrolment(session.held_on, session.places, session.taken, 1, session.held_on)
        sessions.add_attendance(tx, session.session_id, candidate_id)
    place = _get(tx, session.session_id, candidate_id)
    _note(tx, session, place, True)
    return place.attendance_id


def _note(tx: Tx, session: Session, place: Attendance, was_there: bool) -> None:
    """Publishes once, when it first becomes known that she was there."""
    sessions.set_attended(tx, place.attendance_id, was_there)
    if was_there and not place.attended:
        publish(
            tx,
            WorkshopAttended(
                attendance_id=place.attendance_id,
                session_id=session.session_id,
                candidate_id=place.candidate_id,
                partner_id=session.partner_id,
                workshop=session.topic,
                held_on=session.held_on,
                minutes=session.minutes,
            ),
        )


def _get(tx: Tx, session_id: UUID, candidate_id: UUID) -> Attendance:
    found = sessions.find_attendance(tx, session_id, candidate_id)
    if found is None:
        raise NotFound()
    return found


def _lock_accompanied(tx: Tx, candidate_id: UUID) -> None:
    """Workshops begin before the admission: a community body runs them for whom it will pass on."""
    tx.lock(str(candidate_id))
    if candidates.get_candidate(tx, candidate_id).status not in ("referred", "admitted"):
        raise PersonNotAccompanied(
            Problem(
                "", "not_accompanied", "Cette personne n'est plus accompagnée.", "This person is no longer accompanied."
            )
        )


def _attended_already(at: str) -> Refused:
    return Refused(
        Problem(at, "attended_already", "Sa présence est déjà notée.", "The person is noted as present already.")
    )
