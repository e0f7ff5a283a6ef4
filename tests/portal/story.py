"""A person's story as the four services tell it: each fact with its moment, its version and what made it happen."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from services.portal.consumers import CONSUMES
from shared.db import Tx
from shared.events.base import Event
from shared.events.intake import (
    CandidateAdmitted,
    CandidateErased,
    ReferralReceived,
)
from shared.events.matching import (
    CandidateHired,
    HireCancelled,
)
from shared.events.parts import CandidateProfile, Criterion, FrenchLevels, PlannedTask, Terms
from shared.events.retention import (
    EmploymentEnded,
)
from tests.databases import deliver

FRENCH = FrenchLevels(listening=8, speaking=7, reading=9)  # writing: unknown


def at(day: str, hour: int = 14) -> datetime:
    """An hour (UTC) of a day."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC) + timedelta(hours=hour)


@dataclass(frozen=True)
class Said:
    """One event as it travels."""

    event: Event
    time: datetime
    version: int
    event_id: UUID = field(default_factory=uuid4)
    cause: UUID | None = None
    actor: str | None = None


def tell(tx: Tx, said: Sequence[Said]) -> None:
    """Deliver facts in the order given, as the worker would."""
    for one in said:
        outcome = deliver(
            tx,
            CONSUMES,
            one.event,
            event_id=one.event_id,
            time=one.time,
            version=one.version,
            causation_id=one.cause,
            actor=one.actor,
        )
        assert outcome in ("handled", "duplicate"), outcome


class Story:
    """Collects what is said; versions count by subject as the publishers count them."""

    def __init__(self, file_number: str = "2026-0318") -> None:
        self.candidate_id = uuid4()
        self.file_number = file_number
        self.said: list[Said] = []
        self._versions: Counter[str] = Counter()

    def say(self, event: Event, time: datetime, *, because: Said | None = None, actor: str | None = None) -> Said:
        subject = f"{event.publisher}:{event.subject}"
        self._versions[subject] += 1
        said = Said(event, time, self._versions[subject], cause=because.event_id if because else None, actor=actor)
        self.said.append(said)
        return said

    # -- what tests and pictures need often ---------------------------------------------------------------------------

    def referred(self, time: datetime, missing: tuple[str, ...] = ()) -> UUID:
        referral_id = uuid4()
        self.say(
            ReferralReceived(
                referral_id=referral_id,
                candidate_id=self.candidate_id,
                file_number=self.file_number,
                partner_id=None,
                channel="fair",
                missing=missing,
            ),
            time,
            actor="link:fair",
        )
        return referral_id

    def admitted(self, time: datetime, referral_id: UUID | None = None) -> Said:
        return self.say(
            CandidateAdmitted(
                candidate_id=self.candidate_id,
                referral_id=referral_id or uuid4(),
                file_number=self.file_number,
                partner_id=None,
                advisor_id=uuid4(),
                admitted_on=time.date(),
                rule_version="programme-1",
                criteria=(
                    Criterion(code="in_canada_under_5_years", result="met"),
                    Criterion(code="diploma", result="met"),
                    Criterion(code="little_experience", result="unknown"),
                ),
                profile=CandidateProfile(occupation="11101", french=FRENCH),
            ),
            time,
            actor=f"advisor:{uuid4()}",
        )

    def hired(
        self,
        time: datetime,
        starts_on: str,
        *,
        hire_id: UUID | None = None,
        employer_id: UUID | None = None,
        source: str = "introduction",
        because: Said | None = None,
    ) -> Said:
        return self.say(
            CandidateHired(
                hire_id=hire_id or uuid4(),
                candidate_id=self.candidate_id,
                employer_id=employer_id or uuid4(),
                vacancy_id=None,
                introduction_id=None,
                source=source,
                terms=terms(starts_on),
                in_field=source == "introduction",
                hired_on=time.date(),
            ),
            time,
            because=because,
        )

    def ended(self, time: datetime, hire: Said, on: str) -> Said:
        assert isinstance(hire.event, CandidateHired)
        return self.say(
            EmploymentEnded(
                hire_id=hire.event.hire_id,
                candidate_id=self.candidate_id,
                employer_id=hire.event.employer_id,
                ended_on=date.fromisoformat(on),
                reason="resigned",
            ),
            time,
        )

    def cancelled(self, time: datetime, hire: Said) -> Said:
        assert isinstance(hire.event, CandidateHired)
        return self.say(
            HireCancelled(
                hire_id=hire.event.hire_id,
                candidate_id=self.candidate_id,
                employer_id=hire.event.employer_id,
                reason="terms_changed",
            ),
            time,
        )

    def erased(self, time: datetime) -> Said:
        return self.say(
            CandidateErased(
                candidate_id=self.candidate_id,
                requested_on=time.date(),
                gone_from_log_on=time.date() + timedelta(days=35),
            ),
            time,
        )


def terms(starts_on: str) -> Terms:
    return Terms(
        occupation="11101",
        wage_cents=2800,
        hours_per_week=Decimal("37.5"),
        starts_on=date.fromisoformat(starts_on),
        permanent=True,
    )


def contact(name: str, side: Any, due_on: str) -> PlannedTask:
    return PlannedTask(task_id=uuid4(), contact=name, side=side, due_on=date.fromisoformat(due_on))
