"""MIFI asks for more about a French course before it decides, and is answered."""

from uuid import UUID

from services.subsidies import store
from services.subsidies.domain.french_course import Course, check_answer, check_question
from services.subsidies.handlers.courses import course_in, locked_course, tell_mifi
from services.subsidies.handlers.messages import is_repeated, remember
from services.subsidies.store import CourseInformation, Whose
from shared import clock
from shared.db import Tx
from shared.events.subsidies import FrenchCourseInformationGiven, FrenchCourseInformationRequested
from shared.messaging.outbox import publish

_KIND = "course_question"


def ask_about_course(tx: Tx, asked: CourseInformation, whose: Whose, question_id: str) -> Course:
    """MIFI asks; the same question again changes nothing. Raises NotFound, MessageIdReused, CourseRefused."""
    course, person = locked_course(tx, asked.course_id, whose)
    content = {"questions": list(asked.questions), "note": asked.note, "asked_on": asked.asked_on}
    if is_repeated(tx, course.ministry, _KIND, question_id, course.course_id, content):
        return course
    check_question(course)
    remember(tx, course.ministry, _KIND, question_id, course.course_id, content)
    store.add_course_question(tx, asked)
    waiting = course_in(tx, course, "information_requested")
    store.save_course(tx, waiting)
    publish(
        tx,
        FrenchCourseInformationRequested(
            course_id=course.course_id,
            hire_id=course.hire_id,
            candidate_id=person,
            employer_id=course.employer_id,
            questions=tuple(asked.questions),
            asked_on=asked.asked_on,
        ),
    )
    return waiting


def answer_about_course(tx: Tx, course_id: UUID, whose: Whose, given_by: str, answer: str | None) -> Course:
    """What MIFI asked for is given: it has the request again. Raises NotFound, CourseRefused."""
    course, person = locked_course(tx, course_id, whose)
    check_answer(course)
    today = clock.local_date(tx.now)
    store.answer_course_question(tx, course_id, today, given_by, answer)
    again = course_in(tx, course, "submitted")
    store.save_course(tx, again)
    publish(
        tx,
        FrenchCourseInformationGiven(
            course_id=course_id,
            hire_id=course.hire_id,
            candidate_id=person,
            employer_id=course.employer_id,
            given_on=today,
        ),
    )
    tell_mifi(tx, again, "french_course.information_given")
    return again
