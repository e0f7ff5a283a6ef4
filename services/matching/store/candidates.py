"""Persons, their agreements, and who may be introduced to how many more companies."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from services.matching.domain.facts import Profile
from services.matching.domain.introduction import never_again
from services.matching.domain.plan import Seeker
from shared.db import Tx
from shared.errors import NotFound
from shared.events.parts import CandidateProfile

INTRODUCE = "introduce_without_name"
EMPLOYERS = "employers"
_PROFILE: TypeAdapter[Profile] = TypeAdapter(Profile)


@dataclass(frozen=True)
class Candidate:
    """What is known of one person here. Never a name."""

    candidate_id: UUID
    file_number: str | None
    profile: Profile


@dataclass(frozen=True)
class _Candidate:
    candidate_id: UUID
    file_number: str | None
    profile: dict[str, Any]


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


def save_admission(
    tx: Tx, candidate_id: UUID, *, file_number: str, advisor_id: UUID, admitted_on: date, profile: CandidateProfile
) -> None:
    """An admission ends an earlier withdrawal."""
    tx.run(
        """INSERT INTO candidates (candidate_id, file_number, advisor_id, admitted_on, profile)
           VALUES (%s, %s, %s, %s, %s)
           ON CONFLICT (candidate_id) DO UPDATE SET file_number = excluded.file_number, withdrawn_at = NULL,
             advisor_id = excluded.advisor_id, admitted_on = excluded.admitted_on, profile = excluded.profile""",
        (candidate_id, file_number, advisor_id, admitted_on, Jsonb(profile.model_dump(mode="json"))),
    )


def save_profile(tx: Tx, candidate_id: UUID, profile: CandidateProfile) -> None:
    tx.run(
        """INSERT INTO candidates (candidate_id, profile) VALUES (%s, %s)
           ON CONFLICT (candidate_id) DO UPDATE SET profile = excluded.profile""",
        (candidate_id, Jsonb(profile.model_dump(mode="json"))),
    )


def save_withdrawal(tx: Tx, candidate_id: UUID) -> None:
    tx.run(
        """INSERT INTO candidates (candidate_id, withdrawn_at) VALUES (%s, %s)
           ON CONFLICT (candidate_id) DO UPDATE SET withdrawn_at = excluded.withdrawn_at""",
        (candidate_id, tx.now),
    )


def save_agreement(tx: Tx, consent_id: UUID, candidate_id: UUID, purpose: str, recipient: str) -> None:
    """A withdrawal seen before it stands."""
    tx.run(
        """INSERT INTO agreements (consent_id, candidate_id, purpose, recipient) VALUES (%s, %s, %s, %s)
           ON CONFLICT (consent_id) DO NOTHING""",
        (consent_id, candidate_id, purpose, recipient),
    )


def save_agreement_withdrawn(tx: Tx, consent_id: UUID, candidate_id: UUID, purpose: str, recipient: str) -> None:
    tx.run(
        """INSERT INTO agreements (consent_id, candidate_id, purpose, recipient, withdrawn_at)
           VALUES (%s, %s, %s, %s, %s)
           ON CONFLICT (consent_id) DO UPDATE SET withdrawn_at = excluded.withdrawn_at""",
        (consent_id, candidate_id, purpose, recipient, tx.now),
    )


def agreement_stands(tx: Tx, candidate_id: UUID) -> bool:
    """Whether the person agrees to be introduced to companies without her name."""
    return bool(
        tx.value(
            """SELECT EXISTS (SELECT FROM agreements WHERE candidate_id = %s AND purpose = %s AND recipient = %s
                              AND withdrawn_at IS NULL)""",
            (candidate_id, INTRODUCE, EMPLOYERS),
        )
    )


def find_candidate(tx: Tx, candidate_id: UUID) -> Candidate | None:
    row = tx.row(
        _Candidate, "SELECT candidate_id, file_number, profile FROM candidates WHERE candidate_id = %s", (candidate_id,)
    )
    return _candidate(row) if row else None


def get_candidate(tx: Tx, candidate_id: UUID) -> Candidate:
    """Raises NotFound."""
    found = find_candidate(tx, candidate_id)
    if found is None:
        raise NotFound
    return found


def list_candidates(tx: Tx, candidate_ids: list[UUID]) -> dict[UUID, Candidate]:
    rows = tx.rows(
        _Candidate,
        "SELECT candidate_id, file_number, profile FROM candidates WHERE candidate_id = ANY(%s)",
        (candidate_ids,),
    )
    return {row.candidate_id: _candidate(row) for row in rows}


def _candidate(row: _Candidate) -> Candidate:
    return Candidate(row.candidate_id, row.file_number, _PROFILE.validate_python(row.profile))


def list_seekers(tx: Tx, target: int, candidate_ids: list[UUID] | None = None) -> list[Seeker]:
    """Who looks for work, agreed to be introduced and has fewer than ``target`` live introductions; of all, or of
    these."""
    rows = tx.rows(
        _Seeker,
        """
        SELECT c.candidate_id, c.profile, c.admitted_on,
               coalesce(array_agg(i.employer_id) FILTER (WHERE i.live), '{}') AS employers
        FROM candidates c LEFT JOIN introductions i ON i.candidate_id = c.candidate_id AND i.live
        WHERE (%(only)s::uuid[] IS NULL OR c.candidate_id = ANY(%(only)s))
          AND c.admitted_on IS NOT NULL AND c.withdrawn_at IS NULL
          AND NOT EXISTS (SELECT FROM hires h WHERE h.candidate_id = c.candidate_id AND h.state = 'open')
          AND EXISTS (SELECT FROM agreements a WHERE a.candidate_id = c.candidate_id AND a.purpose = %(purpose)s
                      AND a.recipient = %(recipient)s AND a.withdrawn_at IS NULL)
        GROUP BY c.candidate_id HAVING count(i.introduction_id) < %(target)s
        ORDER BY c.candidate_id
        """,
        {"only": candidate_ids, "purpose": INTRODUCE, "recipient": EMPLOYERS, "target": target},
    )
    past = _never_again(tx, [row.candidate_id for row in rows])
    return [
        Seeker(
            candidate_id=row.candidate_id,
            profile=_PROFILE.validate_python(row.profile),
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
        "SELECT candidate_id, vacancy_id, state, met_on FROM introductions WHERE candidate_id = ANY(%s) AND NOT live",
        (candidate_ids,),
    ):
        if never_again(row.state, row.met_on):
            forbidden.setdefault(row.candidate_id, set()).add(row.vacancy_id)
    return forbidden


def erase_candidate(tx: Tx, candidate_id: UUID) -> None:
    """Remove the person. Introductions, offers, choices and hires stay as counts: when, where and how they ended."""
    who = (candidate_id,)
    tx.run("DELETE FROM candidates WHERE candidate_id = %s", who)
    tx.run("DELETE FROM agreements WHERE candidate_id = %s", who)
    tx.run(
        """UPDATE introductions SET candidate_id = NULL, requirements = '[]', lines = '[]', reason = NULL,
             state = CASE WHEN live THEN 'withdrawn' ELSE state END WHERE candidate_id = %s""",
        who,
    )
    tx.run(
        """UPDATE offers SET candidate_id = NULL, terms = '{}', state = CASE WHEN state = 'open' THEN 'lapsed'
             ELSE state END WHERE candidate_id = %s""",
        who,
    )
    tx.run("UPDATE choices SET candidate_id = NULL WHERE candidate_id = %s", who)
    tx.run("UPDATE hires SET candidate_id = NULL, terms = '{}', reason = NULL WHERE candidate_id = %s", who)
