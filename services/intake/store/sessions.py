"""Sessions of workshops (for candidates) and of training (for companies), and who is enrolled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from shared.db import Tx
from shared.errors import NotFound


@dataclass(frozen=True)
class Session:
    session_id: UUID
    position: int
    topic: str
    partner_id: UUID | None  # who runs it; None: the programme itself
    held_on: date
    minutes: int
    places: int | None  # None: no limit
    taken: int

    @property
    def places_left(self) -> int | None:
        return None if self.places is None else max(self.places - self.taken, 0)


@dataclass(frozen=True)
class Attendance:
    """One person in one workshop. ``attended`` is None until somebody says so."""

    attendance_id: UUID
    session_id: UUID
    candidate_id: UUID
    file_number: str | None
    attended: bool | None


@dataclass(frozen=True)
class CompanyPlace:
    """One company in one training; ``attended``: how many of its ``persons`` were there."""

    enrolment_id: UUID
    session_id: UUID
    employer_id: UUID
    persons: int
    attended: int | None


_SELECT = """SELECT s.session_id, s.position, s.topic, s.partner_id, s.held_on, s.minutes, s.places,
    CASE s.kind WHEN 'workshop' THEN (SELECT count(*) FROM workshop_enrolments e WHERE e.session_id = s.session_id)
      ELSE (SELECT coalesce(sum(e.persons), 0) FROM training_enrolments e WHERE e.session_id = s.session_id)
    END AS taken FROM sessions s """


def add_session(
    tx: Tx, kind: str, topic: str, partner_id: UUID | None, held_on: date, minutes: int, places: int
) -> UUID:
    session_id = uuid4()
    tx.run(
        """INSERT INTO sessions (session_id, kind, topic, partner_id, held_on, minutes, places, created_by)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""",
        (session_id, kind, topic, partner_id, held_on, minutes, places, tx.cause.actor),
    )
    return session_id


def find_or_add_reported(tx: Tx, topic: str, partner_id: UUID, held_on: date, minutes: int) -> UUID:
    """The workshop of which a partner tells after it was held; persons of the same day and topic were in the same."""
    session_id: UUID = tx.value(
        """INSERT INTO sessions (session_id, kind, topic, partner_id, held_on, minutes, reported, created_by)
           VALUES (%s, 'workshop', %s, %s, %s, %s, true, %s)
           ON CONFLICT (partner_id, topic, held_on, minutes) WHERE reported DO UPDATE SET topic = excluded.topic
           RETURNING session_id""",
        (uuid4(), topic, partner_id, held_on, minutes, tx.cause.actor),
    )
    return session_id


def get_session(tx: Tx, kind: str, session_id: UUID) -> Session:
    found = tx.row(Session, _SELECT + "WHERE s.kind = %s AND s.session_id = %s", (kind, session_id))
    if found is None:
        raise NotFound()
    return found


def lock_session(tx: Tx, kind: str, session_id: UUID) -> Session:
    """The session as it stands under the lock of its row: nobody else enrols until the transaction ends."""
    tx.run("SELECT FROM sessions WHERE session_id = %s FOR UPDATE", (session_id,))
    return get_session(tx, kind, session_id)


def list_sessions(tx: Tx, kind: str, *, from_on: date, after: tuple[date, int] | None, limit: int) -> list[Session]:
    """Soonest first from a day on (keyset by day and position)."""
    day, position = after or (None, None)
    return tx.rows(
        Session,
        _SELECT
        + """WHERE s.kind = %(kind)s AND s.held_on >= %(from)s AND NOT s.reported
               AND (%(day)s::date IS NULL OR (s.held_on, s.position) > (%(day)s::date, %(position)s::bigint))
             ORDER BY s.held_on, s.position LIMIT %(limit)s""",
        {"kind": kind, "from": from_on, "day": day, "position": position, "limit": limit},
    )


def add_attendance(tx: Tx, session_id: UUID, candidate_id: UUID) -> None:
    tx.run(
        "INSERT INTO workshop_enrolments VALUES (%s, %s, %s, %s, NULL)",
        (uuid4(), session_id, candidate_id, tx.now),
    )


def find_attendance(tx: Tx, session_id: UUID, candidate_id: UUID) -> Attendance | None:
    return next((a for a in list_attendances(tx, session_id) if a.candidate_id == candidate_id), None)


def list_attendances(tx: Tx, session_id: UUID) -> list[Attendance]:
    return tx.rows(
        Attendance,
        """SELECT e.attendance_id, e.session_id, e.candidate_id, c.file_number, e.attended
           FROM workshop_enrolments e JOIN candidates c USING (candidate_id)
           WHERE e.session_id = %s ORDER BY e.enrolled_at, e.attendance_id""",
        (session_id,),
    )


def set_attended(tx: Tx, attendance_id: UUID, attended: bool) -> None:
    tx.run("UPDATE workshop_enrolments SET attended = %s WHERE attendance_id = %s", (attended, attendance_id))


def remove_attendance(tx: Tx, attendance_id: UUID) -> None:
    tx.run("DELETE FROM workshop_enrolments WHERE attendance_id = %s", (attendance_id,))


def add_company(tx: Tx, session_id: UUID, employer_id: UUID, persons: int) -> None:
    tx.run(
        "INSERT INTO training_enrolments VALUES (%s, %s, %s, %s, NULL, %s)",
        (uuid4(), session_id, employer_id, persons, tx.now),
    )


def list_companies(tx: Tx, session_id: UUID) -> list[CompanyPlace]:
    return tx.rows(
        CompanyPlace,
        """SELECT enrolment_id, session_id, employer_id, persons, attended FROM training_enrolments
           WHERE session_id = %s ORDER BY enrolled_at, enrolment_id""",
        (session_id,),
    )


def set_company_attended(tx: Tx, enrolment_id: UUID, attended: int) -> None:
    tx.run("UPDATE training_enrolments SET attended = %s WHERE enrolment_id = %s", (attended, enrolment_id))


def remove_company(tx: Tx, enrolment_id: UUID) -> None:
    tx.run("DELETE FROM training_enrolments WHERE enrolment_id = %s", (enrolment_id,))


def find_companies_places(tx: Tx, session_ids: Sequence[UUID], employer_id: UUID) -> dict[UUID, CompanyPlace]:
    """The places of one company in each of these sessions."""
    rows = tx.rows(
        CompanyPlace,
        """SELECT enrolment_id, session_id, employer_id, persons, attended FROM training_enrolments
           WHERE session_id = ANY(%s) AND employer_id = %s""",
        (list(session_ids), employer_id),
    )
    return {row.session_id: row for row in rows}
