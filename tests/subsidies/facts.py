"""A person, her employer, her hire, as other services would tell them; a test names only what matters to it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from services.subsidies.domain.request import Decision
from shared.events.base import Event
from shared.events.intake import (
    CandidateAdmitted,
    CandidateErased,
    CandidateProfileChanged,
    ConsentGiven,
    ConsentWithdrawn,
    EmployerRegistered,
    HoursReported,
)
from shared.events.matching import CandidateHired, HireCancelled, IntroductionAnswered
from shared.events.parts import CandidateProfile, Terms
from shared.events.retention import EmploymentChanged, EmploymentEnded

TODAY = date(2026, 3, 4)
STARTS_ON = date(2026, 3, 16)
AMOUNT = 1_854_750  # 37.5 h at 28 $: 34 days at 16.10 $, 116 at 16.60 $


@dataclass(frozen=True)
class Case:
    """One person and one hire."""

    candidate_id: UUID = field(default_factory=uuid4)
    employer_id: UUID = field(default_factory=uuid4)
    hire_id: UUID = field(default_factory=uuid4)
    consent_id: UUID = field(default_factory=uuid4)

    def profile(self, **changes: Any) -> CandidateProfile:
        known: dict[str, Any] = {
            "occupation": "11101",
            "months_in_field_quebec": 2,
            "arrived_on": date(2024, 9, 1),
            "work_authorisation": "permanent_resident",
        }
        return CandidateProfile(**known | changes)

    def admitted(self, **changes: Any) -> CandidateAdmitted:
        return CandidateAdmitted(
            candidate_id=self.candidate_id,
            referral_id=uuid4(),
            file_number="2026-0318",
            partner_id=None,
            advisor_id=uuid4(),
            admitted_on=date(2026, 1, 12),
            rule_version="programme-1",
            criteria=(),
            profile=self.profile(**changes),
        )

    def profile_changed(self, **changes: Any) -> CandidateProfileChanged:
        return CandidateProfileChanged(candidate_id=self.candidate_id, profile=self.profile(**changes))

    def registered(self, **changes: Any) -> EmployerRegistered:
        known: dict[str, Any] = {
            "employer_id": self.employer_id,
            "sector": "finance",
            "legal_form": "private",
            "municipality": "laval",
            "quebec_establishment": True,
        }
        return EmployerRegistered(**known | changes)

    def consent(self, **changes: Any) -> ConsentGiven:
        known: dict[str, Any] = {
            "consent_id": self.consent_id,
            "candidate_id": self.candidate_id,
            "purpose": "send_to_ministry",
            "recipient": "services_quebec",
            "notice_version": "1",
        }
        return ConsentGiven(**known | changes)

    def consent_withdrawn(self) -> ConsentWithdrawn:
        return ConsentWithdrawn(
            consent_id=self.consent_id,
            candidate_id=self.candidate_id,
            purpose="send_to_ministry",
            recipient="services_quebec",
        )

    def hired(self, starts_on: date = STARTS_ON, wage_cents: int = 2800, **changes: Any) -> CandidateHired:
        known: dict[str, Any] = {
            "hire_id": self.hire_id,
            "candidate_id": self.candidate_id,
            "employer_id": self.employer_id,
            "vacancy_id": None,
            "introduction_id": None,
            "source": "introduction",
            "terms": Terms(
                occupation="11101",
                wage_cents=wage_cents,
                hours_per_week=Decimal("37.5"),
                starts_on=starts_on,
                permanent=True,
            ),
            "in_field": True,
            "hired_on": TODAY,
        }
        return CandidateHired(**known | changes)

    def cancelled(self) -> HireCancelled:
        return HireCancelled(
            hire_id=self.hire_id,
            candidate_id=self.candidate_id,
            employer_id=self.employer_id,
            reason="employer_withdrew",
        )

    def ended(self, ended_on: date = TODAY) -> EmploymentEnded:
        return EmploymentEnded(
            hire_id=self.hire_id,
            candidate_id=self.candidate_id,
            employer_id=self.employer_id,
            ended_on=ended_on,
            reason="resigned",
        )

    def changed(self, kind: str, effective_on: date = TODAY, **terms: Any) -> EmploymentChanged:
        known = self.hired().terms.model_copy(update=terms)
        return EmploymentChanged(
            hire_id=self.hire_id,
            candidate_id=self.candidate_id,
            employer_id=self.employer_id,
            effective_on=effective_on,
            kind=kind,
            terms=known,
        )

    def hours(self, from_on: date, to_on: date, hours: str, wage_cents: int = 2800, **changes: Any) -> HoursReported:
        known: dict[str, Any] = {
            "report_id": uuid4(),
            "candidate_id": self.candidate_id,
            "employer_id": self.employer_id,
            "from_on": from_on,
            "to_on": to_on,
            "hours": Decimal(hours),
            "wage_cents": wage_cents,
            "reported_by": "employer",
        }
        return HoursReported(**known | changes)

    def introduced(self, **changes: Any) -> IntroductionAnswered:
        known: dict[str, Any] = {
            "introduction_id": uuid4(),
            "candidate_id": self.candidate_id,
            "employer_id": self.employer_id,
            "vacancy_id": uuid4(),
            "by": "candidate",
            "answer": "yes",
        }
        return IntroductionAnswered(**known | changes)

    def erased(self) -> CandidateErased:
        return CandidateErased(candidate_id=self.candidate_id, requested_on=TODAY, gone_from_log_on=date(2026, 4, 8))

    def everything(self) -> tuple[Event, ...]:
        """All that makes a request ready for the employer's confirmation."""
        return (self.admitted(), self.registered(), self.consent(), self.hired())


def approval(request_id: UUID, **changes: Any) -> Decision:
    known: dict[str, Any] = {
        "ministry": "services_quebec",
        "decision_id": "SQ-1",
        "request_id": request_id,
        "decision": "approved",
        "amount_cents": AMOUNT,
        "weeks": 30,
        "starts_on": STARTS_ON,
        "reason": None,
        "note": None,
        "decided_on": TODAY,
    }
    return Decision(**known | changes)


def refusal(request_id: UUID, **changes: Any) -> Decision:
    nothing: dict[str, Any] = {"amount_cents": None, "weeks": None, "starts_on": None}
    return approval(request_id, **{"decision": "refused", "reason": "not_eligible", **nothing, **changes})
