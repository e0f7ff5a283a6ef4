"""Facts from other services, on the real database: hire, cancellation, subsidy, advisor."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID, uuid4

import psycopg
import pytest

from services.retention.consumers import CONSUMES
from services.retention.domain.employments import EmploymentState
from services.retention.domain.tasks import Task, TaskState
from services.retention.store import employments, tasks
from shared import clock
from shared.db import Tx
from shared.events.base import Event
from shared.events.matching import CandidateHired
from shared.events.retention import FollowUpPlanned, FollowUpReplanned
from tests.databases import deliver, published
from tests.retention.facts import (
    HIRED_ON,
    STARTS_ON,
    admitted,
    approved,
    cancelled,
    count,
    hired,
    subsidy_ended,
)

ClockAt = Callable[..., None]


@pytest.fixture(autouse=True)
def _on_the_day_of_the_hire(clock_at: ClockAt) -> None:
    clock_at(HIRED_ON)


def timers(tx: Tx) -> dict[UUID, datetime]:
    return {
        UUID(about): at
        for about, at in tx.conn.execute("SELECT about, due_at FROM timers WHERE kind = 'follow_up_task'").fetchall()
    }


def test_a_hire_makes_an_employment_a_plan_on_both_sides_and_a_timer_for_each_task(tx: Tx) -> None:
    hire = hired()
    assert deliver(tx, CONSUMES, hire) == "handled"
    standing = tasks.list_tasks(tx, hire.hire_id)
    assert [t.contact for t in standing if t.side == "employee"] == [
        t.contact for t in standing if t.side == "employer"
    ]
    assert len(standing) == 12
    assert {t.state for t in standing} == {TaskState.PLANNED}
    assert timers(tx) == {t.task_id: clock.start_of_day(t.due_on) for t in standing}
    (planned,) = published(tx, FollowUpPlanned)
    assert isinstance(planned, FollowUpPlanned)
    assert {(t.task_id, t.due_on) for t in planned.tasks} == {(t.task_id, t.due_on) for t in standing}


def test_a_hire_that_has_started_is_not_called_before_its_start(tx: Tx) -> None:
    hire = hired(hired_on=STARTS_ON, source="self_found")
    deliver(tx, CONSUMES, hire)
    assert count(tx, "tasks", contact="before_start") == 0
    assert count(tx, "tasks") == 10


def test_a_redelivered_hire_is_planned_only_once(tx: Tx) -> None:
    hire, event_id = hired(), uuid4()
    assert deliver(tx, CONSUMES, hire, event_id=event_id) == "handled"
    assert deliver(tx, CONSUMES, hire, event_id=event_id) == "duplicate"
    assert deliver(tx, CONSUMES, hire) == "handled"  # the same fact under another id: nothing to do
    assert count(tx, "tasks") == 12
    assert len(published(tx)) == 1


def test_a_hire_whose_plan_cannot_be_told_leaves_no_rows(tx: Tx) -> None:
    tx.run("ALTER TABLE outbox RENAME TO outbox_away")
    with pytest.raises(psycopg.errors.UndefinedTable):
        deliver(tx, CONSUMES, hired())
    assert [count(tx, t) for t in ("employments", "tasks", "timers", "journal", "inbox")] == [0, 0, 0, 0, 0]


def test_tasks_of_a_person_whose_advisor_is_not_known_are_nobodys_until_she_is(tx: Tx) -> None:
    hire, advisor = hired(), uuid4()
    deliver(tx, CONSUMES, hire)
    assert {t.advisor_id for t in tasks.list_tasks(tx, hire.hire_id)} == {None}
    assert deliver(tx, CONSUMES, admitted(hire.candidate_id, advisor)) == "handled"
    assert {t.advisor_id for t in tasks.list_tasks(tx, hire.hire_id)} == {advisor}


def test_tasks_of_a_known_person_are_her_advisors_from_the_start(tx: Tx) -> None:
    hire, advisor, event_id = hired(), uuid4(), uuid4()
    deliver(tx, CONSUMES, admitted(hire.candidate_id, advisor), event_id=event_id)
    assert deliver(tx, CONSUMES, admitted(hire.candidate_id, advisor), event_id=event_id) == "duplicate"
    deliver(tx, CONSUMES, hire)
    assert {t.advisor_id for t in tasks.list_tasks(tx, hire.hire_id)} == {advisor}


def test_a_person_without_a_job_has_no_tasks_to_assign(tx: Tx) -> None:
    assert deliver(tx, CONSUMES, admitted(uuid4())) == "handled"
    assert count(tx, "tasks") == 0
    assert published(tx) == []


def test_an_admission_that_fails_leaves_no_rows(tx: Tx) -> None:
    tx.run("ALTER TABLE tasks RENAME TO tasks_away")
    with pytest.raises(psycopg.errors.UndefinedTable):
        deliver(tx, CONSUMES, admitted(uuid4()))
    assert count(tx, "candidates") == 0


# -- a hire that falls through ----------------------------------------------------------------------------------------


def test_a_cancelled_hire_cancels_its_tasks_and_timers(tx: Tx) -> None:
    hire, other = hired(), hired()
    deliver(tx, CONSUMES, hire)
    deliver(tx, CONSUMES, other)
    assert deliver(tx, CONSUMES, cancelled(hire)) == "handled"
    standing = tasks.list_tasks(tx, hire.hire_id)
    assert {(t.state, t.reason) for t in standing} == {(TaskState.CANCELLED, "hire_cancelled")}
    assert set(timers(tx)) == {t.task_id for t in tasks.list_tasks(tx, other.hire_id)}
    employment = employments.find_employment(tx, hire.hire_id)
    assert employment
    assert employment.state is EmploymentState.CANCELLED


def test_a_cancellation_of_an_unknown_hire_or_told_twice_changes_nothing(tx: Tx) -> None:
    hire, event_id = hired(), uuid4()
    assert deliver(tx, CONSUMES, cancelled(hired())) == "handled"
    deliver(tx, CONSUMES, hire)
    deliver(tx, CONSUMES, cancelled(hire), event_id=event_id)
    assert deliver(tx, CONSUMES, cancelled(hire), event_id=event_id) == "duplicate"
    assert deliver(tx, CONSUMES, cancelled(hire)) == "handled"
    assert len(published(tx)) == 1  # the plan; the cancellation was matching's to tell


def test_a_cancellation_that_fails_leaves_the_plan_as_it_was(tx: Tx) -> None:
    hire = hired()
    deliver(tx, CONSUMES, hire)
    tx.run("ALTER TABLE timers RENAME TO timers_away")
    with pytest.raises(psycopg.errors.UndefinedTable):
        deliver(tx, CONSUMES, cancelled(hire))
    assert count(tx, "tasks", state="planned") == 12
    assert count(tx, "employments", state="open") == 1


# -- subsidies --------------------------------------------------------------------------------------------------------


def test_an_approval_adds_the_contacts_around_its_end(tx: Tx) -> None:
    hire = hired()
    deliver(tx, CONSUMES, hire)
    assert deliver(tx, CONSUMES, approved(hire)) == "handled"
    (replanned,) = published(tx, FollowUpReplanned)
    assert isinstance(replanned, FollowUpReplanned)
    assert replanned.cause == "subsidy_approved"
    assert len(replanned.tasks) == 16
    assert {(t.contact, t.side, t.due_on) for t in replanned.tasks if "subsidy" in t.contact} == {
        ("before_subsidy_end", "employee", date(2026, 8, 31)),
        ("before_subsidy_end", "employer", date(2026, 8, 31)),
        ("after_subsidy_end", "employee", date(2026, 10, 13)),
        ("after_subsidy_end", "employer", date(2026, 10, 13)),
    }
    assert count(tx, "timers", kind="follow_up_task") == 16


@pytest.mark.parametrize("first", ["hire", "approval"])
def test_either_order_of_hire_and_approval_gives_the_same_tasks(tx: Tx, first: str) -> None:
    hire = hired()
    facts: list[Event] = [hire, approved(hire)]
    assert [deliver(tx, CONSUMES, f) for f in (facts if first == "hire" else facts[::-1])] == ["handled", "handled"]
    standing = {t.task_id: asdict(t) for t in tasks.list_tasks(tx, hire.hire_id)}
    in_either_order = {t.task_id: asdict(t) for t in _planned_in_one_go(tx, hire, facts[1])}
    assert standing == in_either_order
    assert len(standing) == len(timers(tx)) == 16


def _planned_in_one_go(tx: Tx, hire: CandidateHired, approval: Event) -> list[Task]:
    """The same facts once more, the approval first, from nothing."""
    for table in ("contacts", "tasks", "employment_terms", "employments", "subsidies", "timers"):
        tx.run(f"DELETE FROM {table}")
    deliver(tx, CONSUMES, approval)
    deliver(tx, CONSUMES, hire)
    return tasks.list_tasks(tx, hire.hire_id)


def test_an_approval_is_followed_once_and_one_after_the_end_of_the_job_is_not(tx: Tx) -> None:
    hire, gone, event_id = hired(), hired(), uuid4()
    deliver(tx, CONSUMES, hire)
    approval = approved(hire)
    deliver(tx, CONSUMES, approval, event_id=event_id)
    assert deliver(tx, CONSUMES, approval, event_id=event_id) == "duplicate"
    assert deliver(tx, CONSUMES, approval) == "handled"
    assert len(published(tx, FollowUpReplanned)) == 1
    deliver(tx, CONSUMES, gone)
    deliver(tx, CONSUMES, cancelled(gone))
    deliver(tx, CONSUMES, approved(gone))
    assert len(published(tx, FollowUpReplanned)) == 1
    assert count(tx, "timers", kind="follow_up_task") == 16


def test_an_approval_whose_replan_cannot_be_told_leaves_no_rows(tx: Tx) -> None:
    hire = hired()
    deliver(tx, CONSUMES, hire)
    tx.run("ALTER TABLE outbox RENAME TO outbox_away")
    with pytest.raises(psycopg.errors.UndefinedTable):
        deliver(tx, CONSUMES, approved(hire))
    assert (count(tx, "subsidies"), count(tx, "tasks"), count(tx, "timers", kind="follow_up_task")) == (0, 12, 12)


def test_two_subsidies_of_one_hire_are_each_followed_to_their_own_end(tx: Tx) -> None:
    hire = hired()
    deliver(tx, CONSUMES, hire)
    deliver(tx, CONSUMES, approved(hire))
    deliver(tx, CONSUMES, approved(hire, weeks=20, starts_on=date(2026, 9, 14), decided_on=date(2026, 9, 1)))
    assert count(tx, "tasks", contact="after_subsidy_end") == 4


def test_a_subsidy_that_ends_early_moves_the_contact_after_it_and_drops_the_one_before(tx: Tx) -> None:
    hire = hired()
    deliver(tx, CONSUMES, hire)
    approval = approved(hire)
    deliver(tx, CONSUMES, approval)
    assert deliver(tx, CONSUMES, subsidy_ended(approval, date(2026, 5, 4))) == "handled"
    around = [t for t in tasks.list_tasks(tx, hire.hire_id) if t.request_id]
    assert {(t.contact, t.state, t.reason, t.due_on) for t in around} == {
        ("after_subsidy_end", TaskState.MOVED, "subsidy_ended", date(2026, 6, 1)),
        ("before_subsidy_end", TaskState.CANCELLED, "subsidy_ended", date(2026, 8, 31)),
    }
    assert {at for at in timers(tx).values() if at == clock.start_of_day(date(2026, 6, 1))}
    assert count(tx, "timers", kind="follow_up_task") == 14
    assert [e.cause for e in published(tx, FollowUpReplanned) if isinstance(e, FollowUpReplanned)] == [
        "subsidy_approved",
        "subsidy_ended",
    ]


def test_a_subsidy_that_ends_on_its_day_is_unknown_or_told_twice_moves_nothing(tx: Tx) -> None:
    hire, event_id = hired(), uuid4()
    deliver(tx, CONSUMES, hire)
    approval = approved(hire)
    assert deliver(tx, CONSUMES, subsidy_ended(approval, date(2026, 5, 4))) == "handled"  # never approved, for us
    deliver(tx, CONSUMES, approval)
    deliver(tx, CONSUMES, subsidy_ended(approval, date(2026, 9, 13), "weeks_used"), event_id=event_id)
    assert deliver(tx, CONSUMES, subsidy_ended(approval, date(2026, 9, 13)), event_id=event_id) == "duplicate"
    assert len(published(tx, FollowUpReplanned)) == 1
    assert count(tx, "tasks", state="planned") == 16


def test_an_early_end_whose_replan_cannot_be_told_leaves_the_plan_as_it_was(tx: Tx) -> None:
    hire = hired()
    deliver(tx, CONSUMES, hire)
    approval = approved(hire)
    deliver(tx, CONSUMES, approval)
    tx.run("ALTER TABLE outbox RENAME TO outbox_away")
    with pytest.raises(psycopg.errors.UndefinedTable):
        deliver(tx, CONSUMES, subsidy_ended(approval, date(2026, 5, 4)))
    assert count(tx, "tasks", state="planned") == 16
    assert count(tx, "subsidies", ends_on=date(2026, 9, 13)) == 1
