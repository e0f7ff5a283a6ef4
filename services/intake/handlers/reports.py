"""Somebody outside tells us about a person's work. Intake checks that it can be true and passes it on; what it means is
decided by matching and retention."""

from datetime import date, timedelta
from uuid import UUID, uuid4

from services.intake.domain.jobs import JobTerms, check_terms
from services.intake.domain.referrals import not_admitted
from services.intake.handlers.words import terms_of
from services.intake.store import candidates, employers, reports
from shared import clock
from shared.db import Tx
from shared.errors import Invalid, Problem
from shared.events.intake import EmploymentEndReported, HireReported
from shared.messaging.outbox import publish

FURTHEST_AHEAD = timedelta(days=366)


def report_hire(
    tx: Tx, candidate_id: UUID, employer_id: UUID, terms: JobTerms, in_field: bool | None, reported_by: str
) -> UUID:
    """A person found work by herself; the report's id. Raises NotFound, NotAdmitted, Invalid."""
    _lock_admitted(tx, candidate_id)
    problems = _check_employer(tx, employer_id) + check_terms(terms)
    problems += _check_day(terms.starts_on, clock.local_date(tx.now), "/terms/starts_on")
    if problems:
        raise Invalid(*problems)
    event = HireReported(
        report_id=uuid4(),
        candidate_id=candidate_id,
        employer_id=employer_id,
        terms=terms_of(terms),
        in_field=in_field,
        reported_by=reported_by,
    )
    _keep(tx, "hire", event)
    return event.report_id


def report_employment_end(
    tx: Tx, candidate_id: UUID, employer_id: UUID, ended_on: date, reason: str, reported_by: str
) -> UUID:
    """A job ended, or will on a known day; the report's id. Raises NotFound, NotAdmitted, Invalid."""
    _lock_admitted(tx, candidate_id)
    problems = _check_employer(tx, employer_id)
    problems += _check_day(ended_on, clock.local_date(tx.now), "/ended_on")
    if problems:
        raise Invalid(*problems)
    event = EmploymentEndReported(
        report_id=uuid4(),
        candidate_id=candidate_id,
        employer_id=employer_id,
        ended_on=ended_on,
        reason=reason,
        reported_by=reported_by,
    )
    _keep(tx, "employment_end", event)
    return event.report_id


def _keep(tx: Tx, kind: str, event: HireReported | EmploymentEndReported) -> None:
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


def _check_day(day: date, today: date, at: str) -> list[Problem]:
    if date(2000, 1, 1) <= day <= today + FURTHEST_AHEAD:
        return []
    return [Problem(at, "impossible_date", "Cette date semble erronée.", "This date seems wrong.")]
