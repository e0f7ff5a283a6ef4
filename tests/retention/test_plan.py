"""Pure: which contacts, on which days, and what a re-plan changes."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.retention.domain.employments import Employment, EmploymentState
from services.retention.domain.plan import (
    Subsidy,
    plan_contacts,
    plan_id_of,
    replan,
    subsidy_ends_on,
    task_id_of,
    tasks_of,
)
from services.retention.domain.tasks import Task, TaskState
from services.retention.domain.templates import TEMPLATES, PlanTemplate, template_in_force, template_of_version
from services.retention.domain.working_days import (
    add_months,
    is_working_day,
    last_working_day,
    next_working_day,
    public_holidays,
    working_days_after,
)

TEMPLATE = TEMPLATES[0]
START_POINTS = ["before_start", "weeks_2", "weeks_6", "months_3", "months_6", "months_12"]
days = st.dates(date(2019, 1, 1), date(2040, 12, 31))


def subsidy(ends_on: date, known_on: date) -> Subsidy:
    return Subsidy(uuid4(), uuid4(), uuid4(), ends_on, known_on)


def days_of(starts_on: date, hired_on: date, *subsidies: Subsidy) -> dict[str, date]:
    """Due day of each contact on the employee's side."""
    planned = plan_contacts(starts_on, hired_on, TEMPLATE, subsidies)
    return {contact.contact: contact.due_on for contact in planned if contact.side == "employee"}


def test_a_hire_ahead_has_six_contacts_on_each_side() -> None:
    assert days_of(date(2026, 3, 16), date(2026, 3, 4)) == {
        "before_start": date(2026, 3, 13),  # Friday before a Monday
        "weeks_2": date(2026, 3, 30),
        "weeks_6": date(2026, 4, 27),
        "months_3": date(2026, 6, 16),
        "months_6": date(2026, 9, 16),
        "months_12": date(2027, 3, 16),
    }


def test_a_hire_that_has_started_has_no_contact_before_the_start() -> None:
    assert "before_start" not in days_of(date(2026, 3, 16), date(2026, 3, 16))


def test_a_hire_made_on_the_weekend_before_a_monday_leaves_no_working_day_before_the_start() -> None:
    assert "before_start" not in days_of(date(2026, 3, 16), date(2026, 3, 15))
    assert days_of(date(2026, 3, 16), date(2026, 3, 13))["before_start"] == date(2026, 3, 13)


