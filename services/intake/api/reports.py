"""Facts reported from outside: a hire the person found alone, the end of a job."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from services.intake.api.access import only_own_company, only_own_file, only_those_it_referred
from services.intake.api.facts import Hours, Text, Whole
from services.intake.domain.codes import EndReason
from services.intake.domain.jobs import JobTerms
from services.intake.handlers import reports as handlers
from shared.db import Tx
from shared.http import Caller, Commands, Role, Sent, Shown, allow

router = APIRouter(tags=["reports"])
Reporters = Annotated[Caller, allow(Role.PARTNER, Role.ADVISOR, Role.EMPLOYER, Role.CANDIDATE)]


class TermsSent(Sent):
    """The job as it is held; ``wage_cents`` an hour."""

    occupation: Text
    wage_cents: Whole
    hours_per_week: Hours
    starts_on: date
    permanent: bool

    def terms(self) -> JobTerms:
        return JobTerms(**self.model_dump())


class ReportHire(Sent):
    employer_id: UUID
    terms: TermsSent
    in_field: bool | None = None  # in her own field? null = unknown


class ReportEmploymentEnd(Sent):
    employer_id: UUID
    ended_on: date
    reason: EndReason = "unknown"


class ReportView(Shown):
    report_id: UUID
    candidate_id: UUID
    employer_id: UUID


@router.post("/v1/candidates/{candidate_id}/hires", status_code=201)
def report_hire(candidate_id: UUID, body: ReportHire, command: Commands, caller: Reporters) -> ReportView:
    def work(tx: Tx) -> ReportView:
        _only_own(tx, caller, candidate_id, body.employer_id)
        report_id = handlers.report_hire(
            tx, candidate_id, body.employer_id, body.terms.terms(), body.in_field, str(caller.role)
        )
        return ReportView(report_id=report_id, candidate_id=candidate_id, employer_id=body.employer_id)

    return command.run(ReportView, work)


@router.post("/v1/candidates/{candidate_id}/employment-ends", status_code=201)
def report_employment_end(
    candidate_id: UUID, body: ReportEmploymentEnd, command: Commands, caller: Reporters
) -> ReportView:
    def work(tx: Tx) -> ReportView:
        _only_own(tx, caller, candidate_id, body.employer_id)
        report_id = handlers.report_employment_end(
            tx, candidate_id, body.employer_id, body.ended_on, body.reason, str(caller.role)
        )
        return ReportView(report_id=report_id, candidate_id=candidate_id, employer_id=body.employer_id)

    return command.run(ReportView, work)


def _only_own(tx: Tx, caller: Caller, candidate_id: UUID, employer_id: UUID) -> None:
    """Of a partner's referrals, an employer's own jobs, the candidate's own file. Raises NotFound."""
    only_own_file(caller, candidate_id)
    only_own_company(caller, employer_id)
    only_those_it_referred(tx, caller, candidate_id)
