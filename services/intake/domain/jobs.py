"""A job as asked for or held: wage, hours, openings. Money in cents an hour."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.intake.domain.facts import check_french, check_hours, check_occupation
from shared.errors import Problem
from shared.money import Cents, in_words

WAGE_MAX: Cents = 50_000  # an hour; above it is a slip of the pen (a weekly or yearly wage)


@dataclass(frozen=True)
class MinimumWage:
    """Québec's general rate from a day on."""

    valid_from: date
    cents: Cents
    source: str
    confidence: str = "official"


_OFFICIAL = (
    "https://www.newswire.ca/fr/news-releases/le-taux-general-du-salaire-minimum-passera-a-16-60-l-heure-le-1er-mai-2026"
    "-821666635.html"
)
_PRESS = "https://www.lapresse.ca/affaires/economie/quebec/201805/01/01-5168634-hausse-du-salaire-minimum-le-quebec-demeure-en-milieu-de-peloton.php"
# The 2022 day, 1 May, is general knowledge; the year's rate is sourced.
MINIMUM_WAGES: tuple[MinimumWage, ...] = (
    MinimumWage(date(2017, 5, 1), 1125, _PRESS, "press"),
    MinimumWage(date(2018, 5, 1), 1200, _PRESS, "press"),
    MinimumWage(date(2019, 5, 1), 1250, _OFFICIAL),
    MinimumWage(date(2020, 5, 1), 1310, _OFFICIAL),
    MinimumWage(date(2021, 5, 1), 1350, "https://focus-emploi.com/9280356/salaire-minimum-2021/amp", "secondary"),
    MinimumWage(date(2022, 5, 1), 1425, "https://ramou.uqo.ca/mq/tab/Tab-5.13.htm", "secondary"),
    MinimumWage(date(2023, 5, 1), 1525, "https://www.wikizero.org/wiki/fr/Salaire_minimum_au_Qu%C3%A9bec", "secondary"),
    MinimumWage(date(2024, 5, 1), 1575, "https://www.lechodelarivenord.ca/actualites/affaires/610435/", "press"),
    MinimumWage(date(2025, 5, 1), 1610, "https://www.lechodelaval.ca/actualites/affaires/656361/", "press"),
    MinimumWage(date(2026, 5, 1), 1660, _OFFICIAL),
)


@dataclass(frozen=True)
class Vacancy:
    """What a company asks for."""

    occupation: str  # NOC 2021
    openings: int
    wage_min_cents: Cents
    wage_max_cents: Cents
    hours_per_week: Decimal
    starts_on: date | None
    permanent: bool
    municipality: str
    french_listening: int | None = None
    french_speaking: int | None = None
    french_reading: int | None = None
    french_writing: int | None = None
    licences_required: tuple[str, ...] = ()
    years_of_experience: int | None = None


@dataclass(frozen=True)
class JobTerms:
    """The terms of a job that somebody holds."""

    occupation: str
    wage_cents: Cents
    hours_per_week: Decimal
    starts_on: date
    permanent: bool


def minimum_wage_on(day: date) -> MinimumWage | None:
    """The general rate in force, or None before the table begins (unknown, so nothing is refused)."""
    return next((rate for rate in reversed(MINIMUM_WAGES) if rate.valid_from <= day), None)


def check_vacancy(vacancy: Vacancy, today: date) -> list[Problem]:
    """Every problem of a vacancy. The wage is held against the minimum wage of its start, or of today without one."""
    problems = check_occupation(vacancy.occupation, "/occupation")
    if not 1 <= vacancy.openings <= 500:
        problems.append(
            Problem(
                "/openings", "no_opening", "Indiquez au moins un poste (500 au plus).", "Between 1 and 500 openings."
            )
        )
    if vacancy.wage_min_cents > vacancy.wage_max_cents:
        problems.append(
            Problem(
                "/wage_max_cents",
                "wages_crossed",
                "Le salaire maximal est plus bas que le minimal.",
                "The highest wage is below the lowest.",
            )
        )
    start = vacancy.starts_on or today
    problems += check_wage(vacancy.wage_min_cents, start, "/wage_min_cents")
    if vacancy.wage_max_cents > WAGE_MAX:
        problems += check_wage(vacancy.wage_max_cents, start, "/wage_max_cents")
    problems += check_hours(vacancy.hours_per_week, "/hours_per_week")
    if vacancy.years_of_experience is not None and not 0 <= vacancy.years_of_experience <= 50:
        problems.append(Problem("/years_of_experience", "out_of_range", "De 0 à 50 ans.", "Between 0 and 50 years."))
    levels = {
        "listening": vacancy.french_listening,
        "speaking": vacancy.french_speaking,
        "reading": vacancy.french_reading,
        "writing": vacancy.french_writing,
    }
    return problems + check_french(levels, "/french_required")


def check_terms(terms: JobTerms, at: str = "/terms") -> list[Problem]:
    """Every problem of a job that is held, its wage by the minimum wage of its start."""
    return [
        *check_occupation(terms.occupation, f"{at}/occupation"),
        *check_wage(terms.wage_cents, terms.starts_on, f"{at}/wage_cents"),
        *check_hours(terms.hours_per_week, f"{at}/hours_per_week"),
    ]


def check_wage(cents: Cents, day: date, at: str) -> list[Problem]:
    rate = minimum_wage_on(day)
    if cents > WAGE_MAX:
        return [
            Problem(
                at,
                "wage_too_high",
                "Ce salaire horaire semble trop élevé ; il s'écrit en cents.",
                "This hourly wage seems too high; it is given in cents.",
            )
        ]
    if cents < (rate.cents if rate else 1):
        least = rate.cents if rate else 1
        return [
            Problem(
                at,
                "below_minimum_wage",
                f"Le salaire minimum au {day} est de {in_words(least, 'fr')} l'heure.",
                f"The minimum wage on {day} is {in_words(least, 'en')} an hour.",
            )
        ]
    return []
