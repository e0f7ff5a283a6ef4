"""A task as it is shown: what to do, why now, in which call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.retention.domain.calls import Call, call_of
from services.retention.domain.tasks import Side, Task, TaskState
from services.retention.domain.words import CONTACTS, Words, why_now
from services.retention.store import candidates, signals, task_lists
from services.retention.store.candidates import Candidate
from shared import clock
from shared.db import Tx
from shared.http import Shown


class CodeView(Shown):
    code: str
    fr: str
    en: str


class WhyView(Shown):
    """``event``: which fact created the task: candidate_hired, subsidy_approved, signal_raised."""

    event: str
    fr: str
    en: str


class TaskView(Shown):
    """``overdue`` is the same everywhere: its day is past in America/Toronto and it still stands. ``age_days``: days
    since it was due. ``group_id`` is equal for contacts that are one call with an employer, ``group_size`` how many
    they are; None and 1 for a contact alone."""

    task_id: UUID
    hire_id: UUID
    candidate_id: UUID
    file_number: str | None
    employer_id: UUID
    contact: str
    what: CodeView
    side: Side
    planned_on: date
    due_on: date
    state: TaskState
    overdue: bool
    age_days: int
    reason: str | None
    why: WhyView
    advisor_id: UUID | None
    group_id: UUID | None
    group_size: int
    done_on: date | None


class TaskPageView(Shown):
    """``next`` is the ``after`` of the following page; None on the last."""

    items: list[TaskView]
    next: str | None


@dataclass(frozen=True)
class Surroundings:
    """What is known around some tasks: their persons, signals and calls."""

    today: date
    people: dict[UUID, Candidate]
    signal_kinds: dict[UUID, str]
    calls: dict[Call, int]

    def view(self, task: Task) -> TaskView:
        candidate = self.people.get(task.candidate_id)
        call = call_of(task, self.today)
        together = self.calls.get(call, 1) if call else 1
        event, why = why_now(task.contact, task.reason, self.signal_kinds.get(task.task_id))
        return TaskView(
            task_id=task.task_id,
            hire_id=task.hire_id,
            candidate_id=task.candidate_id,
            file_number=candidate.file_number if candidate else None,
            employer_id=task.employer_id,
            contact=task.contact,
            what=code_view(task.contact, CONTACTS),
            side=task.side,
            planned_on=task.planned_on,
            due_on=task.due_on,
            state=task.state_on(self.today),
            overdue=task.is_overdue(self.today),
            age_days=max((self.today - task.due_on).days, 0) if task.is_open else 0,
            reason=task.reason,
            why=WhyView(event=event, fr=why.fr, en=why.en),
            advisor_id=task.advisor_id,
            group_id=call.group_id if call and together > 1 else None,
            group_size=together,
            done_on=task.done_on,
        )


def surroundings_of(tx: Tx, tasks: Sequence[Task]) -> Surroundings:
    today = clock.local_date(tx.now)
    calls = {call for task in tasks if (call := call_of(task, today))}
    return Surroundings(
        today=today,
        people=candidates.list_candidates(tx, {task.candidate_id for task in tasks}),
        signal_kinds=signals.kinds_by_task(tx, {task.task_id for task in tasks if not task.is_of_the_plan}),
        calls=task_lists.count_calls(tx, calls, today) if calls else {},
    )


def code_view(code: str, words: dict[str, Words]) -> CodeView:
    """A code with its words; one we have no words for shows as itself."""
    said = words.get(code, Words(code, code))
    return CodeView(code=code, fr=said.fr, en=said.en)
