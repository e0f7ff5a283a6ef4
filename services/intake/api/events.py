"""CloudEvents over HTTP (1.0.2 JSON format and HTTP binding): one event structured or binary, or a batch, all or
nothing. The small envelope is read here, not by a library, because every problem must be told at once with its
place, in two languages; the tests send with the CloudEvents SDK."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal
from urllib.parse import unquote
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from services.intake.api.access import organisation_of
from services.intake.api.envelopes import BATCH, BATCH_LIMIT, JSON, STRUCTURED, Enveloped
from services.intake.api.event_bodies import openapi_body
from services.intake.api.partner_events import TYPES, Found
from services.intake.api.unkept import UnkeptCommands
from services.intake.domain.partner_events import content_hash, event_hash
from services.intake.handlers.partner_events import Taken, Touched, lock_events, take_event
from shared.db import Tx
from shared.errors import Invalid, Problem
from shared.http import Caller, Role, Shown, allow, judging
from shared.http.validation import in_words

router = APIRouter(tags=["partners"])


@dataclass(frozen=True)
class Posted:
    """What came, as far as it could be read: ``body`` is one event or, of a batch, a list."""

    body: Any
    batch: bool


class TakenView(Shown):
    """What one event led to; only what concerns its type is there. The same event again: the same answer."""

    id: str
    type: str
    candidate_id: UUID | None = None
    referral_id: UUID | None = None
    file_number: str | None = None
    state: str | None = None
    missing: tuple[str, ...] | None = None  # codes of /v1/codes, facts
    employer_id: UUID | None = None
    vacancy_id: UUID | None = None
    attendance_id: UUID | None = None
    report_id: UUID | None = None
    forgotten: Literal[True] | None = None  # the person has been erased since


class TakenEventsView(Shown):
    """In the order in which they were sent."""

    events: list[TakenView]


async def _posted(request: Request) -> Posted:
    """Raises Invalid for what is not JSON, HTTP 415 for what is not CloudEvents."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in (STRUCTURED, BATCH):
        return Posted(_read(await request.body()), kind == BATCH)
    if kind in (JSON, "") and "ce-specversion" in request.headers:
        attributes = {name[3:]: unquote(value) for name, value in request.headers.items() if name.startswith("ce-")}
        return Posted({**attributes, "data": _read(await request.body())}, False)
    raise HTTPException(415)


def _read(body: bytes) -> Any:
    try:
        return json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Invalid(in_words({"type": "json_invalid", "loc": ("body",)})) from None


def _no_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are not JSON


@dataclass(frozen=True)
class Event:
    """One event that could be read, with its place in the batch as a pointer."""

    at: str
    envelope: Enveloped
    data: Any  # of the model of its type

    @property
    def hash(self) -> str:
        return event_hash(self.envelope.source, self.envelope.id)


@router.post("/v1/events", response_model_exclude_none=True, openapi_extra=openapi_body())
def take_events(
    caller: Annotated[Caller, allow(Role.PARTNER)],
    posted: Annotated[Posted, Depends(_posted)],
    command: UnkeptCommands,
) -> TakenEventsView:
    """Facts from a partner's own system. Deduplicated for ever by (partner, source, id); the Idempotency-Key header is
    not needed. Problems carry the event's index in a batch: ``/0/data/wage_cents``."""
    partner_id = organisation_of(caller)
    found = Found()
    events = list(_events(posted, found))

    def work(tx: Tx) -> TakenEventsView:
        told = replace(found, problems=list(found.problems))
        lock_events(tx, partner_id, _touched(events))
        taken = [_take(tx, partner_id, event, told) for event in events]
        told.raise_all()
        return TakenEventsView(events=[_show(e, t) for e, t in zip(events, taken, strict=True) if t])

    return command.run(work)


def _events(posted: Posted, found: Found) -> Iterator[Event]:
    """Those that can be read; of the others every problem is added to ``found``."""
    bodies = posted.body if posted.batch else [posted.body]
    if not isinstance(bodies, list):
        raise Invalid(in_words({"type": "list_type", "loc": ()}))
    if len(bodies) > BATCH_LIMIT:
        raise Invalid(in_words({"type": "too_long", "loc": (), "ctx": {"max_length": BATCH_LIMIT}}))
    for index, body in enumerate(bodies):
        at = f"/{index}" if posted.batch else ""
        envelope = _parsed(Enveloped, body, at, found)
        type_ = body.get("type") if isinstance(body, dict) else None
        of_type = TYPES.get(type_) if isinstance(type_, str) else None
        data = None
        if of_type and isinstance(body.get("data"), dict):
            data = _parsed(of_type.data, body["data"], f"{at}/data", found)
        if envelope and data:
            yield Event(at, envelope, data)


def _parsed(model: type[BaseModel], value: Any, at: str, found: Found) -> Any:
    """None when it does not fit; then every problem is added to ``found``."""
    try:
        return model.model_validate(value)
    except ValidationError:
        found.add([_under(at, in_words(dict(error))) for error in _errors(model, value)])
        return None


def _errors(model: type[BaseModel], value: Any) -> Sequence[ErrorDetails]:
    try:
        with judging():
            model.model_validate(value)
    except ValidationError as wrong:
        return wrong.errors()
    raise AssertionError("judged more mildly the second time")


def _under(at: str, problem: Problem) -> Problem:
    return replace(problem, pointer=at + problem.pointer)


def _touched(events: list[Event]) -> Touched:
    def given(name: str) -> tuple[Any, ...]:
        values = (getattr(event.data, name, None) for event in events)
        return tuple(dict.fromkeys(value for value in values if value is not None))

    return Touched(
        tuple(event.hash for event in events),
        given("person_ref"),
        given("employer_ref"),
        (*given("candidate_id"), *given("employer_id")),
    )


def _take(tx: Tx, partner_id: UUID, event: Event, told: Found) -> Taken | None:
    """In a savepoint: what a refused event began does not stand while the others are examined."""
    of_type = TYPES[event.envelope.type]

    def act() -> Taken:
        inner = Found()
        with inner.at("/data"):
            return of_type.act(tx, partner_id, event.data)
        inner.raise_all()
        raise AssertionError("unreachable")

    with told.at(event.at), tx.conn.transaction():
        facts = content_hash(event.envelope.type, event.envelope.data)
        return take_event(tx, partner_id, event.envelope.type, event.hash, facts, act)
    return None


def _show(event: Event, taken: Taken) -> TakenView:
    known = {name: value for name, value in vars(taken).items() if value not in (None, False)}
    return TakenView(id=event.envelope.id, type=event.envelope.type, **known)
