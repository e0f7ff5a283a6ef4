"""Shortlists both ways, and a score as of a day. For staff: a company sees who was introduced, not who might be."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from services.matching.api.access import STAFF
from services.matching.api.explained import (
    LineView,
    RequirementView,
    VacancyFactsView,
    in_words,
    line_views,
    requirement_views,
    vacancy_view,
)
from services.matching.domain.facts import Profile
from services.matching.domain.rules import rule_of, rule_on
from services.matching.domain.score import Assessment, Inputs, assess_again
from services.matching.domain.shortlist import Ask, Fit, Match
from services.matching.domain.words import FACT_WORDS
from services.matching.handlers.shortlists import persons_for, vacancies_for
from services.matching.store.candidates import get_candidate, list_candidates
from services.matching.store.history import find_inputs
from services.matching.store.introductions import get_introduction
from services.matching.store.seekers import list_persons
from services.matching.store.shortlists import Between, list_between
from services.matching.store.vacancies import get_openings, get_vacancy
from shared.clock import local_date
from shared.db import Tx
from shared.errors import NotFound
from shared.http import Moment, Reads, Shown, allow

router = APIRouter(prefix="/v1", tags=["shortlists"])

STAFF_ONLY = allow(*STAFF)
Include = Annotated[Literal["proposable", "all"], Query(description="all: also what the plan would not propose")]
Limit = Annotated[int, Query(ge=1, le=500)]


class AskView(Shown):
    """A fact nobody knows that would decide, and who knows it: candidate or employer."""

    fact: str
    of: str
    fr: str
    en: str


class MatchView(Shown):
    """One pair, judged today. ``fit``: all hard requirements met, one unknown, or one not met. ``already_met``: this
    person and this company; ``introduction_*``: their latest one for this vacancy."""

    rank: int
    candidate_id: UUID
    file_number: str | None
    vacancy_id: UUID
    employer_id: UUID
    vacancy: VacancyFactsView
    fit: Fit
    proposable: bool
    score: int | None
    coverage: int
    requirements: tuple[RequirementView, ...]
    lines: tuple[LineView, ...]
    ask: tuple[AskView, ...]
    already_met: bool
    introduction_id: UUID | None
    introduction_state: str | None


class VacancyShortlistView(Shown):
    """``all_met`` of the ``total`` meet every hard requirement; ``to_ask`` lack a fact that would decide. ``next``: the
    last candidate here, to send as ``after`` for those ranked behind; null at the end."""

    vacancy_id: UUID
    employer_id: UUID
    state: str
    rule_version: str
    total: int
    all_met: int
    to_ask: int
    candidates: tuple[MatchView, ...]
    next: UUID | None


class CandidateShortlistView(Shown):
    """``looking``: false for who works, left or was not admitted: nothing is ranked then. ``next``: the last vacancy
    here, to send as ``after`` for those ranked behind; null at the end."""

    candidate_id: UUID
    looking: bool
    rule_version: str
    total: int
    all_met: int
    to_ask: int
    vacancies: tuple[MatchView, ...]
    next: UUID | None


class ScoreView(Shown):
    """A score with all that it rests on, by the rule of its day: the same inputs give it again."""

    on: date
    rule_version: str
    score: int | None
    coverage: int
    requirements: tuple[RequirementView, ...]
    lines: tuple[LineView, ...]
    agreed: bool
    profile: Profile
    vacancy: VacancyFactsView


@router.get("/vacancies/{vacancy_id}/shortlist", dependencies=[STAFF_ONLY])
def show_vacancy_shortlist(
    vacancy_id: UUID, read: Reads, include: Include = "proposable", after: UUID | None = None, limit: Limit = 50
) -> VacancyShortlistView:
    """Candidates for a vacancy, best first, each explained, with the facts worth asking."""
    with read.transaction() as tx:
        openings, vacancy = get_openings(tx, vacancy_id), get_vacancy(tx, vacancy_id)
        ranked = persons_for(tx, vacancy, everybody=include == "all")
        page = _behind([one.person.candidate_id for one in ranked], after, limit)
        return VacancyShortlistView(
            vacancy_id=vacancy_id,
            employer_id=vacancy.employer_id,
            state=openings.state,
            rule_version=rule_on(local_date(tx.now)).version,
            total=len(ranked),
            all_met=_all_met(ranked),
            to_ask=_to_ask(ranked),
            candidates=_matches(tx, ranked, page),
            next=ranked[page.stop - 1].person.candidate_id if page.stop < len(ranked) else None,
        )


@router.get("/candidates/{candidate_id}/shortlist", dependencies=[STAFF_ONLY])
def show_candidate_shortlist(
    candidate_id: UUID, read: Reads, include: Include = "proposable", after: UUID | None = None, limit: Limit = 50
) -> CandidateShortlistView:
    """Open vacancies for a person, best first, each explained, with the facts worth asking."""
    with read.transaction() as tx:
        get_candidate(tx, candidate_id)
        persons = list_persons(tx, candidate_id=candidate_id)
        ranked = vacancies_for(tx, persons[0], everything=include == "all") if persons else []
        page = _behind([one.vacancy.vacancy_id for one in ranked], after, limit)
        return CandidateShortlistView(
            candidate_id=candidate_id,
            looking=bool(persons),
            rule_version=rule_on(local_date(tx.now)).version,
            total=len(ranked),
            all_met=_all_met(ranked),
            to_ask=_to_ask(ranked),
            vacancies=_matches(tx, ranked, page),
            next=ranked[page.stop - 1].vacancy.vacancy_id if page.stop < len(ranked) else None,
        )


@router.get("/vacancies/{vacancy_id}/candidates/{candidate_id}/score", dependencies=[STAFF_ONLY])
def show_score(vacancy_id: UUID, candidate_id: UUID, read: Reads, as_of: Moment | None = None) -> ScoreView:
    """One pair as of a moment (now): by what was known then, and the rule in force then."""
    with read.transaction() as tx:
        get_candidate(tx, candidate_id)
        inputs = find_inputs(tx, candidate_id, vacancy_id, as_of or tx.now)
        if inputs is None:
            raise NotFound
        return _score(assess_again(inputs, rule_on(inputs.on)), inputs)


@router.get("/introductions/{introduction_id}/explanation", dependencies=[STAFF_ONLY])
def explain_introduction(introduction_id: UUID, read: Reads) -> ScoreView:
    """Why it was proposed, computed again from the inputs kept with it by the rule of that day."""
    with read.transaction() as tx:
        introduction = get_introduction(tx, introduction_id)
        if introduction.inputs is None:
            raise NotFound  # the person was erased
        return _score(assess_again(introduction.inputs, rule_of(introduction.rule_version)), introduction.inputs)


def _score(assessment: Assessment, inputs: Inputs) -> ScoreView:
    return ScoreView(
        on=inputs.on,
        rule_version=assessment.rule_version,
        score=assessment.score,
        coverage=assessment.coverage,
        requirements=requirement_views(assessment.requirements),
        lines=line_views(assessment.lines),
        agreed=inputs.agreed,
        profile=inputs.profile,
        vacancy=vacancy_view(inputs.vacancy),
    )


def _all_met(ranked: Iterable[Match]) -> int:
    return sum(one.fit == "all_met" for one in ranked)


def _to_ask(ranked: Iterable[Match]) -> int:
    return sum(bool(one.ask) for one in ranked)


def _behind(ranked: list[UUID], after: UUID | None, limit: int) -> slice:
    """The places of the page that follows ``after``, wherever it is ranked now; from the beginning when it is not."""
    begins = ranked.index(after) + 1 if after in ranked else 0
    return slice(begins, begins + limit)


def _matches(tx: Tx, everyone: list[Match], page: slice) -> tuple[MatchView, ...]:
    ranked = everyone[page]
    persons = {one.person.candidate_id for one in ranked}
    files = list_candidates(tx, list(persons))
    between = list_between(tx, list(persons), list({one.vacancy.employer_id for one in ranked}))
    met = {(b.candidate_id, b.employer_id) for b in between if b.met}
    latest = {(b.candidate_id, b.vacancy_id): b for b in between}  # oldest first: the last one stays
    return tuple(
        _match(
            place,
            one,
            files[one.person.candidate_id].file_number,
            (one.person.candidate_id, one.vacancy.employer_id) in met,
            latest.get((one.person.candidate_id, one.vacancy.vacancy_id)),
        )
        for place, one in enumerate(ranked, start=page.start + 1)
    )


def _match(place: int, one: Match, file_number: str | None, met: bool, introduced: Between | None) -> MatchView:
    assessment = one.assessment
    return MatchView(
        rank=place,
        candidate_id=one.person.candidate_id,
        file_number=file_number,
        vacancy_id=one.vacancy.vacancy_id,
        employer_id=one.vacancy.employer_id,
        vacancy=vacancy_view(one.vacancy),
        fit=one.fit,
        proposable=one.proposable,
        score=assessment.score,
        coverage=assessment.coverage,
        requirements=requirement_views(assessment.requirements),
        lines=line_views(assessment.lines),
        ask=tuple(_ask(ask) for ask in one.ask),
        already_met=met,
        introduction_id=introduced.introduction_id if introduced else None,
        introduction_state=introduced.state if introduced else None,
    )


def _ask(ask: Ask) -> AskView:
    fr, en = in_words(FACT_WORDS, ask.fact)
    return AskView(fact=ask.fact, of=ask.of, fr=fr, en=en)
