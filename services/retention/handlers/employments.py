"""The terms of a job change, or it ends."""

from datetime import date
from uuid import UUID

from services.retention.domain.changes import ChangeKind, JobTerms, check_change, is_known
from services.retention.domain.employments import (
    Employment,
    Unresolved,
    check_end,
    check_still_open,
    employment_that_changed,
    employment_that_ended,
)
from services.retention.handlers.milestones import drop_milestones, reach_milestones, set_milestones
from services.retention.handlers.standing import cancel_tasks, replan
from services.retention.handlers.unresolved import Report, event_of, leave
from services.retention.store import candidates, employments, reports, signals
from shared import clock
from shared.db import Tx
from shared.events.intake import EmploymentChangeReported, EmploymentEndReported
from shared.events.parts import Terms
from shared.events.retention import EmploymentChanged, EmploymentEnded
from shared.messaging.outbox import publish

KINDS = frozenset({"advancement", "wage", "hours", "start_moved"})  # of a change; others read as *other*


def end_reported_employment(tx: Tx, event: EmploymentEndReported) -> None:
    _place(tx, event)


def record_reported_change(tx: Tx, event: EmploymentChangeReported) -> None:
    _place(tx, event)


def _place(tx: Tx, event: Report) -> None:
    """A report names the employer, not the hire: find which job ended or changed; a report that fits none is kept
    until its hire comes or a person looks."""
    if not candidates.is_forgotten(tx, event.candidate_id):
        found = _job_meant(tx, event)
        if isinstance(found, Employment):
            _take_effect(tx, found, event)
        else:
            leave(tx, found, event)


def look_again(tx: Tx, candidate_id: UUID, employer_id: UUID) -> None:
    """What is known of this person's jobs there has changed: reports that fitted none may fit one now, if it had begun
    by then. Else they speak of another."""
    for report in reports.list_unplaced(tx, candidate_id):
        if report.employer_id != employer_id:
            continue
        event = event_of(report)
        found = _job_meant(tx, event)
        if not isinstance(found, Employment):
            leave(tx, found, event)
        elif found.starts_on <= report.day:
            reports.remove_report(tx, report.report_id)
            _take_effect(tx, found, event)


def _job_meant(tx: Tx, event: Report) -> Employment | Unresolved:
    known = employments.list_employments(tx, event.candidate_id)
    if isinstance(event, EmploymentEndReported):
        return employment_that_ended(known, event.employer_id, event.ended_on)
    return employment_that_changed(known, event.employer_id, event.effective_on)


def _take_effect(tx: Tx, employment: Employment, event: Report) -> None:
    if isinstance(event, EmploymentEndReported):
        _end(tx, employment, event.ended_on, event.reason)
    else:
        kind = event.kind if event.kind in KINDS else "other"
        _change(tx, employment, kind, event.effective_on, job_terms(event.terms), event.report_id)


def end_employment(tx: Tx, hire_id: UUID, ended_on: date, reason: str) -> Employment:
    """An advisor learned that a job ended. Raises NotFound, EmploymentClosed, Invalid."""
    employment = employments.lock_employment(tx, hire_id)
    check_end(employment, ended_on, clock.local_date(tx.now))
    _end(tx, employment, ended_on, reason)
    reports.settle_ambiguous(tx, employment.person, employment.employer_id, "end")
    return employment


def change_employment(tx: Tx, hire_id: UUID, kind: ChangeKind, effective_on: date, terms: JobTerms) -> Employment:
    """An advisor learned that the terms of a job changed. The same change twice is said once. Raises NotFound,
    EmploymentClosed, Invalid."""
    employment = employments.lock_employment(tx, hire_id)
    check_still_open(employment)
    if not is_known(employments.list_terms(tx, hire_id), kind, effective_on, terms):
        check_change(employment, kind, effective_on, terms, clock.local_date(tx.now))
        _change(tx, employment, kind, effective_on, terms)
        reports.settle_ambiguous(tx, employment.person, employment.employer_id, "change")
    return employment


def job_terms(terms: Terms) -> JobTerms:
    return JobTerms(terms.occupation, terms.wage_cents, terms.hours_per_week, terms.starts_on, terms.permanent)


def _change(
    tx: Tx, employment: Employment, kind: str, effective_on: date, terms: JobTerms, report_id: UUID | None = None
) -> None:
    """Add to the history and say so; when the start moved, the plan and the milestones move with it."""
    if is_known(employments.list_terms(tx, employment.hire_id), kind, effective_on, terms):
        return
    if not employments.add_terms(tx, employment.hire_id, kind, effective_on, terms, report_id):
        return
    publish(
        tx,
        EmploymentChanged(
            hire_id=employment.hire_id,
            candidate_id=employment.person,
            employer_id=employment.employer_id,
            effective_on=effective_on,
            kind=kind,
            terms=Terms(
                occupation=terms.occupation,
                wage_cents=terms.wage_cents,
                hours_per_week=terms.hours_per_week,
                starts_on=terms.starts_on,
                permanent=terms.permanent,
            ),
        ),
    )
    if kind == "start_moved" and terms.starts_on != employment.starts_on:
        employments.move_start(tx, employment.hire_id, terms.starts_on)
        replan(tx, employment.hire_id, "start_moved")
        moved = employments.find_employment(tx, employment.hire_id)
        if moved:
            set_milestones(tx, moved)


def _end(tx: Tx, employment: Employment, ended_on: date, reason: str) -> None:
    reach_milestones(tx, employment, ended_on)  # those whose timer has not fired yet
    drop_milestones(tx, employment)
    employments.end_employment(tx, employment.hire_id, ended_on, reason)
    cancel_tasks(tx, employment.hire_id, "employment_ended")
    signals.close_all(tx, employment.hire_id, "employment_ended", clock.local_date(tx.now))
    publish(
        tx,
        EmploymentEnded(
            hire_id=employment.hire_id,
            candidate_id=employment.person,
            employer_id=employment.employer_id,
            ended_on=ended_on,
            reason=reason,
        ),
    )
