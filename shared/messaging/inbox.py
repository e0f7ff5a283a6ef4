"""Receive each event once. In one transaction: lock the key, record the event, run the handler. What cannot be handled
is set aside with its key (waiting.py); nothing is ever dropped."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, uuid5

import psycopg
from psycopg import errors as pg

from shared import clock, metrics
from shared.db import Cause, Tx, transaction_on
from shared.errors import NotYet
from shared.events.base import Envelope, Event, NewerEvent, NotAnEnvelope, UnreadableEvent, read_envelope
from shared.events.intake import CandidateErased
from shared.log import describe, get_logger
from shared.messaging.waiting import SetAside, queue_behind, set_aside, state_of
from shared.observing.progress import compare_offsets
from shared.waiting_words import why

E = TypeVar("E", bound=Event)
Connection = psycopg.Connection[Any]
EVENT_IDS_KEPT = timedelta(days=396)  # 13 months; older duplicates are known by their version
log = get_logger()


@dataclass(frozen=True)
class Subscription:
    """One line of a service's CONSUMES. Make it with ``on``, which the type checker verifies pair by pair."""

    event: type[Event]
    handler: Callable[[Tx, Any], None]


def on(event: type[E], handler: Callable[[Tx, E], None]) -> Subscription:
    return Subscription(event, handler)


class Outcome(StrEnum):
    HANDLED = "handled"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"  # this service does not listen to the type
    QUEUED = "queued"  # behind an earlier event of its key that waits
    WAITING = "waiting"  # needs a fact still on its way
    FAILED = "failed"  # set aside: an error of another kind
    ERASED = "erased"  # its payload was removed before it came


@dataclass(frozen=True)
class Position:
    """Where a message stood in Kafka."""

    topic: str
    partition: int
    offset: int


class Inbox:
    """What one service listens to, and how it receives."""

    def __init__(
        self, service: str, consumes: tuple[Subscription, ...], wake: Callable[[], None] | None = None
    ) -> None:
        self.service = service
        self._wake = wake
        self._handlers = {s.event.type: s.handler for s in consumes}
        if len(self._handlers) != len(consumes):
            raise ValueError(f"{service} lists an event twice in CONSUMES")
        self._names = {type_.rpartition(".v")[0] for type_ in self._handlers}

    def listens_to(self, type_: str) -> bool:
        return type_ in self._handlers or type_.rpartition(".v")[0] in self._names

    def handle_once(self, conn: Connection, envelope: Envelope, at: Position | None = None) -> Outcome:
        """Receive one event on an idle connection. Raises only when the database cannot be used."""
        if not self.listens_to(envelope.type):
            with transaction_on(conn, self.service, Cause()) as tx:
                _record_head(tx, envelope, at)
            return Outcome.IGNORED
        for attempt in (1, 2):
            try:
                return self.handle_once_raising(conn, envelope, at)
            except (pg.DeadlockDetected, pg.SerializationFailure) as conflict:
                if attempt == 2:
                    return self.set_aside(conn, envelope, at, conflict)
            except Exception as problem:  # the one place that must not lose an event to any fault
                if unusable(conn, problem):
                    raise
                return self.set_aside(conn, envelope, at, problem)
        raise AssertionError("unreachable")

    def handle_once_raising(self, conn: Connection, envelope: Envelope, at: Position | None = None) -> Outcome:
        """One attempt, in one transaction; whatever the handler raises comes out, and nothing was stored."""
        with self.transaction(conn, envelope) as tx:
            tx.result = outcome = self._receive(tx, envelope, at)
            return outcome

    def transaction(self, conn: Connection, envelope: Envelope) -> AbstractContextManager[Tx]:
        """A transaction whose cause is the event: correlation id passed on, causation id = the event's id."""
        cause = Cause(envelope.correlation_id, envelope.id, f"service:{self.service}")
        return transaction_on(conn, self.service, cause, envelope, self._wake)

    def handle(self, tx: Tx, envelope: Envelope) -> None:
        """Run the handler in a running transaction that holds the key's lock. Raises what the handler raises,
        or UnreadableEvent."""
        handler = self._handlers.get(envelope.type)
        if handler is None:
            unknown = UnreadableEvent if envelope.type == "unreadable" else NewerEvent
            raise unknown(f"{envelope.type} cannot be read by this version of {self.service}")
        event = envelope.event()
        if event is not None:  # else its payload was erased
            handler(tx, event)

    def _receive(self, tx: Tx, envelope: Envelope, at: Position | None) -> Outcome:
        tx.lock(envelope.key)
        if not _record(tx, envelope, at):
            return Outcome.DUPLICATE
        if state_of(tx, envelope.key) and envelope.type != CandidateErased.type:
            queue_behind(tx, envelope)
            return Outcome.QUEUED
        if envelope.data is None:
            return Outcome.ERASED
        self.handle(tx, envelope)
        return Outcome.HANDLED

    def set_aside(self, conn: Connection, envelope: Envelope, at: Position | None, problem: Exception) -> Outcome:
        """The failed transaction was rolled back: record the event again, this time with its key set aside."""
        with self.transaction(conn, envelope) as tx:
            tx.lock(envelope.key)
            if not _record(tx, envelope, at):
                return Outcome.DUPLICATE  # another worker was faster
            set_aside(tx, envelope, reason(problem))
            tx.result = "set_aside"
        log_problem(envelope, problem)
        return Outcome.WAITING if isinstance(problem, NotYet) else Outcome.FAILED


