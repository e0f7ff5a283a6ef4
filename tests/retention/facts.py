"""Facts as other services would say them; a test names only what matters to it."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from shared.db import Tx
from shared.events.intake import (
    AbsenceReported,
    AdvisorAssigned,
    CandidateAdmitted,
    CandidateErased,
    EmploymentChangeReported,
    EmploymentEndReported,
)
from shared.events.matching import CandidateHired, HireCancelled
from shared.events.parts import CandidateProfile, Terms
from shared.events.subsidies import SubsidyApproved, SubsidyEnded

STARTS_ON = date(2026, 3, 16)  # a Monday
HIRED_ON = date(2026, 3, 4)


def hired(starts_on: date = STARTS_ON, **more: Any) -> CandidateHired:
    terms = Terms(
        occupation="11100", wage_cents=2900, hours_per_week=Decimal("37.5"), starts_on=starts_on, permanent=True
    )
    facts: dict[str, Any] = {
        "hire_id": uuid4(),
        "candidate_id": uuid4(),
        "employer_id": uuid4(),
        "vacancy_id": None,
        "introduction_id": None,
        "source": "introduction",
        "in_field": True,
        "hired_on": HIRED_ON,
    }
    return CandidateHired(terms=terms, **facts | more)


def admitted(candidate_id: UUID, advisor_id: UUID | None = None, file_number: str = "2026-0318") -> CandidateAdmitted:
    return CandidateAdmitted(
        candidate_id=candidate_id,
        referral_id=uuid4(),
        file_number=file_number,
        partner_id=None,
        advisor_id=advisor_id or uuid4(),
        admitted_on=date(2026, 1, 12),
        rule_version="programme-1",
        criteria=(),
        profile=CandidateProfile(),
    )


def cancelled(hire: CandidateHired) -> HireCancelled:
    return HireCancelled(
        hire_id=hire.hire_id, candidate_id=hire.candidate_id, employer_id=hire.employer_id, reason="employer_withdrew"
    )


def approved(hire: CandidateHired, **more: Any) -> SubsidyApproved:
    facts: dict[str, Any] = {
        "request_id": uuid4(),
        "decision_id": "D-1",
        "amount_cents": 1_000_000,
        "weeks": 26,
        "starts_on": hire.terms.starts_on,
        "decided_on": date(2026, 3, 20),
    }
    of = {"hire_id": hire.hire_id, "candidate_id": hire.candidate_id, "employer_id": hire.employer_id}
    return SubsidyApproved(**facts | of | more)


def subsidy_ended(approval: SubsidyApproved, ended_on: date, reason: str = "consent_withdrawn") -> SubsidyEnded:
    return SubsidyEnded(
        request_id=approval.request_id,
        hire_id=approval.hire_id,
        candidate_id=approval.candidate_id,
        employer_id=approval.employer_id,
        ended_on=ended_on,
        reason=reason,
    )


def end_reported(hire: CandidateHired, ended_on: date = date(2026, 6, 5), **more: Any) -> EmploymentEndReported:
    facts: dict[str, Any] = {
        "report_id": uuid4(),
        "candidate_id": hire.candidate_id,
        "employer_id": hire.employer_id,
        "reason": "resigned",
        "reported_by": "employer",
    }
    return EmploymentEndReported(ended_on=ended_on, **facts | more)


def change_reported(hire: CandidateHired, kind: str, effective_on: date, **terms: Any) -> EmploymentChangeReported:
    """``terms``: what differs from those of the hire."""
    return EmploymentChangeReported(
        report_id=uuid4(),
        candidate_id=hire.candidate_id,
        employer_id=hire.employer_id,
        effective_on=effective_on,
        kind=kind,
        terms=hire.terms.model_copy(update=terms),
        reported_by="employer",
    )


def absent(hire: CandidateHired, from_on: date, **more: Any) -> AbsenceReported:
    facts: dict[str, Any] = {
        "report_id": uuid4(),
        "candidate_id": hire.candidate_id,
        "employer_id": hire.employer_id,
        "to_on": from_on,
        "paid": None,
        "reported_by": "employer",
    }
    return AbsenceReported(from_on=from_on, **facts | more)


def assigned(candidate_id: UUID, advisor_id: UUID) -> AdvisorAssigned:
    return AdvisorAssigned(candidate_id=candidate_id, advisor_id=advisor_id)


def erased(candidate_id: UUID) -> CandidateErased:
    return CandidateErased(candidate_id=candidate_id, requested_on=date(2026, 6, 1), gone_from_log_on=date(2026, 7, 6))


def count(tx: Tx, table: str, **where: Any) -> int:
    """Rows of a table in which these columns have these values."""
    clause = " AND ".join(f"{column} = %({column})s" for column in where) or "true"
    return int(tx.value(f"SELECT count(*) FROM {table} WHERE {clause}", where))
