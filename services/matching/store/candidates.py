"""Persons, their agreements, and who may be introduced to how many more companies."""

from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString
from uuid import UUID

from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from services.matching.domain.facts import Profile
from shared.db import Tx
from shared.errors import NotFound
from shared.events.parts import CandidateProfile

INTRODUCE = "introduce_without_name"
EMPLOYERS = "employers"
PROFILE: TypeAdapter[Profile] = TypeAdapter(Profile)
_SELECT: LiteralString = "SELECT candidate_id, file_number, advisor_id, profile FROM candidates "


@dataclass(frozen=True)
class Candidate:
    """What is known of one person here. Never a name."""

    candidate_id: UUID
    file_number: str | None
    profile: Profile
    advisor_id: UUID | None = None


@dataclass(frozen=True)
class _Candidate:
    candidate_id: UUID
    file_number: str | None
    advisor_id: UUID | None
    profile: dict[str, Any]


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


def save_advisor(tx: Tx, candidate_id: UUID, advisor_id: UUID) -> None:
    tx.run(
        """INSERT INTO candidates (candidate_id, advisor_id) VALUES (%s, %s)
           ON CONFLICT (candidate_id) DO UPDATE SET advisor_id = excluded.advisor_id""",
        (candidate_id, advisor_id),
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
        """INSERT INTO agreements (consent_id, candidate_id, purpose, recipient, given_at) VALUES (%s, %s, %s, %s, %s)
           ON CONFLICT (consent_id) DO NOTHING""",
        (consent_id, candidate_id, purpose, recipient, tx.now),
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
    row = tx.row(_Candidate, _SELECT + "WHERE candidate_id = %s", (candidate_id,))
    return _candidate(row) if row else None


def get_candidate(tx: Tx, candidate_id: UUID) -> Candidate:
    """Raises NotFound."""
    found = find_candidate(tx, candidate_id)
    if found is None:
        raise NotFound
    return found


def list_candidates(tx: Tx, candidate_ids: list[UUID]) -> dict[UUID, Candidate]:
    rows = tx.rows(_Candidate, _SELECT + "WHERE candidate_id = ANY(%s)", (candidate_ids,))
    return {row.candidate_id: _candidate(row) for row in rows}


def _candidate(row: _Candidate) -> Candidate:
    return Candidate(row.candidate_id, row.file_number, PROFILE.validate_python(row.profile), row.advisor_id)


def erase_candidate(tx: Tx, candidate_id: UUID) -> None:
    """Remove the person. Introductions, offers, choices and hires stay as counts: when, where and how they ended."""
    who = (candidate_id,)
    tx.run("DELETE FROM candidates WHERE candidate_id = %s", who)
    tx.run("DELETE FROM agreements WHERE candidate_id = %s", who)
    tx.run("DELETE FROM past_profiles WHERE candidate_id = %s", who)
    tx.run(
        """DELETE FROM feedback f USING introductions i
           WHERE i.introduction_id = f.introduction_id AND i.candidate_id = %s""",
        who,
    )
    tx.run(
        """UPDATE introductions SET candidate_id = NULL, requirements = '[]', lines = '[]', reason = NULL,
             inputs = NULL, by_hand = NULL, ended_by = NULL, answer_due_at = NULL,
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
