"""Events as other services would send them, and what tests of matching ask again and again."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from services.matching.consumers import CONSUMES, TIMERS
from services.matching.domain.introduction import Introduction
from services.matching.store.introductions import list_of_candidate
from shared import clock
from shared.clock import local_date
from shared.db import Tx
from shared.events.base import Event
from shared.events.intake import (
    CandidateAdmitted,
    CandidateWithdrawn,
    ConsentGiven,
    ConsentWithdrawn,
    HireReported,
    VacancyClosed,
    VacancyPosted,
)
from shared.events.parts import CandidateProfile, FrenchLevels, Terms
from shared.timers import Due
from tests.databases import deliver

ACCOUNTANT = "11100"

FULL_PROFILE = CandidateProfile(
    occupation=ACCOUNTANT,
    years_of_experience=6,
    french=FrenchLevels(listening=8, speaking=7, reading=8, writing=7),
    municipality="laval",
    municipalities_accepted=("laval", "montreal"),
    hours_per_week_min=Decimal(30),
    wage_expected_cents=3000,
    available_from=date(2024, 1, 1),
    licences=(),
    work_authorisation="permanent_resident",
)


def admitted(candidate_id: UUID, profile: CandidateProfile = FULL_PROFILE, **more: Any) -> CandidateAdmitted:
    return CandidateAdmitted(
        candidate_id=candidate_id,
        referral_id=uuid4(),
        file_number="2026-0318",
        partner_id=None,
        advisor_id=uuid4(),
        admitted_on=more.pop("admitted_on", date(2026, 1, 12)),
        rule_version="2021.1",
        criteria=(),
        profile=profile,
    )


def agreed(candidate_id: UUID, purpose: str = "introduce_without_name", consent_id: UUID | None = None) -> ConsentGiven:
    return ConsentGiven(
        consent_id=consent_id or uuid4(),
        candidate_id=candidate_id,
        purpose=purpose,
        recipient="employers",
        notice_version="1",
    )


def agreement_withdrawn(given: ConsentGiven) -> ConsentWithdrawn:
    return ConsentWithdrawn(
        consent_id=given.consent_id,
        candidate_id=given.candidate_id,
        purpose=given.purpose,
        recipient=given.recipient,
    )


def left_programme(candidate_id: UUID) -> CandidateWithdrawn:
    return CandidateWithdrawn(candidate_id=candidate_id, reason="moved")


def vacancy(employer_id: UUID | None = None, **facts: Any) -> VacancyPosted:
    return VacancyPosted(
        **{
            "vacancy_id": uuid4(),
            "employer_id": employer_id or uuid4(),
            "occupation": ACCOUNTANT,
            "openings": 1,
            "wage_min_cents": 2900,
            "wage_max_cents": 3400,
            "hours_per_week": Decimal("37.5"),
            "starts_on": None,
            "permanent": True,
            "municipality": "laval",
            "french_required": FrenchLevels(speaking=6),
            "years_of_experience": 3,
            **facts,
        }
    )


def closed(posted: VacancyPosted, reason: str = "withdrawn") -> VacancyClosed:
    return VacancyClosed(vacancy_id=posted.vacancy_id, employer_id=posted.employer_id, reason=reason)


def terms(**facts: Any) -> Terms:
    return Terms(
        **{
            "occupation": ACCOUNTANT,
            "wage_cents": 3100,
            "hours_per_week": Decimal("37.5"),
            "starts_on": date(2030, 2, 4),
            "permanent": True,
            **facts,
        }
    )


def hire_reported(candidate_id: UUID, **facts: Any) -> HireReported:
    return HireReported(
        **{
            "report_id": uuid4(),
            "candidate_id": candidate_id,
            "employer_id": uuid4(),
            "terms": terms(occupation="94140"),
            "in_field": None,
            "reported_by": "partner",
            **facts,
        }
    )


def receive(tx: Tx, *events: Event) -> None:
    for event in events:
        assert deliver(tx, CONSUMES, event) == "handled"


def seeker(tx: Tx, profile: CandidateProfile = FULL_PROFILE, **more: Any) -> UUID:
    """An admitted person who agreed to be introduced."""
    candidate_id = uuid4()
    receive(tx, admitted(candidate_id, profile, **more), agreed(candidate_id))
    return candidate_id


def introductions(tx: Tx, candidate_id: UUID) -> list[Introduction]:
    return list_of_candidate(tx, candidate_id)


def states(tx: Tx, candidate_id: UUID) -> list[str]:
    return sorted(introduction.state for introduction in introductions(tx, candidate_id))


def fire(tx: Tx, after: timedelta = timedelta()) -> None:
    """Fire what is due ``after`` now, as the worker would then."""
    later = replace(tx, now=clock.now() + after, locked=set())
    handlers = {timer.kind: timer.handler for timer in TIMERS}
    due = tx.conn.execute(
        "DELETE FROM timers WHERE due_at <= %s RETURNING kind, key, about, due_at", (later.now,)
    ).fetchall()
    for kind, key, about, due_at in sorted(due, key=lambda row: row[3]):
        later.lock(key)
        handlers[kind](later, Due(kind, key, about, due_at))


def today(tx: Tx) -> date:
    return local_date(tx.now)
