"""A retention advisor's day: what is due and why now, one contact, one call about several, moves and handovers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.portal.pages import owners
from services.portal.pages.addresses import language_of
from services.portal.pages.companies.company import form_at, names_for, page_at, show
from services.portal.pages.forms import Form, SentForm
from services.portal.pages.paging import get_all, page_of
from services.portal.pages.places import PLACES
from services.portal.pages.rail import counter
from services.portal.pages.staff import FOLLOW, staff_for
from services.portal.pages.told import done
from services.portal.pages.words import words_in
from services.portal.store.known import list_advisors
from services.portal.store.team import count_due_tasks
from shared import clock
from shared.db import Tx
from shared.errors import NotFound
from shared.http import Caller, Read, Reads, Role, allow

router = APIRouter(include_in_schema=False)
ADVISORS = allow(Role.RETENTION_ADVISOR, Role.ADVISOR)
Advisor = Annotated[Caller, ADVISORS]
MOVES = ("asked_by_person", "asked_by_employer", "away", "advisor_absent", "combined_call", "waiting_for_fact", "other")
_FIELDS = (
    "result", "held_on", "outlook", "note", "new_day", "move_reason", "until", "snooze_reason", "advisor",
    "advisor_typed",
)  # fmt: skip
_PLACES = {"/answers": "outlook", "/advisor_id": "advisor"}
_MOVE = {"/due_on": "new_day", "/reason": "move_reason"}
_SNOOZE = {"/until": "until", "/reason": "snooze_reason"}


@dataclass(frozen=True)
class Row:
    """One line of the list: a contact, or several with one company that are one call."""

    tasks: tuple[dict[str, Any], ...]

    @property
    def first(self) -> dict[str, Any]:
        return self.tasks[0]


def rows_of(tasks: Iterable[dict[str, Any]]) -> list[Row]:
    """In the order given; contacts of one call stand where the first of them would."""
    grouped: dict[str, list[dict[str, Any]]] = {}
    for task in tasks:
        grouped.setdefault(task["group_id"] or task["task_id"], []).append(task)
    return [Row(tuple(together)) for together in grouped.values()]


@counter("tasks_due")
def count_due(tx: Tx, viewer: Caller) -> int:
    """Of the viewer, as the read model knows them; of everybody for one who has none of her own."""
    return count_due_tasks(tx, _id_or_none(viewer.subject), clock.local_date(tx.now))


@page_at(router, "today")
def show_today(request: Request, read: Reads, viewer: Advisor, all: Annotated[bool, Query()] = False) -> Response:
    mine = None if all else "true"
    listed = page_of(request, "retention", "/v1/tasks", "items", state="due", mine=mine, limit=100)
    due = listed.items
    planned = owners.try_get(request, "retention", "/v1/tasks", state="planned", mine=mine, limit=20)
    signals = owners.try_get(request, "retention", "/v1/signals", mine=mine, limit=5)
    supports = owners.try_get(request, "retention", "/v1/supports", limit=200)
    coming = planned["items"] if planned else []
    raised = signals["items"] if signals else []
    shown = [*due, *coming, *raised]
    return show(
        request,
        "today",
        late=rows_of(task for task in due if task["overdue"]),
        today=rows_of(task for task in due if not task["overdue"]),
        coming=rows_of(_soon(coming)),
        signals=raised,
        supports=len(supports["items"]) if supports else None,
        due=len(due) if listed.more is None and listed.first is None else _all_due(read, viewer, all),
        listed=listed,
        everyone=all,
        staff=staff_for(request) if all else None,
        day=clock.today(),
        names=names_for(request, [one["candidate_id"] for one in shown], [one["employer_id"] for one in shown]),
    )


def _all_due(read: Read, viewer: Caller, everyones: bool) -> int:
    with read.transaction() as tx:
        return count_due_tasks(tx, None if everyones else _id_or_none(viewer.subject), clock.local_date(tx.now))


def _soon(coming: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of the next three weeks; when there are none, the next one."""
    last = (clock.today() + timedelta(weeks=3)).isoformat()
    return [task for task in coming if task["due_on"] <= last] or coming[:1]


@page_at(router, "task")
def show_task(task_id: UUID, request: Request, read: Reads, viewer: Advisor) -> Response:  # noqa: ARG001  # who may
    return _task_page(request, read, task_id)


@form_at(router, "task")
def act_on_task(task_id: UUID, request: Request, read: Reads, viewer: Advisor, form: SentForm) -> Response:  # noqa: ARG001
    """Records what was said, moves it, puts it away, hands it over."""
    task = owners.get(request, "retention", f"/v1/tasks/{task_id}")
    steps = {"contact": _contact, "move": _move, "snooze": _snooze, "handover": _hand_over}
    if form.do not in steps:
        raise NotFound
    step, body, places = steps[form.do](request, form, task)
    if not form.is_wrong:
        path = f"/v1/tasks/{task_id}/{step}"
        form.take(owners.command(request, "retention", path, body, key=form.nonce), {**_PLACES, **places})
    if form.is_wrong:
        return _task_page(request, read, task_id, form)
    told = "contact_not_reached" if form.text("result") == "not_reached" else f"task_{form.do}"
    return done(request, PLACES["today"].path(language_of(request)), told)


Step = tuple[str, dict[str, Any], dict[str, str]]


