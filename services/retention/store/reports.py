"""Reports of an end or a change that fit no single job yet: kept as rows, so that nothing waits behind them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.retention.domain.employments import Unresolved
from shared.db import Tx
from shared.errors import NotFound
from shared.sql import columns_of, places_of

Kind = Literal["end", "change"]


@dataclass(frozen=True)
class UnplacedReport:
    """``day``: of the end, or of the change's effect. ``fact``: the event, as JSON."""

    report_id: UUID
    candidate_id: UUID
    employer_id: UUID
    kind: Kind
    why: str
    day: date
    reported_by: str
    fact: str
    kept_at: datetime


_COLUMNS = columns_of(UnplacedReport)


def keep_report(tx: Tx, report: UnplacedReport) -> None:
    """Or, when it is kept already, why it still is."""
    tx.run(
        f"""INSERT INTO unplaced_reports ({_COLUMNS}) VALUES ({places_of(UnplacedReport)})
            ON CONFLICT (report_id) DO UPDATE SET why = excluded.why""",
        vars(report),
    )


def list_unplaced(tx: Tx, candidate_id: UUID) -> list[UnplacedReport]:
    """Of one person, in the order in which it happened."""
    return tx.rows(
        UnplacedReport,
        f"SELECT {_COLUMNS} FROM unplaced_reports WHERE candidate_id = %s ORDER BY day, position",
        (candidate_id,),
    )


def list_all_unplaced(tx: Tx, after: tuple[date, UUID], limit: int) -> list[UnplacedReport]:
    """A page of all, by day."""
    return tx.rows(
        UnplacedReport,
        f"SELECT {_COLUMNS} FROM unplaced_reports WHERE (day, report_id) > (%s, %s) ORDER BY day, report_id LIMIT %s",
        (*after, limit),
    )


def lock_unplaced(tx: Tx, report_id: UUID) -> UnplacedReport:
    """The report, with its person's case locked to the transaction's end. Raises NotFound."""
    found = tx.row(UnplacedReport, f"SELECT {_COLUMNS} FROM unplaced_reports WHERE report_id = %s", (report_id,))
    if found is None:
        raise NotFound
    tx.lock(str(found.candidate_id))
    return found


def remove_report(tx: Tx, report_id: UUID) -> int:
    """How many there were."""
    return tx.run("DELETE FROM unplaced_reports WHERE report_id = %s", (report_id,))


def settle_ambiguous(tx: Tx, candidate_id: UUID, employer_id: UUID, kind: Kind) -> None:
    """A person has said which of several jobs was meant."""
    tx.run(
        """DELETE FROM unplaced_reports
           WHERE candidate_id = %s AND employer_id = %s AND kind = %s AND why = %s""",
        (candidate_id, employer_id, kind, Unresolved.SEVERAL_OPEN),
    )
