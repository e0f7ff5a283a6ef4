"""An end or a change reported of a job that nobody knows, or of one of several: nothing waits behind it, and it takes
effect once its job is known."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import permutations
from uuid import uuid4

import psycopg
import pytest

from services.retention.consumers import CONSUMES
from services.retention.handlers.employments import end_employment
from services.retention.handlers.unresolved import set_aside
from services.retention.store import reports
from shared.db import Tx
from shared.errors import NotFound
from shared.events.retention import EmploymentChanged, EmploymentEnded
from shared.messaging.waiting import list_keys
from tests.databases import attempt, deliver, published
from tests.retention.facts import HIRED_ON, admitted, cancelled, change_reported, count, end_reported, erased, hired

ClockAt = Callable[..., None]


@pytest.fixture(autouse=True)
def _on_the_day_of_the_hire(clock_at: ClockAt) -> None:
    clock_at(HIRED_ON)


def test_an_end_that_overtakes_its_hire_takes_effect_when_it_comes_and_nothing_waits(tx: Tx) -> None:
    hire = hired()
    assert deliver(tx, CONSUMES, end_reported(hire)) == "handled"
    assert (count(tx, "unplaced_reports"), len(published(tx, EmploymentEnded))) == (1, 0)
    assert deliver(tx, CONSUMES, admitted(hire.candidate_id)) == "handled", "later facts of the person go on"
    assert list_keys(tx) == []
    assert deliver(tx, CONSUMES, hire) == "handled"
    (ended,) = published(tx, EmploymentEnded)
    assert isinstance(ended, EmploymentEnded)
    assert (ended.hire_id, ended.ended_on, ended.reason) == (hire.hire_id, date(2026, 6, 5), "resigned")
    assert count(tx, "unplaced_reports") == 0
    assert count(tx, "tasks", state="cancelled") == 12
    assert count(tx, "timers", kind="follow_up_task") == 0


def test_the_same_facts_lead_to_the_same_whatever_comes_first(tx: Tx) -> None:
    for order in permutations(range(3)):
        hire = hired()
        facts = (hire, change_reported(hire, "wage", date(2026, 5, 1), wage_cents=3100), end_reported(hire))
        for each in order:
            assert deliver(tx, CONSUMES, facts[each]) == "handled"
        assert count(tx, "employments", hire_id=hire.hire_id, state="ended") == 1
    assert count(tx, "unplaced_reports") == 0
    assert len(published(tx, EmploymentEnded)) == 6
    assert len(published(tx, EmploymentChanged)) == 4, "a job that has ended changes no more"


def test_an_end_of_a_job_nobody_reported_holds_nothing_up_and_is_shown_until_set_aside(tx: Tx) -> None:
    hire = hired()
    report = end_reported(hired(candidate_id=hire.candidate_id))
    event_id = uuid4()
    assert deliver(tx, CONSUMES, report, event_id=event_id) == "handled"
    assert deliver(tx, CONSUMES, report, event_id=event_id) == "duplicate"
    assert deliver(tx, CONSUMES, hire) == "handled"
    assert count(tx, "tasks", hire_id=hire.hire_id, state="planned") == 12
    (kept,) = reports.list_unplaced(tx, hire.candidate_id)
    assert (kept.report_id, kept.kind, kept.why, kept.day) == (report.report_id, "end", "none_known", date(2026, 6, 5))
    attempt(tx, lambda t: set_aside(t, report.report_id, "retention_advisor:1"))
    assert count(tx, "unplaced_reports") == 0
    with pytest.raises(NotFound):
        attempt(tx, lambda t: set_aside(t, report.report_id, "retention_advisor:1"))


def test_an_old_end_does_not_end_a_job_that_begins_later_at_the_same_company(tx: Tx) -> None:
    hire = hired()
    deliver(tx, CONSUMES, end_reported(hire, ended_on=hire.terms.starts_on - timedelta(days=1)))
    deliver(tx, CONSUMES, hire)
    assert count(tx, "employments", state="open") == 1
    assert count(tx, "unplaced_reports") == 1


def test_an_end_of_one_of_several_open_jobs_waits_for_a_person_who_says_which(tx: Tx, clock_at: ClockAt) -> None:
    first = hired()
    second = hired(candidate_id=first.candidate_id, employer_id=first.employer_id)
    for hire in (first, second, end_reported(first)):
        assert deliver(tx, CONSUMES, hire) == "handled"
    (kept,) = reports.list_unplaced(tx, first.candidate_id)
    assert kept.why == "several_open"
    clock_at(date(2026, 6, 8))
    attempt(tx, lambda t: end_employment(t, second.hire_id, date(2026, 6, 4), "resigned"))
    assert count(tx, "unplaced_reports") == 0
    (ended,) = published(tx, EmploymentEnded)
    assert isinstance(ended, EmploymentEnded)
    assert ended.hire_id == second.hire_id


def test_an_end_of_one_of_two_jobs_is_that_of_the_other_when_one_falls_through(tx: Tx) -> None:
    first = hired()
    second = hired(candidate_id=first.candidate_id, employer_id=first.employer_id)
    for fact in (first, second, end_reported(first), cancelled(second)):
        assert deliver(tx, CONSUMES, fact) == "handled"
    (ended,) = published(tx, EmploymentEnded)
    assert isinstance(ended, EmploymentEnded)
    assert ended.hire_id == first.hire_id


def test_an_end_that_cannot_be_kept_leaves_no_row_and_is_not_lost(tx: Tx) -> None:
    tx.run("ALTER TABLE unplaced_reports RENAME TO unplaced_reports_away")
    with pytest.raises(psycopg.errors.UndefinedTable):
        deliver(tx, CONSUMES, end_reported(hired()))
    assert count(tx, "inbox") == 0


def test_a_person_whose_end_of_job_fits_no_job_is_forgotten(tx: Tx) -> None:
    hire = hired()
    deliver(tx, CONSUMES, end_reported(hire))
    assert deliver(tx, CONSUMES, erased(hire.candidate_id)) == "handled"
    assert count(tx, "unplaced_reports") == 0
