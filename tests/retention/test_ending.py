"""How an employment ends, a person is forgotten, and a task falls due, on the real database."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import uuid4

import psycopg
import pytest

from services.retention.consumers import CONSUMES, TIMERS
from services.retention.domain.employments import EmploymentClosed
from services.retention.domain.tasks import ContactMade, TaskClosed, TaskState
from services.retention.handlers.contacts import record_contact
from services.retention.handlers.employments import end_employment
from services.retention.handlers.standing import FOLLOW_UP_TASK
from services.retention.handlers.tasks import announce_due_task
from services.retention.store import contacts, employments, tasks
from shared.clock import start_of_day
from shared.db import Tx
from shared.errors import NotFound
from shared.events.retention import ContactRecorded, EmploymentEnded, FollowUpTaskDue
from shared.messaging.firing import fire_due_timers
from shared.timers import Due
from tests.databases import attempt, deliver, published
from tests.retention.facts import (
    HIRED_ON,
    admitted,
    approved,
    cancelled,
    count,
    end_reported,
    erased,
    hired,
)

ClockAt = Callable[..., None]
BEFORE_START = date(2026, 3, 13)


@pytest.fixture(autouse=True)
def _on_the_day_of_the_hire(clock_at: ClockAt) -> None:
    clock_at(HIRED_ON)


def fire(tx: Tx) -> int:
    return fire_due_timers(tx.conn, tx.service, TIMERS)


# -- an end reported from outside -------------------------------------------------------------------------------------


def test_a_reported_end_ends_the_job_with_that_employer_and_cancels_what_remains(tx: Tx) -> None:
    hire = hired()
    elsewhere = hired(candidate_id=hire.candidate_id)
    deliver(tx, CONSUMES, hire)
    deliver(tx, CONSUMES, elsewhere)
    assert deliver(tx, CONSUMES, end_reported(hire)) == "handled"
    (ended,) = published(tx, EmploymentEnded)
    assert isinstance(ended, EmploymentEnded)
    assert (ended.hire_id, ended.ended_on, ended.reason) == (hire.hire_id, date(2026, 6, 5), "resigned")
    standing = tasks.list_tasks(tx, hire.hire_id)
    assert {(t.state, t.reason) for t in standing} == {(TaskState.CANCELLED, "employment_ended")}
    assert count(tx, "tasks", hire_id=elsewhere.hire_id, state="planned") == 12
    assert count(tx, "timers", kind="follow_up_task") == 12


def test_an_end_told_twice_is_said_once(tx: Tx) -> None:
    hire, event_id = hired(), uuid4()
    deliver(tx, CONSUMES, hire)
    deliver(tx, CONSUMES, end_reported(hire), event_id=event_id)
    assert deliver(tx, CONSUMES, end_reported(hire), event_id=event_id) == "duplicate"
    assert deliver(tx, CONSUMES, end_reported(hire, reported_by="partner")) == "handled"
    assert len(published(tx, EmploymentEnded)) == 1


def test_an_end_that_cannot_be_told_leaves_the_job_open(tx: Tx) -> None:
    hire = hired()
    deliver(tx, CONSUMES, hire)
    tx.run("ALTER TABLE outbox RENAME TO outbox_away")
    with pytest.raises(psycopg.errors.UndefinedTable):
        deliver(tx, CONSUMES, end_reported(hire))
    assert count(tx, "employments", state="open") == 1
    assert count(tx, "tasks", state="planned") == count(tx, "timers", kind="follow_up_task") == 12


def test_an_advisor_ends_a_job_once(tx: Tx, clock_at: ClockAt) -> None:
    hire = hired()
    deliver(tx, CONSUMES, hire)
    clock_at(date(2026, 6, 8))
    attempt(tx, lambda t: end_employment(t, hire.hire_id, date(2026, 6, 5), "laid_off"))
    with pytest.raises(EmploymentClosed):
        attempt(tx, lambda t: end_employment(t, hire.hire_id, date(2026, 6, 5), "laid_off"))
    assert deliver(tx, CONSUMES, end_reported(hire)) == "handled"
    assert len(published(tx, EmploymentEnded)) == 1
    with pytest.raises(NotFound):
        attempt(tx, lambda t: end_employment(t, uuid4(), date(2026, 6, 5), "laid_off"))


def test_a_hire_cancelled_after_its_job_ended_changes_nothing(tx: Tx) -> None:
    hire = hired()
    deliver(tx, CONSUMES, hire)
    deliver(tx, CONSUMES, end_reported(hire))
    deliver(tx, CONSUMES, cancelled(hire))
    assert count(tx, "employments", state="ended") == 1


# -- a person who asks to be forgotten --------------------------------------------------------------------------------


def test_a_forgotten_person_leaves_only_a_count(tx: Tx, clock_at: ClockAt) -> None:
    hire, other = hired(), hired()
    for fact in (admitted(hire.candidate_id), hire, approved(hire), other):
        deliver(tx, CONSUMES, fact)
    task = tasks.list_tasks(tx, hire.hire_id)[0]
    clock_at(BEFORE_START)
    attempt(tx, lambda t: record_contact(t, task.task_id, ContactMade("reached", BEFORE_START, 4, "canary"), "a:1"))
    assert deliver(tx, CONSUMES, erased(hire.candidate_id)) == "handled"
    for table in ("candidates", "tasks", "subsidies"):
        assert count(tx, table, candidate_id=hire.candidate_id) == 0
    assert count(tx, "contacts") == 0
    assert count(tx, "timers", key=str(hire.candidate_id)) == 0
    assert tx.value("SELECT count(*) FROM journal WHERE key = %s AND data IS NOT NULL", (hire.key,)) == 0
    employment = employments.find_employment(tx, hire.hire_id)
    assert employment
    assert employment.candidate_id is None
    assert count(tx, "employments", state="open") == 2
    assert count(tx, "tasks", candidate_id=other.candidate_id) == 12


def test_what_arrives_late_about_a_forgotten_person_is_counted_and_not_kept(tx: Tx) -> None:
    hire = hired()
    deliver(tx, CONSUMES, erased(hire.candidate_id))
    for fact in (admitted(hire.candidate_id), hire, approved(hire), end_reported(hire)):
        assert deliver(tx, CONSUMES, fact) == "handled"
    assert [count(tx, t) for t in ("candidates", "tasks", "subsidies", "timers", "journal")] == [0] * 5
    assert count(tx, "employments") == 1
    assert count(tx, "employments", candidate_id=hire.candidate_id) == 0


def test_forgetting_somebody_unknown_or_twice_is_quiet(tx: Tx) -> None:
    candidate_id, event_id = uuid4(), uuid4()
    assert deliver(tx, CONSUMES, erased(candidate_id), event_id=event_id) == "handled"
    assert deliver(tx, CONSUMES, erased(candidate_id), event_id=event_id) == "duplicate"
    assert deliver(tx, CONSUMES, erased(candidate_id)) == "handled"
    assert count(tx, "forgotten") == 1


def test_a_failing_erasure_removes_nothing(tx: Tx) -> None:
    hire = hired()
    deliver(tx, CONSUMES, hire)
    tx.run("ALTER TABLE waiting_decisions RENAME TO waiting_decisions_away")
    with pytest.raises(psycopg.errors.UndefinedTable):
        deliver(tx, CONSUMES, erased(hire.candidate_id))
    assert count(tx, "tasks") == count(tx, "timers", kind="follow_up_task") == 12
    assert count(tx, "forgotten") == 0


# -- time -------------------------------------------------------------------------------------------------------------


def test_a_task_falls_due_at_midnight_of_its_day_and_only_once(tx: Tx, clock_at: ClockAt) -> None:
    hire, advisor = hired(), uuid4()
    deliver(tx, CONSUMES, admitted(hire.candidate_id, advisor))
    deliver(tx, CONSUMES, hire)
    clock_at(date(2026, 3, 12), 23)
    assert fire(tx) == 0
    clock_at(BEFORE_START, 0)
    assert fire(tx) == 2
    assert fire(tx) == 0
    fallen = [e for e in published(tx, FollowUpTaskDue) if isinstance(e, FollowUpTaskDue)]
    assert {(e.contact, e.side, e.due_on, e.advisor_id) for e in fallen} == {
        ("before_start", "employee", BEFORE_START, advisor),
        ("before_start", "employer", BEFORE_START, advisor),
    }
    assert count(tx, "tasks", state="due") == 2


@pytest.mark.parametrize("day", [date(2026, 3, 12), BEFORE_START])
def test_a_timer_before_the_day_or_of_a_task_that_is_due_already_says_nothing(
    tx: Tx, clock_at: ClockAt, day: date
) -> None:
    hire = hired()
    deliver(tx, CONSUMES, hire)
    clock_at(day)
    fire(tx)
    said = len(published(tx, FollowUpTaskDue))
    task = tasks.list_tasks(tx, hire.hire_id)[0]
    stray = Due(FOLLOW_UP_TASK, hire.key, str(task.task_id), start_of_day(BEFORE_START))
    attempt(tx, lambda t: announce_due_task(t, stray))
    attempt(tx, lambda t: announce_due_task(t, replace(stray, about=str(uuid4()))))
    assert len(published(tx, FollowUpTaskDue)) == said


def test_a_task_made_before_its_day_does_not_fall_due(tx: Tx, clock_at: ClockAt) -> None:
    hire = hired()
    deliver(tx, CONSUMES, hire)
    employee, employer = (t for t in tasks.list_tasks(tx, hire.hire_id) if t.contact == "before_start")
    attempt(tx, lambda t: record_contact(t, employee.task_id, ContactMade("reached", HIRED_ON, 5, None), "a:1"))
    clock_at(BEFORE_START)
    assert fire(tx) == 1
    assert {e.subject for e in published(tx, FollowUpTaskDue)} == {f"task/{employer.task_id}"}


def test_somebody_not_reached_is_tried_again_two_working_days_later(tx: Tx, clock_at: ClockAt) -> None:
    hire = hired()
    deliver(tx, CONSUMES, hire)
    clock_at(BEFORE_START)  # a Friday
    fire(tx)
    task = next(t for t in tasks.list_tasks(tx, hire.hire_id) if t.side == "employee")
    attempt(tx, lambda t: record_contact(t, task.task_id, ContactMade("not_reached", BEFORE_START, None, None), "a:1"))
    clock_at(date(2026, 3, 16))
    assert fire(tx) == 0
    clock_at(date(2026, 3, 17))
    assert fire(tx) == 1
    again = [e for e in published(tx, FollowUpTaskDue) if isinstance(e, FollowUpTaskDue) and e.task_id == task.task_id]
    assert [e.due_on for e in again] == [BEFORE_START, date(2026, 3, 17)]
    (recorded,) = published(tx, ContactRecorded)
    assert isinstance(recorded, ContactRecorded)
    assert (recorded.result, recorded.next_try_on) == ("not_reached", date(2026, 3, 17))


def test_a_contact_is_recorded_once_and_no_event_repeats_what_was_said(tx: Tx) -> None:
    hire = hired()
    deliver(tx, CONSUMES, hire)
    task = tasks.list_tasks(tx, hire.hire_id)[0]
    said = ContactMade("reached", HIRED_ON, 2, "canary in a note")
    attempt(tx, lambda t: record_contact(t, task.task_id, said, "advisor:1"))
    with pytest.raises(TaskClosed):
        attempt(tx, lambda t: record_contact(t, task.task_id, said, "advisor:1"))
    (contact,) = contacts.list_contacts(tx, hire.candidate_id)
    assert (contact.note, contact.outlook, contact.recorded_by) == ("canary in a note", 2, "advisor:1")
    assert tx.value("SELECT count(*) FROM journal WHERE data LIKE '%%canary%%' OR data LIKE '%%outlook%%'", ()) == 0
    assert len(published(tx, ContactRecorded)) == 1


def test_a_contact_that_cannot_be_told_is_not_kept(tx: Tx) -> None:
    hire = hired()
    deliver(tx, CONSUMES, hire)
    task = tasks.list_tasks(tx, hire.hire_id)[0]
    tx.run("ALTER TABLE outbox RENAME TO outbox_away")
    with pytest.raises(psycopg.errors.UndefinedTable):
        attempt(tx, lambda t: record_contact(t, task.task_id, ContactMade("reached", HIRED_ON, None, None), "a:1"))
    assert count(tx, "contacts") == 0
    assert count(tx, "tasks", state="planned") == count(tx, "timers", kind="follow_up_task") == 12
