"""A measure is effective-dated data: each version with its interval, its sources and how sure anyone is of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from shared.money import Cents

Confidence = Literal["official", "secondary_source", "carried_forward"]


@dataclass(frozen=True)
class MinimumWage:
    """The general minimum wage of Québec, in cents an hour, from a day on."""

    valid_from: date
    cents_per_hour: Cents
    confidence: Confidence
    source: str


@dataclass(frozen=True)
class MinimumWages:
    """Every rate we know, oldest first. After ``published_until`` the last one is only carried forward."""

    rate: tuple[MinimumWage, ...]
    published_until: date

    def on(self, day: date) -> MinimumWage:
        """The rate in force on ``day``. Raises LookupError for a day before the first."""
        known = [rate for rate in self.rate if rate.valid_from <= day]
        if not known:
            raise LookupError(f"no minimum wage is known for {day}")
        last = known[-1]
        if day > self.published_until:
            return MinimumWage(last.valid_from, last.cents_per_hour, "carried_forward", last.source)
        return last


Criterion = Literal[
    "immigrant",
    "work_authorisation",
    "job_in_field",
    "no_significant_experience",
    "hours_per_week",
    "regular_job",
    "quebec_establishment",
    "legal_form",
    "application_window",
]


@dataclass(frozen=True)
class DocumentKind:
    """A kind of paper in words. ``scope``: whether one serves this request alone, any of the hire, or any of the
    employer. ``expires``: it must say until when it holds."""

    code: str
    scope: Literal["request", "hire", "employer"]
    expires: bool
    fr: str
    en: str


@dataclass(frozen=True)
class RequiredDocument:
    """A paper that a request needs; with ``when_authorisation`` only of a person who holds one of these."""

    kind: str
    when_authorisation: tuple[str, ...] | None = None


@dataclass(frozen=True)
class MeasureVersion:
    """The rules of one measure during one interval. ``low_confidence``: parameter → why nobody is sure of it."""

    measure: str
    version: str
    ministry: str
    name_fr: str
    name_en: str
    valid_from: date
    confidence: Confidence
    sources: tuple[str, ...]
    rate: Decimal
    cap_factor: Decimal
    cap_basis: Literal["at_work_date", "at_agreement_date"]
    hours_per_week_max: Decimal
    weeks_max: int
    weeks_proposed: int
    criteria: tuple[Criterion, ...]
    hours_per_week_min: Decimal
    authorisations: tuple[str, ...]
    legal_forms_allowed: tuple[str, ...]
    legal_forms_excluded: tuple[str, ...]
    apply_until_days_after_start: int
    claim_period_weeks: int
    documents: tuple[RequiredDocument, ...]
    months_in_field_significant: int | None = None
    valid_to: date | None = None
    low_confidence: Mapping[str, str] = field(default_factory=dict)

    @property
    def rule_version(self) -> str:
        """What a decision keeps: ``priime/2019-07``."""
        return f"{self.measure}/{self.version}"

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Rulebook:
    """Every version of every measure, the minimum wages they rest on, and the papers they ask for."""

    versions: tuple[MeasureVersion, ...]
    wages: MinimumWages
    documents: tuple[DocumentKind, ...]

    @property
    def kinds(self) -> Mapping[str, DocumentKind]:
        return {kind.code: kind for kind in self.documents}

    def in_force(self, day: date) -> tuple[MeasureVersion, ...]:
        """The measures open on ``day``, each in the version of that day."""
        return tuple(version for version in self.versions if version.in_force(day))

    def get(self, rule_version: str) -> MeasureVersion:
        """The version a past decision used. Raises LookupError."""
        for version in self.versions:
            if version.rule_version == rule_version:
                return version
        raise LookupError(f"no rules are known as {rule_version}")
