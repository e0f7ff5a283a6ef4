"""Parts that several events carry. Codes are short lower-case words; a reader treats a code it does not know as
unknown. Levels of French are those of the Échelle québécoise, 0–12; None is *unknown*, never zero."""

from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from shared.events.base import Payload


class FrenchLevels(Payload):
    """Échelle québécoise des niveaux de compétence en français, 0–12 per skill; None = unknown."""

    listening: int | None = None
    speaking: int | None = None
    reading: int | None = None
    writing: int | None = None


class CandidateProfile(Payload):
    """What is known of a person's working life. Every field may be unknown (None)."""

    occupation: str | None = None  # NOC 2021, five digits
    years_of_experience: int | None = None
    french: FrenchLevels = FrenchLevels()
    municipality: str | None = None  # a code: laval, montreal …
    municipalities_accepted: tuple[str, ...] | None = None
    hours_per_week_min: Decimal | None = None
    wage_expected_cents: int | None = None  # an hour
    available_from: date | None = None
    licences: tuple[str, ...] | None = None  # permits of professional orders, codes
    work_authorisation: str | None = None  # permanent_resident | citizen | protected | open_permit | closed_permit
    arrived_on: date | None = None  # in Canada
    months_in_field_quebec: int | None = None
    diploma_from: str | None = None  # abroad | quebec | none


class Criterion(Payload):
    """One rule tested: met, not met or unknown, and on what the answer rests."""

    code: str
    result: Literal["met", "not_met", "unknown"]
    basis: str = ""  # the value tested, as text; names nobody


class ScoreLine(Payload):
    """One family of an explained score: points earned of those possible; ``unknown`` ones nobody can judge yet."""

    family: str
    earned: int
    possible: int
    unknown: int = 0


class Terms(Payload):
    """The terms of a job as offered or held."""

    occupation: str  # NOC 2021, five digits
    wage_cents: int  # an hour
    hours_per_week: Decimal
    starts_on: date
    permanent: bool


class ComputationLine(Payload):
    """One line of a computation: a code for its label, the factors as text, and cents."""

    code: str
    basis: str
    amount_cents: int


class PlannedTask(Payload):
    """One contact of a follow-up plan."""

    task_id: UUID
    # before_start | weeks_2 | weeks_6 | months_3 | months_6 | months_12 | before_subsidy_end | after_subsidy_end
    contact: str
    side: Literal["employee", "employer"]
    due_on: date
