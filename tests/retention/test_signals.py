"""What is seen in contacts and absences, and what becomes of it, on the real database."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.retention.api.access import END
from services.retention.consumers import CONSUMES
from services.retention.domain.employments import EmploymentClosed
from services.retention.domain.signals import Outlook, Signal, SignalClosed, sides_disagree
from services.retention.domain.supports import SupportClosedAlready, SupportOpenAlready
from services.retention.domain.tasks import ContactMade, TaskState
from services.retention.handlers.contacts import answer_own_contact, record_contact
from services.retention.handlers.signals import close_signal
from services.retention.handlers.supports import close_support, open_support
from services.retention.store import signals, tasks
from shared.db import Tx
from shared.errors import Invalid, NotFound
from shared.events.matching import CandidateHired
from shared.events.retention import FollowUpReplanned, SignalRaised, SupportClosed, SupportOpened
from tests.databases import attempt, deliver, published
from tests.retention.facts import absent, admitted, approved, count, end_reported, erased, hired

ClockAt = Callable[..., None]
DAY = date(2026, 4, 27)  # a Monday: the contacts at six weeks
ADVISOR = UUID("6f1d5a50-1111-4a6a-8b3b-0c6c1f1f6a01")


@pytest.fixture(autouse=True)
def _at_six_weeks(clock_at: ClockAt) -> None:
    clock_at(DAY)


@pytest.fixture
def hire(tx: Tx) -> CandidateHired:
    hire = hired()
    deliver(tx, CONSUMES, admitted(hire.candidate_id, ADVISOR))
    deliver(tx, CONSUMES, hire)
    return hire


def say(tx: Tx, hire: CandidateHired, side: str, outlook: int | None, contact: str = "weeks_6", **more: Any) -> UUID:
    """An advisor records what one side said; the contact's id."""
    task = next(t for t in tasks.list_tasks(tx, hire.hire_id) if (t.side, t.contact) == (side, contact))
    made = ContactMade(more.get("result", "reached"), more.get("held_on", DAY), outlook, None, more.get("answers", {}))
    contact_id, _ = attempt(tx, lambda t: record_contact(t, task.task_id, made, "advisor:1"))
    return UUID(str(contact_id))


def raised(tx: Tx) -> list[SignalRaised]:
    return [e for e in published(tx, SignalRaised) if isinstance(e, SignalRaised)]


# -- the two sides disagree -------------------------------------------------------------------------------------------


def test_two_sides_that_disagree_raise_an_explained_signal_and_a_task(tx: Tx, hire: CandidateHired) -> None:
    pair = {say(tx, hire, "employee", 5), say(tx, hire, "employer", 2)}
    (signal,) = raised(tx)
    assert (signal.kind, signal.reasons) == ("sides_disagree", ("outlooks_far_apart", "within_45_days"))
    stored = signals.find_signal(tx, signal.signal_id)
    assert stored
    assert set(stored.about) == pair
    task = tasks.find_task(tx, stored.task_id)
    assert task
    assert (task.contact, task.side, task.due_on, task.advisor_id) == ("signal", "employee", date(2026, 4, 28), ADVISOR)
    assert count(tx, "timers", about=str(task.task_id)) == 1
    (replanned,) = published(tx, FollowUpReplanned)
    assert isinstance(replanned, FollowUpReplanned)
    assert replanned.cause == "signal_raised"
    assert task.task_id in {t.task_id for t in replanned.tasks}
    assert tx.value("SELECT count(*) FROM journal WHERE data LIKE '%%outlook\":%%'", ()) == 0


@given(employee=st.integers(1, 5), employer=st.integers(1, 5), apart=st.integers(-60, 60))
def test_disagreement_is_four_or_more_against_two_or_less_within_45_days(
    employee: int, employer: int, apart: int
) -> None:
    heard = [
        Outlook(UUID(int=1), "employee", employee, DAY),
        Outlook(UUID(int=2), "employer", employer, DAY + timedelta(days=apart)),
    ]
    far = (employee >= 4 and employer <= 2) or (employer >= 4 and employee <= 2)
    assert (sides_disagree(heard) is not None) == (far and abs(apart) <= 45)
    assert sides_disagree(heard[:1]) is None