def envelope_of(message: Any, at: Position) -> tuple[Envelope, UnreadableEvent | None]:
    """The message's envelope. One that is none of ours gets an envelope of its own making and the problem: it is set
    aside like any event that cannot be handled, under its key, or under its place when it has none."""
    try:
        return read_envelope(message.key, message.headers or (), message.value), None
    except (NotAnEnvelope, UnicodeDecodeError) as unreadable:
        place = f"{at.topic}/{at.partition}/{at.offset}"
        key = (message.key or b"").decode(errors="replace").replace("\x00", "") or f"unreadable/{place}"
        id_ = uuid5(NAMESPACE_URL, place)
        return Envelope(
            id=id_,
            type="unreadable",
            publisher=at.topic.removesuffix(".events"),
            subject=f"unreadable/{place}",
            version=1,
            key=key,
            time=clock.now(),
            correlation_id=id_,
            causation_id=None,
            actor=None,
            data=message.value,
        ), UnreadableEvent(str(unreadable))


def unusable(conn: Connection, problem: Exception) -> bool:
    """Whether the database, not the event, is at fault: gone, restarting, full. Then we wait in place."""
    return conn.closed or (
        isinstance(problem, psycopg.OperationalError)
        and (problem.sqlstate is None or problem.sqlstate[:2] in {"08", "53", "57", "58"})
    )


def reason(problem: Exception) -> SetAside:
    """Why an event is set aside, in words for a programme advisor."""
    if isinstance(problem, NotYet):
        return SetAside(problem.waits_for, problem.fr, problem.en, None)
    told = why(problem)
    return SetAside(None, told.fr, told.en, f"{type(problem).__name__}: {describe(problem)['error_text'] or '-'}")


def log_problem(envelope: Envelope, problem: Exception) -> None:
    if not isinstance(problem, NotYet):  # of which the closing line says enough
        log.error("event_failed", event_type=envelope.type, event_id=str(envelope.id), **describe(problem))


def _record(tx: Tx, envelope: Envelope, at: Position | None) -> bool:
    """Note the event as received; False when it had been. One round trip: event id, version head, offset."""
    received, before, due = tx.conn.execute(
        """
        WITH received AS (
            INSERT INTO inbox (event_id, type, key) VALUES (%(id)s, %(type)s, %(key)s)
            ON CONFLICT DO NOTHING RETURNING 1
        ), before AS (
            SELECT version FROM inbox_heads WHERE publisher = %(publisher)s AND subject = %(subject)s
        ), head AS (
            INSERT INTO inbox_heads AS h VALUES (%(publisher)s, %(subject)s, %(version)s)
            ON CONFLICT (publisher, subject) DO UPDATE SET version = greatest(h.version, excluded.version)
        ), due AS (
            SELECT next_offset FROM inbox_offsets WHERE topic = %(topic)s AND partition = %(partition)s
        ), place AS (
            INSERT INTO inbox_offsets AS o
            SELECT %(topic)s::text, %(partition)s::int, %(offset)s::bigint + 1 WHERE %(topic)s::text IS NOT NULL
            ON CONFLICT (topic, partition) DO UPDATE SET next_offset = greatest(o.next_offset, excluded.next_offset)
        )
        SELECT (SELECT count(*) FROM received), (SELECT version FROM before), (SELECT next_offset FROM due)
        """,
        _about(envelope, at),
    ).fetchone() or (0, None, None)
    compare_offsets(at, due)
    if not received:
        return False
    head = before or 0
    if envelope.version > head + 1:
        metrics.VERSION_JUMPS.inc()
        log.warning("version_jump", subject=envelope.subject, version=envelope.version, head=head)
    elif envelope.version <= head:
        if tx.now - envelope.time > EVENT_IDS_KEPT:
            return False
        metrics.VERSION_INVERSIONS.inc()
        log.warning("version_inversion", subject=envelope.subject, version=envelope.version, head=head)
    return True


def _record_head(tx: Tx, envelope: Envelope, at: Position | None) -> None:
    """Of an event nobody here listens to, only its version and place count."""
    due = tx.value(
        """
        WITH head AS (
            INSERT INTO inbox_heads AS h VALUES (%(publisher)s, %(subject)s, %(version)s)
            ON CONFLICT (publisher, subject) DO UPDATE SET version = greatest(h.version, excluded.version)
        ), place AS (
            INSERT INTO inbox_offsets AS o
            SELECT %(topic)s::text, %(partition)s::int, %(offset)s::bigint + 1 WHERE %(topic)s::text IS NOT NULL
            ON CONFLICT (topic, partition) DO UPDATE SET next_offset = greatest(o.next_offset, excluded.next_offset)
        )
        SELECT next_offset FROM inbox_offsets WHERE topic = %(topic)s AND partition = %(partition)s
        """,
        _about(envelope, at),
    )
    compare_offsets(at, due)


def _about(envelope: Envelope, at: Position | None) -> dict[str, Any]:
    return {
        "id": envelope.id,
        "type": envelope.type,
        "key": envelope.key,
        "publisher": envelope.publisher,
        "subject": envelope.subject,
        "version": envelope.version,
        "topic": at.topic if at else None,
        "partition": at.partition if at else None,
        "offset": at.offset if at else None,
    }
