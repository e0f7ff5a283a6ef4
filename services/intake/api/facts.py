"""Facts as they are sent and shown. A field that is not sent is left as it is; ``null`` makes it unknown."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from services.intake.api.examples import SOME_FACTS
from services.intake.domain.accompaniment import LONGEST_MINUTES, check_minutes
from services.intake.domain.codes import DiplomaFrom, Licence, Municipality, WorkAuthorisation
from services.intake.domain.consents import check_notice
from services.intake.domain.facts import (
    SKILLS,
    Facts,
    Missing,
    check_hours,
    check_level,
    check_months,
    check_occupation,
    check_wage_expected,
    check_years,
)
from shared.http import Sent, Shown, example, judged

# bounds of meaning are the domain's, told here with everything else that is wrong; ``Whole`` and ``Text`` only keep
# what PostgreSQL can hold
Hours = Annotated[
    Decimal,
    Field(max_digits=5, decimal_places=2),
    judged(check_hours),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 1, "maximum": 60, "multipleOf": 0.01},
                {"type": "string", "pattern": r"^([1-9]|[1-5][0-9])(\.[0-9]{1,2})?$"},
            ],
            "description": "Hours a week, at most two decimals",
        }
    ),
]
Occupation = Annotated[
    str, Field(max_length=200, json_schema_extra={"pattern": "^[0-9]{5}$"}), judged(check_occupation)
]
Level = Annotated[int, Field(json_schema_extra={"minimum": 0, "maximum": 12}), judged(check_level)]
Months = Annotated[int, Field(json_schema_extra={"minimum": 0, "maximum": 720}), judged(check_months)]
Years = Annotated[int, Field(json_schema_extra={"minimum": 0, "maximum": 70}), judged(check_years)]
WageExpected = Annotated[int, Field(json_schema_extra={"minimum": 1, "maximum": 100_000}), judged(check_wage_expected)]
Minutes = Annotated[int, Field(json_schema_extra={"minimum": 1, "maximum": LONGEST_MINUTES}), judged(check_minutes)]
Notice = Annotated[
    str,
    Field(max_length=200, json_schema_extra={"pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$"}),
    judged(check_notice),
]
Whole = Annotated[int, Field(ge=-(2**31), lt=2**31)]
Text = Annotated[str, Field(max_length=200)]


class French(Sent):
    """Échelle québécoise, 0–12 per skill."""

    listening: Level | None = None
    speaking: Level | None = None
    reading: Level | None = None
    writing: Level | None = None


class FactsSent(Sent, json_schema_extra=example(**SOME_FACTS)):
    arrived_on: date | None = None
    diploma_from: DiplomaFrom | None = None
    months_in_field_quebec: Months | None = None
    occupation: Occupation | None = None
    years_of_experience: Years | None = None
    french: French | None = None
    municipality: Municipality | None = None
    municipalities_accepted: Annotated[tuple[Municipality, ...], Field(max_length=20)] | None = None
    hours_per_week_min: Hours | None = None
    wage_expected_cents: WageExpected | None = None
    available_from: date | None = None
    licences: Annotated[tuple[Licence, ...], Field(max_length=20)] | None = None
    work_authorisation: WorkAuthorisation | None = None

    def given(self) -> dict[str, Any]:
        """Field → value for each fact that was sent, in the domain's names."""
        sent: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set - {"french"}}
        if "french" in self.model_fields_set:
            skills = self.french.model_fields_set if self.french else set(SKILLS)
            sent |= {f"french_{skill}": getattr(self.french, skill) if self.french else None for skill in skills}
        return sent

    def facts(self) -> Facts:
        return Facts(**self.given())


class FrenchShown(Shown):
    listening: int | None
    speaking: int | None
    reading: int | None
    writing: int | None


class FactsShown(Shown):
    arrived_on: date | None
    diploma_from: str | None
    months_in_field_quebec: int | None
    occupation: str | None
    years_of_experience: int | None
    french: FrenchShown
    municipality: str | None
    municipalities_accepted: tuple[str, ...] | None
    hours_per_week_min: Decimal | None
    wage_expected_cents: int | None
    available_from: date | None
    licences: tuple[str, ...] | None
    work_authorisation: str | None


def show_facts(facts: Facts) -> FactsShown:
    french = FrenchShown(**{skill: getattr(facts, f"french_{skill}") for skill in SKILLS})
    others = {name: getattr(facts, name) for name in FactsShown.model_fields if name != "french"}
    return FactsShown(french=french, **others)


class MissingView(Shown):
    """A fact still to come, and how to ask for it."""

    code: str
    fr: str
    en: str


def show_missing(missing: tuple[Missing, ...]) -> list[MissingView]:
    return [MissingView.model_validate(m) for m in missing]
