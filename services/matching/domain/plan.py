"""Who is introduced to whom: about three companies for everyone, no opening flooded, nobody forgotten.

Greedy for now, by rounds: those with the fewest companies come first, and within a round the best pairs. The function
is pure and sees everything at once, so a plan proved optimal can take its place without touching a caller.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.matching.domain.facts import Profile, Vacancy
from services.matching.domain.rules import Rule
from services.matching.domain.score import Assessment, assess, worth_proposing


@dataclass(frozen=True, slots=True)
class Seeker:
    """A person to introduce: with whom she stands already, and the vacancies never to propose to her again."""

    candidate_id: UUID
    profile: Profile
    agreed: bool
    since: date  # admitted on: between equals the longer wait comes first
    employers: frozenset[UUID] = frozenset()  # of her live introductions, all different
    not_again: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """A vacancy and how many more introductions it may have."""

    vacancy: Vacancy
    room: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """One introduction to be proposed, with the reasons."""

    candidate_id: UUID
    profile: Profile
    vacancy: Vacancy
    assessment: Assessment


def room_of(openings_left: int, live: int, per_opening: int) -> int:
    """How many more introductions a vacancy may have, given ``per_opening`` live ones at most for each open place."""
    return max(0, openings_left * per_opening - live)


def plan_introductions(
    seekers: Sequence[Seeker], places: Sequence[Place], *, target: int, rule: Rule, on: date
) -> list[Proposal]:
    """Introductions to propose now. Nobody passes ``target`` live introductions, all with different employers; no
    place passes its room; no pair comes twice. The same input, in any order, gives the same plan."""
    pairs = sorted(_pairs(seekers, places, rule, on), key=_best_first)
    room = {place.vacancy.vacancy_id: place.room for place in places}
    employers = {seeker.candidate_id: set(seeker.employers) for seeker in seekers}
    plan: list[Proposal] = []
    for companies in range(target):
        left: list[tuple[Seeker, Proposal]] = []
        for seeker, proposal in pairs:
            vacancy, hers = proposal.vacancy, employers[seeker.candidate_id]
            if room[vacancy.vacancy_id] <= 0 or vacancy.employer_id in hers or len(hers) >= target:
                continue
            if len(hers) > companies:
                left.append((seeker, proposal))
                continue
            hers.add(vacancy.employer_id)
            room[vacancy.vacancy_id] -= 1
            plan.append(proposal)
        pairs = left
    return plan


def _pairs(
    seekers: Iterable[Seeker], places: Sequence[Place], rule: Rule, on: date
) -> Iterable[tuple[Seeker, Proposal]]:
    for seeker in seekers:
        for place in places:
            vacancy = place.vacancy
            if place.room <= 0 or vacancy.vacancy_id in seeker.not_again or vacancy.employer_id in seeker.employers:
                continue
            assessment = assess(seeker.profile, vacancy, rule, agreed=seeker.agreed, on=on)
            if worth_proposing(assessment, rule):
                yield seeker, Proposal(seeker.candidate_id, seeker.profile, vacancy, assessment)


def _best_first(pair: tuple[Seeker, Proposal]) -> tuple[int, int, date, UUID, UUID]:
    """Scored pairs before those of which too little is known; then the longest wait; ids make it deterministic."""
    seeker, proposal = pair
    score = proposal.assessment.score
    unscored, best = (1, 0) if score is None else (0, -score)
    return unscored, best, seeker.since, seeker.candidate_id, proposal.vacancy.vacancy_id
