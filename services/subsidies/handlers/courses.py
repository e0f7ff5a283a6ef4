"""French courses at the workplace, asked of MIFI."""

from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from services.subsidies import store
from services.subsidies.domain.french_course import (
    MIFI,
    WITH_MIFI,
    Course,
    CourseDecision,
    CourseEnd,
    CourseRefused,
    CourseState,
    check_course_decision,
    check_end,
    check_hours,
    check_sending,
)
from services.subsidies.domain.request import SentBy
from services.subsidies.handlers.messages import check_on_paper, is_repeated, remember
from services.subsidies.store import Whose
from shared import clock
from shared.db import Tx
from shared.errors import NotFound, Problem
from shared.events.subsidies import (
    FrenchCourseApproved,
    FrenchCourseEnded,
    FrenchCourseHoursRecorded,
    FrenchCourseRefused,
    FrenchCourseRequested,
)
from shared.messaging.outbox import publish
from shared.webhooks import enqueue


def draft_course(tx: Tx, hire_id: UUID, whose: Whose, hours: int, target_level: int) -> Course:
    """A course is wanted for a hired person; one at a time. Raises NotFound, CourseRefused."""
    hire = store.find_hire(tx, hire_id)
    if hire is None or whose.employer_id not in (None, hire.employer_id):
        raise NotFound
    tx.lock(str(hire.candidate_id))
    if store.find_open_course(tx, hire_id):
        raise CourseRefused(
            Problem("", "course_open", "Un cours est déjà ouvert pour cette embauche.",
                    "A course is open for this hire already.")
        )  # fmt: skip
    if hire.closed_reason is not None:
        raise CourseRefused(Problem("", "hire_closed", "Cet emploi a pris fin.", "This job has ended."))
    course = Course(
        course_id=uuid4(),
        hire_id=hire_id,
        candidate_id=hire.candidate_id,
        employer_id=hire.employer_id,
        file_number=store.find_file_number(tx, hire.candidate_id),
        ministry=MIFI,
        state="draft",
        state_since=tx.now,
        hours=hours,
        target_level=target_level,
        created_at=tx.now,
    )
    store.save_course(tx, course)
    return course


def confirm_course(tx: Tx, course_id: UUID, whose: Whose, confirmed_by: str, sent_by: SentBy) -> Course:
    """The employer's word sends it to MIFI; said again, it changes nothing.
    Raises NotFound, CourseRefused, ConsentMissing."""
    course, person = locked_course(tx, course_id, whose)
    if course.confirmed_by is not None:
        return course
    check_sending(course, store.consent_stands(tx, person, course.ministry))
    sent = course_in(tx, replace(course, confirmed_by=confirmed_by, submitted_at=tx.now, sent_by=sent_by), "submitted")
    store.save_course(tx, sent)
    publish(
        tx,
        FrenchCourseRequested(
            course_id=course_id,
            hire_id=course.hire_id,
            candidate_id=person,
            employer_id=course.employer_id,
            hours=course.hours,
            target_level=course.target_level,
        ),
    )
    tell_mifi(tx, sent, "french_course.submitted")
    return sent


def decide_course(tx: Tx, course_id: UUID, whose: Whose, decision: CourseDecision, *, on_paper: bool = False) -> Course:
    """MIFI decided; once for each decision id, for ever. ``on_paper``: staff enter it.
    Raises NotFound, MinistryConnected, MessageIdReused, CourseRefused, Invalid."""
    course = store.get_course(tx, course_id, whose)
    tx.lock(course.key)
    course = store.get_course(tx, course_id, whose)
    if on_paper:
        check_on_paper(course.sent_by)
    content = asdict(decision)
    if is_repeated(tx, course.ministry, "course_decision", decision.decision_id, course_id, content):
        return course
    check_course_decision(course, decision)
    remember(tx, course.ministry, "course_decision", decision.decision_id, course_id, content)
    approved = decision.decision == "approved"
    decided = replace(
        course_in(tx, course, "approved" if approved else "refused"),
        decided_on=decision.decided_on,
        approved_hours=decision.hours if approved else None,
        refusal_reason=None if approved else decision.reason,
        decision_note=decision.note,
    )
    store.save_course(tx, decided)
    _say_decision(tx, decided, decision)
    return decided


