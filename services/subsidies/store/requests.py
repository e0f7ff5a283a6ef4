"""Requests, and the decisions ministries gave on them."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from services.subsidies.domain.request import Decision, Request
from services.subsidies.store.json import put_row
from services.subsidies.store.whose import WHOSE, Whose, one_of
from shared.db import Tx
from shared.sql import columns_of, places_of

_REQUEST = columns_of(Request)


def save_request(tx: Tx, request: Request) -> None:
    put_row(tx, "requests", "request_id", request, json=("facts", "criteria", "lines", "lacking", "flags"))


def find_latest_request(tx: Tx, hire_id: UUID, measure: str) -> Request | None:
    return tx.row(
        Request,
        f"""SELECT {_REQUEST} FROM requests WHERE hire_id = %s AND measure = %s
            ORDER BY created_at DESC, state NOT IN ('refused', 'ended') DESC LIMIT 1""",
        (hire_id, measure),
    )


def find_request(tx: Tx, request_id: UUID) -> Request | None:
    return tx.row(
        Request,
        f"SELECT {_REQUEST} FROM requests WHERE request_id = %s",
        (request_id,),
    )


def get_request(tx: Tx, request_id: UUID, whose: Whose) -> Request:
    """Raises NotFound, also for another's."""
    return one_of(_list(tx, "request_id = %(request_id)s", whose, request_id=request_id))


def list_requests(
    tx: Tx,
    whose: Whose,
    state: str | None,
    after: UUID | None,
    limit: int,
    hire_id: UUID | None = None,
    sent_by: str | None = None,
) -> list[Request]:
    """Oldest first, from the one behind ``after``; of one hire, or sent one way, only when given."""
    return _list(
        tx,
        """(%(state)s::text IS NULL OR state = %(state)s)
           AND (%(hire)s::uuid IS NULL OR hire_id = %(hire)s)
           AND (%(sent_by)s::text IS NULL OR sent_by = %(sent_by)s)
           AND (%(after)s::uuid IS NULL OR (created_at, request_id)
             > (SELECT created_at, request_id FROM requests WHERE request_id = %(after)s))""",
        whose,
        limit,
        state=state,
        after=after,
        hire=hire_id,
        sent_by=sent_by,
    )


def list_open_requests(tx: Tx, candidate_id: UUID) -> list[Request]:
    return _list(tx, "candidate_id = %(candidate_id)s AND state NOT IN ('refused', 'ended')", Whose(),
                 candidate_id=candidate_id)  # fmt: skip


def list_requests_of(tx: Tx, hire_id: UUID) -> list[Request]:
    return _list(tx, "hire_id = %(hire_id)s", Whose(), hire_id=hire_id)


def count_by_state(tx: Tx, whose: Whose) -> list[tuple[str, str, int]]:
    """(requests | claims | french_courses, state, how many)."""
    return tx.conn.execute(
        f"""SELECT 'requests' AS what, state, count(*) FROM requests WHERE {WHOSE} GROUP BY state
            UNION ALL SELECT 'claims', state, count(*) FROM claims WHERE {WHOSE} GROUP BY state
            UNION ALL SELECT 'french_courses', state, count(*) FROM french_courses WHERE {WHOSE} GROUP BY state
            ORDER BY what, state""",
        asdict(whose),
    ).fetchall()


def _list(tx: Tx, where: LiteralString, whose: Whose, limit: int = 500, **values: Any) -> list[Request]:
    return tx.rows(
        Request,
        f"""SELECT {_REQUEST} FROM requests WHERE {where} AND {WHOSE}
            ORDER BY created_at, request_id LIMIT %(limit)s""",
        {**asdict(whose), "limit": limit, **values},
    )


@dataclass(frozen=True)
class RecordedDecision(Decision):
    """A decision, the hash of all it said (an erasure may take its note), and when it reached us."""

    content_hash: str
    recorded_at: datetime
    entered_by: str | None = None  # staff, when it came on paper


_DECISION = columns_of(RecordedDecision)


def add_decision(tx: Tx, decision: RecordedDecision) -> None:
    tx.run(f"INSERT INTO decisions ({_DECISION}) VALUES ({places_of(RecordedDecision)})", asdict(decision))


def find_decision(tx: Tx, ministry: str, decision_id: str) -> RecordedDecision | None:
    return tx.row(
        RecordedDecision,
        f"SELECT {_DECISION} FROM decisions WHERE ministry = %s AND decision_id = %s",
        (ministry, decision_id),
    )
