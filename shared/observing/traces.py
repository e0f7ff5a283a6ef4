"""Traces: one referral followed across services (docs/decisions/0009). The correlation id is the trace id; the id of
a span follows from what a journal row, a waiting event, a timer or a delivery holds anyway, so the context needs no
column and survives all of them. Nothing is written unless TRACES_FILE or OTEL_EXPORTER_OTLP_ENDPOINT is set; then
names, types, ids and codes alone, never what an event or a request says."""

import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from datetime import datetime, timedelta
from random import getrandbits
from typing import TYPE_CHECKING
from uuid import UUID

from shared.events.base import Envelope
from shared.observing.sinks import Close, Write, sink_of
from shared.observing.spans import Span, of_event, of_transaction, read_traceparent, traceparent
from shared.settings import Settings

if TYPE_CHECKING:
    from shared.db import Tx

_write: Write | None = None
_close: Close | None = None
_NOTHING: AbstractContextManager[None] = nullcontext()
_request: ContextVar[int | None] = ContextVar("span_of_the_request", default=None)
MOST_CASES = 8  # of a command about many


def begin_traces(process: str, settings: Settings) -> None:
    """Write the spans of this process where the settings say; nowhere when they say nothing."""
    global _write, _close
    _write, _close = sink_of(process, settings)


def end_traces() -> None:
    """Send what is still queued; within two seconds, whatever becomes of it."""
    if _close:
        _close()


def around(tx: "Tx") -> AbstractContextManager[None]:
    """The span of a transaction that handles an event, fires a timer or publishes; of any other there is none."""
    return _Transaction(tx, _write) if _write else _NOTHING


class _Transaction:
    def __init__(self, tx: "Tx", write: Write) -> None:
        self._tx, self._write = tx, write

    def __enter__(self) -> None:
        self._began_ns = time.time_ns()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        tx = self._tx
        if not (tx.message or tx.timer or tx.published):
            return
        trace, ended_ns = tx.cause.correlation_id, time.time_ns()
        attributes: dict[str, str | int] = {"interconnexion.published": tx.published, **_cases(tx.locked)}
        if tx.result:
            attributes["interconnexion.result"] = tx.result
        parent: int | None
        if tx.message:
            name, parent = f"handle {_kind(tx.message)}", of_event(tx.message.id)
            attributes |= _about(tx.message)
        elif tx.timer:
            name, parent = f"timer {tx.timer}", of_event(tx.cause.causation_id) if tx.cause.causation_id else None
        else:
            name, parent = "transaction", _request.get()
        self._write(
            Span(
                name,
                "consumer" if tx.message else "internal",
                trace,
                of_transaction(tx.service, trace, tx.now),
                parent,
                self._began_ns,
                ended_ns,
                attributes,
                kind.__name__ if kind else None,
            )
        )


class Together:
    """The spans of a transaction that handles many events and publishes nothing: one for each, as if it had been alone.
    Of one trace there may be several, so each has a moment of its own in its id, a microsecond after the other."""

    def __init__(self) -> None:
        self._began_ns = time.time_ns()

    def end(self, service: str, now: datetime, handled: Sequence[Envelope]) -> None:
        """It is committed."""
        ended_ns = time.time_ns()
        for number, envelope in enumerate(handled if _write else ()):
            trace, own = envelope.correlation_id, now + timedelta(microseconds=number)
            attributes = {"interconnexion.together": len(handled), **_about(envelope), **_cases([envelope.key])}
            ids = of_transaction(service, trace, own), of_event(envelope.id)
            _note(Span(f"handle {_kind(envelope)}", "consumer", trace, *ids, self._began_ns, ended_ns, attributes))


class Answering:
    """The span of a request. A ``traceparent`` of the same trace is its parent: our portal sent it. Any other is
    somebody else's trace, and linked."""

    def __init__(self, correlation_id: UUID, given: str | None) -> None:
        self._trace, self._id = correlation_id, getrandbits(64) or 1
        self._given = read_traceparent(given)
        self._began_ns = time.time_ns()
        self._before = _request.set(self._id)

    def end(self, route: str, method: str, status: int) -> None:
        _request.reset(self._before)
        ours = self._given is not None and self._given[0] == self._trace.int
        if _write:
            _write(
                Span(
                    f"{method} {route}",
                    "server",
                    self._trace,
                    self._id,
                    self._given[1] if self._given and ours else None,
                    self._began_ns,
                    time.time_ns(),
                    {"http.request.method": method, "http.route": route, "http.response.status_code": status},
                    f"{status}" if status >= 500 else None,
                    None if ours else self._given,
                )
            )


