"""Ids that facts have brought here: whom one may sign in as, in development."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.db import Tx

_MOST = 12


@dataclass(frozen=True)
class Known:
    """``words``: what is known of it that is no name."""

    id: UUID
    words: str


def list_employers(tx: Tx) -> list[Known]:
    """Those that most recently received something."""
    return tx.rows(
        Known,
        """SELECT employer_id AS id, concat_ws(', ', sector, municipality) AS words FROM employers
           ORDER BY supported_since DESC NULLS LAST, employer_id LIMIT %s""",
        (_MOST,),
    )


def list_people(tx: Tx) -> list[Known]:
    """Those most recently admitted."""
    return tx.rows(
        Known,
        """SELECT candidate_id AS id, file_number AS words FROM people
           WHERE erased_at IS NULL AND file_number IS NOT NULL
           ORDER BY admitted_on DESC NULLS LAST, candidate_id LIMIT %s""",
        (_MOST,),
    )


def list_partners(tx: Tx) -> list[Known]:
    """Those that sent most people."""
    return tx.rows(
        Known,
        """SELECT partner_id AS id, count(*)::text AS words FROM referrals WHERE partner_id IS NOT NULL
           GROUP BY partner_id ORDER BY count(*) DESC, partner_id LIMIT %s""",
        (_MOST,),
    )


def list_advisors(tx: Tx) -> list[Known]:
    """Those who accompany most people."""
    return tx.rows(
        Known,
        """SELECT advisor_id AS id, count(*)::text AS words FROM people WHERE advisor_id IS NOT NULL
           GROUP BY advisor_id ORDER BY count(*) DESC, advisor_id LIMIT %s""",
        (_MOST,),
    )


@dataclass(frozen=True)
class Case:
    """Whom or what the key of an event stands for. ``file_number``: of a person."""

    id: UUID
    kind: str
    file_number: str | None


def list_cases(tx: Tx, keys: Sequence[str]) -> dict[str, Case]:
    """By key; one that the portal has not heard of, or that is no id at all, is absent."""
    ids = [one for key in keys if (one := _id_or_none(key))]
    found = tx.rows(
        Case,
        """SELECT candidate_id AS id, 'person' AS kind, file_number FROM people
           WHERE candidate_id = ANY(%(ids)s) AND erased_at IS NULL
           UNION ALL SELECT employer_id, 'employer', NULL FROM employers WHERE employer_id = ANY(%(ids)s)""",
        {"ids": ids},
    )
    return {str(case.id): case for case in found}


def _id_or_none(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None