def _contact(request: Request, form: Form, task: dict[str, Any]) -> Step:
    t = words_in(form.language)
    form.need("result", str(t("contact.result.needed")))
    form.need("held_on", str(t("company.day.needed")))
    held, reached = form.day("held_on"), form.text("result") == "reached"
    asked = _questions(request)[task["side"]]["questions"]
    answers = {q["code"]: said for q in asked if (said := form.text(f"q_{q['code']}"))}
    body = {
        "result": form.text("result"),
        "held_on": held and held.isoformat(),
        "outlook": form.whole("outlook") if reached else None,
        "note": form.text("note"),
        "answers": answers if reached else {},
    }
    return "contacts", body, {}


def _move(request: Request, form: Form, task: dict[str, Any]) -> Step:  # noqa: ARG001
    t = words_in(form.language)
    form.need("new_day", str(t("company.day.needed")))
    form.need("move_reason", str(t("company.reason.needed")))
    day = form.day("new_day")
    return "move", {"due_on": day and day.isoformat(), "reason": form.text("move_reason")}, _MOVE


def _snooze(request: Request, form: Form, task: dict[str, Any]) -> Step:  # noqa: ARG001
    form.need("until", str(words_in(form.language)("company.day.needed")))
    day = form.day("until")
    return "snooze", {"until": day and day.isoformat(), "reason": form.text("snooze_reason")}, _SNOOZE


def _hand_over(request: Request, form: Form, task: dict[str, Any]) -> Step:  # noqa: ARG001
    who = form.text("advisor_typed") or form.text("advisor")
    if _id_or_none(who) is None:
        form.blame("advisor", str(words_in(form.language)("task.advisor.needed")))
    return "handover", {"advisor_id": who}, {}


def _questions(request: Request) -> dict[str, Any]:
    found: dict[str, Any] = owners.get(request, "retention", "/v1/questions")
    return found


def _task_page(request: Request, read: Reads, task_id: UUID, form: Form | None = None) -> Response:
    task = owners.get(request, "retention", f"/v1/tasks/{task_id}")
    file = owners.try_get(request, "retention", f"/v1/employments/{task['hire_id']}")
    before = owners.try_get(request, "retention", f"/v1/candidates/{task['candidate_id']}/follow-up")
    with read.transaction() as tx:
        advisors = list_advisors(tx)
    staff = staff_for(request)
    return show(
        request,
        "task",
        form,
        task=task,
        file=file,
        contacts=_contacts(before, task["hire_id"]),
        asked=_questions(request)[task["side"]],
        advisors=staff.choices(words_in(language_of(request)), FOLLOW, advisors, without=task["advisor_id"]),
        staff=staff,
        names=names_for(request, [task["candidate_id"]], [task["employer_id"]]),
        fields=_FIELDS,
        moves=MOVES,
        day=clock.today(),
    )


def _contacts(before: dict[str, Any] | None, hire_id: str) -> list[dict[str, Any]]:
    """What was said in this employment, latest first."""
    jobs = before["employments"] if before else []
    said = [contact for job in jobs if job["hire_id"] == hire_id for contact in job["contacts"]]
    return sorted(said, key=lambda contact: contact["recorded_at"], reverse=True)


@page_at(router, "call")
def show_call(group_id: UUID, request: Request, viewer: Advisor) -> Response:  # noqa: ARG001  # who may
    return _call_page(request, _together(request, group_id))


@form_at(router, "call")
def record_call(group_id: UUID, request: Request, viewer: Advisor, form: SentForm) -> Response:  # noqa: ARG001
    """One call with a company about several people: all are recorded, or none."""
    t = words_in(form.language)
    tasks = _together(request, group_id)
    form.need("result", str(t("contact.result.needed")))
    form.need("held_on", str(t("company.day.needed")))
    held, reached = form.day("held_on"), form.text("result") == "reached"
    contacts = [
        {
            "task_id": task["task_id"],
            "outlook": form.whole(f"outlook_{task['task_id']}") if reached else None,
            "note": form.text(f"note_{task['task_id']}"),
        }
        for task in tasks
    ]
    if not form.is_wrong:
        body = {"result": form.text("result"), "held_on": held and held.isoformat(), "contacts": contacts}
        places = {
            f"/contacts/{n}/{what}": f"{what}_{task['task_id']}"
            for n, task in enumerate(tasks)
            for what in ("outlook", "note")
        }
        form.take(owners.command(request, "retention", "/v1/contacts", body, key=form.nonce), places)
    if form.is_wrong:
        return _call_page(request, tasks, form)
    return done(request, PLACES["today"].path(language_of(request)), "call_recorded")


def _together(request: Request, group_id: UUID) -> Sequence[dict[str, Any]]:
    """The contacts of one call. Raises NotFound when there is no such call any more."""
    found = [
        task
        for state in ("due", "planned")
        for task in get_all(request, "retention", "/v1/tasks", "items", state=state, side="employer", limit=200)
        if task["group_id"] == str(group_id)
    ]
    if not found:
        raise NotFound
    return found


def _call_page(request: Request, tasks: Sequence[dict[str, Any]], form: Form | None = None) -> Response:
    return show(
        request,
        "call",
        form,
        tasks=tasks,
        asked=_questions(request)["employer"],
        names=names_for(request, [task["candidate_id"] for task in tasks], [tasks[0]["employer_id"]]),
        fields=("result", "held_on", *(f"outlook_{task['task_id']}" for task in tasks)),
        day=clock.today(),
    )


def _id_or_none(written: str | None) -> UUID | None:
    try:
        return UUID(written or "")
    except ValueError:
        return None
