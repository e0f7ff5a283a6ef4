"""The life of an introduction: who may do what next, and how it ends.

    proposed → candidate_agreed → accepted → (meeting_set) → met → offered → chosen → hired
    ends: declined, not_chosen, hired_elsewhere, no_answer, withdrawn, vacancy_closed

Before its yes a side answers no (``declined``); after it, it takes its yes back (``withdrawn``, with who did).

A choice and the hire that follows from it are one moment, so ``chosen`` is passed through and never stored.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from services.matching.domain.refusals import (
    AnsweredAlready,
    AnswerInstead,
    CandidateAnswersFirst,
    IntroductionOver,
    MetAlready,
    NotAgreedByBoth,
    NotMetYet,
    OfferNotOpen,
    OpeningsFilled,
)
from services.matching.domain.requirements import Requirement
from services.matching.domain.score import Inputs, Line

Side = Literal["candidate", "employer"]
Party = Literal["candidate", "employer", "programme"]
Actor = Literal["candidate", "employer", "programme", "date"]
Answer = Literal["yes", "no"]

LIVE = frozenset({"proposed", "candidate_agreed", "accepted", "meeting_set", "met", "offered"})
ENDS = frozenset({"declined", "not_chosen", "hired_elsewhere", "no_answer", "withdrawn", "vacancy_closed"})
BOTH_AGREED = frozenset({"accepted", "meeting_set", "met", "offered", "hired"})
_FOR_GOOD = frozenset({"declined", "not_chosen", "no_answer", "hired"})
PENDING = frozenset({"proposed", "candidate_agreed"})
URGENT_WITHIN = timedelta(days=3)
_WAITS_FOR: dict[str, Actor] = {
    "proposed": "candidate",
    "candidate_agreed": "employer",
    "accepted": "programme",
    "meeting_set": "programme",
    "met": "employer",
    "offered": "candidate",
}


@dataclass(frozen=True)
class Introduction:
    """One candidate before one employer for one vacancy. ``candidate_id`` is None once the person was erased."""

    introduction_id: UUID
    candidate_id: UUID | None
    vacancy_id: UUID
    employer_id: UUID
    state: str
    state_since: datetime
    reason: str | None
    proposed_at: datetime
    agreed_at: datetime | None  # the candidate's yes: from then on the company may see the profile without the name
    met_on: date | None
    score: int | None
    coverage: int
    requirements: tuple[Requirement, ...]
    lines: tuple[Line, ...]
    rule_version: str
    inputs: Inputs | None = None  # what the explanation rests on, as it was known when it was proposed
    by_hand: str | None = None  # why a person proposed it; None: the plan did
    answer_due_at: datetime | None = None
    meets_on: date | None = None
    ended_by: str | None = None  # who took a yes back

    @property
    def live(self) -> bool:
        return self.state in LIVE

    def waits_for(self, today: date) -> Actor | None:
        """Who must act: candidate, employer or programme; ``date`` while the day of the meeting is to come; None when
        it is over."""
        if self.state == "meeting_set" and self.meets_on and self.meets_on > today:
            return "date"
        return _WAITS_FOR.get(self.state)

    def urgent(self, now: datetime) -> bool:
        """Whether an answer is due within three days."""
        return self.answer_due_at is not None and self.answer_due_at - now <= URGENT_WITHIN


def after_answer(state: str, by: Side, answer: Answer) -> str:
    """The state after an answer. Raises IntroductionOver, AnsweredAlready or CandidateAnswersFirst."""
    if state not in LIVE:
        raise IntroductionOver
    if by == "employer" and state == "proposed":
        raise CandidateAnswersFirst
    if state != ("proposed" if by == "candidate" else "candidate_agreed"):
        raise AnsweredAlready
    if answer == "no":
        return "declined"
    return "candidate_agreed" if by == "candidate" else "accepted"


def after_day_set(state: str) -> str:
    """The state once a meeting has a day, or another day. Raises IntroductionOver, NotAgreedByBoth or MetAlready."""
    if state not in LIVE:
        raise IntroductionOver
    if state in PENDING:
        raise NotAgreedByBoth
    if state not in ("accepted", "meeting_set"):
        raise MetAlready
    return "meeting_set"


def after_meeting(state: str) -> str:
    """The state once they met; a further meeting changes nothing. Raises IntroductionOver or NotAgreedByBoth."""
    if state not in LIVE:
        raise IntroductionOver
    if state in ("proposed", "candidate_agreed"):
        raise NotAgreedByBoth
    return "met" if state in ("accepted", "meeting_set") else state


def after_offer(state: str, *, openings_left: int) -> str:
    """The state after an offer, or a better one. Raises IntroductionOver, NotMetYet or OpeningsFilled."""
    if state not in LIVE:
        raise IntroductionOver
    if state not in ("met", "offered"):
        raise NotMetYet
    if openings_left <= 0:
        raise OpeningsFilled
    return "offered"


def after_offer_withdrawn(state: str) -> str:
    """The state once a company took its offer back: they have met, and it may offer again. Raises OfferNotOpen."""
    if state != "offered":
        raise OfferNotOpen
    return "met"


def check_may_be_withdrawn(state: str, by: Party) -> None:
    """A side takes its yes back; the programme may end any. Raises IntroductionOver, or AnswerInstead before a yes."""
    if state not in LIVE:
        raise IntroductionOver
    if (by == "candidate" and state == "proposed") or (by == "employer" and state in PENDING):
        raise AnswerInstead


def end_when_another_was_chosen(state: str) -> str:
    """How a live introduction ends when the person chose another company: the one that offered learns that it was not
    chosen, the others that she was hired elsewhere."""
    return "not_chosen" if state == "offered" else "hired_elsewhere"


def end_when_hired_from_outside(*, here: bool) -> tuple[str, str | None]:
    """How a live introduction ends, and why, when a hire was reported; ``here``: by the very company it is with."""
    return ("withdrawn", "hired_here") if here else ("hired_elsewhere", None)


def never_again(state: str, met_on: date | None, ended_by: str | None = None) -> bool:
    """Whether this past introduction forbids the plan to propose the same vacancy to the same person again: an answer
    was given, taken back or failed to come, or they have met. One that ended for a reason outside both may come
    back; a person may propose any again."""
    return state in _FOR_GOOD or met_on is not None or ended_by is not None
