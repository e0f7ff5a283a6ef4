"""The services without processes: real handlers, inbox, waiting keys, retry and timers on real PostgreSQL; between them
a bus in memory that delays, repeats and reorders as Kafka may. One transaction for each service, rolled back at the
end; what would be a transaction of its own is a savepoint in it."""

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from importlib import import_module
from typing import Any, Concatenate, LiteralString, ParamSpec, TypeVar

import psycopg
from psycopg.rows import dict_row

from deploy.local.processes import SERVICES
from shared import clock
from shared.db import Cause, Tx, transaction_on
from shared.events.base import Envelope
from shared.messaging.firing import fire_due_timers
from shared.messaging.inbox import Inbox, Subscription
from shared.messaging.retry import retry_key
from shared.timers import Timer
from tests.chaos.checks_of_services import envelope

P = ParamSpec("P")
T = TypeVar("T")
SLOTS = 3  # partitions
PUBLISHERS = tuple(s for s in SERVICES if s != "portal")
APPLIED = """
    CREATE TEMP TABLE applied (
        seq bigint GENERATED ALWAYS AS IDENTITY, event_id uuid, publisher text, subject text, version bigint, key text
    )"""


class Crash(Exception):
    """The process died here: nothing was committed, the message comes again."""


class WatchedInbox(Inbox):
    """Writes down what it applies, in the handler's transaction. ``trouble``: what the next handler runs into."""

    trouble: Exception | None = None

    def handle(self, tx: Tx, envelope: Envelope) -> None:
        super().handle(tx, envelope)
        tx.run(
            "INSERT INTO applied (event_id, publisher, subject, version, key) VALUES (%s, %s, %s, %s, %s)",
            (envelope.id, envelope.publisher, envelope.subject, envelope.version, envelope.key),
        )
        trouble, self.trouble = self.trouble, None
        if trouble:
            raise trouble


@dataclass
class Running:
    """One service. ``read``: its position in each partition of each topic."""

    name: str
    conn: psycopg.Connection[Any]
    inbox: WatchedInbox
    consumes: tuple[Subscription, ...]
    timers: tuple[Timer, ...]
    read: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    sent_up_to: int = 0

    def rows(self, sql: LiteralString, params: Any = None) -> list[dict[str, Any]]:
        return self.conn.cursor(row_factory=dict_row).execute(sql, params).fetchall()


@dataclass
class World:
    """``logs``: what lies in each partition of each topic, in order, copies too."""

    services: Mapping[str, Running]
    logs: dict[tuple[str, int], list[Envelope]] = field(default_factory=lambda: defaultdict(list))
    steps: int = 0

    def command(self, service: str, act: Callable[Concatenate[Tx, P], T], *args: P.args, **named: P.kwargs) -> T:
        """Raises what it raises, and then left nothing."""
        with transaction_on(self.services[service].conn, service, Cause(actor="service:test")) as tx:
            return act(tx, *args, **named)

    def command_that_crashes(self, service: str, act: Callable[[Tx], object]) -> None:
        """The process dies before the commit."""
        try:
            with transaction_on(self.services[service].conn, service, Cause(actor="service:test")) as tx:
                act(tx)
                raise Crash
        except Crash:
            return

    def relay(self, publisher: str, most: int) -> int:
        """Up to so many facts of the outbox go to the bus."""
        running = self.services[publisher]
        rows = running.rows(
            "SELECT * FROM journal WHERE position > %s ORDER BY position LIMIT %s", (running.sent_up_to, most)
        )
        for row in rows:
            sent = envelope(publisher, row)
            self.logs[publisher, slot_of(sent.key)].append(sent)
            running.sent_up_to = row["position"]
        return len(rows)

    def send_again(self, publisher: str, slot: int, number: int) -> None:
        """The relay died after sending: a fact lies on the bus twice, the second time behind later ones."""
        log = self.logs[publisher, slot]
        if log:
            log.append(log[number % len(log)])

    def deliver(self, consumer: str, publisher: str, slot: int, most: int) -> int:
        running, log = self.services[consumer], self.logs[publisher, slot]
        at = running.read[publisher, slot]
        taken = log[at : at + most]
        for number, each in enumerate(taken):
            try:
                outcome = running.inbox.handle_once(running.conn, each)
            except psycopg.OperationalError:  # as of a connection that was lost: the message comes again
                return number
            if outcome == "queued":
                retry_key(running.conn, running.inbox, each.key)
            running.read[publisher, slot] = at + number + 1
            self.steps += 1
        return len(taken)

    def rewind(self, consumer: str, publisher: str, slot: int, count: int) -> None:
        """The offset was not committed: the last ones come once more."""
        read = self.services[consumer].read
        read[publisher, slot] = max(0, read[publisher, slot] - count)

    def retry(self, service: str) -> int:
        """Waiting keys are tried as if their time had come; how many events were applied."""
        running = self.services[service]
        before = self._applied(running)
        running.conn.execute("UPDATE waiting_keys SET next_at = now(), state = 'waiting'")
        for row in running.rows("SELECT key FROM waiting_keys ORDER BY key"):
            retry_key(running.conn, running.inbox, row["key"])
        return self._applied(running) - before

    def fire(self, service: str) -> int:
        running = self.services[service]
        return fire_due_timers(running.conn, service, running.timers) if running.timers else 0

    def live_until(self, day: date) -> None:
        """Nine o'clock of that day, America/Toronto. Nothing fires by itself."""
        at = datetime.combine(day, time(9), clock.PROGRAMME_ZONE)
        clock.set_offset(max(at - datetime.now(UTC), clock.offset()))

    def settle(self) -> None:
        """Everything that is on its way arrives."""
        for _ in range(200):
            moved = sum(self.relay(p, 10_000) for p in PUBLISHERS)
            moved += sum(
                self.deliver(c, p, slot, 10_000)
                for c in SERVICES for p in PUBLISHERS if c != p for slot in range(SLOTS)
            )  # fmt: skip
            moved += sum(self.retry(s) for s in SERVICES)
            moved += sum(self.fire(s) for s in SERVICES)
            if not moved:
                return
        raise AssertionError("it never becomes quiet")

    @staticmethod
    def _applied(running: Running) -> int:
        row = running.conn.execute("SELECT count(*) FROM applied").fetchone()
        return int(row[0]) if row else 0