def test_only_the_last_word_of_each_side_counts(tx: Tx, hire: CandidateHired) -> None:
    say(tx, hire, "employer", 1, "weeks_2", held_on=date(2026, 3, 30))
    say(tx, hire, "employer", 4)
    say(tx, hire, "employee", 5)
    assert raised(tx) == []


def test_the_same_disagreement_is_not_raised_again_while_one_stands_open(tx: Tx, hire: CandidateHired) -> None:
    say(tx, hire, "employee", 5)
    say(tx, hire, "employer", 2)
    say(tx, hire, "employer", 1, "months_3")
    (first,) = raised(tx)
    attempt(tx, lambda t: close_signal(t, first.signal_id, "spoke_with_both", None, "advisor:1"))
    assert len(raised(tx)) == 1
    say(tx, hire, "employee", 5, "months_3")
    assert len(raised(tx)) == 2


def test_a_disagreement_that_cannot_be_told_leaves_neither_contact_nor_task(tx: Tx, hire: CandidateHired) -> None:
    say(tx, hire, "employee", 5)
    tx.run("ALTER TABLE signals RENAME TO signals_away")
    with pytest.raises(psycopg.errors.UndefinedTable):
        say(tx, hire, "employer", 1)
    assert count(tx, "contacts") == 1
    assert count(tx, "tasks", contact="signal") == 0


# -- absences, silence, help ------------------------------------------------------------------------------------------


def test_three_absences_in_thirty_days_raise_one_signal(tx: Tx, hire: CandidateHired) -> None:
    first, event_id = absent(hire, date(2026, 4, 2)), uuid4()
    deliver(tx, CONSUMES, first, event_id=event_id)
    assert deliver(tx, CONSUMES, first, event_id=event_id) == "duplicate"
    deliver(tx, CONSUMES, absent(hire, date(2026, 4, 2), reported_by="partner"))  # the same day, told by another
    deliver(tx, CONSUMES, absent(hire, date(2026, 4, 13)))
    assert raised(tx) == []
    deliver(tx, CONSUMES, absent(hire, date(2026, 4, 24)))
    deliver(tx, CONSUMES, absent(hire, date(2026, 4, 25)))
    assert [(s.kind, s.reasons) for s in raised(tx)] == [("absences", ("three_absences_in_30_days",))]
    assert count(tx, "absences") == 4


def test_absences_far_apart_of_nobody_known_or_forgotten_raise_nothing(tx: Tx, hire: CandidateHired) -> None:
    for day in (date(2026, 3, 17), date(2026, 4, 16), date(2026, 5, 18)):
        deliver(tx, CONSUMES, absent(hire, day))
        assert deliver(tx, CONSUMES, absent(hired(), day)) == "handled"
    deliver(tx, CONSUMES, erased(hire.candidate_id))
    assert deliver(tx, CONSUMES, absent(hire, date(2026, 5, 19))) == "handled"
    assert raised(tx) == []
    assert count(tx, "absences", candidate_id=hire.candidate_id) == 0


def test_absences_that_come_before_the_hire_count_when_it_is_known(tx: Tx) -> None:
    hire = hired()
    for day in (20, 23, 26):
        deliver(tx, CONSUMES, absent(hire, date(2026, 3, day)))
    deliver(tx, CONSUMES, hire)
    assert [s.kind for s in raised(tx)] == ["absences"]


def test_an_absence_whose_signal_cannot_be_told_is_not_kept(tx: Tx, hire: CandidateHired) -> None:
    for day in (20, 23):
        deliver(tx, CONSUMES, absent(hire, date(2026, 3, day)))
    tx.run("ALTER TABLE outbox RENAME TO outbox_away")
    with pytest.raises(psycopg.errors.UndefinedTable):
        deliver(tx, CONSUMES, absent(hire, date(2026, 3, 26)))
    assert (count(tx, "absences"), count(tx, "signals")) == (2, 0)


