"""How a person, a vacancy and a score are shown; in words, French and English."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from services.matching.domain.facts import Profile, Vacancy
from services.matching.domain.requirements import MAY_WORK_ANYWHERE, Requirement, Result
from services.matching.domain.score import Line
from services.matching.domain.words import FAMILY_WORDS, REQUIREMENT_WORDS, Words
from shared.http import Shown


def in_words(words: Words, code: str) -> tuple[str, str]:
    """The French and the English; the code itself for one of later."""
    return words.get(code, (code, code))


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


class VacancyFactsView(Shown):
    """What a company asks and gives. Cents an hour; of French, null = not asked."""

    occupation: str
    openings: int
    wage_min_cents: int
    wage_max_cents: int
    hours_per_week: Decimal
    starts_on: date | None
    municipality: str
    permanent: bool
    french_required: FrenchView
    licences_required: tuple[str, ...]
    years_of_experience: int | None


def requirement_views(tested: Iterable[Requirement], *, with_basis: bool = True) -> tuple[RequirementView, ...]:
    """The values behind a requirement hold what a person wants and where she would go: not for a company."""
    return tuple(
        RequirementView(
            code=r.code,
            result=r.result,
            basis=r.basis if with_basis else None,
            fr=in_words(REQUIREMENT_WORDS, r.code)[0],
            en=in_words(REQUIREMENT_WORDS, r.code)[1],
        )
        for r in tested
    )


def line_views(lines: Iterable[Line], *, with_basis: bool = True) -> tuple[LineView, ...]:
    """The values behind a line are not for a company either."""
    return tuple(
        LineView(
            family=line.family,
            earned=line.earned,
            possible=line.possible,
            unknown=line.unknown,
            basis=line.basis if with_basis else None,
            fr=in_words(FAMILY_WORDS, line.family)[0],
            en=in_words(FAMILY_WORDS, line.family)[1],
        )
        for line in lines
    )


def vacancy_view(vacancy: Vacancy) -> VacancyFactsView:
    return VacancyFactsView.model_validate(vacancy)


def profile_view(profile: Profile) -> ProfileView:
    """Without name, origin or status."""
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