def test_holidays_of_quebec_move_a_contact_forward_and_the_one_before_the_start_backward() -> None:
    assert days_of(date(2026, 6, 10), date(2026, 6, 1))["weeks_2"] == date(2026, 6, 25)  # 24 June: National Holiday
    assert days_of(date(2026, 6, 25), date(2026, 6, 1))["before_start"] == date(2026, 6, 23)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 8, 31), 3, date(2026, 11, 30)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 10, 15), 3, date(2027, 1, 15)),
    ],
)
def test_months_are_counted_exactly(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


def test_a_hire_known_late_catches_up_with_one_contact() -> None:
    """Started in January, known on Saturday 9 May: 2, 6 weeks and 3 months are past; the latest is made up for."""
    assert days_of(date(2026, 1, 12), date(2026, 5, 9)) == {
        "months_3": date(2026, 5, 11),
        "months_6": date(2026, 7, 13),  # 12 July is a Sunday
        "months_12": date(2027, 1, 12),
    }


def test_the_end_of_a_subsidy_has_a_contact_two_weeks_before_and_four_weeks_after() -> None:
    ends_on = subsidy_ends_on(date(2026, 3, 16), 26)
    assert ends_on == date(2026, 9, 13)
    planned = days_of(date(2026, 3, 16), date(2026, 3, 4), subsidy(ends_on, date(2026, 3, 20)))
    assert planned["before_subsidy_end"] == date(2026, 8, 31)  # 30 August is a Sunday
    assert planned["after_subsidy_end"] == date(2026, 10, 13)  # 11 October is a Sunday, the 12th Thanksgiving


def test_an_approval_close_to_the_end_brings_the_contact_before_it_to_the_next_working_day() -> None:
    planned = days_of(date(2026, 3, 16), date(2026, 3, 4), subsidy(date(2026, 9, 13), date(2026, 9, 5)))
    assert planned["before_subsidy_end"] == date(2026, 9, 8)  # Saturday; Labour Day on the 7th


@given(starts_on=days, ahead=st.integers(-500, 120), weeks=st.integers(1, 52), decided=st.integers(-30, 500))
def test_every_contact_falls_on_a_working_day_in_order_and_as_often_on_both_sides(
    starts_on: date, ahead: int, weeks: int, decided: int
) -> None:
    hired_on = starts_on - timedelta(days=ahead)
    approved = subsidy(subsidy_ends_on(starts_on, weeks), starts_on + timedelta(days=decided))
    planned = plan_contacts(starts_on, hired_on, TEMPLATE, [approved])
    assert planned == plan_contacts(starts_on, hired_on, TEMPLATE, [approved])
    assert all(is_working_day(contact.due_on) for contact in planned)
    assert [c.due_on for c in planned] == sorted(c.due_on for c in planned)
    assert Counter(c.contact for c in planned if c.side == "employee") == Counter(
        c.contact for c in planned if c.side == "employer"
    )
    of_start = [c.contact for c in planned if c.side == "employee" and c.contact in START_POINTS]
    assert of_start == START_POINTS[len(START_POINTS) - len(of_start) :]  # the usual order, only the first ones missing
    assert of_start  # nobody is without a contact, however late the hire is known
    assert ("before_start" in of_start) <= (hired_on < starts_on)
    for contact in planned:
        if contact.contact in START_POINTS:
            assert contact.due_on >= hired_on
        if contact.contact == "before_start":
            assert contact.due_on < starts_on
        if contact.contact == "before_subsidy_end":
            assert contact.due_on < approved.ends_on


@given(day=days, count=st.integers(1, 10))
def test_working_days_are_counted_without_weekends_and_holidays(day: date, count: int) -> None:
    later = working_days_after(day, count)
    between = [day + timedelta(days=n) for n in range(1, (later - day).days + 1)]
    assert sum(is_working_day(d) for d in between) == count
    assert is_working_day(later)
    assert last_working_day(day) <= day <= next_working_day(day)


def test_the_holidays_are_those_of_quebec() -> None:
    assert {d.isoformat() for d in public_holidays(2026)} == {
        "2026-01-01",
        "2026-04-03",
        "2026-05-18",
        "2026-06-24",
        "2026-07-01",
        "2026-09-07",
        "2026-10-12",
        "2026-12-25",
    }


def test_a_template_is_chosen_by_the_day_of_the_hire_and_found_again_by_its_version() -> None:
    old = replace(TEMPLATE, valid_to=date(2026, 12, 31))
    new = replace(TEMPLATE, version="follow-up-2", valid_from=date(2027, 1, 1))
    assert template_in_force(date(2026, 12, 31), [old, new]) is old
    assert template_in_force(date(2027, 1, 1), [old, new]) is new
    assert template_in_force(date(2000, 1, 1), [old, new]) is old
    assert template_of_version("follow-up-2", [old, new]) is new


def test_versions_of_templates_are_unique_and_one_is_in_force_on_every_day() -> None:
    assert len({template.version for template in TEMPLATES}) == len(TEMPLATES)
    by_start: list[PlanTemplate] = sorted(TEMPLATES, key=lambda t: t.valid_from)
    for before, after in pairwise(by_start):
        assert before.valid_to == after.valid_from - timedelta(days=1)
    assert by_start[-1].valid_to is None


# -- ids and re-planning ----------------------------------------------------------------------------------------------

HIRE = UUID("11111111-1111-4111-8111-111111111111")


def tasks(starts_on: date = date(2026, 3, 16), *subsidies: Subsidy) -> list[Task]:
    employment = Employment(
        hire_id=HIRE,
        plan_id=plan_id_of(HIRE),
        candidate_id=UUID(int=7),
        employer_id=UUID(int=8),
        source="introduction",
        starts_on=starts_on,
        hired_on=date(2026, 3, 4),
        rule_version=TEMPLATE.version,
        state=EmploymentState.OPEN,
    )
    return tasks_of(employment, plan_contacts(starts_on, employment.hired_on, TEMPLATE, subsidies), None)


def test_ids_follow_from_the_plan_the_contact_and_the_side() -> None:
    assert [t.task_id for t in tasks()] == [t.task_id for t in tasks()]
    assert {t.task_id for t in tasks()} == {t.task_id for t in tasks(date(2026, 4, 20))}
    assert len({t.task_id for t in tasks()}) == 12
    first = plan_contacts(date(2026, 3, 16), date(2026, 3, 4), TEMPLATE)[0]
    assert task_id_of(plan_id_of(HIRE), first) != task_id_of(plan_id_of(uuid4()), first)


def test_replanning_the_same_facts_changes_nothing() -> None:
    assert not replan(tasks(), tasks(), "start_moved")


def test_a_start_that_moves_moves_what_is_open_and_leaves_what_is_done() -> None:
    standing = tasks()
    standing[0] = replace(standing[0], state=TaskState.DONE)
    changes = replan(standing, tasks(date(2026, 3, 23)), "start_moved")
    assert not changes.added
    assert not changes.dropped
    assert len(changes.moved) == 11
    assert {(t.state, t.reason) for t in changes.moved} == {(TaskState.MOVED, "start_moved")}
    assert standing[0].task_id not in {t.task_id for t in changes.moved}


def test_an_approval_adds_two_contacts_on_each_side_and_its_loss_drops_them() -> None:
    approved = subsidy(date(2026, 9, 13), date(2026, 3, 20))
    wanted = tasks(date(2026, 3, 16), approved)
    assert len(replan(tasks(), wanted, "subsidy_approved").added) == 4
    dropped = replan(wanted, tasks(), "subsidy_ended").dropped
    assert {(t.contact, t.state, t.reason) for t in dropped} == {
        ("before_subsidy_end", TaskState.CANCELLED, "subsidy_ended"),
        ("after_subsidy_end", TaskState.CANCELLED, "subsidy_ended"),
    }


def test_what_a_replan_dropped_may_come_back() -> None:
    approved = subsidy(date(2026, 9, 13), date(2026, 3, 20))
    wanted = tasks(date(2026, 3, 16), approved)
    standing = [t.cancelled("subsidy_ended") if t.request_id else t for t in wanted]
    assert {t.contact for t in replan(standing, wanted, "subsidy_approved").moved} == {
        "before_subsidy_end",
        "after_subsidy_end",
    }


def test_a_next_try_survives_a_replan_that_does_not_move_the_contact() -> None:
    standing = [replace(t, state=TaskState.NOT_REACHED, due_on=t.due_on + timedelta(days=2)) for t in tasks()]
    assert not replan(standing, tasks(), "subsidy_approved")
