"""Shortlists, both ways: persons ranked for a vacancy, vacancies ranked for a person, each with its explanation and the
facts that are worth asking."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Literal
from uuid import UUID

from services.matching.domain.facts import Profile, Vacancy
from services.matching.domain.rules import Rule
from services.matching.domain.score import Assessment, assess, points_of, worth_proposing

Fit = Literal["all_met", "unknown", "not_met"]

_FACT_OF_REQUIREMENT = {
    "work_authorised": "work_authorisation",
    "licence": "licences",
    "hours": "hours_per_week_min",
    "municipality": "municipalities_accepted",
    "available": "available_from",
}
_FACTS_OF_FAMILY = {
    "occupation": ("occupation",),
    "experience": ("years_of_experience",),
    "french": (),  # each skill is a requirement, and asked as such
    "wage": ("wage_expected_cents",),
    "place": ("municipality", "municipalities_accepted"),
    "hours": ("hours_per_week_min",),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who looks for work, whether or not she may be introduced yet."""

    candidate_id: UUID
    profile: Profile
    agreed: bool
    since: date  # admitted on


@dataclass(frozen=True, slots=True)
class Ask:
    """A fact nobody knows that would decide, and who knows it."""

    fact: str
    of: Literal["candidate", "employer"]


@dataclass(frozen=True, slots=True)
class Match:
    """One person and one vacancy, judged. ``proposable``: the plan may propose it by itself."""

    person: Person
    vacancy: Vacancy
    assessment: Assessment
    proposable: bool
    ask: tuple[Ask, ...]

    @property
    def fit(self) -> Fit:
        """How the hard requirements stand."""
        results = {requirement.result for requirement in self.assessment.requirements}
        return "not_met" if "not_met" in results else "unknown" if "unknown" in results else "all_met"


def match(person: Person, vacancy: Vacancy, rule: Rule, on: date) -> Match:
    """Judge one pair as of ``on``."""
    assessment = assess(person.profile, vacancy, rule, agreed=person.agreed, on=on)
    ask = facts_to_ask(assessment, person.profile, rule)
    return Match(person, vacancy, assessment, worth_proposing(assessment, rule), ask)


def rank(matches: Iterable[Match]) -> list[Match]:
    """Best first: what may be proposed, then what needs a person's decision, then what a requirement excludes; within
    each the scored before those of which too little is known. The same matches in any order give the same list."""
    return sorted(matches, key=_best_first)


def _best_first(one: Match) -> tuple[object, ...]:
    assessment = one.assessment
    unscored, best = (1, 0) if assessment.score is None else (0, -assessment.score)
    ids = (one.person.candidate_id, one.vacancy.vacancy_id)
    return not one.proposable, assessment.excluded, unscored, best, -assessment.coverage, one.person.since, ids


def facts_to_ask(assessment: Assessment, profile: Profile, rule: Rule) -> tuple[Ask, ...]:
    """The unknown facts that would decide: every hard requirement nobody can judge, and those behind the points nobody
    can judge when they alone separate a score that is proposed from one that is not. Nothing, once a requirement that
    is known excludes."""
    if assessment.excluded:
        return ()
    asks: dict[Ask, None] = {}
    for requirement in assessment.requirements:
        if requirement.result == "unknown":
            asks[_asked_for(requirement.code, profile)] = None
    if _points_decide(assessment, rule):
        for line in assessment.lines:
            for fact in _FACTS_OF_FAMILY[line.family] if line.unknown else ():
                if getattr(profile, fact) is None:
                    asks[Ask(fact, "candidate")] = None
    return tuple(asks)


def _asked_for(requirement: str, profile: Profile) -> Ask:
    if requirement == "available" and profile.available_from is not None:
        return Ask("starts_on", "employer")  # she has said when; the company has not
    return Ask(_FACT_OF_REQUIREMENT.get(requirement, requirement), "candidate")


def _points_decide(assessment: Assessment, rule: Rule) -> bool:
    if assessment.score is None:
        return True
    earned, possible, unknown = points_of(assessment.lines)
    needed = rule.least_score * (possible + unknown)
    return 100 * earned < needed <= 100 * (earned + unknown)


def fingerprint(ranked: Sequence[Match]) -> str:
    """Two lists have the same one when they hold the same persons in the same order with the same scores."""
    digest = blake2b(digest_size=16)
    for one in ranked:
        digest.update(f"{one.person.candidate_id} {one.assessment.score} {one.assessment.coverage};".encode())
    return digest.hexdigest()
