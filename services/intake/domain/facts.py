"""What is known of a person's working life. Every fact may be unknown (None), and unknown is never a no."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.errors import Problem

HOURS_MIN, HOURS_MAX = Decimal(1), Decimal(60)  # a week
FRENCH_MIN, FRENCH_MAX = 0, 12  # Échelle québécoise, 2023 edition; 0 = cannot yet
SKILLS = ("listening", "speaking", "reading", "writing")
_OCCUPATION = re.compile(r"[0-9]{5}")


@dataclass(frozen=True)
class Facts:
    """The facts of a referral, later of a candidate's profile. ``None`` = unknown."""

    arrived_on: date | None = None  # in Canada
    diploma_from: str | None = None  # abroad | quebec | none
    months_in_field_quebec: int | None = None
    occupation: str | None = None  # NOC 2021, five digits
    years_of_experience: int | None = None
    french_listening: int | None = None  # Échelle québécoise, 0–12
    french_speaking: int | None = None
    french_reading: int | None = None
    french_writing: int | None = None
    municipality: str | None = None
    municipalities_accepted: tuple[str, ...] | None = None
    hours_per_week_min: Decimal | None = None
    wage_expected_cents: int | None = None  # an hour
    available_from: date | None = None
    licences: tuple[str, ...] | None = None
    work_authorisation: str | None = None


@dataclass(frozen=True)
class Missing:
    """A fact still to come, and how to ask for it."""

    code: str
    fr: str
    en: str


ASKED = (
    Missing("arrived_on", "La date d'arrivée au Canada", "The date of arrival in Canada"),
    Missing("diploma_from", "D'où vient le diplôme", "Where the diploma is from"),
    Missing(
        "months_in_field_quebec",
        "Les mois d'expérience au Québec dans son domaine (0 si aucun)",
        "Months of Québec experience in her own field (0 if none)",
    ),
    Missing("occupation", "La profession (CNP 2021, cinq chiffres)", "The occupation (NOC 2021, five digits)"),
    Missing("french", "Le français à l'oral : compréhension et production", "Oral French: listening and speaking"),
    Missing("municipality", "La ville de résidence", "The municipality of residence"),
    Missing("work_authorisation", "L'autorisation de travailler", "The authorisation to work"),
)


def missing_facts(facts: Facts) -> tuple[Missing, ...]:
    """What an advisor needs to decide and to introduce the person, and nobody has told yet. It refuses nobody."""
    return tuple(asked for asked in ASKED if not _is_known(facts, asked.code))


def _is_known(facts: Facts, code: str) -> bool:
    if code == "french":
        return facts.french_listening is not None and facts.french_speaking is not None
    return getattr(facts, code) is not None


def check_facts(facts: Facts, today: date, at: str = "/facts") -> list[Problem]:
    """Every fact that is impossible; ``at`` is the pointer of the facts in what was sent. Unknown ones are fine."""
    problems = check_occupation(facts.occupation, f"{at}/occupation")
    if facts.arrived_on and not date(1920, 1, 1) <= facts.arrived_on <= today:
        problems.append(
            Problem(
                f"{at}/arrived_on",
                "impossible_date",
                "La date d'arrivée doit être passée.",
                "The date of arrival must lie in the past.",
            )
        )
    problems += check_months(facts.months_in_field_quebec, f"{at}/months_in_field_quebec")
    problems += check_years(facts.years_of_experience, f"{at}/years_of_experience")
    problems += check_wage_expected(facts.wage_expected_cents, f"{at}/wage_expected_cents")
    problems += check_hours(facts.hours_per_week_min, f"{at}/hours_per_week_min")
    levels = {skill: getattr(facts, f"french_{skill}") for skill in SKILLS}
    return problems + check_french(levels, f"{at}/french")


def check_months(months: int | None, at: str) -> list[Problem]:
    return _check_range(months, 0, 720, at)


def check_years(years: int | None, at: str) -> list[Problem]:
    return _check_range(years, 0, 70, at)


def check_wage_expected(cents: int | None, at: str) -> list[Problem]:
    return _check_range(cents, 1, 100_000, at)


def check_french(levels: dict[str, int | None], at: str) -> list[Problem]:
    """Levels outside 0–12, by skill."""
    return [problem for skill, level in levels.items() for problem in check_level(level, f"{at}/{skill}")]


def check_level(level: int | None, at: str) -> list[Problem]:
    if level is None or FRENCH_MIN <= level <= FRENCH_MAX:
        return []
    return [
        Problem(
            at,
            "french_level_out_of_scale",
            "Le niveau de français va de 0 à 12 (Échelle québécoise).",
            "A French level goes from 0 to 12 (Échelle québécoise).",
        )
    ]


def check_occupation(occupation: str | None, at: str) -> list[Problem]:
    if occupation is None or _OCCUPATION.fullmatch(occupation):
        return []
    return [
        Problem(
            at,
            "not_an_occupation",
            "Écrivez les cinq chiffres de la CNP 2021, par exemple 11100.",
            "Give the five digits of NOC 2021, for example 11100.",
        )
    ]


def check_hours(hours: Decimal | None, at: str) -> list[Problem]:
    if hours is None or HOURS_MIN <= hours <= HOURS_MAX:
        return []
    return [
        Problem(
            at,
            "hours_out_of_range",
            "Les heures par semaine vont de 1 à 60.",
            "Hours a week go from 1 to 60.",
        )
    ]


def _check_range(value: int | None, low: int, high: int, at: str) -> list[Problem]:
    if value is None or low <= value <= high:
        return []
    return [Problem(at, "out_of_range", f"La valeur doit être entre {low} et {high}.", f"Between {low} and {high}.")]
