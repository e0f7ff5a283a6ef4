"""An employment and the history of its terms; how it changes and ends."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from services.retention.api.access import Advisor, only_own_employment, says
from services.retention.api.signals import SignalView, signal_views
from services.retention.api.supports import SupportView, support_view
from services.retention.api.views import CodeView, code_view
from services.retention.domain.changes import HIGHEST_WAGE_CENTS, HOURS_OF_A_WEEK, ChangeKind, JobTerms, terms_on
from services.retention.domain.employments import Employment, EmploymentState
from services.retention.domain.words import CHANGE_KINDS, END_REASONS, MILESTONES
from services.retention.handlers.employments import change_employment, end_employment
from services.retention.store import candidates, employments, signals, supports
from shared import clock
from shared.db import Tx
from shared.http import Caller, Commands, Day, Reads, Role, Sent, Shown, allow, example

router = APIRouter(prefix="/v1/employments", tags=["employments"])
Readers = Annotated[
    Caller,
    allow(Role.RETENTION_ADVISOR, Role.ADVISOR, Role.MANAGER, Role.LIAISON, Role.EMPLOYER, Role.CANDIDATE),
]
STAFF = (Role.RETENTION_ADVISOR, Role.ADVISOR, Role.MANAGER)


class EndEmployment(Sent, json_schema_extra=example(ended_on="2026-12-18", reason="contract_ended")):
    ended_on: date
    reason: Literal["resigned", "dismissed", "contract_ended", "laid_off", "moved", "unknown"]


class EmploymentEndView(Shown):
    hire_id: UUID
    state: EmploymentState
    ended_on: date
    reason: str


class TermsSent(Sent):
    """The terms after the change. ``occupation``: NOC 2021; ``wage_cents``: an hour."""

    occupation: Annotated[str, Field(pattern=r"^[0-9]{5}$")]
    wage_cents: Annotated[int, Field(ge=1, le=HIGHEST_WAGE_CENTS)]
    hours_per_week: Annotated[Decimal, Field(gt=0, le=HOURS_OF_A_WEEK, max_digits=5, decimal_places=2)]
    starts_on: date
    permanent: bool


class ChangeEmployment(
    Sent,
    json_schema_extra=example(
        kind="advancement",
        effective_on="2026-09-01",
        terms={
            "occupation": "21222",
            "wage_cents": 3450,
            "hours_per_week": "35",
            "starts_on": "2026-03-02",
            "permanent": True,
        },
    ),
):
    """``start_moved``: ``terms.starts_on`` is the new first day, and the plan of contacts moves with it."""

    kind: ChangeKind
    effective_on: date
    terms: TermsSent


class EmploymentChangedView(Shown):
    hire_id: UUID
    kind: str
    effective_on: date


class TermsView(Shown):
    occupation: str
    wage_cents: int
    hours_per_week: Decimal
    starts_on: date
    permanent: bool


class ChangeView(Shown):
    kind: CodeView
    effective_on: date
    recorded_at: datetime
    terms: TermsView


class MilestoneView(Shown):
    milestone: CodeView
    reached_on: date


class EmploymentFileView(Shown):
    """``terms`` are those in force on ``on``; None: nothing is known of them. ``signals`` and ``supports`` are for the
    programme's staff; None for others."""

    hire_id: UUID
    candidate_id: UUID
    file_number: str | None
    employer_id: UUID
    source: str
    hired_on: date
    starts_on: date
    state: EmploymentState
    ended_on: date | None
    end_reason: CodeView | None
    on: date
    terms: TermsView | None
    history: list[ChangeView]
    milestones: list[MilestoneView]
    signals: list[SignalView] | None
    supports: list[SupportView] | None


@router.get("/{hire_id}")
def show_employment(hire_id: UUID, caller: Readers, read: Reads, on: Day | None = None) -> EmploymentFileView:
    """The job as of a day (today), and how it came to be so."""
    with read.transaction() as tx:
        employment = only_own_employment(caller, employments.find_employment(tx, hire_id))
        return _file(tx, employment, caller, on or clock.local_date(tx.now))


@router.post("/{hire_id}/changes")
def change(hire_id: UUID, body: ChangeEmployment, caller: Advisor, command: Commands) -> EmploymentChangedView:  # noqa: ARG001
    """A better job, a wage, hours, a start that moved. The same change told twice is one."""
    terms = JobTerms(**body.terms.model_dump())

    def work(tx: Tx) -> EmploymentChangedView:
        change_employment(tx, hire_id, body.kind, body.effective_on, terms)
        return EmploymentChangedView(hire_id=hire_id, kind=body.kind, effective_on=body.effective_on)

    return command.run(EmploymentChangedView, work)


@router.post("/{hire_id}/end")
def end(hire_id: UUID, body: EndEmployment, caller: Advisor, command: Commands) -> EmploymentEndView:  # noqa: ARG001
    """The job ended: remaining contacts are cancelled, subsidies stop, the person is offered again."""

    def work(tx: Tx) -> EmploymentEndView:
        end_employment(tx, hire_id, body.ended_on, body.reason)
        return EmploymentEndView(
            hire_id=hire_id, state=EmploymentState.ENDED, ended_on=body.ended_on, reason=body.reason
        )

    return command.run(EmploymentEndView, work)


def _file(tx: Tx, job: Employment, caller: Caller, on: date) -> EmploymentFileView:
    history = employments.list_terms(tx, job.hire_id)
    in_force = terms_on(history, on)
    person = candidates.find_candidate(tx, job.person)
    reached = employments.list_milestones(tx, job.hire_id)
    for_staff = caller.role in STAFF
    return EmploymentFileView(
        hire_id=job.hire_id,
        candidate_id=job.person,
        file_number=person.file_number if person else None,
        employer_id=job.employer_id,
        source=job.source,
        hired_on=job.hired_on,
        starts_on=job.starts_on,
        state=job.state,
        ended_on=job.ended_on,
        end_reason=code_view(job.end_reason, END_REASONS) if job.end_reason else None,
        on=on,
        terms=TermsView.model_validate(in_force.terms) if in_force else None,
        history=[
            ChangeView(
                kind=code_view(change.kind, CHANGE_KINDS),
                effective_on=change.effective_on,
                recorded_at=change.recorded_at,
                terms=TermsView.model_validate(change.terms),
            )
            for change in history
        ],
        milestones=[MilestoneView(milestone=code_view(m, MILESTONES), reached_on=day) for m, day in reached.items()],
        signals=signal_views(tx, signals.list_signals_of(tx, job.hire_id), told=says(caller)) if for_staff else None,
        supports=[support_view(s) for s in supports.list_supports_of(tx, job.hire_id)] if for_staff else None,
    )