def test_three_tries_without_an_answer_are_silence(tx: Tx, hire: CandidateHired) -> None:
    for tries in (0, 0, 1):
        say(tx, hire, "employer", None, result="not_reached")
        assert len(raised(tx)) <= tries
    assert [s.kind for s in raised(tx)] == ["silence"]


def test_who_asks_for_help_in_own_answers_is_called(tx: Tx, hire: CandidateHired) -> None:
    task = next(t for t in tasks.list_tasks(tx, hire.hire_id) if (t.side, t.contact) == ("employer", "weeks_6"))
    said = (4, {"needs_help": "yes"})
    attempt(tx, lambda t: answer_own_contact(t, task.task_id, ("employer", hire.employer_id), said, "employer:1"))
    (signal,) = raised(tx)
    asked = tasks.find_task(tx, signal.signal_id)
    assert asked
    assert (signal.kind, asked.side) == ("help_asked", "employer")


# -- closing, and the end of the job ----------------------------------------------------------------------------------


def test_a_signal_is_closed_once_with_what_was_done_and_its_task_with_it(tx: Tx, hire: CandidateHired) -> None:
    say(tx, hire, "employee", 1)
    say(tx, hire, "employer", 4)
    (signal,) = raised(tx)
    closed = attempt(tx, lambda t: close_signal(t, signal.signal_id, "spoke_with_both", "canary", "advisor:1"))
    assert (closed.done, closed.closed_on) == ("spoke_with_both", DAY)
    task = tasks.find_task(tx, signal.signal_id)
    assert task
    assert (task.state, task.done_on) == (TaskState.DONE, DAY)
    assert count(tx, "timers", about=str(signal.signal_id)) == 0
    with pytest.raises(SignalClosed):
        attempt(tx, lambda t: close_signal(t, signal.signal_id, "nothing_needed", None, "advisor:1"))
    with pytest.raises(NotFound):
        attempt(tx, lambda t: close_signal(t, uuid4(), "nothing_needed", None, "advisor:1"))
    assert tx.value("SELECT count(*) FROM journal WHERE data LIKE '%%canary%%'", ()) == 0


def test_the_end_of_the_job_closes_its_signals_and_no_other_is_raised(tx: Tx, hire: CandidateHired) -> None:
    say(tx, hire, "employee", 1)
    say(tx, hire, "employer", 4)
    deliver(tx, CONSUMES, end_reported(hire, date(2026, 4, 24)))
    assert count(tx, "signals", done="employment_ended") == 1
    assert count(tx, "tasks", contact="signal", state="cancelled") == 1
    for day in (10, 13, 16):
        deliver(tx, CONSUMES, absent(hire, date(2026, 4, day)))
    assert len(raised(tx)) == 1


def test_a_replan_leaves_the_task_of_a_signal(tx: Tx, hire: CandidateHired) -> None:
    say(tx, hire, "employee", 1)
    say(tx, hire, "employer", 4)
    deliver(tx, CONSUMES, approved(hire))
    assert count(tx, "tasks", contact="signal", state="planned") == 1


# -- support ----------------------------------------------------------------------------------------------------------


def test_support_is_opened_for_a_signal_and_closed_with_what_came_of_it(tx: Tx, hire: CandidateHired) -> None:
    say(tx, hire, "employee", 1)
    say(tx, hire, "employer", 4)
    (signal,) = raised(tx)
    support = attempt(tx, lambda t: open_support(t, hire.hire_id, "mediation", signal.signal_id, "advisor:1"))
    with pytest.raises(SupportOpenAlready):
        attempt(tx, lambda t: open_support(t, hire.hire_id, "mediation", None, "advisor:1"))
    attempt(tx, lambda t: close_support(t, support.support_id, "partly_settled", "advisor:1"))
    with pytest.raises(SupportClosedAlready):
        attempt(tx, lambda t: close_support(t, support.support_id, "settled", "advisor:1"))
    opened, closed = published(tx, SupportOpened) + published(tx, SupportClosed)
    assert isinstance(opened, SupportOpened)
    assert isinstance(closed, SupportClosed)
    assert (opened.kind, opened.signal_id, closed.outcome) == ("mediation", signal.signal_id, "partly_settled")


