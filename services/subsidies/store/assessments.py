"""Every version of what a measure said of a hire."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.subsidies.domain.assessment import Result
from services.subsidies.store.json import as_json
from shared.db import Tx
from shared.money import Cents
from shared.sql import columns_of, places_of


@dataclass(frozen=True)
class StoredAssessment:
    """One version of what a measure said of a hire. ``criteria`` and ``lines`` as JSON."""

    assessment_id: UUID
    version: int
    hire_id: UUID
    candidate_id: UUID
    employer_id: UUID
    measure: str
    rule_version: str
    result: Result
    criteria: Sequence[Mapping[str, Any]]
    apply_until: date
    lines: Sequence[Mapping[str, Any]] | None
    amount_cents: Cents | None
    weeks: int | None
    assessed_at: datetime
    overlaps_with: str | None = None


_ASSESSMENT = columns_of(StoredAssessment)


def add_assessment(tx: Tx, assessment: StoredAssessment) -> None:
    tx.run(
        f"INSERT INTO assessments ({_ASSESSMENT}) VALUES ({places_of(StoredAssessment)})",
        asdict(assessment) | {"criteria": as_json(assessment.criteria), "lines": as_json(assessment.lines)},
    )


def find_assessment(tx: Tx, hire_id: UUID, measure: str) -> StoredAssessment | None:
    """The one that stands."""
    return tx.row(
        StoredAssessment,
        f"""SELECT {_ASSESSMENT} FROM assessments WHERE hire_id = %s AND measure = %s
            ORDER BY version DESC LIMIT 1""",
        (hire_id, measure),
    )


def list_assessments(tx: Tx, hire_id: UUID, employer_id: UUID | None) -> list[StoredAssessment]:
    """Every version, newest first. ``employer_id``: only if the hire is this employer's."""
    return tx.rows(
        StoredAssessment,
        f"""SELECT {_ASSESSMENT} FROM assessments
            WHERE hire_id = %(hire)s AND (%(employer)s::uuid IS NULL OR employer_id = %(employer)s)
            ORDER BY measure, version DESC""",
        {"hire": hire_id, "employer": employer_id},
    )
