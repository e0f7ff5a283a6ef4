"""Pure: the one definition of due and overdue, what a contact does to a task, which job a reported end is about."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.retention.domain.employments import (
    Employment,
    EmploymentClosed,
    EmploymentState,
    Unresolved,
    check_end,
    employment_that_ended,
)
from services.retention.domain.tasks import (
    LONGEST_NOTE,
    ContactMade,
    Task,
    TaskClosed,
    TaskList,
    TaskState,
    after_contact,
    check_contact,
    due_between,
)
from services.retention.domain.working_days import is_working_day
from shared.errors import Invalid

TODAY = date(2026, 3, 30)  # a Monday
days = st.dates(date(2025, 1, 1), date(2027, 12, 31))


def task(due_on: date = TODAY, state: TaskState = TaskState.DUE) -> Task:
    return Task(
        uuid4(), uuid4(), uuid4(), uuid4(), uuid4(), "weeks_2", "employee", None, due_on, due_on, state, None, None
    )


def made(result: Any = "reached", held_on: date = TODAY, outlook: int | None = None, note: str | None = None) -> Any:
    return ContactMade(result, held_on, outlook, note)


@given(due_on=days, today=days, state=st.sampled_from(TaskState))
def test_the_lists_and_the_flag_say_the_same(due_on: date, today: date, state: TaskState) -> None:
    assume(state is not TaskState.DUE or due_on <= today)  # a task falls due on its day, and days do not go back
    one = task(due_on, state)
    listed = {which: one.is_open and _within(due_on, due_between(which, today)) for which in TaskList}
    assert listed[TaskList.OVERDUE] == one.is_overdue(today) == (one.is_open and due_on < today)
    assert listed[TaskList.DUE] == (one.state_on(today) is TaskState.DUE)
    assert listed[TaskList.DUE] + listed[TaskList.PLANNED] == one.is_open
    assert listed[TaskList.OVERDUE] <= listed[TaskList.DUE]


def _within(day: date, between: tuple[date, date]) -> bool:
    return between[0] <= day <= between[1]


def test_a_task_is_not_overdue_on_its_own_day() -> None:
    assert not task(TODAY).is_overdue(TODAY)
    assert task(TODAY).is_overdue(TODAY + timedelta(days=1))


def test_reached_makes_a_task_done_also_before_its_day() -> None:
    assert after_contact(task(), made(), TODAY).state is TaskState.DONE
    early = task(date(2026, 4, 27), TaskState.PLANNED)
    assert after_contact(early, made(), TODAY).state is TaskState.DONE


def test_not_reached_sets_the_next_try_two_working_days_later() -> None:
    after = after_contact(task(), made("not_reached"), TODAY)
    assert (after.state, after.due_on, after.planned_on) == (TaskState.NOT_REACHED, date(2026, 4, 1), TODAY)
    thursday = date(2026, 4, 2)
    assert after_contact(task(), made("not_reached", thursday), thursday).due_on == date(2026, 4, 7)  # Good Friday


def test_an_early_try_that_failed_does_not_bring_a_contact_forward() -> None:
    early = task(date(2026, 4, 27), TaskState.PLANNED)
    assert after_contact(early, made("not_reached"), TODAY).due_on == date(2026, 4, 27)


@given(held=st.integers(0, 400), today=days)
def test_a_next_try_is_a_working_day_that_has_not_gone(held: int, today: date) -> None:
    after = after_contact(task(date(2026, 3, 30)), made("not_reached", today - timedelta(days=held)), max(today, TODAY))
    assert after.due_on >= max(today, TODAY)
    assert is_working_day(after.due_on)


@pytest.mark.parametrize(("state", "code"), [(TaskState.DONE, "task_done"), (TaskState.CANCELLED, "task_cancelled")])
def test_nothing_is_recorded_on_a_closed_task(state: TaskState, code: str) -> None:
    with pytest.raises(TaskClosed) as refused:
        after_contact(task(state=state), made(), TODAY)
    assert [p.code for p in refused.value.problems] == [code]
    assert all(p.fr and p.en for p in refused.value.problems)


def test_everything_wrong_with_a_contact_is_said_at_once() -> None:
    with pytest.raises(Invalid) as wrong:
        check_contact(made("not_reached", TODAY + timedelta(days=1), 9, "x" * (LONGEST_NOTE + 1)), TODAY)
    assert [p.code for p in wrong.value.problems] == [
        "held_in_the_future",
        "outlook_out_of_range",
        "nobody_answered",
        "note_too_long",
    ]
    check_contact(made("reached", TODAY, 5, "x" * LONGEST_NOTE), TODAY)


# -- which job a reported end is about --------------------------------------------------------------------------------

EMPLOYER = UUID(int=5)


def job(starts_on: date = date(2026, 1, 5), ended_on: date | None = None, employer_id: UUID = EMPLOYER) -> Employment:
    return Employment(
        hire_id=uuid4(),
        plan_id=uuid4(),
        candidate_id=UUID(int=7),
        employer_id=employer_id,
        source="introduction",
        starts_on=starts_on,
        hired_on=starts_on,
        rule_version="follow-up-1",
        state=EmploymentState.ENDED if ended_on else EmploymentState.OPEN,
        ended_on=ended_on,
    )


def test_the_open_job_with_that_employer_is_found() -> None:
    mine, elsewhere = job(), job(employer_id=UUID(int=6))
    assert employment_that_ended([elsewhere, mine], EMPLOYER, date(2026, 6, 5)) is mine


def test_no_job_with_that_employer_is_known_yet() -> None:
    gone = replace(job(), state=EmploymentState.CANCELLED)
    assert employment_that_ended([job(employer_id=UUID(int=6)), gone], EMPLOYER, TODAY) is Unresolved.NONE_KNOWN


def test_an_end_that_is_known_is_the_same_fact_told_twice() -> None:
    ended = job(ended_on=date(2026, 2, 6))
    assert employment_that_ended([ended], EMPLOYER, date(2026, 2, 6)) is Unresolved.ALREADY_ENDED
    assert employment_that_ended([ended], EMPLOYER, date(2026, 2, 9)) is Unresolved.ALREADY_ENDED
    later = job(date(2026, 5, 4))
    assert employment_that_ended([ended, later], EMPLOYER, date(2026, 2, 6)) is Unresolved.ALREADY_ENDED


def test_of_two_jobs_the_one_that_had_begun_ends_and_of_two_begun_a_person_says_which() -> None:
    first, second = job(date(2026, 1, 5)), job(date(2026, 9, 7))
    assert employment_that_ended([first, second], EMPLOYER, date(2026, 6, 5)) is first
    assert employment_that_ended([first, second], EMPLOYER, date(2026, 12, 4)) is Unresolved.SEVERAL_OPEN


def test_an_end_before_the_first_day_is_that_of_the_only_job() -> None:
    only = job(date(2026, 6, 8))
    assert employment_that_ended([only], EMPLOYER, date(2026, 6, 5)) is only


@pytest.mark.parametrize(
    ("employment", "ended_on", "error", "code"),
    [
        (job(ended_on=date(2026, 2, 6)), TODAY, EmploymentClosed, "already_ended"),
        (replace(job(), state=EmploymentState.CANCELLED), TODAY, EmploymentClosed, "hire_cancelled"),
        (job(), date(2026, 3, 31), Invalid, "ends_in_the_future"),
        (job(), date(2026, 1, 4), Invalid, "ends_before_start"),
    ],
)
def test_an_end_that_cannot_be_is_refused_in_words(
    employment: Employment, ended_on: date, error: type[Invalid | EmploymentClosed], code: str
) -> None:
    with pytest.raises(error) as refused:
        check_end(employment, ended_on, TODAY)
    assert [p.code for p in refused.value.problems] == [code]
