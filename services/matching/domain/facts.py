"""What matching knows of a person and of a vacancy. Every fact of a person may be unknown (None)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

SKILLS = ("listening", "speaking", "reading", "writing")


@dataclass(frozen=True, slots=True)
class French:
    """Échelle québécoise, 0–12 for each skill. Of a person None is *unknown*; of a vacancy, *not asked*."""

    listening: int | None = None
    speaking: int | None = None
    reading: int | None = None
    writing: int | None = None

    def of(self, skill: str) -> int | None:
        level: int | None = getattr(self, skill)
        return level


@dataclass(frozen=True, slots=True)
class Profile:
    """A person's working life. Wages are cents an hour."""

    occupation: str | None = None  # NOC 2021, five digits
    years_of_experience: int | None = None
    french: French = French()
    municipality: str | None = None
    municipalities_accepted: tuple[str, ...] | None = None
    hours_per_week_min: Decimal | None = None
    wage_expected_cents: int | None = None
    available_from: date | None = None
    licences: tuple[str, ...] | None = None
    work_authorisation: str | None = None


@dataclass(frozen=True, slots=True)
class Vacancy:
    """What a company asks and gives. Wages are cents an hour."""

    vacancy_id: UUID
    employer_id: UUID
    occupation: str
    openings: int
    wage_min_cents: int
    wage_max_cents: int
    hours_per_week: Decimal
    starts_on: date | None
    municipality: str
    permanent: bool = True
    french_required: French = French()
    licences_required: tuple[str, ...] = ()
    years_of_experience: int | None = None


def noc_digits_in_common(one: str | None, other: str | None) -> int | None:
    """How many leading digits two NOC 2021 codes share, 0–5; None when either is unknown or of another edition."""
    if not one or not other or len(one) != 5 or len(other) != 5 or not (one + other).isdigit():
        return None
    if one == other:
        return 5
    return next(place for place in range(5) if one[place] != other[place])


def field_of(occupation: str | None) -> str | None:
    """The NOC 2021 major group of an occupation, two digits; None when it is unknown or of another edition."""
    return occupation[:2] if occupation and noc_digits_in_common(occupation, occupation) else None