def test_support_needs_an_open_job_and_a_signal_of_it(tx: Tx, hire: CandidateHired) -> None:
    with pytest.raises(NotFound):
        attempt(tx, lambda t: open_support(t, uuid4(), "hr", None, "advisor:1"))
    with pytest.raises(Invalid):
        attempt(tx, lambda t: open_support(t, hire.hire_id, "hr", uuid4(), "advisor:1"))
    support = attempt(tx, lambda t: open_support(t, hire.hire_id, "hr", None, "advisor:1"))
    deliver(tx, CONSUMES, end_reported(hire, date(2026, 4, 24)))
    with pytest.raises(EmploymentClosed):
        attempt(tx, lambda t: open_support(t, hire.hire_id, "intercultural", None, "advisor:1"))
    attempt(tx, lambda t: close_support(t, support.support_id, "not_settled", "advisor:1"))
    assert count(tx, "supports", outcome="not_settled") == 1


def test_support_that_cannot_be_told_is_not_opened(tx: Tx, hire: CandidateHired) -> None:
    tx.run("ALTER TABLE outbox RENAME TO outbox_away")
    with pytest.raises(psycopg.errors.UndefinedTable):
        attempt(tx, lambda t: open_support(t, hire.hire_id, "hr", None, "advisor:1"))
    assert count(tx, "supports") == 0


def test_closed_signals_are_read_latest_first_a_page_at_a_time(tx: Tx, hire: CandidateHired) -> None:
    about = hire.hire_id, hire.candidate_id, hire.employer_id
    task_id = tasks.list_tasks(tx, hire.hire_id)[0].task_id
    for n in range(5):
        one = Signal(uuid4(), *about, "sides_disagree", ["x"], [], "1", DAY, task_id)
        signals.add_signal(tx, one)
        signals.save_closure(tx, replace(one, closed_on=DAY + timedelta(days=n // 2), done="nothing_needed"))
    read: list[Signal] = []
    after = END
    while page := signals.list_signals(tx, still_open=False, advisor_id=None, after=after, limit=2):
        read += page
        after = (page[-1].closed_on or DAY, page[-1].signal_id)
    assert len({one.signal_id for one in read}) == 5
    assert [one.closed_on for one in read] == sorted((one.closed_on for one in read if one.closed_on), reverse=True)


# -- erasure ----------------------------------------------------------------------------------------------------------


def test_a_forgotten_person_leaves_no_signal_absence_or_terms_and_the_support_counts(
    tx: Tx, hire: CandidateHired
) -> None:
    say(tx, hire, "employee", 1, answers={"unfair_treatment": "yes"})
    say(tx, hire, "employer", 4)
    deliver(tx, CONSUMES, absent(hire, date(2026, 4, 2)))
    support = attempt(tx, lambda t: open_support(t, hire.hire_id, "hr", raised(t)[0].signal_id, "advisor:1"))
    deliver(tx, CONSUMES, erased(hire.candidate_id))
    for table in ("tasks", "contacts", "signals", "absences", "employment_terms", "timers"):
        assert count(tx, table) == 0, table
    assert count(tx, "supports", employer_id=hire.employer_id) == 1
    columns = tx.conn.execute(
        """SELECT table_name, column_name FROM information_schema.columns
           WHERE table_schema = 'public' AND table_name <> 'forgotten' AND data_type IN ('uuid', 'text', 'jsonb')"""
    ).fetchall()
    kernel = {"journal", "inbox", "subject_versions", "seen_versions", "inbox_versions", "inbox_heads"}
    for table, column in columns:
        if table not in kernel:
            found = tx.value(f"SELECT count(*) FROM {table} WHERE {column}::text LIKE %s", (f"%{hire.candidate_id}%",))
            assert found == 0, (table, column)
    with pytest.raises(NotFound):
        attempt(tx, lambda t: close_support(t, support.support_id, "settled", "advisor:1"))
