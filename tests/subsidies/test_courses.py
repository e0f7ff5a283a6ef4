"""A French course at the workplace: wanted, confirmed, decided by MIFI, followed."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.subsidies.domain.french_course import ConsentMissing, Course, CourseDecision, CourseRefused
from services.subsidies.domain.request import SentBy
from services.subsidies.handlers.courses import (
    confirm_course,
    decide_course,
    draft_course,
    end_course_by_hand,
    record_course_hours,
)
from services.subsidies.handlers.messages import MessageIdReused, MinistryConnected
from services.subsidies.store import Whose
from shared.db import Tx
from shared.errors import Invalid, NotFound
from shared.events.subsidies import (
    FrenchCourseApproved,
    FrenchCourseEnded,
    FrenchCourseHoursRecorded,
    FrenchCourseRefused,
    FrenchCourseRequested,
)
from tests.databases import attempt, published
from tests.subsidies.acts import everything_stored, hear, notices
from tests.subsidies.facts import TODAY, Case

ClockAt = Callable[[date], None]
MIFI = Whose(ministry="mifi")


def hired(tx: Tx, *, agreed: bool = True) -> Case:
    case = Case()
    hear(tx, case.admitted(), case.registered(), case.hired())
    if agreed:
        hear(tx, case.consent(recipient="mifi"))
    return case


def draft(tx: Tx, case: Case, whose: Whose | None = None) -> Course:
    found: Course = attempt(tx, lambda t: draft_course(t, case.hire_id, whose or Whose(), 60, 4))
    return found


def confirm(tx: Tx, course: Course, sent_by: SentBy = "webhook") -> Course:
    found: Course = attempt(tx, lambda t: confirm_course(t, course.course_id, Whose(), "employer:e1", sent_by))
    return found


def decide(tx: Tx, course: Course, whose: Whose = MIFI, *, on_paper: bool = False, **changes: Any) -> Course:
    known: dict[str, Any] = {
        "decision_id": f"M-{course.course_id}", "decision": "approved", "hours": 50, "reason": None, "note": "canari",
        "decided_on": TODAY,
    }  # fmt: skip
    decision = CourseDecision(**known | changes)
    found: Course = attempt(tx, lambda t: decide_course(t, course.course_id, whose, decision, on_paper=on_paper))
    return found


def follow(tx: Tx, course: Course, hours: str, held_on: date = TODAY) -> Course:
    found: Course = attempt(
        tx, lambda t: record_course_hours(t, course.course_id, Whose(), Decimal(hours), held_on, "employer:e1")
    )
    return found


def running(tx: Tx, case: Case) -> Course:
    return follow(tx, decide(tx, confirm(tx, draft(tx, case))), "2.5")


def test_a_course_is_asked_approved_followed_and_ended(tx: Tx) -> None:
    case = hired(tx)
    course = running(tx, case)
    assert (course.state, course.approved_hours, course.total_hours) == ("running", 50, Decimal("2.5"))
    assert follow(tx, course, "47.5").state == "ended"
    kinds = (FrenchCourseRequested, FrenchCourseApproved, FrenchCourseHoursRecorded, FrenchCourseEnded)
    assert [len(published(tx, kind)) for kind in kinds] == [1, 1, 2, 1]
    (ended,) = published(tx, FrenchCourseEnded)
    assert isinstance(ended, FrenchCourseEnded)
    assert ended.reason == "hours_followed"
    assert ("french_course.submitted", str(course.course_id)) in notices(tx)


def test_it_does_not_go_out_without_her_agreement_for_mifi(tx: Tx) -> None:
    case = hired(tx, agreed=False)
    hear(tx, case.consent())  # for Services Québec
    course = draft(tx, case)
    with pytest.raises(ConsentMissing):
        confirm(tx, course)
    assert published(tx, FrenchCourseRequested) == []
    hear(tx, case.consent(consent_id=uuid4(), recipient="mifi"))
    assert confirm(tx, course).state == "submitted"


def test_one_open_course_for_a_hire_and_none_for_a_job_that_ended(tx: Tx) -> None:
    case = hired(tx)
    draft(tx, case)
    with pytest.raises(CourseRefused, match="open for this hire"):
        draft(tx, case)
    hear(tx, case.ended())
    with pytest.raises(CourseRefused, match="ended"):
        draft(tx, case)
    assert published(tx, FrenchCourseEnded) == []  # nobody had been asked


def test_anothers_hire_and_a_missing_one_are_not_found(tx: Tx) -> None:
    case = hired(tx)
    for whose, hire in ((Whose(employer_id=uuid4()), case), (Whose(), Case())):
        with pytest.raises(NotFound):
            draft(tx, hire, whose)


def test_a_refusal_says_why_and_lets_another_be_asked(tx: Tx) -> None:
    case = hired(tx)
    course = decide(tx, confirm(tx, draft(tx, case)), decision="refused", hours=None, reason="budget_used")
    (said,) = published(tx, FrenchCourseRefused)
    assert isinstance(said, FrenchCourseRefused)
    assert (said.reason, course.state) == ("budget_used", "refused")
    assert draft(tx, case).course_id != course.course_id


def test_a_decision_counts_once_and_only_mifis(tx: Tx) -> None:
    course = confirm(tx, draft(tx, hired(tx)))
    with pytest.raises(NotFound):
        decide(tx, course, Whose(ministry="services_quebec"))
    decide(tx, course)
    decide(tx, course)
    assert len(published(tx, FrenchCourseApproved)) == 1
    with pytest.raises(MessageIdReused):
        decide(tx, course, hours=10)
    with pytest.raises(CourseRefused):
        decide(tx, course, decision_id="M-2")


@pytest.mark.parametrize(
    "wrong", [{"hours": 61}, {"hours": None}, {"decision": "refused", "hours": None, "reason": None}]
)
def test_a_decision_that_cannot_be_leaves_nothing(tx: Tx, wrong: dict[str, Any]) -> None:
    course = confirm(tx, draft(tx, hired(tx)))
    with pytest.raises(Invalid):
        decide(tx, course, **wrong)
    assert tx.value("SELECT count(*) FROM ministry_messages") == 0


def test_paper_is_entered_only_when_mifi_is_not_connected(tx: Tx) -> None:
    course = confirm(tx, draft(tx, hired(tx)), "dossier")
    assert notices(tx) == []
    assert decide(tx, course, Whose(), on_paper=True).state == "approved"
    other = confirm(tx, draft(tx, hired(tx)))
    with pytest.raises(MinistryConnected):
        decide(tx, other, Whose(), on_paper=True)


def test_no_more_hours_than_approved_and_none_ahead_of_time(tx: Tx) -> None:
    course = running(tx, hired(tx))
    with pytest.raises(Invalid) as no:
        follow(tx, course, "48", date(2026, 3, 5))
    assert {p.pointer for p in no.value.problems} == {"/hours", "/held_on"}
    assert len(published(tx, FrenchCourseHoursRecorded)) == 1


@pytest.mark.parametrize("sent", [False, True])
def test_the_end_of_the_job_ends_the_course(tx: Tx, sent: bool) -> None:
    case = hired(tx)
    course = draft(tx, case)
    if sent:
        confirm(tx, course)
    hear(tx, case.ended())
    assert [e.reason for e in published(tx, FrenchCourseEnded) if isinstance(e, FrenchCourseEnded)] == (
        ["employment_ended"] if sent else []
    )
    assert [what for what, about in notices(tx) if about == str(course.course_id)] == (
        ["french_course.submitted", "french_course.ended"] if sent else []
    )


def test_an_agreement_taken_back_ends_what_is_not_decided(tx: Tx) -> None:
    case = hired(tx)
    confirm(tx, draft(tx, case))
    hear(tx, case.consent_withdrawn())
    (ended,) = published(tx, FrenchCourseEnded)
    assert isinstance(ended, FrenchCourseEnded)
    assert ended.reason == "consent_withdrawn"


def test_a_course_may_end_by_hand_once(tx: Tx) -> None:
    course = running(tx, hired(tx))
    attempt(tx, lambda t: end_course_by_hand(t, course.course_id, Whose(), TODAY))
    with pytest.raises(CourseRefused):
        attempt(tx, lambda t: end_course_by_hand(t, course.course_id, Whose(), TODAY))


def test_an_erasure_leaves_hours_and_nothing_else(tx: Tx) -> None:
    case = hired(tx)
    course_id: UUID = running(tx, case).course_id
    hear(tx, case.erased())
    left = tx.conn.execute(
        "SELECT candidate_id, file_number, decision_note, state, end_reason, total_hours FROM french_courses"
    ).fetchall()
    assert left == [(None, None, None, "ended", "candidate_erased", Decimal("2.5"))]
    assert "canari" not in everything_stored(tx)
    assert published(tx) == []
    with pytest.raises(NotFound):
        attempt(tx, lambda t: end_course_by_hand(t, course_id, Whose(), TODAY))
