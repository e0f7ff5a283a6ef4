"""The programme's numbers as of a moment. Each number has ONE query that chooses its rows; its count and the list of
the cases behind it both read that query, so they cannot disagree."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.portal.domain.numbers import (
    COMPANIES_WANTED,
    DayLoad,
    Number,
    Promise,
    Tally,
    ThreeNumbers,
    monday_of,
)
from shared.clock import local_date, start_of_day
from shared.db import Tx

# an employment is open on a day: started, not ended, not called off
OPEN = """h.cancelled_at IS NULL AND h.starts_on <= %(day)s AND (h.ended_on IS NULL OR h.ended_on > %(day)s)"""

_SUPPORTED = """SELECT employer_id AS id, NULL::text AS file_number, supported_since AS since, employer_id
                FROM employers WHERE supported_since <= %(moment)s"""

_ADMITTED = """SELECT candidate_id AS id, file_number, admitted_on::timestamp AT TIME ZONE 'America/Toronto' AS since,
                      NULL::uuid AS employer_id
               FROM people WHERE admitted_on <= %(day)s"""

_EMPLOYED = f"""SELECT DISTINCT ON (p.candidate_id) p.candidate_id AS id, p.file_number,
                       h.starts_on::timestamp AT TIME ZONE 'America/Toronto' AS since, h.employer_id
                FROM people p JOIN hires h USING (candidate_id)
                WHERE p.admitted_on <= %(day)s AND {OPEN}
                ORDER BY p.candidate_id, h.starts_on DESC, h.hire_id"""

_CASES = {Number.SUPPORTED: _SUPPORTED, Number.ADMITTED: _ADMITTED, Number.EMPLOYED: _EMPLOYED}


@dataclass(frozen=True)
class Case:
    """One case behind a number: a person (``id`` is her candidate id) or a company."""

    id: UUID
    file_number: str | None
    since: datetime
    employer_id: UUID | None


@dataclass(frozen=True)
class Touches:
    """What a company received from the programme."""

    employer_id: UUID
    kind: str
    times: int


def as_of(moment: datetime) -> dict[str, Any]:
    return {"moment": moment, "day": local_date(moment)}


def count(tx: Tx, number: Number, moment: datetime) -> int:
    """The number as of ``moment``."""
    counted: int = tx.value(f"SELECT count(*) FROM ({_CASES[number]}) cases", as_of(moment))
    return counted


def list_cases(
    tx: Tx, number: Number, moment: datetime, *, after: tuple[datetime, UUID] | None = None, limit: int = 50
) -> list[Case]:
    """The cases behind the number, latest first, from the one that follows ``after`` on."""
    since, case_id = after or (None, None)
    return tx.rows(
        Case,
        f"""SELECT * FROM ({_CASES[number]}) cases
            WHERE %(since)s::timestamptz IS NULL OR (since, id) < (%(since)s, %(after)s)
            ORDER BY since DESC, id DESC LIMIT %(limit)s""",
        {**as_of(moment), "since": since, "after": case_id, "limit": limit},
    )


def list_touches(tx: Tx, employer_ids: list[UUID]) -> list[Touches]:
    """What these companies received, by kind."""
    return tx.rows(
        Touches,
        """SELECT employer_id, kind, count(*) AS times FROM employer_touches WHERE employer_id = ANY(%s)
           GROUP BY employer_id, kind ORDER BY kind""",
        (employer_ids,),
    )


def three_numbers(tx: Tx, moment: datetime) -> ThreeNumbers:
    """The numbers as of ``moment``, and as they stood when its week began."""
    week = start_of_day(monday_of(local_date(moment))) - timedelta(microseconds=1)
    now = {number: count(tx, number, moment) for number in Number}
    before = {number: count(tx, number, week) for number in Number}
    return ThreeNumbers(
        as_of=moment,
        supported=now[Number.SUPPORTED],
        admitted=now[Number.ADMITTED],
        employed=now[Number.EMPLOYED],
        supported_before=before[Number.SUPPORTED],
        admitted_before=before[Number.ADMITTED],
        employed_before=before[Number.EMPLOYED],
        starting_soon=tx.value(
            """SELECT count(DISTINCT candidate_id) FROM hires
               WHERE cancelled_at IS NULL AND ended_on IS NULL AND starts_on > %s""",
            (local_date(moment),),
        ),
    )


def get_tally(tx: Tx, moment: datetime) -> Tally:
    """What came in since Monday."""
    monday = monday_of(local_date(moment))
    found = tx.row(
        Tally,
        """SELECT
             (SELECT count(*) FROM referrals WHERE received_at >= %(from)s) AS referrals,
             (SELECT count(*) FROM people WHERE admitted_on >= %(monday)s) AS admissions,
             (SELECT count(*) FROM introductions WHERE proposed_at >= %(from)s) AS introductions,
             (SELECT count(*) FROM hires WHERE hired_at >= %(from)s AND cancelled_at IS NULL) AS hires,
             (SELECT count(*) FROM requests WHERE decided_at >= %(from)s) AS decisions""",
        {"from": start_of_day(monday), "monday": monday},
    )
    assert found is not None
    return found


def get_promise(tx: Tx) -> Promise:
    """Of the people introduced, who met as many companies as promised. A person erased keeps her meetings as counts,
    so each introduction of hers stands for one company."""
    found = tx.row(
        Promise,
        """WITH met AS (
             SELECT candidate_id,
                    count(DISTINCT coalesce(employer_id, introduction_id)) FILTER (WHERE met_on IS NOT NULL)
                      AS companies
             FROM introductions WHERE proposed_at IS NOT NULL GROUP BY candidate_id
           )
           SELECT count(*) AS introduced,
                  count(*) FILTER (WHERE companies >= %(wanted)s) AS kept,
                  count(*) FILTER (WHERE companies < %(wanted)s AND p.withdrawn_at IS NULL AND p.erased_at IS NULL
                                   AND NOT EXISTS (SELECT FROM hires h WHERE h.candidate_id = met.candidate_id
                                                   AND h.cancelled_at IS NULL AND h.ended_on IS NULL)) AS waiting
           FROM met LEFT JOIN people p USING (candidate_id)""",
        {"wanted": COMPANIES_WANTED},
    )
    assert found is not None
    return found


def list_load(tx: Tx, today: date, days: int = 14) -> list[DayLoad]:
    """Contacts that stand, per day from ``today`` on; those before it together, late (``day`` None, always first)."""
    return tx.rows(
        DayLoad,
        """SELECT CASE WHEN due < %(today)s THEN NULL ELSE due END AS day,
                  count(*) FILTER (WHERE side = 'employee') AS employee,
                  count(*) FILTER (WHERE side = 'employer') AS employer
           FROM (SELECT t.side, greatest(t.due_on, t.next_try_on) AS due
                 FROM tasks t JOIN plans p ON p.plan_id = t.plan_id AND p.version = t.plan_version
                   JOIN hires h ON h.hire_id = t.hire_id
                 WHERE t.reached_on IS NULL AND h.cancelled_at IS NULL
                   AND (h.ended_on IS NULL OR h.ended_on > %(today)s)) open
           WHERE due < %(end)s GROUP BY 1 ORDER BY 1 NULLS FIRST""",
        {"today": today, "end": today + timedelta(days=days)},
    )
