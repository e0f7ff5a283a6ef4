"""Introductions: proposed with their reasons, read back as the domain's dataclass."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import LiteralString
from uuid import UUID, uuid4

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from services.matching.domain.introduction import Introduction
from services.matching.domain.plan import Proposal
from services.matching.domain.score import Inputs
from shared.db import Tx
from shared.errors import NotFound

_INPUTS: TypeAdapter[Inputs] = TypeAdapter(Inputs)
_INTRODUCTION: TypeAdapter[Introduction] = TypeAdapter(Introduction)
_SELECT: LiteralString = """
    SELECT introduction_id, candidate_id, vacancy_id, employer_id, state, state_since, reason, proposed_at, agreed_at,
           met_on, score, coverage, requirements, lines, rule_version, inputs, by_hand, answer_due_at, meets_on,
           ended_by
    FROM introductions
"""


def add_introduction(tx: Tx, proposal: Proposal, inputs: Inputs, *, due_at: datetime, by_hand: str | None) -> UUID:
    """The id of the new introduction, kept with all that its explanation rests on."""
    introduction_id = uuid4()
    assessment = proposal.assessment
    tx.run(
        """INSERT INTO introductions (introduction_id, candidate_id, vacancy_id, employer_id, state, state_since,
                                      proposed_at, score, coverage, requirements, lines, rule_version, inputs,
                                      answer_due_at, by_hand)
           VALUES (%s, %s, %s, %s, 'proposed', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        (
            introduction_id,
            proposal.candidate_id,
            proposal.vacancy.vacancy_id,
            proposal.vacancy.employer_id,
            tx.now,
            tx.now,
            assessment.score,
            assessment.coverage,
            Jsonb([asdict(requirement) for requirement in assessment.requirements]),
            Jsonb([asdict(line) for line in assessment.lines]),
            assessment.rule_version,
            Jsonb(_INPUTS.dump_python(inputs, mode="json")),
            due_at,
            by_hand,
        ),
    )
    return introduction_id


def save_state(
    tx: Tx,
    introduction_id: UUID,
    state: str,
    *,
    reason: str | None = None,
    agreed_at: datetime | None = None,
    met_on: date | None = None,
    meets_on: date | None = None,
    ended_by: str | None = None,
    answer_due_at: datetime | None = None,
) -> None:
    """The new state since now; a moment that is not given stays as it was, but for the answer, which is due no more."""
    tx.run(
        """UPDATE introductions SET state = %s, state_since = %s, reason = %s, agreed_at = coalesce(%s, agreed_at),
             met_on = coalesce(%s, met_on), meets_on = coalesce(%s, meets_on), ended_by = %s, answer_due_at = %s
           WHERE introduction_id = %s""",
        (state, tx.now, reason, agreed_at, met_on, meets_on, ended_by, answer_due_at, introduction_id),
    )


def get_introduction(tx: Tx, introduction_id: UUID) -> Introduction:
    """Raises NotFound."""
    found = find_introduction(tx, introduction_id)
    if found is None:
        raise NotFound
    return found


def find_introduction(tx: Tx, introduction_id: UUID) -> Introduction | None:
    rows = _read(tx, _SELECT + "WHERE introduction_id = %s", (introduction_id,))
    return rows[0] if rows else None


def list_by_ids(tx: Tx, introduction_ids: list[UUID]) -> list[Introduction]:
    return _read(
        tx, _SELECT + "WHERE introduction_id = ANY(%s) ORDER BY proposed_at, introduction_id", (introduction_ids,)
    )


def list_live_of_candidates(tx: Tx, candidate_ids: list[UUID]) -> list[Introduction]:
    return _read(
        tx, _SELECT + "WHERE candidate_id = ANY(%s) AND live ORDER BY proposed_at, introduction_id", (candidate_ids,)
    )


def list_live_of_candidate(tx: Tx, candidate_id: UUID) -> list[Introduction]:
    return _read(
        tx, _SELECT + "WHERE candidate_id = %s AND live ORDER BY proposed_at, introduction_id", (candidate_id,)
    )


def list_live_of_vacancy(tx: Tx, vacancy_id: UUID) -> list[Introduction]:
    return _read(tx, _SELECT + "WHERE vacancy_id = %s AND live ORDER BY proposed_at, introduction_id", (vacancy_id,))


def list_of_candidate(tx: Tx, candidate_id: UUID) -> list[Introduction]:
    return _read(tx, _SELECT + "WHERE candidate_id = %s ORDER BY proposed_at, introduction_id", (candidate_id,))


def list_of_vacancy(tx: Tx, vacancy_id: UUID) -> list[Introduction]:
    return _read(tx, _SELECT + "WHERE vacancy_id = %s ORDER BY proposed_at, introduction_id", (vacancy_id,))


def _read(tx: Tx, sql: LiteralString, params: Sequence[object]) -> list[Introduction]:
    cursor = tx.conn.cursor(row_factory=dict_row)
    return [_INTRODUCTION.validate_python(row) for row in cursor.execute(sql, params)]
