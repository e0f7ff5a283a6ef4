"""The plan: which contacts an employment needs, on which working day, and how a plan changes when facts do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid5

from services.retention.domain.employments import Employment
from services.retention.domain.tasks import Side, Task, TaskState
from services.retention.domain.templates import PlanTemplate, Point
from services.retention.domain.working_days import next_working_day

SIDES: tuple[Side, ...] = ("employee", "employer")


@dataclass(frozen=True)
class Subsidy:
    """An approved subsidy, as far as follow-up needs it: the last subsidised day, and the day on which that end became
    known (the ministry's decision, or its early end)."""

    request_id: UUID
    hire_id: UUID
    candidate_id: UUID
    ends_on: date
    known_on: date


@dataclass(frozen=True)
class PlannedContact:
    """One contact with one side. ``request_id`` says which subsidy's end it is about; None for the others."""

    contact: str
    side: Side
    due_on: date
    request_id: UUID | None = None


def plan_contacts(
    starts_on: date, hired_on: date, template: PlanTemplate, subsidies: Sequence[Subsidy] = ()
) -> list[PlannedContact]:
    """Every contact of an employment, by due day; each on both sides.

    A hire that had started when it became known has no contact before the start. Of the contacts whose day had already
    gone by then, only the latest is planned, on the first working day left: one call catches up with them all, and
    nobody is asked at five months how the second week went.
    """
    days: list[tuple[str, date, UUID | None]]
    days = [(point.contact, day, None) for point, day in _days(template.from_("start"), starts_on, hired_on)]
    for subsidy in subsidies:
        points = _days(template.from_("subsidy_end"), subsidy.ends_on, subsidy.known_on)
        days += [(point.contact, day, subsidy.request_id) for point, day in points]
    contacts = [PlannedContact(contact, side, day, request_id) for contact, day, request_id in days for side in SIDES]
    return sorted(contacts, key=lambda c: c.due_on)


def _days(points: Sequence[Point], anchor: date, known_on: date) -> Iterator[tuple[Point, date]]:
    soonest = next_working_day(known_on)
    missed: Point | None = None
    for point in points:
        day = point.due_on(anchor)
        if point.is_before:
            if max(day, soonest) < anchor:
                yield point, max(day, soonest)
        elif day < known_on:
            missed = point
        else:
            if missed:
                yield missed, soonest
                missed = None
            yield point, day
    if missed:
        yield missed, soonest


def subsidy_ends_on(starts_on: date, weeks: int) -> date:
    """The last subsidised day of an approval of ``weeks`` weeks."""
    return starts_on + timedelta(weeks=weeks, days=-1)


def plan_id_of(hire_id: UUID) -> UUID:
    """One employment has one plan, and its id follows from the hire's: planning twice cannot make two."""
    return uuid5(hire_id, "follow_up_plan")


def task_id_of(plan_id: UUID, planned: PlannedContact) -> UUID:
    """The same contact of the same plan on the same side (about the same subsidy) is the same task, for ever."""
    about = f"/{planned.request_id}" if planned.request_id else ""
    return uuid5(plan_id, f"{planned.contact}/{planned.side}{about}")


def tasks_of(employment: Employment, contacts: Sequence[PlannedContact], advisor_id: UUID | None) -> list[Task]:
    """The contacts of an employment as tasks of its advisor; None: of nobody yet. The person must be known."""
    if employment.candidate_id is None:
        raise ValueError("nobody follows up on a person who was forgotten")
    return [
        Task(
            task_id=task_id_of(employment.plan_id, planned),
            plan_id=employment.plan_id,
            hire_id=employment.hire_id,
            candidate_id=employment.candidate_id,
            employer_id=employment.employer_id,
            contact=planned.contact,
            side=planned.side,
            request_id=planned.request_id,
            planned_on=planned.due_on,
            due_on=planned.due_on,
            state=TaskState.PLANNED,
            reason=None,
            advisor_id=advisor_id,
        )
        for planned in contacts
    ]


@dataclass(frozen=True)
class PlanChanges:
    """What a re-plan does to the tasks of a plan. ``moved`` tasks carry their new day."""

    added: tuple[Task, ...]
    moved: tuple[Task, ...]
    dropped: tuple[Task, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.moved or self.dropped)


def replan(standing: Sequence[Task], wanted: Sequence[Task], cause: str, today: date = date.min) -> PlanChanges:
    """How tasks that stand become tasks that are wanted, whatever moved. What was done stays done; a next try that
    was set, or a day that a person chose, stays unless the plan's own day moved; what an earlier re-plan dropped may
    come back. A day that has gone by ``today`` becomes the next working day. What a signal asks for is no part of a
    plan."""
    standing = [task for task in standing if task.is_of_the_plan]
    known = {task.task_id: task for task in standing}
    soonest = date.min if today == date.min else next_working_day(today)
    moved = []
    for task in wanted:
        before = known.get(task.task_id)
        if before is None or before.state is TaskState.DONE:
            continue
        if before.planned_on != task.planned_on or before.state is TaskState.CANCELLED:
            moved.append(before.moved_to(task.planned_on, cause, soonest))
    still_wanted = {task.task_id for task in wanted}
    return PlanChanges(
        added=tuple(task for task in wanted if task.task_id not in known),
        moved=tuple(moved),
        dropped=tuple(task.cancelled(cause) for task in standing if task.is_open and task.task_id not in still_wanted),
    )
