"""Somebody outside tells us about a person's work. Intake checks that it can be true and passes it on; what it means is
decided by matching and retention."""

from datetime import date
from uuid import UUID, uuid4

from services.intake.domain.jobs import JobTerms, check_terms
from services.intake.domain.referrals import not_admitted
from services.intake.domain.reported import (
    Absence,
    Change,
    HoursWorked,
    check_absence,
    check_change,
    check_day,
    check_hours_worked,
)
from services.intake.handlers.words import terms_of
from services.intake.store import candidates, employers, reports
from shared import clock
from shared.db import Tx
from shared.errors import Invalid, Problem
from shared.events.intake import (
    AbsenceReported,
    EmploymentChangeReported,
    EmploymentEndReported,
    HireReported,
    HoursReported,
)
from shared.messaging.outbox import publish


def report_hire(
    tx: Tx, candidate_id: UUID, employer_id: UUID, terms: JobTerms, in_field: bool | None, reported_by: str
) -> UUID:
    """A person found work by herself; the report's id. ``reported_by``: a role, here and below. Raises NotFound,
    NotAdmitted, Invalid."""
    today = clock.local_date(tx.now)
    _check(tx, candidate_id, employer_id, check_terms(terms) + check_day(terms.starts_on, today, "/terms/starts_on"))
    event = HireReported(
        report_id=uuid4(),
        candidate_id=candidate_id,
        employer_id=employer_id,
        terms=terms_of(terms),
        in_field=in_field,
        reported_by=reported_by,
    )
    return _keep(tx, "hire", event)


def report_employment_end(
    tx: Tx, candidate_id: UUID, employer_id: UUID, ended_on: date, reason: str, reported_by: str
) -> UUID:
    """A job ended, or will on a known day; the report's id. Raises NotFound, NotAdmitted, Invalid."""
    _check(tx, candidate_id, employer_id, check_day(ended_on, clock.local_date(tx.now), "/ended_on"))
    event = EmploymentEndReported(
        report_id=uuid4(),
        candidate_id=candidate_id,
        employer_id=employer_id,
        ended_on=ended_on,
        reason=reason,
        reported_by=reported_by,
    )
    return _keep(tx, "employment_end", event)


def report_hours(tx: Tx, candidate_id: UUID, employer_id: UUID, worked: HoursWorked, reported_by: str) -> UUID:
    """Hours worked and wage paid in a period; the report's id. Raises NotFound, NotAdmitted, Invalid."""
    _check(tx, candidate_id, employer_id, check_hours_worked(worked, clock.local_date(tx.now)))
    event = HoursReported(
        report_id=uuid4(),
        candidate_id=candidate_id,
        employer_id=employer_id,
        from_on=worked.from_on,
        to_on=worked.to_on,
        hours=worked.hours,
        wage_cents=worked.wage_cents,
        reported_by=reported_by,
    )
    return _keep(tx, "hours", event)


def report_absence(tx: Tx, candidate_id: UUID, employer_id: UUID, absence: Absence, reported_by: str) -> UUID:
    """Somebody was away from work; the report's id. Raises NotFound, NotAdmitted, Invalid."""
    _check(tx, candidate_id, employer_id, check_absence(absence, clock.local_date(tx.now)))
    event = AbsenceReported(
        report_id=uuid4(),
        candidate_id=candidate_id,
        employer_id=employer_id,
        from_on=absence.from_on,
        to_on=absence.to_on,
        paid=absence.paid,
        reported_by=reported_by,
    )
    return _keep(tx, "absence", event)


def report_employment_change(tx: Tx, candidate_id: UUID, employer_id: UUID, change: Change, reported_by: str) -> UUID:
    """The terms of a job as they stand after a change; the report's id. Raises NotFound, NotAdmitted, Invalid."""
    _check(tx, candidate_id, employer_id, check_change(change, clock.local_date(tx.now)))
    event = EmploymentChangeReported(
        report_id=uuid4(),
        candidate_id=candidate_id,
        employer_id=employer_id,
        effective_on=change.effective_on,
        kind=change.kind,
        terms=terms_of(change.terms),
        reported_by=reported_by,
    )
    return _keep(tx, "employment_change", event)


def _check(tx: Tx, candidate_id: UUID, employer_id: UUID, problems: list[Problem]) -> None:
    """Takes the case's lock. Raises NotFound, NotAdmitted, or Invalid with every problem."""
    _lock_admitted(tx, candidate_id)
    if found := _check_employer(tx, employer_id) + problems:
        raise Invalid(*found)


def _keep(
    tx: Tx,
    kind: str,
    event: HireReported | EmploymentEndReported | HoursReported | AbsenceReported | EmploymentChangeReported,
) -> UUID:
    reports.add_report(
        tx,
        event.report_id,
        kind=kind,
        candidate_id=event.candidate_id,
        employer_id=event.employer_id,
        reported_by=event.reported_by,
        facts=event.model_dump(mode="json", exclude={"report_id", "candidate_id", "employer_id", "reported_by"}),
    )
    publish(tx, event)
    return event.report_id


def _lock_admitted(tx: Tx, candidate_id: UUID) -> None:
    """Someone who left the programme may still have a job: facts about it stay welcome."""
    tx.lock(str(candidate_id))
    if candidates.get_candidate(tx, candidate_id).status not in ("admitted", "withdrawn"):
        raise not_admitted()


def _check_employer(tx: Tx, employer_id: UUID) -> list[Problem]:
    if employers.find_employer(tx, employer_id):
        return []
    return [
        Problem(
            "/employer_id",
            "employer_not_registered",
            "Cette entreprise n'est pas inscrite : inscrivez-la d'abord.",
            "This company is not registered: register it first.",
        )
    ]
