"""The life of a French course at the workplace, asked of MIFI for a hired person.

draft → submitted ⇄ information_requested → approved | refused;  approved → running → ended;  anything open may end
early.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from services.subsidies.domain.request import SentBy
from shared.errors import Invalid, Problem, Refused

MIFI = "mifi"
# information_requested: MIFI asks for more before it decides
CourseState = Literal["draft", "submitted", "information_requested", "approved", "refused", "running", "ended"]
CourseQuestion = Literal["current_level", "timetable", "place", "teacher", "paid_time", "other"]
CourseEnd = Literal[
    "hours_followed", "employment_ended", "hire_cancelled", "consent_withdrawn", "candidate_erased", "other"
]
OPEN_COURSE: frozenset[CourseState] = frozenset({"draft", "submitted", "information_requested", "approved", "running"})
WITH_MIFI: frozenset[CourseState] = frozenset({"submitted", "information_requested"})
HELD: frozenset[CourseState] = frozenset({"approved", "running"})


@dataclass(frozen=True)
class Course:
    """``hours`` asked for; ``target_level`` oral, Échelle québécoise 1–12; after an erasure 0 and nobody's."""

    course_id: UUID
    hire_id: UUID
    candidate_id: UUID | None
    employer_id: UUID
    file_number: str | None
    ministry: str
    state: CourseState
    state_since: datetime
    hours: int
    target_level: int
    created_at: datetime
    sent_by: SentBy | None = None
    confirmed_by: str | None = None
    submitted_at: datetime | None = None
    decided_on: date | None = None
    approved_hours: int | None = None
    total_hours: Decimal = Decimal()
    refusal_reason: str | None = None
    decision_note: str | None = None
    ended_on: date | None = None
    end_reason: CourseEnd | None = None

    @property
    def key(self) -> str:
        """The case whose lock guards it."""
        return str(self.candidate_id or self.course_id)


@dataclass(frozen=True)
class CourseDecision:
    """What MIFI answered, by the id it chose."""

    decision_id: str
    decision: Literal["approved", "refused"]
    hours: int | None
    reason: str | None
    note: str | None
    decided_on: date


class CourseRefused(Refused):
    """The course is not in a state in which this can happen."""


class ConsentMissing(Refused):
    """The person has not agreed that her file is sent to this ministry."""


def check_sending(course: Course, consent: bool) -> None:
    """Raises CourseRefused or ConsentMissing when the employer's confirmation cannot send it."""
    if course.state != "draft":
        raise _in_state(course)
    if not consent:
        raise ConsentMissing(
            Problem("", "consent_send_to_ministry", "Il manque l'accord de la personne pour l'envoi au MIFI.",
                    "The person's agreement to send her file to MIFI is missing.")
        )  # fmt: skip


def check_course_decision(course: Course, decision: CourseDecision) -> None:
    """Raises CourseRefused, or Invalid with everything the decision lacks or exceeds."""
    if course.state not in WITH_MIFI:
        raise _in_state(course)
    if decision.decision == "refused" and decision.reason is None:
        raise Invalid(Problem("/reason", "needed", "Un refus dit pourquoi.", "A refusal says why."))
    if decision.decision == "approved" and decision.hours is None:
        raise Invalid(Problem("/hours", "needed", "Une approbation dit les heures.", "An approval says the hours."))
    if (decision.hours or 0) > course.hours:
        raise Invalid(
            Problem("/hours", "more_than_asked", f"La demande était de {course.hours} heures.",
                    f"The request was for {course.hours} hours.")
        )  # fmt: skip


def check_question(course: Course) -> None:
    """Raises CourseRefused unless MIFI has it to decide and waits for nothing."""
    if course.state != "submitted":
        raise _in_state(course)


def check_answer(course: Course) -> None:
    """Raises CourseRefused unless MIFI asked for something."""
    if course.state != "information_requested":
        raise _in_state(course)


def check_hours(course: Course, hours: Decimal, held_on: date, today: date) -> Decimal:
    """The total with these hours. Raises CourseRefused, or Invalid with everything wrong."""
    if course.state not in HELD:
        raise _in_state(course)
    total, approved = course.total_hours + hours, course.approved_hours or 0
    problems = []
    if total > approved:
        problems.append(
            Problem("/hours", "more_than_approved",
                    f"{approved} heures sont approuvées ; {course.total_hours} sont faites.",
                    f"{approved} hours are approved; {course.total_hours} are done.")
        )  # fmt: skip
    if held_on > today:
        problems.append(
            Problem("/held_on", "in_the_future", "Cette séance n'a pas encore eu lieu.", "This session is yet to come.")
        )
    if problems:
        raise Invalid(*problems)
    return total


def check_end(course: Course) -> None:
    """Raises CourseRefused."""
    if course.state not in OPEN_COURSE:
        raise _in_state(course)


def _in_state(course: Course) -> CourseRefused:
    fr, en = {
        "draft": ("n'est pas encore demandé", "has not been asked for yet"),
        "submitted": ("attend la décision du MIFI", "waits for MIFI's decision"),
        "information_requested": ("attend un renseignement demandé", "waits for information that was asked for"),
        "approved": ("est approuvé", "is approved"),
        "refused": ("est refusé", "is refused"),
        "running": ("est en cours", "is running"),
        "ended": ("est terminé", "has ended"),
    }[course.state]
    return CourseRefused(Problem("", f"course_{course.state}", f"Ce cours {fr}.", f"This course {en}."))
