"""Facts as they are sent and shown. A field that is not sent is left as it is; ``null`` makes it unknown."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from services.intake.api.examples import SOME_FACTS
from services.intake.domain.codes import DiplomaFrom, Licence, Municipality, WorkAuthorisation
from services.intake.domain.facts import SKILLS, Facts, Missing
from shared.http import Sent, Shown, example

# bounds of meaning are the domain's; these only keep what PostgreSQL and JSON can hold
Hours = Annotated[Decimal, Field(max_digits=5, decimal_places=2)]
Whole = Annotated[int, Field(ge=-(2**31), lt=2**31)]
Text = Annotated[str, Field(max_length=200)]


class French(Sent):
    """Échelle québécoise, 0–12 per skill."""

    listening: Whole | None = None
    speaking: Whole | None = None
    reading: Whole | None = None
    writing: Whole | None = None


class FactsSent(Sent, json_schema_extra=example(**SOME_FACTS)):
    arrived_on: date | None = None
    diploma_from: DiplomaFrom | None = None
    months_in_field_quebec: Whole | None = None
    occupation: Text | None = None
    years_of_experience: Whole | None = None
    french: French | None = None
    municipality: Municipality | None = None
    municipalities_accepted: Annotated[tuple[Municipality, ...], Field(max_length=20)] | None = None
    hours_per_week_min: Hours | None = None
    wage_expected_cents: Whole | None = None
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
