"""French courses at the workplace, and the hours followed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, LiteralString
from uuid import UUID

from services.subsidies.domain.french_course import Course
from services.subsidies.store.json import as_json, put_row
from services.subsidies.store.whose import WHOSE, Whose, one_of
from shared.db import Tx
from shared.sql import columns_of

_COURSE = columns_of(Course)


def save_course(tx: Tx, course: Course) -> None:
    put_row(tx, "french_courses", "course_id", course)


def get_course(tx: Tx, course_id: UUID, whose: Whose) -> Course:
    """Raises NotFound, also for another's."""
    return one_of(_list(tx, "course_id = %(course_id)s", whose, course_id=course_id))


def list_courses(tx: Tx, whose: Whose, state: str | None, after: UUID | None, limit: int) -> list[Course]:
    """Oldest first, from the one behind ``after``."""
    return _list(
        tx,
        """(%(state)s::text IS NULL OR state = %(state)s)
           AND (%(after)s::uuid IS NULL OR (created_at, course_id)
             > (SELECT created_at, course_id FROM french_courses WHERE course_id = %(after)s))""",
        whose,
        limit,
        state=state,
        after=after,
    )


def list_open_courses(tx: Tx, candidate_id: UUID) -> list[Course]:
    return _list(tx, "candidate_id = %(candidate_id)s AND state NOT IN ('refused', 'ended')", Whose(),
                 candidate_id=candidate_id)  # fmt: skip


def find_open_course(tx: Tx, hire_id: UUID) -> Course | None:
    found = _list(tx, "hire_id = %(hire_id)s AND state NOT IN ('refused', 'ended')", Whose(), hire_id=hire_id)
    return found[0] if found else None


@dataclass(frozen=True)
class Held:
    """A session that took place."""

    number: int
    held_on: date
    hours: Decimal


def add_course_hours(tx: Tx, course_id: UUID, held_on: date, hours: Decimal, recorded_by: str) -> None:
    tx.run(
        """INSERT INTO french_course_hours (course_id, number, held_on, hours, recorded_by)
           SELECT %(course)s, count(*) + 1, %(held)s, %(hours)s, %(by)s
           FROM french_course_hours WHERE course_id = %(course)s""",
        {"course": course_id, "held": held_on, "hours": hours, "by": recorded_by},
    )


def list_course_hours(tx: Tx, course_id: UUID) -> list[Held]:
    return tx.rows(
        Held,
        "SELECT number, held_on, hours FROM french_course_hours WHERE course_id = %s ORDER BY number",
        (course_id,),
    )


@dataclass(frozen=True)
class CourseInformation:
    """One round of questions of MIFI. ``note`` and ``answer`` are free text between the two sides; they are published
    to nobody."""

    course_id: UUID
    number: int
    questions: Sequence[str]
    note: str | None
    asked_on: date
    given_on: date | None = None
    given_by: str | None = None
    answer: str | None = None


def add_course_question(tx: Tx, asked: CourseInformation) -> None:
    """Numbered as the next of its course."""
    tx.run(
        """INSERT INTO french_course_questions (course_id, number, questions, note, asked_on)
           SELECT %(course)s, count(*) + 1, %(questions)s, %(note)s, %(asked)s
           FROM french_course_questions WHERE course_id = %(course)s""",
        {
            "course": asked.course_id,
            "questions": as_json(list(asked.questions)),
            "note": asked.note,
            "asked": asked.asked_on,
        },
    )


def answer_course_question(tx: Tx, course_id: UUID, given_on: date, given_by: str, answer: str | None) -> None:
    """Of the round that stands open."""
    tx.run(
        """UPDATE french_course_questions SET given_on = %s, given_by = %s, answer = %s
           WHERE course_id = %s AND given_on IS NULL""",
        (given_on, given_by, answer, course_id),
    )


def list_course_questions(tx: Tx, course_id: UUID) -> list[CourseInformation]:
    return tx.rows(
        CourseInformation,
        """SELECT course_id, number, questions, note, asked_on, given_on, given_by, answer
           FROM french_course_questions WHERE course_id = %s ORDER BY number""",
        (course_id,),
    )


def _list(tx: Tx, where: LiteralString, whose: Whose, limit: int = 500, **values: Any) -> list[Course]:
    return tx.rows(
        Course,
        f"""SELECT {_COURSE} FROM french_courses WHERE {where} AND {WHOSE}
            ORDER BY created_at, course_id LIMIT %(limit)s""",
        {**asdict(whose), "limit": limit, **values},
    )
