from collections.abc import Callable
from datetime import date
from itertools import permutations
from uuid import UUID, uuid4

import pytest

from services.intake.consumers import CONSUMES
from services.intake.domain.referrals import outcome_of
from services.intake.handlers.erasure import erase_candidate
from services.intake.handlers.names import look_up_names
from services.intake.store import candidates
from shared.db import Tx
from shared.events.base import Event
from shared.events.matching import CandidateHired, HireCancelled, IntroductionAnswered
from shared.events.parts import Terms
from shared.events.retention import EmploymentEnded
from shared.tokens import Caller, Role
from tests.databases import deliver
from tests.intake.people import admitted, rows

DAY = date(2026, 3, 2)
HIRE, COMPANY = uuid4(), uuid4()


def hired(candidate_id: UUID, hire_id: UUID = HIRE) -> CandidateHired:
    return CandidateHired(
        hire_id=hire_id,
        candidate_id=candidate_id,
        employer_id=COMPANY,
        vacancy_id=None,
        introduction_id=None,
        source="self_found",
        terms=Terms(occupation="94140", wage_cents=2100, hours_per_week=40, starts_on=DAY, permanent=True),
        in_field=False,
        hired_on=DAY,
    )


def ended(candidate_id: UUID, hire_id: UUID = HIRE) -> EmploymentEnded:
    return EmploymentEnded(
        hire_id=hire_id, candidate_id=candidate_id, employer_id=COMPANY, ended_on=DAY, reason="laid_off"
    )


def cancelled(candidate_id: UUID, hire_id: UUID = HIRE) -> HireCancelled:
    return HireCancelled(hire_id=hire_id, candidate_id=candidate_id, employer_id=COMPANY, reason="other_offer")


def outcome(tx: Tx, candidate_id: UUID) -> str | None:
    return outcome_of("accepted", candidates.list_hires(tx, [candidate_id])[candidate_id])


def test_a_hire_its_end_and_the_next_hire_are_followed(tx: Tx) -> None:
    person = admitted(tx).candidate_id
    assert outcome(tx, person) == "admitted"
    for event, expected in ((hired(person), "hired"), (ended(person), "ended"), (hired(person, uuid4()), "hired")):
        assert deliver(tx, CONSUMES, event) == "handled"
        assert outcome(tx, person) == expected


def answered(candidate_id: UUID, by: str, answer: str = "yes") -> IntroductionAnswered:
    return IntroductionAnswered(
        introduction_id=uuid4(),
        candidate_id=candidate_id,
        employer_id=COMPANY,
        vacancy_id=uuid4(),
        by=by,
        answer=answer,
    )


def test_a_company_sees_a_name_only_after_it_said_yes_to_the_profile_without_one(tx: Tx) -> None:
    person = admitted(tx, purposes=("share_file_with_employer",)).candidate_id
    boss = Caller(Role.EMPLOYER, "boss", str(COMPANY))

    def seen() -> int:
        return len(look_up_names(tx, boss, [person], [], "introduction").persons)

    for event, expected in (
        (answered(person, "candidate"), 0),
        (answered(person, "employer", "no"), 0),
        (answered(person, "employer"), 1),
    ):
        assert deliver(tx, CONSUMES, event) == "handled"
        assert seen() == expected


def test_a_hire_that_fell_through_is_none(tx: Tx) -> None:
    person = admitted(tx).candidate_id
    deliver(tx, CONSUMES, hired(person))
    deliver(tx, CONSUMES, cancelled(person))
    assert outcome(tx, person) == "admitted"


@pytest.mark.parametrize(
    "order", list(permutations(["first hired", "first ended", "second hired", "second cancelled"]))
)
def test_any_order_of_arrival_leads_to_the_same_outcome(tx: Tx, order: tuple[str, ...]) -> None:
    person, second = admitted(tx).candidate_id, uuid4()
    events: dict[str, Event] = {
        "first hired": hired(person),
        "first ended": ended(person),
        "second hired": hired(person, second),
        "second cancelled": cancelled(person, second),
    }
    for name in order:
        assert deliver(tx, CONSUMES, events[name]) == "handled"
    assert outcome(tx, person) == "ended"


@pytest.mark.parametrize("make", [hired, ended, cancelled])
def test_a_redelivered_fact_is_a_duplicate(tx: Tx, make: Callable[[UUID], Event]) -> None:
    person, event_id = admitted(tx).candidate_id, uuid4()
    event = make(person)
    assert deliver(tx, CONSUMES, event, event_id=event_id) == "handled"
    assert deliver(tx, CONSUMES, event, event_id=event_id) == "duplicate"
    assert rows(tx, "hires") == 1


@pytest.mark.parametrize("make", [hired, ended, cancelled])
def test_nothing_more_is_kept_about_someone_forgotten(tx: Tx, make: Callable[[UUID], Event]) -> None:
    person = admitted(tx).candidate_id
    erase_candidate(tx, person)
    assert deliver(tx, CONSUMES, make(person)) == "handled"
    assert rows(tx, "hires") == 0
