"""Facts reported from outside about a person's work: by her, her company or its liaison, her advisors, her partner."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Protocol
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from services.intake.api.access import only_own_company, only_own_file, only_those_it_referred, only_who_works_for_it
from services.intake.api.examples import SOME_TERMS
from services.intake.api.facts import Hours, Occupation, Whole
from services.intake.domain.codes import ChangeKind, EndReason
from services.intake.domain.jobs import JobTerms, check_terms
from services.intake.domain.reported import (
    Absence,
    Change,
    HoursWorked,
    check_absence,
    check_change,
    check_day,
    check_hours_worked,
)
from services.intake.handlers import reports as handlers
from shared.db import Tx
from shared.errors import Problem
from shared.http import AN_ID, Caller, Command, Commands, Role, Sent, Shown, allow, example

router = APIRouter(tags=["reports"])
Reporters = Annotated[
    Caller,
    allow(Role.PARTNER, Role.ADVISOR, Role.RETENTION_ADVISOR, Role.LIAISON, Role.EMPLOYER, Role.CANDIDATE),
]


class TermsSent(Sent):
    """The job as it is held; ``wage_cents`` an hour."""

    occupation: Occupation
    wage_cents: Whole
    hours_per_week: Hours
    starts_on: date
    permanent: bool

    def terms(self) -> JobTerms:
        return JobTerms(**self.model_dump())


class Told(Protocol):
    """A fact about a job, whoever tells it and by which way."""

    def check(self, today: date) -> Sequence[Problem]:
        """What is impossible in it, by itself."""

    def report(self, tx: Tx, candidate_id: UUID, employer_id: UUID, by: str) -> UUID: ...


class HireTold(Sent):
    terms: TermsSent
    in_field: bool | None = None  # in her own field? null = unknown

    def check(self, today: date) -> list[Problem]:
        terms = self.terms.terms()
        return check_terms(terms) + check_day(terms.starts_on, today, "/terms/starts_on")

    def report(self, tx: Tx, candidate_id: UUID, employer_id: UUID, by: str) -> UUID:
        return handlers.report_hire(tx, candidate_id, employer_id, self.terms.terms(), self.in_field, by)


class EndTold(Sent):
    ended_on: date
    reason: EndReason = "unknown"

    def check(self, today: date) -> list[Problem]:
        return check_day(self.ended_on, today, "/ended_on")

    def report(self, tx: Tx, candidate_id: UUID, employer_id: UUID, by: str) -> UUID:
        return handlers.report_employment_end(tx, candidate_id, employer_id, self.ended_on, self.reason, by)


class HoursTold(Sent):
    """Of a period that has ended, both days included; ``wage_cents`` an hour."""

    from_on: date
    to_on: date
    hours: Annotated[Decimal, Field(max_digits=6, decimal_places=2)]
    wage_cents: Whole

    def check(self, today: date) -> list[Problem]:
        return check_hours_worked(self._worked(), today)

    def report(self, tx: Tx, candidate_id: UUID, employer_id: UUID, by: str) -> UUID:
        return handlers.report_hours(tx, candidate_id, employer_id, self._worked(), by)

    def _worked(self) -> HoursWorked:
        return HoursWorked(self.from_on, self.to_on, self.hours, self.wage_cents)


class AbsenceTold(Sent):
    """Both days included; ``paid``: null = unknown."""

    from_on: date
    to_on: date
    paid: bool | None = None

    def check(self, today: date) -> list[Problem]:
        return check_absence(self._absence(), today)

    def report(self, tx: Tx, candidate_id: UUID, employer_id: UUID, by: str) -> UUID:
        return handlers.report_absence(tx, candidate_id, employer_id, self._absence(), by)

    def _absence(self) -> Absence:
        return Absence(self.from_on, self.to_on, self.paid)


class ChangeTold(Sent):
    """``terms``: as they stand after the change."""

    effective_on: date
    kind: ChangeKind
    terms: TermsSent

    def check(self, today: date) -> list[Problem]:
        return check_change(self._change(), today)

    def report(self, tx: Tx, candidate_id: UUID, employer_id: UUID, by: str) -> UUID:
        return handlers.report_employment_change(tx, candidate_id, employer_id, self._change(), by)

    def _change(self) -> Change:
        return Change(self.effective_on, self.kind, self.terms.terms())


class ReportHire(HireTold, json_schema_extra=example(employer_id=AN_ID, terms=SOME_TERMS, in_field=True)):
    employer_id: UUID


class ReportEmploymentEnd(
    EndTold, json_schema_extra=example(employer_id=AN_ID, ended_on="2026-03-20", reason="resigned")
):
    employer_id: UUID


class ReportHours(
    HoursTold,
    json_schema_extra=example(employer_id=AN_ID, from_on="2026-03-01", to_on="2026-03-14", hours="70", wage_cents=3450),
):
    employer_id: UUID


class ReportAbsence(
    AbsenceTold, json_schema_extra=example(employer_id=AN_ID, from_on="2026-03-05", to_on="2026-03-06", paid=False)
):
    employer_id: UUID


class ReportEmploymentChange(
    ChangeTold,
    json_schema_extra=example(employer_id=AN_ID, effective_on="2026-09-01", kind="advancement", terms=SOME_TERMS),
):
    employer_id: UUID


class ReportView(Shown):
    report_id: UUID
    candidate_id: UUID
    employer_id: UUID


@router.post("/v1/candidates/{candidate_id}/hires", status_code=201)
def report_hire(candidate_id: UUID, body: ReportHire, command: Commands, caller: Reporters) -> ReportView:
    """Somebody tells that the person was hired, by a company she found herself or through us."""
    return _report(command, caller, candidate_id, body.employer_id, body)


@router.post("/v1/candidates/{candidate_id}/employment-ends", status_code=201)
def report_employment_end(
    candidate_id: UUID, body: ReportEmploymentEnd, command: Commands, caller: Reporters
) -> ReportView:
    """Somebody tells that her job ended."""
    return _report(command, caller, candidate_id, body.employer_id, body)


@router.post("/v1/candidates/{candidate_id}/hours", status_code=201)
def report_hours(candidate_id: UUID, body: ReportHours, command: Commands, caller: Reporters) -> ReportView:
    """Hours worked in a period that is over."""
    return _report(command, caller, candidate_id, body.employer_id, body)


@router.post("/v1/candidates/{candidate_id}/absences", status_code=201)
def report_absence(candidate_id: UUID, body: ReportAbsence, command: Commands, caller: Reporters) -> ReportView:
    """Days on which she was absent from work."""
    return _report(command, caller, candidate_id, body.employer_id, body)


@router.post("/v1/candidates/{candidate_id}/employment-changes", status_code=201)
def report_employment_change(
    candidate_id: UUID, body: ReportEmploymentChange, command: Commands, caller: Reporters
) -> ReportView:
    """Her job changed: an advancement, a wage, hours, a first day that moved."""
    return _report(command, caller, candidate_id, body.employer_id, body)


def _report(
    command: Command,
    caller: Caller,
    candidate_id: UUID,
    employer_id: UUID,
    told: Told,
) -> ReportView:
    """Of a partner's referrals, an employer's own people, the candidate's own file. Raises NotFound otherwise: a
    company that could tell of a hire of anybody would make her its own, and could then tell and see the rest."""

    def work(tx: Tx) -> ReportView:
        only_own_file(caller, candidate_id)
        only_own_company(caller, employer_id)
        only_those_it_referred(tx, caller, candidate_id)
        only_who_works_for_it(tx, caller, candidate_id)
        report_id = told.report(tx, candidate_id, employer_id, str(caller.role))
        return ReportView(report_id=report_id, candidate_id=candidate_id, employer_id=employer_id)

    return command.run(ReportView, work)
