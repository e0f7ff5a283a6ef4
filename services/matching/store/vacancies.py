"""Vacancies, and how many more introductions each may have."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from services.matching.domain.facts import Vacancy
from services.matching.domain.plan import Place, room_of
from shared.db import Tx
from shared.errors import NotFound
from shared.events.intake import VacancyChanged, VacancyPosted

VACANCY: TypeAdapter[Vacancy] = TypeAdapter(Vacancy)


@dataclass(frozen=True)
class Openings:
    """Where a vacancy stands."""

    vacancy_id: UUID
    employer_id: UUID
    state: str
    closed_reason: str | None
    occupation: str | None
    openings: int
    openings_left: int


@dataclass(frozen=True)
class _Place:
    facts: dict[str, Any]
    openings_left: int
    live: int


def vacancy_of(event: VacancyPosted | VacancyChanged) -> Vacancy:
    """The same facts in the domain's form."""
    return VACANCY.validate_python(event.model_dump(mode="json"))


def save_vacancy(tx: Tx, event: VacancyPosted) -> None:
    """Posted again, a vacancy takes the new facts and is open again."""
    tx.run(
        """INSERT INTO vacancies (vacancy_id, employer_id, state, posted_at, facts) VALUES (%s, %s, 'open', %s, %s)
           ON CONFLICT (vacancy_id) DO UPDATE SET state = 'open', closed_reason = NULL,
             posted_at = coalesce(vacancies.posted_at, excluded.posted_at), facts = excluded.facts""",
        (event.vacancy_id, event.employer_id, tx.now, Jsonb(event.model_dump(mode="json"))),
    )


def save_changed_vacancy(tx: Tx, event: VacancyChanged) -> None:
    """The new facts; one that was closed stays closed."""
    tx.run(
        """INSERT INTO vacancies (vacancy_id, employer_id, state, posted_at, facts) VALUES (%s, %s, 'open', %s, %s)
           ON CONFLICT (vacancy_id) DO UPDATE SET facts = excluded.facts,
             posted_at = coalesce(vacancies.posted_at, excluded.posted_at)""",
        (event.vacancy_id, event.employer_id, tx.now, Jsonb(event.model_dump(mode="json"))),
    )


def close_vacancy(tx: Tx, vacancy_id: UUID, employer_id: UUID, reason: str) -> None:
    """Also waits for every plan that is placing somebody there."""
    tx.run(
        """INSERT INTO vacancies (vacancy_id, employer_id, state, closed_reason) VALUES (%s, %s, 'closed', %s)
           ON CONFLICT (vacancy_id) DO UPDATE SET state = 'closed', closed_reason = excluded.closed_reason""",
        (vacancy_id, employer_id, reason),
    )


def lock_vacancies(tx: Tx, vacancy_ids: set[UUID]) -> None:
    """Take the row locks, in one order for all. Read the room of these places only after it, in a new statement."""
    tx.conn.execute(
        "SELECT FROM vacancies WHERE vacancy_id = ANY(%s) ORDER BY vacancy_id FOR UPDATE", (list(vacancy_ids),)
    )


def list_places(
    tx: Tx, per_opening: int, vacancy_ids: set[UUID] | None = None, *, fields: set[str] | None = None
) -> list[Place]:
    """Open vacancies that still have room for an introduction; of all, of these, or of these NOC major groups with
    those whose own is unknown."""
    rows = tx.rows(
        _Place,
        """
        SELECT v.facts,
               (v.facts ->> 'openings')::int - (SELECT count(*) FROM hires h
                   WHERE h.vacancy_id = v.vacancy_id AND h.state <> 'cancelled')::int AS openings_left,
               (SELECT count(*) FROM introductions i WHERE i.vacancy_id = v.vacancy_id AND i.live)::int AS live
        FROM vacancies v
        WHERE v.state = 'open' AND v.facts IS NOT NULL
          AND (%(only)s::uuid[] IS NULL OR v.vacancy_id = ANY(%(only)s))
          AND (%(fields)s::text[] IS NULL OR v.field = ANY(%(fields)s) OR v.field IS NULL)
        ORDER BY v.vacancy_id
        """,
        {
            "only": None if vacancy_ids is None else list(vacancy_ids),
            "fields": None if fields is None else list(fields),
        },
    )
    return [
        Place(VACANCY.validate_python(row.facts), room)
        for row in rows
        if (room := room_of(row.openings_left, row.live, per_opening))
    ]


def find_vacancy(tx: Tx, vacancy_id: UUID) -> Vacancy | None:
    """None when it is not known, or only its closing is."""
    facts = tx.value("SELECT facts FROM vacancies WHERE vacancy_id = %s", (vacancy_id,))
    return VACANCY.validate_python(facts) if facts else None


def get_vacancy(tx: Tx, vacancy_id: UUID) -> Vacancy:
    """Raises NotFound, also when only its closing is known."""
    found = find_vacancy(tx, vacancy_id)
    if found is None:
        raise NotFound
    return found


def list_vacancies(tx: Tx, vacancy_ids: list[UUID]) -> dict[UUID, Vacancy]:
    """Those of which more than the closing is known."""
    rows = tx.conn.execute(
        "SELECT vacancy_id, facts FROM vacancies WHERE vacancy_id = ANY(%s) AND facts IS NOT NULL", (vacancy_ids,)
    )
    return {vacancy_id: VACANCY.validate_python(facts) for vacancy_id, facts in rows}


def list_open_vacancies(tx: Tx, *, field: str | None = None) -> list[Vacancy]:
    """Vacancies that are open; of all, or of one NOC major group with those whose own is unknown."""
    rows = tx.conn.execute(
        """SELECT facts FROM vacancies WHERE state = 'open' AND facts IS NOT NULL
           AND (%(field)s::text IS NULL OR field = %(field)s OR field IS NULL)""",
        {"field": field},
    )
    return [VACANCY.validate_python(facts) for (facts,) in rows]


def get_openings(tx: Tx, vacancy_id: UUID) -> Openings:
    """Raises NotFound."""
    found = tx.row(
        Openings,
        """
        SELECT v.vacancy_id, v.employer_id, v.state, v.closed_reason, v.facts ->> 'occupation' AS occupation,
               n.openings,
               n.openings - (SELECT count(*) FROM hires h
                   WHERE h.vacancy_id = v.vacancy_id AND h.state <> 'cancelled')::int AS openings_left
        FROM vacancies v, LATERAL (SELECT coalesce((v.facts ->> 'openings')::int, 0) AS openings) n
        WHERE v.vacancy_id = %s
        """,
        (vacancy_id,),
    )
    if found is None:
        raise NotFound
    return found
