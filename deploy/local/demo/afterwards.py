"""What follows the hire: contacts on both sides, the programme's numbers, her timeline, and time that passes."""

import os
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Protocol

from deploy.local.demo.answers import Employment, Task
from deploy.local.demo.tale import Did, Tale, days
from deploy.local.demo.wire import Wire
from shared import clock

_CONTACTS = {
    "before_start": ("avant le premier jour", "before the first day"),
    "weeks_2": ("à 2 semaines", "at 2 weeks"),
    "weeks_6": ("à 6 semaines", "at 6 weeks"),
    "months_3": ("à 3 mois", "at 3 months"),
    "months_6": ("à 6 mois", "at 6 months"),
    "months_12": ("à 12 mois", "at 12 months"),
    "before_subsidy_end": ("avant la fin de la subvention", "before the subsidy ends"),
    "after_subsidy_end": ("après la fin de la subvention", "after the subsidy ended"),
}
_SIDES = {"employee": ("employée", "employee"), "employer": ("employeur", "employer")}
_MORNING = timedelta(hours=9)


def follow_up_is_planned(tale: Tale) -> Sequence[Did]:
    """Retention plans contacts with both sides, also around the end of the subsidy."""
    subsidised = tale.request is not None and tale.request.approved_weeks is not None

    def planned() -> Employment | None:
        mine = [e for e in tale.retention.employments(tale.candidate_id) if e.hire_id == tale.hire_id]
        whole = mine and (not subsidised or any(t.contact == "after_subsidy_end" for t in mine[0].tasks))
        return mine[0] if whole else None

    employment = tale.wire.wait("retention plans the follow-up", planned)
    tale.tasks = employment.standing()
    by_contact: dict[str, list[Task]] = {}
    for task in tale.tasks:
        by_contact.setdefault(task.contact, []).append(task)
    return [_contact(contact, tasks) for contact, tasks in by_contact.items()]


def time_passes_to_the_first_contact(tale: Tale) -> Sequence[Did]:
    """The programme's clock goes on to the day of the first contact: it comes due in the advisor's list."""
    first = tale.tasks[0]
    live_until(tale, first.due_on)
    wanted = {task.task_id for task in tale.tasks if task.due_on == first.due_on}

    def due() -> list[Task] | None:
        mine = [task for task in tale.retention.due_tasks() if task.task_id in wanted]
        return mine if len(mine) == len(wanted) else None

    tasks = tale.wire.wait("the contact comes due", due)
    tale.wire.wait("her file tells it", lambda: _announced(tale) >= len(wanted))
    fr, en = days(first.due_on)
    return [Did("clock", f"nous sommes le {fr}", f"it is {en}"), _contact(first.contact, tasks)]


def the_numbers_move(tale: Tale) -> Sequence[Did]:
    """The programme's numbers count her as admitted at once, and as employed from her first day on."""
    return _numbers(tale, admitted=1, employed=0)


def her_first_day_comes(tale: Tale) -> Sequence[Did]:
    """Her first day comes: the number of people employed moves by itself."""
    live_until(tale, tale.starts_on)
    return _numbers(tale, employed=1)


def _numbers(tale: Tale, **more: int) -> Sequence[Did]:
    """Waits until each number is so much more than it was last seen; somebody else may have moved it as well."""
    before = tale.numbers
    wanted = {name: before[name] + by for name, by in more.items()}

    def moved() -> dict[str, int] | None:
        now = tale.manager.numbers()
        return now if all(now[name] >= value for name, value in wanted.items()) else None

    tale.numbers = tale.wire.wait("the numbers move", moved)
    words = {
        "supported": ("entreprises accompagnées", "companies supported"),
        "admitted": ("personnes admises", "people admitted"),
        "employed": ("en emploi", "employed"),
    }
    return [
        Did("portal", f"{fr} : {before[name]} → {tale.numbers[name]}", f"{en}: {before[name]} → {tale.numbers[name]}")
        for name, (fr, en) in words.items()
        if name in more or tale.numbers[name] != before[name]
    ]


def the_vacancies_left_are_closed(tale: Tale) -> Sequence[Did]:
    """The liaison closes what this story opened, so that the next one starts with companies of its own."""
    for vacancy_id, employer_id in tale.vacancies.items():
        tale.liaison.close_vacancy(employer_id, vacancy_id, "withdrawn")
    return [Did("intake", f"{len(tale.vacancies)} postes fermés", f"{len(tale.vacancies)} vacancies closed")]


class Lived(Protocol):
    """A story, as far as time goes."""

    wire: Wire


def live_until(tale: Lived, day: date) -> None:
    """Move programme time, for every process, to nine o'clock of ``day``; it never goes back."""
    os.environ["CLOCK_FILE"] = str(tale.wire.system.clock_file)
    by = clock.start_of_day(day) + _MORNING - clock.now()
    if by > timedelta():
        clock.advance(by)


def _announced(tale: Tale) -> int:
    """How many contacts her file tells to have come due."""
    return sum(fact.kind == "follow_up_task_due" for fact in tale.advisor.timeline(tale.candidate_id))


def _contact(contact: str, tasks: Sequence[Task]) -> Did:
    """One contact of the plan, and with whom."""
    fr, en = _CONTACTS.get(contact, (contact, contact))
    sides = [_SIDES.get(side, (side, side)) for side in sorted(task.side for task in tasks)]
    on, to_do = days(tasks[0].due_on), ("à faire, ", "to do, ") if tasks[0].state == "due" else ("", "")
    return Did(
        "retention",
        f"{on[0]}, {to_do[0]}{fr} : {' et '.join(side[0] for side in sides)}",
        f"{on[1]}, {to_do[1]}{en}: {' and '.join(side[1] for side in sides)}",
    )
