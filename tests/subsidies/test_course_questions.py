"""MIFI asks for more about a French course, and is answered."""

from uuid import UUID, uuid4

import pytest

from services.subsidies.domain.french_course import Course, CourseRefused
from services.subsidies.handlers.course_questions import answer_about_course, ask_about_course
from services.subsidies.handlers.messages import MessageIdReused
from services.subsidies.store import CourseInformation, Whose, list_course_questions
from shared.db import Tx
from shared.errors import NotFound
from shared.events.subsidies import (
    FrenchCourseApproved,
    FrenchCourseEnded,
    FrenchCourseInformationGiven,
    FrenchCourseInformationRequested,
)
from tests.databases import attempt, published
from tests.subsidies.acts import everything_stored, hear, notices
from tests.subsidies.facts import TODAY, Case
from tests.subsidies.test_courses import MIFI, confirm, decide, draft, hired


def with_mifi(tx: Tx, case: Case | None = None) -> Course:
    return confirm(tx, draft(tx, case or hired(tx)))


def ask(tx: Tx, course_id: UUID, question_id: str = "M-Q-1", whose: Whose = MIFI) -> Course:
    asked = CourseInformation(course_id, 0, ("timetable", "other"), "canari-note", TODAY)
    found: Course = attempt(tx, lambda t: ask_about_course(t, asked, whose, question_id))
    return found


def answer(tx: Tx, course_id: UUID, whose: Whose | None = None) -> Course:
    found: Course = attempt(
        tx, lambda t: answer_about_course(t, course_id, whose or Whose(), "liaison:l1", "canari-answer")
    )
    return found


def test_a_question_then_its_answer_then_the_decision(tx: Tx) -> None:
    course = with_mifi(tx)
    assert ask(tx, course.course_id).state == "information_requested"
    assert answer(tx, course.course_id).state == "submitted"
    (asked,) = published(tx, FrenchCourseInformationRequested)
    (given,) = published(tx, FrenchCourseInformationGiven)
    assert isinstance(asked, FrenchCourseInformationRequested)
    assert (asked.questions, asked.asked_on) == (("timetable", "other"), TODAY)
    assert isinstance(given, FrenchCourseInformationGiven)
    assert given.given_on == TODAY
    (round_,) = list_course_questions(tx, course.course_id)
    assert (round_.number, round_.given_on, round_.answer) == (1, TODAY, "canari-answer")
    said = [what for what, about in notices(tx) if about == str(course.course_id)]
    assert said == ["french_course.submitted", "french_course.information_given"]
    assert decide(tx, course).state == "approved"


def test_the_same_question_again_changes_nothing_even_once_answered(tx: Tx) -> None:
    course = with_mifi(tx)
    ask(tx, course.course_id)
    assert ask(tx, course.course_id).state == "information_requested"
    answer(tx, course.course_id)
    assert ask(tx, course.course_id).state == "submitted"
    assert len(published(tx, FrenchCourseInformationRequested)) == 1
    assert ask(tx, course.course_id, "M-Q-2").state == "information_requested"
    assert [one.number for one in list_course_questions(tx, course.course_id)] == [1, 2]


def test_a_question_id_of_another_course_is_refused_and_leaves_nothing(tx: Tx) -> None:
    first, second = with_mifi(tx), with_mifi(tx)
    ask(tx, first.course_id)
    with pytest.raises(MessageIdReused):
        ask(tx, second.course_id)
    assert list_course_questions(tx, second.course_id) == []


def test_only_mifi_asks_and_only_about_what_it_has_to_decide(tx: Tx) -> None:
    unsent = draft(tx, hired(tx))
    course = with_mifi(tx)
    for course_id, whose in ((unsent.course_id, MIFI), (uuid4(), MIFI),
                             (course.course_id, Whose(ministry="services_quebec"))):  # fmt: skip
        with pytest.raises(NotFound):
            ask(tx, course_id, whose=whose)
    decide(tx, course)
    with pytest.raises(CourseRefused, match="approved"):
        ask(tx, course.course_id)
    assert published(tx, FrenchCourseInformationRequested) == []
    assert tx.value("SELECT count(*) FROM ministry_messages WHERE kind = 'course_question'") == 0


def test_nobody_answers_what_was_not_asked_nor_for_another_company(tx: Tx) -> None:
    course = with_mifi(tx)
    with pytest.raises(CourseRefused, match="MIFI"):
        answer(tx, course.course_id)
    ask(tx, course.course_id)
    with pytest.raises(NotFound):
        answer(tx, course.course_id, Whose(employer_id=uuid4()))
    assert published(tx, FrenchCourseInformationGiven) == []


def test_mifi_may_decide_without_waiting_for_the_answer(tx: Tx) -> None:
    course = with_mifi(tx)
    ask(tx, course.course_id)
    decide(tx, course)
    assert len(published(tx, FrenchCourseApproved)) == 1


def test_a_course_that_waits_for_an_answer_ends_with_the_agreement_and_mifi_is_told(tx: Tx) -> None:
    case = hired(tx)
    course = with_mifi(tx, case)
    ask(tx, course.course_id)
    hear(tx, case.consent_withdrawn())
    (ended,) = published(tx, FrenchCourseEnded)
    assert isinstance(ended, FrenchCourseEnded)
    assert ended.reason == "consent_withdrawn"
    assert ("french_course.ended", str(course.course_id)) in notices(tx)


def test_an_erasure_takes_questions_and_answers(tx: Tx) -> None:
    case = hired(tx)
    course = with_mifi(tx, case)
    ask(tx, course.course_id)
    answer(tx, course.course_id)
    hear(tx, case.erased())
    assert "canari" not in everything_stored(tx)
