"""The terms of a job change, its start moves, its milestones are reached, on the real database."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from services.retention.consumers import CONSUMES, TIMERS
from services.retention.domain.changes import JobTerms, terms_on
from services.retention.domain.employments import EmploymentClosed
from services.retention.domain.milestones import milestone_days
from services.retention.handlers.employments import change_employment, end_employment, job_terms
from services.retention.handlers.milestones import MILESTONE, announce_milestone
from services.retention.store import employments, tasks
from shared import clock
from shared.db import Tx
from shared.errors import Invalid, NotFound
from shared.events.matching import CandidateHired
from shared.events.retention import EmploymentChanged, FollowUpReplanned, MilestoneReached
from shared.messaging.firing import fire_due_timers
from shared.timers import Due
from tests.databases import attempt, deliver, published
from tests.retention.facts import HIRED_ON, STARTS_ON, cancelled, change_reported, count, end_reported, erased, hired

ClockAt = Callable[..., None]
ADVANCED_ON = date(2026, 9, 1)


@pytest.fixture(autouse=True)
def _on_the_day_of_the_hire(clock_at: ClockAt) -> None:
    clock_at(HIRED_ON)


def fire(tx: Tx) -> int:
    return fire_due_timers(tx.conn, tx.service, TIMERS)


def followed(tx: Tx) -> CandidateHired:
    hire = hired()
    deliver(tx, CONSUMES, hire)
    return hire


def milestones(tx: Tx) -> list[tuple[str, date]]:
    said = [e for e in published(tx, MilestoneReached) if isinstance(e, MilestoneReached)]
    return [(e.milestone, e.reached_on) for e in said]


# -- terms ------------------------------------------------------------------------------------------------------------


def test_an_advancement_is_told_and_both_terms_are_known_as_of_their_day(tx: Tx) -> None:
    hire = followed(tx)
    report = change_reported(hire, "advancement", ADVANCED_ON, occupation="10010", wage_cents=3500)
    assert deliver(tx, CONSUMES, report) == "handled"
    (changed,) = published(tx, EmploymentChanged)
    assert isinstance(changed, EmploymentChanged)
    assert (changed.hire_id, changed.kind, changed.terms.wage_cents) == (hire.hire_id, "advancement", 3500)
    history = employments.list_terms(tx, hire.hire_id)
    asked = (date(2026, 1, 1), ADVANCED_ON - timedelta(days=1), ADVANCED_ON)
    assert [t.wage_cents for day in asked if (t := terms_on(history, day))] == [2900, 2900, 3500]
    assert published(tx, FollowUpReplanned) == []


def test_a_change_told_twice_or_by_two_is_said_once(tx: Tx) -> None:
    hire, event_id = followed(tx), uuid4()
    report = change_reported(hire, "wage", ADVANCED_ON, wage_cents=3100)
    deliver(tx, CONSUMES, report, event_id=event_id)
    assert deliver(tx, CONSUMES, report, event_id=event_id) == "duplicate"
    assert deliver(tx, CONSUMES, report) == "handled"
    assert deliver(tx, CONSUMES, report.model_copy(update={"report_id": uuid4()})) == "handled"
    assert len(published(tx, EmploymentChanged)) == 1
    assert count(tx, "employment_terms") == 2


def test_a_kind_of_change_we_do_not_know_is_another_change(tx: Tx) -> None:
    deliver(tx, CONSUMES, change_reported(followed(tx), "remote_work", ADVANCED_ON))
    assert [e.kind for e in published(tx, EmploymentChanged) if isinstance(e, EmploymentChanged)] == ["other"]


def test_a_change_that_overtakes_its_hire_takes_effect_when_it_comes(tx: Tx) -> None:
    hire = hired()
    report = change_reported(hire, "wage", ADVANCED_ON, wage_cents=3100)
    assert deliver(tx, CONSUMES, report) == "handled"
    assert deliver(tx, CONSUMES, hire) == "handled"
    assert len(published(tx, EmploymentChanged)) == 1
    assert count(tx, "unplaced_reports") == 0
    assert deliver(tx, CONSUMES, report.model_copy()) == "handled", "told again"
    assert len(published(tx, EmploymentChanged)) == 1


def test_a_change_at_one_of_two_open_jobs_with_an_employer_is_kept_until_a_person_records_it(
    tx: Tx, clock_at: ClockAt
) -> None:
    hire = followed(tx)
    deliver(tx, CONSUMES, hired(candidate_id=hire.candidate_id, employer_id=hire.employer_id))
    assert deliver(tx, CONSUMES, change_reported(hire, "wage", ADVANCED_ON, wage_cents=3100)) == "handled"
    assert (count(tx, "unplaced_reports", why="several_open"), len(published(tx, EmploymentChanged))) == (1, 0)
    clock_at(ADVANCED_ON)
    terms = replace(job_terms(hire.terms), wage_cents=3100)
    attempt(tx, lambda t: change_employment(t, hire.hire_id, "wage", ADVANCED_ON, terms))
    assert (count(tx, "unplaced_reports"), len(published(tx, EmploymentChanged))) == (0, 1)


def test_a_change_of_a_job_that_is_over_or_of_somebody_forgotten_changes_nothing(tx: Tx) -> None:
    hire = followed(tx)
    deliver(tx, CONSUMES, end_reported(hire, date(2026, 10, 2)))
    assert deliver(tx, CONSUMES, change_reported(hire, "wage", ADVANCED_ON, wage_cents=3100)) == "handled"
    deliver(tx, CONSUMES, erased(hire.candidate_id))
    assert deliver(tx, CONSUMES, change_reported(hire, "wage", date(2026, 11, 2), wage_cents=3200)) == "handled"
    assert published(tx, EmploymentChanged) == []
    assert count(tx, "employment_terms") == 0


def test_a_change_that_cannot_be_told_leaves_the_terms_as_they_were(tx: Tx) -> None:
    hire = followed(tx)
    tx.run("ALTER TABLE outbox RENAME TO outbox_away")
    with pytest.raises(psycopg.errors.UndefinedTable):
        deliver(tx, CONSUMES, change_reported(hire, "start_moved", HIRED_ON, starts_on=date(2026, 4, 13)))
    assert count(tx, "employment_terms") == 1
    assert count(tx, "employments", starts_on=STARTS_ON) == 1


# -- a start that moves -----------------------------------------------------------------------------------------------


def test_a_start_that_moves_moves_the_plan_and_the_milestones_on_both_sides(tx: Tx) -> None:
    hire, starts_on = followed(tx), date(2026, 4, 13)
    assert deliver(tx, CONSUMES, change_reported(hire, "start_moved", HIRED_ON, starts_on=starts_on)) == "handled"
    (replanned,) = published(tx, FollowUpReplanned)
    assert isinstance(replanned, FollowUpReplanned)
    assert replanned.cause == "start_moved"
    assert {(t.contact, t.due_on) for t in replanned.tasks if t.contact in ("before_start", "weeks_2")} == {
        ("before_start", date(2026, 4, 10)),
        ("weeks_2", date(2026, 4, 27)),
    }
    assert {t.side for t in replanned.tasks} == {"employee", "employer"}
    assert count(tx, "timers", kind=MILESTONE, due_at=clock.start_of_day(starts_on + timedelta(days=90))) == 1
    employment = employments.find_employment(tx, hire.hire_id)
    assert employment
    assert employment.starts_on == starts_on


def test_a_start_moved_back_calls_nobody_on_a_day_that_has_gone(tx: Tx, clock_at: ClockAt) -> None:
    hire = followed(tx)
    clock_at(date(2026, 4, 20))
    deliver(tx, CONSUMES, change_reported(hire, "start_moved", HIRED_ON, starts_on=date(2026, 3, 9)))
    standing = [t for t in tasks.list_tasks(tx, hire.hire_id) if t.contact in ("weeks_2", "weeks_6")]
    assert {(t.contact, t.planned_on, t.due_on) for t in standing} == {
        ("weeks_2", date(2026, 3, 23), date(2026, 4, 20)),
        ("weeks_6", date(2026, 4, 20), date(2026, 4, 20)),
    }


# -- an advisor -------------------------------------------------------------------------------------------------------


def terms(**more: Any) -> JobTerms:
    facts: dict[str, Any] = {
        "occupation": "11100",
        "wage_cents": 2900,
        "hours_per_week": Decimal("37.5"),
        "starts_on": STARTS_ON,
        "permanent": True,
    }
    return JobTerms(**facts | more)


def test_an_advisor_records_an_advancement_once(tx: Tx) -> None:
    hire = followed(tx)
    for _ in range(2):
        attempt(tx, lambda t: change_employment(t, hire.hire_id, "advancement", ADVANCED_ON, terms(wage_cents=3500)))
    assert len(published(tx, EmploymentChanged)) == 1
    with pytest.raises(NotFound):
        attempt(tx, lambda t: change_employment(t, uuid4(), "wage", ADVANCED_ON, terms()))


def test_what_is_wrong_with_a_change_is_said_at_once_and_nothing_changes_after_the_end(
    tx: Tx, clock_at: ClockAt
) -> None:
    hire = followed(tx)
    with pytest.raises(Invalid) as wrong:
        attempt(tx, lambda t: change_employment(t, hire.hire_id, "start_moved", date(2028, 1, 3), terms()))
    assert [p.code for p in wrong.value.problems] == ["too_far_ahead", "start_unchanged"]
    with pytest.raises(Invalid) as early:
        attempt(tx, lambda t: change_employment(t, hire.hire_id, "wage", date(2026, 3, 1), terms(wage_cents=3000)))
    assert [p.code for p in early.value.problems] == ["before_the_start"]
    clock_at(date(2026, 6, 8))
    attempt(tx, lambda t: end_employment(t, hire.hire_id, date(2026, 6, 5), "resigned"))
    with pytest.raises(EmploymentClosed):
        attempt(tx, lambda t: change_employment(t, hire.hire_id, "wage", date(2026, 6, 1), terms(wage_cents=3000)))


# -- milestones -------------------------------------------------------------------------------------------------------


def test_milestones_are_exact_days_of_the_calendar() -> None:
    assert milestone_days(date(2026, 8, 31)) == {
        "day_90": date(2026, 11, 29),
        "months_6": date(2027, 2, 28),
        "months_12": date(2027, 8, 31),
    }


def test_a_milestone_is_reached_on_its_day_and_said_once(tx: Tx, clock_at: ClockAt) -> None:
    hire = followed(tx)
    clock_at(date(2026, 6, 13), 23)
    fire(tx)
    assert milestones(tx) == []
    clock_at(date(2026, 6, 14), 0)
    fire(tx)
    assert milestones(tx) == [("day_90", date(2026, 6, 14))]
    stray = Due(MILESTONE, hire.key, f"{hire.hire_id}/day_90", tx.now)
    attempt(tx, lambda t: announce_milestone(t, stray))
    attempt(tx, lambda t: announce_milestone(t, Due(MILESTONE, hire.key, f"{uuid4()}/day_90", tx.now)))
    assert len(milestones(tx)) == 1


def test_after_the_end_no_milestone_is_reached_but_those_before_it_are(tx: Tx, clock_at: ClockAt) -> None:
    hire = followed(tx)
    clock_at(date(2026, 9, 25))  # time leapt: no timer has fired
    attempt(tx, lambda t: end_employment(t, hire.hire_id, date(2026, 6, 30), "resigned"))
    clock_at(date(2027, 4, 1))
    fire(tx)
    assert milestones(tx) == [("day_90", date(2026, 6, 14))]
    assert count(tx, "timers") == 0


def test_a_hire_that_fell_through_reaches_nothing(tx: Tx, clock_at: ClockAt) -> None:
    hire = followed(tx)
    deliver(tx, CONSUMES, cancelled(hire))
    assert count(tx, "timers") == 0
    clock_at(date(2027, 4, 1))
    assert fire(tx) == 0


def test_a_job_found_alone_and_told_months_later_reaches_what_it_has_reached(tx: Tx, clock_at: ClockAt) -> None:
    clock_at(date(2026, 10, 1))
    deliver(tx, CONSUMES, hired(source="self_found", hired_on=date(2026, 10, 1)))
    fire(tx)
    assert [m for m, _ in milestones(tx)] == ["day_90", "months_6"]


def test_a_milestone_that_cannot_be_told_is_not_reached(tx: Tx, clock_at: ClockAt) -> None:
    hire = followed(tx)
    clock_at(date(2026, 6, 14))
    tx.run("ALTER TABLE outbox RENAME TO outbox_away")
    with pytest.raises(psycopg.errors.UndefinedTable):
        attempt(tx, lambda t: announce_milestone(t, Due(MILESTONE, hire.key, f"{hire.hire_id}/day_90", t.now)))
    assert count(tx, "milestones") == 0
