"""Reports that fit no single job: what is said, why nothing follows from it yet, and setting one aside."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.retention.api.access import BEGINNING, PAGE, Advisor, Staff, place
from services.retention.domain.employments import Unresolved
from services.retention.handlers.unresolved import WORDS, set_aside
from services.retention.store import reports
from services.retention.store.reports import Kind, UnplacedReport
from shared.http import Commands, Reads, Shown

router = APIRouter(prefix="/v1", tags=["unplaced reports"])


class UnplacedReportView(Shown):
    """``day``: of the end, or of the change's effect. ``why_fr``, ``why_en``: what is not known, and what to do."""

    report_id: UUID
    candidate_id: UUID
    employer_id: UUID
    kind: Kind
    day: date
    reported_by: str
    kept_at: datetime
    why_fr: str
    why_en: str


class UnplacedReportPageView(Shown):
    items: list[UnplacedReportView]
    next: str | None


class SetAsideView(Shown):
    report_id: UUID


@router.get("/unplaced-reports")
def list_unplaced_reports(
    caller: Staff,  # noqa: ARG001
    read: Reads,
    after: Annotated[str | None, Query(max_length=60)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = PAGE,
) -> UnplacedReportPageView:
    """Ends and changes reported of a job that nobody knows, or of one of several; by day."""
    with read.transaction() as tx:
        found = reports.list_all_unplaced(tx, place(after) or BEGINNING, limit + 1)
    page = found[:limit]
    more = f"{page[-1].day}_{page[-1].report_id}" if len(found) > limit else None
    return UnplacedReportPageView(items=[unplaced_view(report) for report in page], next=more)


@router.post("/unplaced-reports/{report_id}/set-aside")
def set_report_aside(report_id: UUID, caller: Advisor, command: Commands) -> SetAsideView:
    """An advisor looked: there is no such job, or what was reported is recorded already."""
    return command.run(
        SetAsideView, lambda tx: SetAsideView(report_id=set_aside(tx, report_id, caller.actor).report_id)
    )


def unplaced_view(report: UnplacedReport) -> UnplacedReportView:
    words = WORDS[report.kind]
    fr, en = words.none_known if report.why == Unresolved.NONE_KNOWN else words.several_open
    return UnplacedReportView(
        report_id=report.report_id,
        candidate_id=report.candidate_id,
        employer_id=report.employer_id,
        kind=report.kind,
        day=report.day,
        reported_by=report.reported_by,
        kept_at=report.kept_at,
        why_fr=fr,
        why_en=en,
    )
