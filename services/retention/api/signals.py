"""Signals that stand, with their reasons; closing one with what was done."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from services.retention.api.access import BEGINNING, END, PAGE, Advisor, Staff, id_of, place, says
from services.retention.api.views import CodeView, code_view
from services.retention.domain.signals import ClosedBecause, Signal
from services.retention.domain.tasks import LONGEST_NOTE, Side
from services.retention.domain.words import SIGNAL_CLOSURES, SIGNAL_KINDS, SIGNAL_REASONS
from services.retention.handlers.signals import close_signal
from services.retention.store import candidates, contacts, signals, tasks
from shared import clock
from shared.db import Tx
from shared.errors import NotFound
from shared.http import Commands, Reads, Sent, Shown, example

router = APIRouter(prefix="/v1", tags=["signals"])


class CloseSignal(Sent, json_schema_extra=example(done="spoke_with_both", note="Horaire revu.")):
    """``done``: what was done about it. ``note``: short, nothing sensitive."""

    done: ClosedBecause
    note: Annotated[str, Field(max_length=LONGEST_NOTE)] | None = None


class SignalClosedView(Shown):
    signal_id: UUID
    closed_on: date | None
    done: str | None


class OutlookView(Shown):
    side: Side
    outlook: int
    held_on: date


class SignalView(Shown):
    """``age_days``: since it was raised, for an open one. ``advisor_id``: whose task it is, who must act.
    ``outlooks`` and ``note`` are for advisors only."""

    signal_id: UUID
    hire_id: UUID
    candidate_id: UUID
    file_number: str | None
    employer_id: UUID
    kind: CodeView
    reasons: list[CodeView]
    rule_version: str
    raised_on: date
    age_days: int
    state: Literal["open", "closed"]
    task_id: UUID
    due_on: date | None
    advisor_id: UUID | None
    outlooks: list[OutlookView] | None
    closed_on: date | None
    done: CodeView | None
    note: str | None


class SignalPageView(Shown):
    items: list[SignalView]
    next: str | None


@router.get("/signals")
def list_signals(
    caller: Staff,
    read: Reads,
    state: Literal["open", "closed"] = "open",
    mine: bool = False,
    after: Annotated[str | None, Query(max_length=60)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = PAGE,
) -> SignalPageView:
    """Open ones oldest first, closed ones latest first. ``mine``: those whose task is the caller's."""
    start = place(after) or (BEGINNING if state == "open" else END)
    advisor = id_of(caller.subject) if mine else None
    if mine and advisor is None:
        return SignalPageView(items=[], next=None)
    with read.transaction() as tx:
        found = signals.list_signals(tx, still_open=state == "open", advisor_id=advisor, after=start, limit=limit + 1)
        page = found[:limit]
        items = signal_views(tx, page, told=says(caller))
    more = f"{page[-1].closed_on or page[-1].raised_on}_{page[-1].signal_id}" if len(found) > limit else None
    return SignalPageView(items=items, next=more)


@router.get("/signals/{signal_id}")
def show_signal(signal_id: UUID, caller: Staff, read: Reads) -> SignalView:
    """One signal, open or closed."""
    with read.transaction() as tx:
        signal = signals.find_signal(tx, signal_id)
        if signal is None:
            raise NotFound
        return signal_views(tx, [signal], told=says(caller))[0]


@router.post("/signals/{signal_id}/closure")
def close(signal_id: UUID, body: CloseSignal, caller: Advisor, command: Commands) -> SignalClosedView:
    """What was done about it; its task is done with it."""

    def work(tx: Tx) -> SignalClosedView:
        signal = close_signal(tx, signal_id, body.done, body.note or None, caller.actor)
        return SignalClosedView(signal_id=signal_id, closed_on=signal.closed_on, done=signal.done)

    return command.run(SignalClosedView, work)


def signal_views(tx: Tx, page: Sequence[Signal], *, told: bool) -> list[SignalView]:
    today = clock.local_date(tx.now)
    people = candidates.list_candidates(tx, {signal.candidate_id for signal in page})
    their_tasks = {task.task_id: task for task in tasks.list_tasks_by_id(tx, [signal.task_id for signal in page])}
    heard = contacts.list_outlooks_in(tx, {one for signal in page for one in signal.about}) if told else {}

    def view(signal: Signal) -> SignalView:
        person, task = people.get(signal.candidate_id), their_tasks.get(signal.task_id)
        return SignalView(
            signal_id=signal.signal_id,
            hire_id=signal.hire_id,
            candidate_id=signal.candidate_id,
            file_number=person.file_number if person else None,
            employer_id=signal.employer_id,
            kind=code_view(signal.kind, SIGNAL_KINDS),
            reasons=[code_view(reason, SIGNAL_REASONS) for reason in signal.reasons],
            rule_version=signal.rule_version,
            raised_on=signal.raised_on,
            age_days=((signal.closed_on or today) - signal.raised_on).days,
            state="open" if signal.is_open else "closed",
            task_id=signal.task_id,
            due_on=task.due_on if task and task.is_open else None,
            advisor_id=task.advisor_id if task else None,
            outlooks=[OutlookView.model_validate(heard[one]) for one in signal.about if one in heard] if told else None,
            closed_on=signal.closed_on,
            done=code_view(signal.done, SIGNAL_CLOSURES) if signal.done else None,
            note=signal.note if told else None,
        )

    return [view(signal) for signal in page]