def slot_of(key: str) -> int:
    return zlib.crc32(key.encode()) % SLOTS


@contextmanager
def world_of(connections: Mapping[str, psycopg.Connection[Any]]) -> Iterator[World]:
    """On open connections; leaves nothing in the databases."""
    running = {}
    for name, conn in connections.items():
        conn.rollback()
        conn.execute(APPLIED)
        consumers = import_module(f"services.{name}.consumers")
        inbox = WatchedInbox(name, consumers.CONSUMES)
        running[name] = Running(name, conn, inbox, consumers.CONSUMES, getattr(consumers, "TIMERS", ()))
    try:
        yield World(running)
    finally:
        for conn in connections.values():
            conn.rollback()


def violations(world: World) -> Iterator[str]:
    """C3, C4, C5 and C9 of a settled world."""
    journals = {
        name: running.rows("SELECT * FROM journal ORDER BY position") for name, running in world.services.items()
    }
    events = {row["event_id"]: {**row, "publisher": name} for name, rows in journals.items() for row in rows}
    erased = {row["key"] for row in events.values() if row["type"].endswith("candidate_erased.v1")}
    for name, running in world.services.items():
        versions: dict[str, list[int]] = defaultdict(list)
        for row in journals[name]:
            versions[row["subject"]].append(row["version"])
        yield from (f"C5 {name} {s}: {v}" for s, v in versions.items() if v != list(range(1, len(v) + 1)))
        yield from _wrongly_applied(running, events, erased)
        for row in running.rows("SELECT key, waits_for, error FROM waiting_keys"):
            yield f"C9 {name}: {row['key']} waits for ever: {row['waits_for'] or row['error']}"
        for row in running.rows("SELECT kind, error FROM timers WHERE error IS NOT NULL"):
            yield f"C9 {name}: the timer {row['kind']} fails: {row['error']}"


def _wrongly_applied(running: Running, events: dict[Any, dict[str, Any]], erased: set[str]) -> Iterator[str]:
    types = {s.event.type for s in running.consumes}
    times: dict[Any, int] = defaultdict(int)
    last: dict[tuple[str, str], int] = {}
    for row in running.rows("SELECT * FROM applied ORDER BY seq"):
        times[row["event_id"]] += 1
        chain = (row["publisher"], row["subject"])
        if row["version"] <= last.get(chain, 0):
            yield f"C5 {running.name} applied version {row['version']} of {chain[1]} after {last[chain]}"
        last[chain] = max(row["version"], last.get(chain, 0))
        if row["event_id"] not in events:
            yield f"C3 {running.name} applied {row['event_id']}, which nobody published"
    for id_, event in events.items():
        if event["type"] in types and event["publisher"] != running.name:
            least = 0 if event["key"] in erased or event["data"] is None else 1
            if not least <= times[id_] <= 1:
                yield f"C4 {running.name} applied {event['type']} {id_} {times[id_]} times"
