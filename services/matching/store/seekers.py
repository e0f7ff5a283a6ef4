"""Who looks for work: whom the plan may introduce to how many more companies, and who stands on shortlists."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.matching.domain.introduction import never_again
from services.matching.domain.plan import Seeker
from services.matching.domain.shortlist import Person
from services.matching.store.candidates import PROFILE
from shared.db import Tx


@dataclass(frozen=True)
class _Seeker:
    candidate_id: UUID
    profile: dict[str, Any]
    admitted_on: date
    employers: list[UUID]


@dataclass(frozen=True)
class _Past:
    candidate_id: UUID
    vacancy_id: UUID
    state: str
    met_on: date | None
    ended_by: str | None


@dataclass(frozen=True)
class _Person:
    candidate_id: UUID
    profile: dict[str, Any]
    admitted_on: date
    agreed: bool


def list_seekers(
    tx: Tx, target: int, candidate_ids: list[UUID] | None = None, *, field: str | None = None
) -> list[Seeker]:
    """Who looks for work, agreed to be introduced and has fewer than ``target`` live introductions; of all, of these,
    or of a NOC major group with those whose own is unknown."""
    rows = tx.rows(
        _Seeker,
        """
        SELECT c.candidate_id, c.profile, c.admitted_on,
               coalesce(array_agg(i.employer_id) FILTER (WHERE i.live), '{}') AS employers
        FROM looking c LEFT JOIN introductions i ON i.candidate_id = c.candidate_id AND i.live
        WHERE c.agreed AND (%(only)s::uuid[] IS NULL OR c.candidate_id = ANY(%(only)s))
          AND (%(field)s::text IS NULL OR c.field = %(field)s OR c.field IS NULL)
        GROUP BY c.candidate_id, c.profile, c.admitted_on HAVING count(i.introduction_id) < %(target)s
        ORDER BY c.candidate_id
        """,
        {"only": candidate_ids, "field": field, "target": target},
    )
    past = _never_again(tx, [row.candidate_id for row in rows])
    return [
        Seeker(
            candidate_id=row.candidate_id,
            profile=PROFILE.validate_python(row.profile),
            agreed=True,
            since=row.admitted_on,
            employers=frozenset(row.employers),
            not_again=frozenset(past.get(row.candidate_id, ())),
        )
        for row in rows
    ]


def _never_again(tx: Tx, candidate_ids: list[UUID]) -> dict[UUID, set[UUID]]:
    forbidden: dict[UUID, set[UUID]] = {}
    for row in tx.rows(
        _Past,
        "SELECT candidate_id, vacancy_id, state, met_on, ended_by FROM introductions "
        "WHERE candidate_id = ANY(%s) AND NOT live",
        (candidate_ids,),
    ):
        if never_again(row.state, row.met_on, row.ended_by):
            forbidden.setdefault(row.candidate_id, set()).add(row.vacancy_id)
    return forbidden


def list_persons(tx: Tx, *, field: str | None = None, candidate_id: UUID | None = None) -> list[Person]:
    """Everybody who looks for work, agreed or not; of all, of one field with those whose own is unknown, or one."""
    rows = tx.rows(
        _Person,
        """
        SELECT candidate_id, profile, admitted_on, agreed FROM looking
        WHERE (%(only)s::uuid IS NULL OR candidate_id = %(only)s)
          AND (%(field)s::text IS NULL OR field = %(field)s OR field IS NULL)
        """,
        {"only": candidate_id, "field": field},
    )
    return [Person(row.candidate_id, PROFILE.validate_python(row.profile), row.agreed, row.admitted_on) for row in rows]
