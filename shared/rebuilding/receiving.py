"""Many events in one transaction: the service's own handlers say what to write, the rows are gathered, and each
statement runs once for all of them. What goes wrong in a batch is received again one by one, by the inbox."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from shared import clock
from shared.db import Cause
from shared.events.base import Envelope, UnreadableEvent
from shared.gathering import HEADS, PLACES, RECEIVED, Gathering, SomeKnown
from shared.messaging.inbox import Inbox, Position, unusable

ONE_BY_ONE = 20  # a batch that fails is halved until it is this small
Connection = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message. ``at``: its place on the live topic; None on a replay topic, whose places count for nothing."""

    envelope: Envelope
    at: Position | None = None
    problem: UnreadableEvent | None = None


class Receiver:
    """Receives into the new tables, in the order given, while they are those of this ``attempt``. ``conn``: of
    ``tables.connect``, its own. ``discarded``: the ids of events that a person took out for good."""

    def __init__(self, conn: Connection, inbox: Inbox, attempt: UUID, discarded: Iterable[UUID] = ()) -> None:
        self._conn = conn
        self._inbox = inbox
        self._attempt = attempt
        self._discarded = frozenset(discarded)
        conn.execute("SET client_min_messages = warning")
        conn.execute("SET plan_cache_mode = force_custom_plan")  # tables grow from nothing: no plan stays good

    def receive(self, batch: Sequence[Arrived]) -> None:
        """All of them, each once; what cannot be handled is set aside with its key, as ever. Raises Abandoned, and
        psycopg.Error when the database cannot be used."""
        if not batch:
            return
        try:
            self.receive_together(batch)
        except NotTogether:
            if len(batch) <= ONE_BY_ONE:
                self._one_by_one(batch)
                return
            self.receive(batch[: len(batch) // 2])
            self.receive(batch[len(batch) // 2 :])

    def receive_together(self, batch: Sequence[Arrived]) -> None:
        """In one transaction, or not at all. Raises NotTogether when an event needs the inbox' own way, Abandoned, and
        psycopg.Error when the database cannot be used."""
        try:
            try:
                self._together(batch, set())
            except SomeKnown:
                self._together(batch, self._known(batch))
        except Exception as problem:  # the inbox will meet it again, say what it is, and keep the event
            if isinstance(problem, Abandoned) or unusable(self._conn, problem):
                raise
            raise NotTogether from problem

    def _together(self, batch: Sequence[Arrived], known: set[UUID]) -> None:
        with self._conn.transaction():
            self._still_ours()
            tx = Gathering(self._conn, self._inbox.service, clock.now(), Cause(), anew=True)
            for arrived in self._new(tx, batch, known):
                tx.message = arrived.envelope
                self._inbox.handle(tx, arrived.envelope)
            tx.write_all()

    def _known(self, batch: Sequence[Arrived]) -> set[UUID]:
        """Asked only when there are some: a rebuild seldom meets an event again."""
        ids = [one.envelope.id for one in batch]
        return {id_ for (id_,) in self._conn.execute("SELECT event_id FROM inbox WHERE event_id = ANY(%s)", [ids])}

    def _still_ours(self) -> None:
        """In a transaction this also keeps the tables there until its end."""
        try:
            found = self._conn.execute("SELECT 1 FROM rebuilding.attempt WHERE id = %s", (self._attempt,)).fetchone()
        except psycopg.errors.UndefinedTable:
            found = None
        if not found:
            raise Abandoned

    def _new(self, tx: Gathering, batch: Sequence[Arrived], known: set[UUID]) -> list[Arrived]:
        """What of the batch is to be handled; all of it is recorded. Raises NotTogether."""
        waiting = {key for (key,) in self._conn.execute("SELECT key FROM waiting_keys")}
        found: list[Arrived] = []
        for one in batch:
            envelope = one.envelope
            discarded = envelope.id in self._discarded
            if not discarded and (one.problem or envelope.key in waiting):
                raise NotTogether  # unreadable, or behind an event that waits
            if one.at:
                tx.put(PLACES, (one.at.topic, one.at.partition, one.at.offset + 1))
            tx.put(HEADS, (envelope.publisher, envelope.subject, envelope.version))
            if envelope.id in known or not self._inbox.listens_to(envelope.type):
                continue
            known.add(envelope.id)
            tx.put(RECEIVED, (envelope.id, envelope.type, envelope.key))
            if envelope.data is not None and not discarded:
                found.append(one)
        return found

    def _one_by_one(self, batch: Sequence[Arrived]) -> None:
        for one in batch:
            self._still_ours()
            if one.envelope.id in self._discarded:
                self.receive_together([one])
            elif one.problem:
                self._inbox.set_aside(self._conn, one.envelope, one.at, one.problem)
            else:
                self._inbox.handle_once(self._conn, one.envelope, one.at)


class Abandoned(RuntimeError):
    """The rebuild that these tables were made for has ended: they are gone, or another's."""


class NotTogether(RuntimeError):
    """A batch holds an event that must be received by itself."""