def record_course_hours(
    tx: Tx, course_id: UUID, whose: Whose, hours: Decimal, held_on: date, recorded_by: str
) -> Course:
    """Hours were followed; the last approved one ends the course. Raises NotFound, CourseRefused, Invalid."""
    course, person = locked_course(tx, course_id, whose)
    total = check_hours(course, hours, held_on, clock.local_date(tx.now))
    store.add_course_hours(tx, course_id, held_on, hours, recorded_by)
    running = replace(course_in(tx, course, "running"), total_hours=total)
    store.save_course(tx, running)
    publish(
        tx,
        FrenchCourseHoursRecorded(
            course_id=course_id,
            hire_id=course.hire_id,
            candidate_id=person,
            employer_id=course.employer_id,
            hours=hours,
            held_on=held_on,
            total_hours=total,
        ),
    )
    return end_course(tx, running, "hours_followed", held_on) if total == course.approved_hours else running


def end_course_by_hand(tx: Tx, course_id: UUID, whose: Whose, ended_on: date) -> Course:
    """It ends before its hours are all followed. Raises NotFound, CourseRefused."""
    course, _ = locked_course(tx, course_id, whose)
    check_end(course)
    return end_course(tx, course, "other", ended_on)


def end_course(tx: Tx, course: Course, reason: CourseEnd, ended_on: date) -> Course:
    """End an open course. A draft that nobody was asked for ends in silence."""
    ended = replace(course_in(tx, course, "ended"), ended_on=ended_on, end_reason=reason)
    store.save_course(tx, ended)
    if course.state in WITH_MIFI:
        tell_mifi(tx, ended, "french_course.ended")
    if course.submitted_at is not None and course.candidate_id is not None and reason != "candidate_erased":
        publish(
            tx,
            FrenchCourseEnded(
                course_id=course.course_id,
                hire_id=course.hire_id,
                candidate_id=course.candidate_id,
                employer_id=course.employer_id,
                ended_on=ended_on,
                reason=reason,
            ),
        )
    return ended


def end_courses_of(tx: Tx, candidate_id: UUID, hire_id: UUID | None, reason: CourseEnd, ended_on: date) -> None:
    """All open courses of a person, or those of one hire."""
    for course in store.list_open_courses(tx, candidate_id):
        if hire_id in (None, course.hire_id):
            end_course(tx, course, reason, ended_on)


def _say_decision(tx: Tx, course: Course, decision: CourseDecision) -> None:
    if course.candidate_id is None:
        return
    if course.state == "approved":
        publish(
            tx,
            FrenchCourseApproved(
                course_id=course.course_id,
                hire_id=course.hire_id,
                candidate_id=course.candidate_id,
                employer_id=course.employer_id,
                decision_id=decision.decision_id,
                hours=course.approved_hours or 0,
                decided_on=decision.decided_on,
            ),
        )
    else:
        publish(
            tx,
            FrenchCourseRefused(
                course_id=course.course_id,
                hire_id=course.hire_id,
                candidate_id=course.candidate_id,
                employer_id=course.employer_id,
                decision_id=decision.decision_id,
                reason=course.refusal_reason or "other",
                decided_on=decision.decided_on,
            ),
        )


def tell_mifi(tx: Tx, course: Course, what: str) -> None:
    if course.sent_by == "webhook":
        body = {"course_id": str(course.course_id)}
        enqueue(tx, endpoint=course.ministry, type=what, about=course.course_id, body=body)


def course_in(tx: Tx, course: Course, state: CourseState) -> Course:
    return replace(course, state=state, state_since=course.state_since if course.state == state else tx.now)


def locked_course(tx: Tx, course_id: UUID, whose: Whose) -> tuple[Course, UUID]:
    """The course as it stands once nobody else can change it, and whose it is. Raises NotFound."""
    tx.lock(store.get_course(tx, course_id, whose).key)
    course = store.get_course(tx, course_id, whose)
    if course.candidate_id is None:
        raise NotFound
    return course, course.candidate_id
