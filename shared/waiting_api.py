"""``/v1/waiting`` and ``/v1/parked``: what ``interconnexion waiting`` and ``parked`` show and do, for the portal's
Health page. Every service mounts it, for every one receives events. No payload leaves by it: an event is its type, its
ids and its moments."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from shared import parked
from shared.db import Tx
from shared.http import Caller, Commands, Reads, Role, Sent, Shown, allow, example
from shared.messaging import waiting
from shared.observing.gauges import count_keys
from shared.waiting_words import what_to_do

router = APIRouter(tags=["waiting"])
READERS = [allow(Role.OPERATOR, Role.MANAGER)]
Limit = Annotated[int, Query(ge=1, le=500)]


class WaitingKeyView(Shown):
    """A key whose first event could not be handled, or a timer that is parked (``first_type`` = ``timer.<kind>``, no
    events). ``waits_s``: seconds since it waits, or since it was last resumed. ``waits_for``: the type of event that is
    merely not here yet. ``why_…``, ``do_…``: what happened and what to do. ``error``: for whoever mends the software.
    """

    key: str
    state: Literal["waiting", "parked"]
    since: datetime
    waits_s: float
    next_at: datetime
    attempts: int
    failures: int
    waits_for: str | None
    why_fr: str
    why_en: str
    do_fr: str
    do_en: str
    error: str | None
    events: int
    first_id: UUID | None
    first_type: str | None
    first_at: datetime | None


class WaitingKeysView(Shown):
    """``waiting``, ``parked``: how many there are in all, timers included; ``keys``: those that wait longest."""

    waiting: int
    parked: int
    keys: list[WaitingKeyView]


class QueuedEventView(Shown):
    event_id: UUID
    type: str
    publisher: str
    subject: str
    version: int
    occurred_at: datetime


class QueueView(Shown):
    """The events of a key in the order in which they will be tried."""

    key: str
    events: list[QueuedEventView]


class ResumedView(Shown):
    """``events``: how many, parked timers included, will be tried again."""

    key: str
    events: int


class DiscardEvent(
    Sent, json_schema_extra=example(event_id="5f0f2f5e-7f0a-4f43-9d3b-0d4f3a3f5b11", reason="told_twice")
):
    """``event_id``: which event of the key's queue may never take effect here."""

    event_id: UUID
    reason: waiting.Reason


def waiting_keys(tx: Tx, state: Literal["parked"] | None = None, limit: int = 200) -> WaitingKeysView:
    """What is parked, or all that waits."""
    counted = count_keys(tx)
    keys = [_view(key) for key in parked.list_all(tx, state, limit)]
    return WaitingKeysView(waiting=counted.waiting, parked=counted.parked + parked.count_timers(tx), keys=keys)


def _view(key: waiting.WaitingKey) -> WaitingKeyView:
    do = what_to_do(key.state, key.waits_for, key.first_type, key.error)
    return WaitingKeyView.model_validate({**asdict(key), "do_fr": do.fr, "do_en": do.en})


def queue_of(tx: Tx, key: str) -> QueueView:
    """Raises NotFound when nothing waits for the key."""
    events = [QueuedEventView.model_validate(event) for event in waiting.queue_of(tx, key)]
    if not events:
        raise waiting.nothing_waits(key)
    return QueueView(key=key, events=events)


@router.get("/v1/waiting", dependencies=READERS)
def list_waiting(read: Reads, limit: Limit = 200) -> WaitingKeysView:
    """Every key that waits, parked ones included, longest first."""
    with read.transaction() as tx:
        return waiting_keys(tx, limit=limit)


@router.get("/v1/parked", dependencies=READERS)
def list_parked(read: Reads, limit: Limit = 200) -> WaitingKeysView:
    """Every key that waits for a person, longest first."""
    with read.transaction() as tx:
        return waiting_keys(tx, "parked", limit)


@router.get("/v1/parked/{key:path}", dependencies=READERS)
def show_parked(key: str, read: Reads) -> QueueView:
    """The events of a waiting or parked key, in the order in which they will be tried."""
    with read.transaction() as tx:
        return queue_of(tx, key)


@router.post("/v1/parked/{key:path}/resume")
def resume(key: str, command: Commands, caller: Annotated[Caller, allow(Role.OPERATOR, Role.MANAGER)]) -> ResumedView:
    """Try a key again now, from its first event on, and its parked timers."""
    return command.run(ResumedView, lambda tx: ResumedView(key=key, events=parked.resume(tx, key, caller.actor)))


@router.post("/v1/parked/{key:path}/discard", status_code=204)
def discard(key: str, body: DiscardEvent, command: Commands, caller: Annotated[Caller, allow(Role.OPERATOR)]) -> None:
    """Take one event out of a key's queue for good. It is kept among the decisions, with who decided and why."""
    command.run(None, lambda tx: waiting.discard(tx, key, body.event_id, caller.actor, body.reason))
