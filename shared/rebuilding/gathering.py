"""Many events in one transaction: the service's own handlers say what to write, the rows are gathered, and each
statement runs once for all of them. What goes wrong in a batch is received again one by one, by the inbox."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

from shared import clock
from shared.db import Cause, Tx
from shared.events.base import Envelope, UnreadableEvent
from shared.messaging.inbox import Inbox, Position, unusable
from shared.writes import Write

ONE_BY_ONE = 20  # a batch that fails is halved until it is this small
WHERE_KEYS_MEET = (4, 6)
Connection = psycopg.Connection[Any]

_RECEIVED = Write(
    "event_id uuid, type text, key text",
    "INSERT INTO inbox (event_id, type, key) SELECT * FROM new ON CONFLICT DO NOTHING",
)
_HEADS = Write(
    "publisher text, subject text, version bigint",
    """INSERT INTO inbox_heads AS h (publisher, subject, version)
       SELECT publisher, subject, max(version) FROM new GROUP BY publisher, subject
       ON CONFLICT (publisher, subject) DO UPDATE SET version = greatest(h.version, excluded.version)""",
)
_PLACES = Write(
    "topic text, partition int, next_offset bigint",
    """INSERT INTO inbox_offsets AS o (topic, partition, next_offset)
       SELECT topic, partition, max(next_offset) FROM new GROUP BY topic, partition ORDER BY topic, partition
       ON CONFLICT (topic, partition) DO UPDATE SET next_offset = greatest(o.next_offset, excluded.next_offset)""",
)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message. ``at``: its place on the live topic; None on a replay topic, whose places count for nothing."""

    envelope: Envelope
    at: Position | None = None
    problem: UnreadableEvent | None = None


@dataclass
class Gathering(Tx):
    """A transaction in which handlers can only put. What is put into one row keeps its order: a statement that runs
    before one that the row has already reached, or the same again, belongs to the next stage. Rows in which several
    keys meet come last and under a lock, or two processes would wait for each other."""

    gathered: dict[Write, list[Sequence[Any]]] = field(default_factory=dict)
    stages: dict[Any, tuple[int, int]] = field(default_factory=dict)

    def lock(self, *keys: str) -> None:
        """Nobody else writes to tables that are not in service yet."""

    def gathers(self) -> bool:
        return True

    def value(self, *_: Any, **__: Any) -> Any:
        raise MayNotAsk

    rows = row = value

    def put(self, write: Write, *rows: Sequence[Any]) -> None:
        into, order = self.gathered.setdefault(write, []), write.order
        for row in rows:
            stage = 0
            if self.message and not write.meets:
                stage, reached = self.stages.get(row[0], (0, -1))
                if order <= reached:
                    stage += 1
                self.stages[row[0]] = (stage, order)
            into.append((stage, *row))

    def write_all(self) -> None:
        """Raises SomeKnown when one of the events was received before."""
        steps: dict[tuple[bool, int, int], Write] = {}
        with self.conn.cursor() as cursor:
            for write, rows in self.gathered.items():
                cursor.execute(write.STAGED)
                with cursor.copy(write.COPY) as copy:
                    for row in rows:
                        copy.write_row(row)
                steps |= {(write.meets, stage, write.order): write for stage in {row[0] for row in rows}}
            locked = False
            for (meets, stage, _), write in sorted(steps.items(), key=lambda step: step[0]):
                if meets and not locked:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", WHERE_KEYS_MEET)
                    locked = True
                cursor.execute(write.ALL, (stage,))
                if write is _RECEIVED and cursor.rowcount < len(self.gathered[write]):
                    raise SomeKnown


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
            tx = Gathering(self._conn, self._inbox.service, clock.now(), Cause())
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
                tx.put(_PLACES, (one.at.topic, one.at.partition, one.at.offset + 1))
            tx.put(_HEADS, (envelope.publisher, envelope.subject, envelope.version))
            if envelope.id in known or not self._inbox.listens_to(envelope.type):
                continue
            known.add(envelope.id)
            tx.put(_RECEIVED, (envelope.id, envelope.type, envelope.key))
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


class MayNotAsk(TypeError):
    """A read model's handler asked something: what it put before is not written yet. It may only put."""


class Abandoned(RuntimeError):
    """The rebuild that these tables were made for has ended: they are gone, or another's."""


class SomeKnown(RuntimeError):
    """Among these events are some that were received before."""


class NotTogether(RuntimeError):
    """A batch holds an event that must be received by itself."""
