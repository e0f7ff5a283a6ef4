"""What is shown of introductions, by who looks."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from services.matching.api.access import may_know_the_person
from services.matching.api.words import FAMILY_WORDS, REQUIREMENT_WORDS
from services.matching.domain.introduction import Introduction
from services.matching.domain.requirements import MAY_WORK_ANYWHERE, Result
from services.matching.domain.score import Line
from services.matching.store.candidates import Candidate, list_candidates
from services.matching.store.hires import Offer, list_hires_by_introduction, list_latest_offers
from shared.db import Tx
from shared.events.parts import Terms
from shared.http import Caller, Role, Shown

_TOLD_TO_COMPANIES = frozenset({"declined", "no_answer", "vacancy_closed"})


class FrenchView(Shown):
    """Échelle québécoise, 0–12 for each skill; null = unknown."""

    listening: int | None
    speaking: int | None
    reading: int | None
    writing: int | None


class ProfileView(Shown):
    """A person without name, origin or status: what a company needs to say yes or no. Null = unknown."""

    occupation: str | None
    years_of_experience: int | None
    french: FrenchView
    municipality: str | None
    hours_per_week_min: Decimal | None
    available_from: date | None
    licences: tuple[str, ...] | None
    may_work: bool | None


class RequirementView(Shown):
    code: str
    result: Result
    basis: str | None
    fr: str
    en: str


class LineView(Shown):
    """``possible`` are the points that could be judged, ``unknown`` those that nobody can judge yet."""

    family: str
    earned: int
    possible: int
    unknown: int
    basis: str | None
    fr: str
    en: str


class OfferView(Shown):
    offer_id: UUID
    state: str
    terms: Terms
    made_at: datetime


class IntroductionView(Shown):
    """One introduction with its explanation. A company sees neither ``candidate_id`` nor the values behind a line
    before both have said yes; ``score`` is null when too little is known."""

    introduction_id: UUID
    vacancy_id: UUID
    employer_id: UUID
    candidate_id: UUID | None
    file_number: str | None
    state: str
    state_since: datetime
    waits_for: str | None
    reason: str | None
    proposed_at: datetime
    met_on: date | None
    score: int | None
    coverage: int
    rule_version: str
    requirements: tuple[RequirementView, ...]
    lines: tuple[LineView, ...]
    profile: ProfileView | None
    offer: OfferView | None
    hire_id: UUID | None


class CandidateIntroductionsView(Shown):
    """A person's companies: ``live`` of the ``target``, and how many she has met."""

    candidate_id: UUID
    target: int
    live: int
    companies_met: int
    introductions: tuple[IntroductionView, ...]


class VacancyIntroductionsView(Shown):
    vacancy_id: UUID
    employer_id: UUID
    state: str
    openings: int
    openings_left: int
    introductions: tuple[IntroductionView, ...]


def introduction_views(tx: Tx, caller: Caller, introductions: Sequence[Introduction]) -> tuple[IntroductionView, ...]:
    """Everything shown of them to this caller, in three queries whatever their number."""
    ids = [introduction.introduction_id for introduction in introductions]
    persons = list_candidates(tx, [i.candidate_id for i in introductions if i.candidate_id])
    offers = list_latest_offers(tx, ids)
    hires = list_hires_by_introduction(tx, ids)
    return tuple(
        _view(
            caller,
            introduction,
            persons.get(introduction.candidate_id) if introduction.candidate_id else None,
            offers.get(introduction.introduction_id),
            hires.get(introduction.introduction_id),
        )
        for introduction in introductions
    )


def introduction_view(tx: Tx, caller: Caller, introduction: Introduction) -> IntroductionView:
    return introduction_views(tx, caller, [introduction])[0]


def _view(
    caller: Caller, introduction: Introduction, person: Candidate | None, offer: Offer | None, hire_id: UUID | None
) -> IntroductionView:
    known = may_know_the_person(caller, introduction)
    company = caller.role == Role.EMPLOYER
    return IntroductionView(
        introduction_id=introduction.introduction_id,
        vacancy_id=introduction.vacancy_id,
        employer_id=introduction.employer_id,
        candidate_id=introduction.candidate_id if known else None,
        file_number=person.file_number if person and known else None,
        state=introduction.state,
        state_since=introduction.state_since,
        waits_for=introduction.waits_for,
        reason=introduction.reason if not company or introduction.state in _TOLD_TO_COMPANIES else None,
        proposed_at=introduction.proposed_at,
        met_on=introduction.met_on,
        score=introduction.score,
        coverage=introduction.coverage,
        rule_version=introduction.rule_version,
        requirements=tuple(
            RequirementView(
                code=r.code,
                result=r.result,
                basis=None if company else r.basis,
                fr=REQUIREMENT_WORDS.get(r.code, (r.code, r.code))[0],
                en=REQUIREMENT_WORDS.get(r.code, (r.code, r.code))[1],
            )
            for r in introduction.requirements
        ),
        lines=tuple(_line(line, with_basis=not company) for line in introduction.lines),
        profile=_profile(person) if person and (introduction.live or not company or known) else None,
        offer=OfferView.model_validate(offer) if offer else None,
        hire_id=hire_id,
    )


def _line(line: Line, *, with_basis: bool) -> LineView:
    """The values behind a line hold what a person expects and where she would go: not for a company."""
    fr, en = FAMILY_WORDS.get(line.family, (line.family, line.family))
    return LineView(
        family=line.family,
        earned=line.earned,
        possible=line.possible,
        unknown=line.unknown,
        basis=line.basis if with_basis else None,
        fr=fr,
        en=en,
    )


def _profile(person: Candidate) -> ProfileView:
    profile = person.profile
    authorisation = profile.work_authorisation
    return ProfileView(
        occupation=profile.occupation,
        years_of_experience=profile.years_of_experience,
        french=FrenchView.model_validate(profile.french),
        municipality=profile.municipality,
        hours_per_week_min=profile.hours_per_week_min,
        available_from=profile.available_from,
        licences=profile.licences,
        may_work=None if authorisation is None else authorisation in MAY_WORK_ANYWHERE,
    )
