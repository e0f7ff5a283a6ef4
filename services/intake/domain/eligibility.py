"""Is a person one of those the programme is for? Criterion by criterion, at a stated date, by the rules of that day.

The criteria are proposals with their reasons; an advisor decides (Law 25, P-39.1 s. 12.1). This test is the
programme's own: a ministry's measure asks other questions (subsidies).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.intake.domain.facts import Facts
from shared.errors import Problem, Refused

Result = Literal["met", "not_met", "unknown"]


@dataclass(frozen=True)
class Rules:
    """The criteria in force from a day to a day (exclusive)."""

    version: str
    valid_from: date
    valid_to: date | None
    years_in_canada_under: int
    diplomas: frozenset[str]
    months_in_field_under: int
    source: str
    confidence: str  # official | programme_page | secondary


PROGRAMME_RULES: tuple[Rules, ...] = (
    Rules(
        version="interconnexion-2019",
        valid_from=date(2019, 1, 1),  # the programme began in 2019; the day is not published
        valid_to=None,
        years_in_canada_under=5,
        diplomas=frozenset({"abroad", "quebec"}),
        months_in_field_under=12,
        source="https://www.lavalfamilies.ca/articles.asp?a=2025",
        confidence="programme_page",
    ),
)


@dataclass(frozen=True)
class Tested:
    """One criterion, its result, and the value on which it rests (dates and numbers; names nobody)."""

    code: str
    result: Result
    basis: str
    fr: str
    en: str


@dataclass(frozen=True)
class Eligibility:
    """All criteria tested at a date, by one version of the rules."""

    on: date
    rule_version: str
    criteria: tuple[Tested, ...]

    def codes(self, result: Result) -> tuple[str, ...]:
        return tuple(c.code for c in self.criteria if c.result == result)


class ProgrammeClosed(Refused):
    """No rules are in force on the day: the programme had not begun, or its funder suspended it."""


class CriterionNotMet(Refused):
    """At least one criterion says no; each is listed."""


class UnknownNotAcknowledged(Refused):
    """Some criteria nobody can judge yet, and the advisor has not said in writing that they are accepted so."""


def rules_on(day: date, rules: Sequence[Rules] = PROGRAMME_RULES) -> Rules:
    """The rules in force on ``day``. Raises ProgrammeClosed."""
    for version in rules:
        if version.valid_from <= day and (version.valid_to is None or day < version.valid_to):
            return version
    raise ProgrammeClosed(
        Problem("", "programme_closed", "Le programme n'est pas ouvert ce jour-là.", "The programme is not open then.")
    )


def assess(facts: Facts, on: date, rules: Sequence[Rules] = PROGRAMME_RULES) -> Eligibility:
    """Test every criterion at the day ``on``. Raises ProgrammeClosed."""
    version = rules_on(on, rules)
    years, months = version.years_in_canada_under, version.months_in_field_under
    return Eligibility(
        on,
        version.version,
        (
            Tested(
                f"in_canada_under_{years}_years",
                _in_canada(facts.arrived_on, on, years),
                _basis("arrived_on", facts.arrived_on),
                f"Au Canada depuis moins de {years} ans",
                f"In Canada for less than {years} years",
            ),
            Tested(
                "diploma_recognised_origin",
                _unless_unknown(facts.diploma_from, facts.diploma_from in version.diplomas),
                _basis("diploma_from", facts.diploma_from),
                "Diplôme de l'étranger ou du Québec",
                "Diploma from abroad or from Québec",
            ),
            Tested(
                f"under_{months}_months_in_field",
                _unless_unknown(facts.months_in_field_quebec, (facts.months_in_field_quebec or 0) < months),
                _basis("months_in_field_quebec", facts.months_in_field_quebec),
                f"Moins de {months} mois d'expérience québécoise dans son domaine",
                f"Less than {months} months of Québec experience in her own field",
            ),
        ),
    )


def check_admission(eligibility: Eligibility, acknowledged: frozenset[str]) -> None:
    """Whether an advisor may admit on this test. ``acknowledged``: the unknown criteria the advisor accepts in writing
    (reason ``admitted_with_unknown``). Raises CriterionNotMet or UnknownNotAcknowledged, with every reason."""
    not_met = [
        Problem("", c.code, f"Critère non rempli : {c.fr} ({c.basis}).", f"Criterion not met: {c.en} ({c.basis}).")
        for c in eligibility.criteria
        if c.result == "not_met"
    ]
    if not_met:
        raise CriterionNotMet(*not_met)
    unknown = [c for c in eligibility.criteria if c.result == "unknown"]
    left = [
        Problem(
            "/unknown",
            c.code,
            f"On ne sait pas encore : {c.fr}. Demandez le fait, ou admettez en citant ce critère.",
            f"Not known yet: {c.en}. Ask for the fact, or admit naming this criterion.",
        )
        for c in unknown
        if c.code not in acknowledged
    ] + [
        Problem("/unknown", code, "Ce critère n'est pas inconnu.", "This criterion is not unknown.")
        for code in sorted(acknowledged - {c.code for c in unknown})
    ]
    if left:
        raise UnknownNotAcknowledged(*left)


def years_after(day: date, years: int) -> date:
    """The anniversary; that of 29 February is 1 March where there is none (the person keeps the day)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _in_canada(arrived_on: date | None, on: date, years: int) -> Result:
    """Not met as well when she arrives only after ``on``: she is not in Canada then."""
    return _unless_unknown(arrived_on, arrived_on is not None and arrived_on <= on < years_after(arrived_on, years))


def _unless_unknown(fact: object, holds: bool) -> Result:
    if fact is None:
        return "unknown"
    return "met" if holds else "not_met"


def _basis(name: str, fact: object) -> str:
    return f"{name} = {'?' if fact is None else fact}"
