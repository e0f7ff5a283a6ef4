"""The life of an introduction: who may do what next, and how it ends.

    proposed → candidate_agreed → accepted → (meeting_set) → met → offered → chosen → hired
    ends: declined, not_chosen, hired_elsewhere, no_answer, withdrawn, vacancy_closed

A choice and the hire that follows from it are one moment, so ``chosen`` is passed through and never stored.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.matching.domain.requirements import Requirement
from services.matching.domain.score import Line
from shared.errors import Problem, Refused

Side = Literal["candidate", "employer"]
Answer = Literal["yes", "no"]

LIVE = frozenset({"proposed", "candidate_agreed", "accepted", "meeting_set", "met", "offered"})
ENDS = frozenset({"declined", "not_chosen", "hired_elsewhere", "no_answer", "withdrawn", "vacancy_closed"})
BOTH_AGREED = frozenset({"accepted", "meeting_set", "met", "offered", "hired"})
_FOR_GOOD = frozenset({"declined", "not_chosen", "no_answer", "hired"})
_WAITS_FOR: dict[str, str] = {
    "proposed": "candidate",
    "candidate_agreed": "employer",
    "accepted": "programme",
    "meeting_set": "employer",
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

    @property
    def live(self) -> bool:
        return self.state in LIVE

    @property
    def waits_for(self) -> str | None:
        """Who must act: candidate, employer or programme; None when it is over."""
        return _WAITS_FOR.get(self.state)


class IntroductionOver(Refused):
    """It has ended: nothing more can be recorded on it."""

    def __init__(self) -> None:
        super().__init__(
            Problem("", "introduction_over", "Cette présentation est terminée.", "This introduction has ended.")
        )


class AnsweredAlready(Refused):
    """This side said yes before."""

    def __init__(self) -> None:
        super().__init__(
            Problem("", "answered_already", "La réponse est déjà donnée.", "The answer has already been given.")
        )


class CandidateAnswersFirst(Refused):
    """The company is asked once the candidate has said yes."""

    def __init__(self) -> None:
        super().__init__(
            Problem(
                "",
                "candidate_answers_first",
                "La personne candidate répond d'abord; l'entreprise ensuite.",
                "The candidate answers first, then the company.",
            )
        )


class NotAgreedByBoth(Refused):
    """A meeting supposes two yeses."""

    def __init__(self) -> None:
        super().__init__(
            Problem(
                "",
                "not_agreed_by_both",
                "Les deux doivent avoir dit oui avant de se rencontrer.",
                "Both must have said yes before they meet.",
            )
        )


class NotMetYet(Refused):
    """An offer supposes a meeting."""

    def __init__(self) -> None:
        super().__init__(
            Problem(
                "",
                "not_met_yet",
                "Inscrivez d'abord la rencontre; l'offre vient après.",
                "Record the meeting first; the offer comes after it.",
            )
        )


class OpeningsFilled(Refused):
    """Every place of the vacancy is taken."""

    def __init__(self) -> None:
        super().__init__(
            Problem(
                "",
                "openings_filled",
                "Tous les postes de cette offre d'emploi sont pourvus.",
                "Every opening of this vacancy is filled.",
            )
        )


class OfferNotOpen(Refused):
    """The offer no longer stands."""

    def __init__(self) -> None:
        super().__init__(
            Problem("/offer_id", "offer_not_open", "Cette offre n'est plus ouverte.", "This offer is no longer open.")
        )


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


def end_when_another_was_chosen(state: str) -> str:
    """How a live introduction ends when the person chose another company: the one that offered learns that it was not
    chosen, the others that she was hired elsewhere."""
    return "not_chosen" if state == "offered" else "hired_elsewhere"


def end_when_hired_from_outside(*, here: bool) -> tuple[str, str | None]:
    """How a live introduction ends, and why, when a hire was reported; ``here``: by the very company it is with."""
    return ("withdrawn", "hired_here") if here else ("hired_elsewhere", None)


def never_again(state: str, met_on: date | None) -> bool:
    """Whether this past introduction forbids to propose the same vacancy to the same person again: an answer was given
    or failed to come, or they have met. One that ended for a reason outside both may come back."""
    return state in _FOR_GOOD or met_on is not None
