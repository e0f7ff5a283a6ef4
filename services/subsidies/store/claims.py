"""Hours reported, and the claims made of them."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, LiteralString
from uuid import UUID

from services.subsidies.domain.claim import Claim, HoursReport
from services.subsidies.store.json import put_row
from services.subsidies.store.whose import WHOSE, Whose, one_of
from shared.db import Tx
from shared.sql import columns_of

NO_HOURS = Decimal()
_CLAIM = columns_of(Claim)


@dataclass(frozen=True)
class StoredHours:
    """A report as it was heard; heard again it replaces itself."""

    report_id: UUID
    candidate_id: UUID
    employer_id: UUID
    from_on: date
    to_on: date
    hours: Decimal
    wage_cents: int
    heard_at: datetime


def save_hours(tx: Tx, reported: StoredHours) -> None:
    put_row(tx, "hours_reports", "report_id", reported)


def list_hours(tx: Tx, candidate_id: UUID, employer_id: UUID, from_on: date, to_on: date) -> list[HoursReport]:
    """Reports that touch these days, in the order in which they were heard."""
    return tx.rows(
        HoursReport,
        """SELECT from_on, to_on, hours, wage_cents FROM hours_reports
           WHERE candidate_id = %s AND employer_id = %s AND from_on <= %s AND to_on >= %s
           ORDER BY heard_at, report_id""",
        (candidate_id, employer_id, to_on, from_on),
    )


def save_claim(tx: Tx, claim: Claim) -> None:
    put_row(tx, "claims", "claim_id", claim, json=("lines", "missing", "flags"))


def get_claim(tx: Tx, claim_id: UUID, whose: Whose) -> Claim:
    """Raises NotFound, also for another's."""
    return one_of(_list(tx, "claim_id = %(claim_id)s", whose, claim_id=claim_id))


def list_claims(
    tx: Tx, whose: Whose, state: str | None, request_id: UUID | None, after: UUID | None, limit: int
) -> list[Claim]:
    """Oldest first, from the one behind ``after``."""
    return _list(
        tx,
        """(%(state)s::text IS NULL OR state = %(state)s)
           AND (%(request)s::uuid IS NULL OR request_id = %(request)s)
           AND (%(after)s::uuid IS NULL OR (created_at, claim_id)
             > (SELECT created_at, claim_id FROM claims WHERE claim_id = %(after)s))""",
        whose,
        limit,
        state=state,
        request=request_id,
        after=after,
    )


def list_claims_of(tx: Tx, request_id: UUID) -> list[Claim]:
    return tx.rows(Claim, f"SELECT {_CLAIM} FROM claims WHERE request_id = %s ORDER BY number", (request_id,))


def list_claims_at(tx: Tx, candidate_id: UUID, employer_id: UUID) -> list[Claim]:
    """One person's at one employer."""
    return tx.rows(
        Claim,
        f"""SELECT {_CLAIM} FROM claims WHERE candidate_id = %s AND employer_id = %s
            ORDER BY from_on, claim_id""",
        (candidate_id, employer_id),
    )


def _list(tx: Tx, where: LiteralString, whose: Whose, limit: int = 500, **values: Any) -> list[Claim]:
    return tx.rows(
        Claim,
        f"""SELECT {_CLAIM} FROM claims WHERE {where} AND {WHOSE}
            ORDER BY created_at, claim_id LIMIT %(limit)s""",
        {**asdict(whose), "limit": limit, **values},
    )