def answering(correlation_id: UUID, given: str | None, path: str) -> Answering | None:
    """Begins the span of a request; None when nothing is traced, or it is a probe."""
    return Answering(correlation_id, given) if _write and path not in ("/live", "/ready", "/metrics") else None


def outgoing(correlation_id: UUID) -> Mapping[str, str]:
    """The header that makes what the request asks of another service a part of it."""
    span = _request.get()
    return {"traceparent": traceparent(correlation_id, span)} if _write and span else {}


class Sending:
    """The spans of one batch of the relay."""

    def __init__(self) -> None:
        self._began: list[tuple[Envelope, int]] = []

    def begin(self, envelope: Envelope) -> tuple[tuple[str, bytes], ...]:
        """The headers that carry the context: W3C's, and the attribute of CloudEvents' distributed tracing extension.
        We need neither (both are computed); tools and consumers that are not ours do."""
        if not _write:
            return ()
        self._began.append((envelope, time.time_ns()))
        context = traceparent(envelope.correlation_id, of_event(envelope.id)).encode()
        return ("traceparent", context), ("ce_traceparent", context)

    def end(self) -> None:
        """The broker has acknowledged them."""
        ended_ns = time.time_ns()
        for envelope, began_ns in self._began if _write else ():
            trace, parent = envelope.correlation_id, _said_by(envelope)
            attributes = {**_about(envelope), **_cases([envelope.key])}
            name = f"send {_kind(envelope)}"
            _note(Span(name, "producer", trace, of_event(envelope.id), parent, began_ns, ended_ns, attributes))


def delivering(service: str, correlation_id: UUID, enqueued: str | None) -> "Delivering | None":
    """Begins the span of one attempt to deliver a webhook. ``enqueued``: the moment its message states, which is that
    of the transaction that enqueued it."""
    return Delivering(service, correlation_id, enqueued) if _write else None


class Delivering:
    def __init__(self, service: str, correlation_id: UUID, enqueued: str | None) -> None:
        self._trace, self._id, self._began_ns = correlation_id, getrandbits(64) or 1, time.time_ns()
        now = datetime.fromisoformat(enqueued) if enqueued else None
        self._parent = of_transaction(service, correlation_id, now) if now else None

    @property
    def headers(self) -> Mapping[str, str]:
        return {"traceparent": traceparent(self._trace, self._id)}

    def end(self, type_: str, endpoint: str, result: str, status: int | None, error: str | None) -> None:
        attributes: dict[str, str | int] = {"interconnexion.endpoint": endpoint, "interconnexion.result": result}
        if status is not None:
            attributes["http.response.status_code"] = status
        times = self._began_ns, time.time_ns()
        _note(Span(f"webhook {type_}", "client", self._trace, self._id, self._parent, *times, attributes, error))


def _note(span: Span) -> None:
    if _write:
        _write(span)


def _said_by(envelope: Envelope) -> int:
    return of_transaction(envelope.publisher, envelope.correlation_id, envelope.time)


def _kind(envelope: Envelope) -> str:
    """``candidate_hired``; of a message that is none of ours nothing is known."""
    parts = envelope.type.split(".")
    return parts[2] if len(parts) == 4 else "unreadable"


def _about(envelope: Envelope) -> dict[str, str | int]:
    if _kind(envelope) == "unreadable":
        return {}
    return {
        "messaging.system": "kafka",
        "messaging.destination.name": envelope.topic,
        "messaging.message.id": str(envelope.id),
        "interconnexion.event_type": envelope.type,
        "interconnexion.version": envelope.version,
    }


def _cases(keys: "set[str] | list[str]") -> dict[str, str | int]:
    """Keys are ids of cases. One that is no id came with a message that is none of ours: it could hold anything."""
    ids = sorted(key for key in keys if len(key) == 36 and _is_id(key))
    return {"interconnexion.case": ",".join(ids[:MOST_CASES])} if ids else {}


def _is_id(key: str) -> bool:
    try:
        UUID(key)
    except ValueError:
        return False
    return True
