"""Tasks that are moved, snoozed, handed over, on the real database."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from services.retention.consumers import CONSUMES, TIMERS
from services.retention.domain.calls import call_of
from services.retention.domain.moves import moved_by_hand, snoozed
from services.retention.domain.tasks import ContactMade, Task, TaskClosed, TaskState
from services.retention.domain.words import why_now
from services.retention.handlers.contacts import record_call, record_contact
from services.retention.handlers.tasks import (
    hand_over_all,
    hand_over_task,
    move_task,
    preview_handover,
    snooze_task,
)
from services.retention.store import candidates, tasks
from shared.db import Tx
from shared.errors import Invalid, NotFound
from shared.events.matching import CandidateHired
from shared.events.retention import ContactRecorded, FollowUpReplanned, FollowUpTaskDue, TaskHandedOver
from shared.messaging.firing import fire_due_timers
from tests.databases import attempt, deliver, published
from tests.retention.facts import HIRED_ON, admitted, approved, assigned, count, erased, hired

ClockAt = Callable[..., None]
BEFORE_START = date(2026, 3, 13)  # a Friday
EVER = (date.min, date.max)
ADVISOR = UUID("6f1d5a50-1111-4a6a-8b3b-0c6c1f1f6a02")


@pytest.fixture(autouse=True)
def _before_the_start(clock_at: ClockAt) -> None:
    clock_at(BEFORE_START)


def followed(tx: Tx, advisor: UUID = ADVISOR, **more: Any) -> CandidateHired:
    hire = hired(**more)
    deliver(tx, CONSUMES, admitted(hire.candidate_id, advisor))
    deliver(tx, CONSUMES, hire)
    return hire


def first(tx: Tx, hire: CandidateHired, side: str = "employee") -> Task:
    return next(t for t in tasks.list_tasks(tx, hire.hire_id) if t.side == side)


def fire(tx: Tx) -> int:
    return fire_due_timers(tx.conn, tx.service, TIMERS)


def causes(tx: Tx) -> list[str]:
    return [e.cause for e in published(tx, FollowUpReplanned) if isinstance(e, FollowUpReplanned)]


# -- moved and snoozed ------------------------------------------------------------------------------------------------


def test_a_moved_contact_keeps_its_planned_day_and_falls_due_on_the_new_one(tx: Tx, clock_at: ClockAt) -> None:
    hire, tuesday = followed(tx), date(2026, 3, 17)
    task = first(tx, hire)
    fire(tx)
    moved = attempt(tx, lambda t: move_task(t, task.task_id, tuesday, "asked_by_person"))
    assert (moved.state, moved.planned_on, moved.due_on, moved.reason) == (
        TaskState.MOVED,
        BEFORE_START,
        tuesday,
        "asked_by_person",
    )
    assert causes(tx) == ["task_moved"]
    clock_at(tuesday)
    fire(tx)
    said = [e for e in published(tx, FollowUpTaskDue) if isinstance(e, FollowUpTaskDue) and e.task_id == task.task_id]
    assert [e.due_on for e in said] == [BEFORE_START, tuesday]
    assert count(tx, "tasks", state="due", reason="asked_by_person") == 1


def test_a_day_chosen_by_a_person_survives_a_replan_that_does_not_move_the_contact(tx: Tx) -> None:
    hire = followed(tx)
    task = first(tx, hire)
    attempt(tx, lambda t: move_task(t, task.task_id, date(2026, 3, 17), "away"))
    deliver(tx, CONSUMES, approved(hire))
    after = tasks.find_task(tx, task.task_id)
    assert after
    assert (after.due_on, after.reason) == (date(2026, 3, 17), "away")


def test_a_snoozed_task_leaves_the_list_and_falls_due_again(tx: Tx, clock_at: ClockAt) -> None:
    hire = followed(tx)
    task = first(tx, hire)
    fire(tx)
    attempt(tx, lambda t: snooze_task(t, task.task_id, date(2026, 3, 18), None))
    assert count(tx, "tasks", state="snoozed") == 1
    assert causes(tx) == ["task_snoozed"]
    clock_at(date(2026, 3, 18))
    assert fire(tx) >= 1
    assert count(tx, "tasks", state="snoozed") == 0


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (BEFORE_START - timedelta(days=1), "day_has_gone"),
        (date(2026, 3, 14), "not_a_working_day"),
        (BEFORE_START + timedelta(days=46), "day_too_far"),
        (date.max, "day_too_far"),
    ],
)
def test_a_contact_is_not_moved_to_a_day_on_which_it_would_be_lost(tx: Tx, day: date, code: str) -> None:
    task = first(tx, followed(tx))
    with pytest.raises(Invalid) as moved:
        moved_by_hand(task, day, "other", BEFORE_START)
    with pytest.raises(Invalid) as away:
        snoozed(task, day, None, BEFORE_START)
    assert [[p.code for p in one.value.problems] for one in (moved, away)] == [[code], [code]]
    assert moved_by_hand(task, BEFORE_START, "other", BEFORE_START).due_on == BEFORE_START
    with pytest.raises(Invalid):
        snoozed(task, BEFORE_START, None, BEFORE_START)


def test_what_is_closed_or_unknown_is_neither_moved_nor_handed_over(tx: Tx) -> None:
    task = first(tx, followed(tx))
    attempt(tx, lambda t: record_contact(t, task.task_id, ContactMade("reached", BEFORE_START, 4, None), "a:1"))
    for act in (
        lambda t: move_task(t, task.task_id, BEFORE_START, "other"),
        lambda t: snooze_task(t, task.task_id, date(2026, 3, 17), None),
        lambda t: hand_over_task(t, task.task_id, uuid4()),
    ):
        with pytest.raises(TaskClosed):
            attempt(tx, act)
    with pytest.raises(NotFound):
        attempt(tx, lambda t: move_task(t, uuid4(), BEFORE_START, "other"))


def test_a_move_that_cannot_be_told_moves_nothing(tx: Tx) -> None:
    task = first(tx, followed(tx))
    tx.run("ALTER TABLE outbox RENAME TO outbox_away")
    with pytest.raises(psycopg.errors.UndefinedTable):
        attempt(tx, lambda t: move_task(t, task.task_id, date(2026, 3, 17), "other"))
    assert count(tx, "tasks", state="moved") == 0


def test_the_list_says_in_words_which_event_made_a_task_and_why_it_moved() -> None:
    event, why = why_now("before_subsidy_end", "start_moved", None)
    assert event == "subsidy_approved"
    assert why.en == "Before the subsidy ends. The approved subsidy created this contact. The start of the job moved."
    assert why_now("signal", None, "absences")[1].fr == "Absences répétées. Un signal a créé ce contact."


# -- handed over ------------------------------------------------------------------------------------------------------


def test_a_task_is_handed_over_once(tx: Tx) -> None:
    task, other = first(tx, followed(tx)), uuid4()
    for _ in range(2):
        attempt(tx, lambda t: hand_over_task(t, task.task_id, other))
    (said,) = published(tx, TaskHandedOver)
    assert isinstance(said, TaskHandedOver)
    assert (said.task_id, said.advisor_id) == (task.task_id, other)
    assert count(tx, "tasks", advisor_id=other) == 1


def test_all_tasks_of_an_advisor_are_handed_over_after_a_look_at_which(tx: Tx) -> None:
    hire, other, kept = followed(tx), followed(tx), followed(tx, uuid4())
    new = uuid4()
    soon = (date.min, date(2026, 3, 31))
    assert {t.hire_id for t in preview_handover(tx, ADVISOR, soon).tasks} == {hire.hire_id, other.hire_id}
    assert published(tx, TaskHandedOver) == []
    moved = attempt(tx, lambda t: hand_over_all(t, ADVISOR, new, soon))
    assert (len(moved.tasks), moved.left) == (8, False)
    assert len(published(tx, TaskHandedOver)) == 8
    assert len(attempt(tx, lambda t: hand_over_all(t, ADVISOR, new, EVER)).tasks) == 16
    assert attempt(tx, lambda t: hand_over_all(t, ADVISOR, new, EVER)).tasks == []
    assert count(tx, "tasks", hire_id=kept.hire_id, advisor_id=new) == 0


def test_what_a_handover_or_an_approval_adds_later_is_the_followers(tx: Tx) -> None:
    hire, new = followed(tx), uuid4()
    attempt(tx, lambda t: hand_over_all(t, ADVISOR, new, EVER))
    deliver(tx, CONSUMES, approved(hire))
    assert count(tx, "tasks", advisor_id=new) == 16


def test_a_newly_assigned_advisor_takes_over_her_open_tasks(tx: Tx) -> None:
    hire, new, event_id = followed(tx), uuid4(), uuid4()
    task = first(tx, hire)
    attempt(tx, lambda t: record_contact(t, task.task_id, ContactMade("reached", BEFORE_START, 4, None), "a:1"))
    assert deliver(tx, CONSUMES, assigned(hire.candidate_id, new), event_id=event_id) == "handled"
    assert deliver(tx, CONSUMES, assigned(hire.candidate_id, new), event_id=event_id) == "duplicate"
    assert deliver(tx, CONSUMES, assigned(hire.candidate_id, new)) == "handled"
    assert len(published(tx, TaskHandedOver)) == 11
    assert count(tx, "tasks", advisor_id=ADVISOR, state="done") == 1
    known = candidates.find_candidate(tx, hire.candidate_id)
    assert known
    assert known.advisor_id == new


def test_an_advisor_assigned_before_the_admission_or_to_somebody_forgotten(tx: Tx) -> None:
    early, gone = uuid4(), uuid4()
    assert deliver(tx, CONSUMES, assigned(early, ADVISOR)) == "handled"
    known = candidates.find_candidate(tx, early)
    assert known
    assert (known.file_number, known.advisor_id) == (None, ADVISOR)
    deliver(tx, CONSUMES, erased(gone))
    assert deliver(tx, CONSUMES, assigned(gone, ADVISOR)) == "handled"
    assert count(tx, "candidates", candidate_id=gone) == 0
    assert published(tx, TaskHandedOver) == []


def test_an_assignment_that_cannot_be_told_moves_no_task(tx: Tx) -> None:
    hire = followed(tx)
    tx.run("ALTER TABLE outbox RENAME TO outbox_away")
    with pytest.raises(psycopg.errors.UndefinedTable):
        deliver(tx, CONSUMES, assigned(hire.candidate_id, uuid4()))
    assert count(tx, "tasks", advisor_id=ADVISOR) == 12


# -- one call ---------------------------------------------------------------------------------------------------------


def test_contacts_with_an_employer_in_one_week_are_one_call_and_overdue_ones_are_this_weeks(tx: Tx) -> None:
    hire = followed(tx)
    other = followed(tx, employer_id=hire.employer_id)
    mine, theirs = first(tx, hire, "employer"), first(tx, other, "employer")
    thursday, monday = date(2026, 3, 12), date(2026, 3, 16)
    call = call_of(mine, thursday)
    assert call
    assert call == call_of(theirs, thursday)
    late, later = call_of(mine, monday), call_of(theirs, monday)
    assert late == later != call
    assert call_of(first(tx, hire, "employee"), thursday) is None


def test_one_call_records_several_contacts_or_none(tx: Tx) -> None:
    hire = followed(tx)
    other, elsewhere = followed(tx, employer_id=hire.employer_id), followed(tx)
    ids = [first(tx, one, "employer").task_id for one in (hire, other)]

    def call(*said: tuple[UUID, ContactMade]) -> list[tuple[UUID, Task]]:
        made: list[tuple[UUID, Task]] = attempt(tx, lambda t: record_call(t, said, "advisor:1"))
        return made

    good = ContactMade("reached", BEFORE_START, 4, None, {"attendance": "as_expected"})
    bad = ContactMade("reached", HIRED_ON, 9, None, {"relations": "yes"})
    with pytest.raises(Invalid) as wrong:
        call((ids[0], good), (ids[1], bad))
    assert [p.pointer for p in wrong.value.problems] == ["/contacts/1/outlook", "/contacts/1/answers/relations"]
    with pytest.raises(Invalid) as two:
        call((ids[0], good), (first(tx, elsewhere, "employer").task_id, good))
    assert [p.code for p in two.value.problems] == ["several_calls"]
    with pytest.raises(Invalid):
        call((ids[0], good), (ids[0], good))
    with pytest.raises(NotFound):
        call((ids[0], good), (uuid4(), good))
    assert published(tx, ContactRecorded) == []
    assert {task.state for _, task in call((ids[0], good), (ids[1], good))} == {TaskState.DONE}
    assert len(published(tx, ContactRecorded)) == 2
    assert tx.value("SELECT count(DISTINCT call_id) FROM contacts", ()) == 1
