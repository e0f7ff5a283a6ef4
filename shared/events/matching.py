"""What matching says: introductions, the choice, the hire."""

from datetime import date
from uuid import UUID

from shared.events.base import Event
from shared.events.parts import ScoreLine, Terms


class IntroductionProposed(Event, publisher="matching", key="candidate_id", subject="introduction_id"):
    """One candidate is to be put before one employer for one vacancy, with the reasons why."""

    introduction_id: UUID
    candidate_id: UUID
    employer_id: UUID
    vacancy_id: UUID
    score: int | None  # 0–100 over what is known; None when too little is known
    coverage: int  # percent of the points that could be judged
    lines: tuple[ScoreLine, ...]
    rule_version: str
    by_hand: bool = False  # a person proposed it; otherwise the plan did


class IntroductionAnswered(Event, publisher="matching", key="candidate_id", subject="introduction_id"):
    """The candidate, then the employer, said yes or no to an introduction."""

    introduction_id: UUID
    candidate_id: UUID
    employer_id: UUID
    vacancy_id: UUID
    by: str  # candidate | employer
    answer: str  # yes | no
    reason: str | None = None


class MeetingHeld(Event, publisher="matching", key="candidate_id", subject="introduction_id"):
    """Candidate and employer met: it counts towards the three companies."""

    introduction_id: UUID
    candidate_id: UUID
    employer_id: UUID
    vacancy_id: UUID
    held_on: date


class OfferMade(Event, publisher="matching", key="candidate_id", subject="introduction_id"):
    """A company offered the job; the candidate may now choose."""

    offer_id: UUID
    introduction_id: UUID
    candidate_id: UUID
    employer_id: UUID
    vacancy_id: UUID
    terms: Terms
    replaces_offer_id: UUID | None = None  # the company's earlier offer, which it changed


class OfferWithdrawn(Event, publisher="matching", key="candidate_id", subject="introduction_id"):
    """A company took its offer back: it can be chosen no more, and the two have met as before."""

    offer_id: UUID
    introduction_id: UUID
    candidate_id: UUID
    employer_id: UUID
    vacancy_id: UUID
    reason: str


class ChoiceMade(Event, publisher="matching", key="candidate_id", subject="choice_id"):
    """The candidate chose between the offers that stood open; they are recorded with the choice."""

    choice_id: UUID
    candidate_id: UUID
    chosen_offer_id: UUID
    open_offer_ids: tuple[UUID, ...]


class IntroductionClosed(Event, publisher="matching", key="candidate_id", subject="introduction_id"):
    """An introduction ended without a hire; each side may be told why."""

    introduction_id: UUID
    candidate_id: UUID
    employer_id: UUID
    vacancy_id: UUID
    end: str  # declined | not_chosen | hired_elsewhere | no_answer | withdrawn | vacancy_closed
    reason: str | None = None
    ended_by: str | None = None  # candidate | employer | programme, when a yes was taken back


class CandidateHired(Event, publisher="matching", key="candidate_id", subject="hire_id"):
    """An accepted offer with a start date: subsidies are assessed and follow-up is planned."""

    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    vacancy_id: UUID | None
    introduction_id: UUID | None
    source: str  # introduction | self_found
    terms: Terms
    in_field: bool | None
    hired_on: date


class HireCancelled(Event, publisher="matching", key="candidate_id", subject="hire_id"):
    """A hire fell through before its first day: what it set in motion stops."""

    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    reason: str


class ShortlistPrepared(Event, publisher="matching", key="employer_id", subject="vacancy_id"):
    """The ranked candidates for a vacancy changed: the liaison's list shows them, best first."""

    vacancy_id: UUID
    employer_id: UUID
    candidates: int  # how many stand on it
    best_score: int | None
    rule_version: str


class MeetingSet(Event, publisher="matching", key="candidate_id", subject="introduction_id"):
    """A meeting between candidate and employer has a day."""

    introduction_id: UUID
    candidate_id: UUID
    employer_id: UUID
    vacancy_id: UUID
    meets_on: date
