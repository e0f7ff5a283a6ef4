"""Bugs of the kind that lose or double something, planted in a process from outside: each replaces one function of the
product by a version that somebody might have written. The checker is worth what it catches of them."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tests.chaos import points

GAP = "planted.gap"
"""A crash point inside a planted bug, where a crash does the harm."""
FRONT = ("intake", "intake-worker", "portal-worker")
MONEY = ("intake", "intake-worker", "matching-worker", "subsidies-worker")


@dataclass(frozen=True)
class Planted:
    """``script``: what the harness does meanwhile (tests/chaos/planting.py); ``shows``: words of the violation that it
    must lead to, whatever else is found."""

    what: str
    install: Callable[[], None]
    script: str
    shows: str
    processes: tuple[str, ...] = FRONT


def no_inbox() -> None:
    from shared.messaging import inbox

    inbox._record = lambda tx, envelope, at: True


def inbox_outside_the_transaction() -> None:
    from shared.messaging import inbox

    def handle_once_raising(self: Any, conn: Any, envelope: Any, at: Any = None) -> Any:
        with self.transaction(conn, envelope) as tx:
            tx.lock(envelope.key)
            if not inbox._record(tx, envelope, at):
                return inbox.Outcome.DUPLICATE
        points.at(GAP)
        with self.transaction(conn, envelope) as tx:
            tx.lock(envelope.key)
            self.handle(tx, envelope)
        return inbox.Outcome.HANDLED

    inbox.Inbox.handle_once_raising = handle_once_raising  # type: ignore[method-assign]


def offset_before_commit() -> None:
    from shared.messaging.consumer import Consumer

    async def run_queue(self: Any) -> None:
        loop = asyncio.get_running_loop()
        while True:
            batch = [await self._queue.get()]
            while not self._queue.empty():
                batch.append(self._queue.get_nowait())
            for _, event in batch:
                event.ack()
            await asyncio.sleep(0.7)  # a slow handler; offsets are committed every half second
            points.at(GAP)
            await loop.run_in_executor(self._thread, self._handle_in_order, batch)

    Consumer.run_queue = run_queue  # type: ignore[method-assign]


def relay_deletes_before_the_acknowledgement() -> None:
    _relay_that(deletes_first=True)


def relay_with_a_cursor() -> None:
    _relay_that(cursor=True)


def _relay_that(*, deletes_first: bool = False, cursor: bool = False) -> None:
    from psycopg.rows import class_row

    from shared.events.base import topic_of
    from shared.messaging import relay

    async def send_batch(self: Any, conn: Any, producer: Any) -> int:
        sql = relay._TO_SEND
        if cursor:
            sql = sql.replace("ORDER BY", f"WHERE position > {getattr(self, 'last', 0)} ORDER BY")
        rows = await (await conn.cursor(row_factory=class_row(relay.JournalRow)).execute(sql, (500,))).fetchall()
        if not rows:
            return 0
        delete = "DELETE FROM outbox WHERE position = ANY(%s)", ([row.position for row in rows],)
        if deletes_first:
            await conn.execute(*delete)
            points.at(GAP)
        for e in (row.envelope(self._service) for row in rows):
            await producer.send_and_wait(topic_of(self._service), e.data, key=e.key.encode(), headers=e.headers())
        if not deletes_first:
            await conn.execute(*delete)
        self.last = rows[-1].position
        return len(rows)

    relay.Relay._send_batch = send_batch  # type: ignore[method-assign]


def two_relays() -> None:
    from shared.messaging.relay import Relay

    async def at_once(self: Any, conn: Any) -> None:
        self.holds_lock = True

    Relay._until_alone = at_once  # type: ignore[method-assign]


def duplicates_known_by_content() -> None:
    from shared.messaging import inbox

    original = inbox._record

    def record(tx: Any, envelope: Any, at: Any) -> bool:
        content = f"{envelope.type} {envelope.key} {envelope.data!r}"
        return original(tx, replace(envelope, id=uuid5(NAMESPACE_URL, content)), at)

    inbox._record = record


def retry_without_key() -> None:
    from shared.http.commands import Command

    Command._once = lambda self: None  # type: ignore[method-assign]


def event_set_aside_without_its_key() -> None:
    from shared.messaging import inbox

    setattr(inbox, "state_of", lambda tx, key: None)  # noqa: B010  # a name that it only imports


def failed_event_is_dropped() -> None:
    from shared.messaging import inbox

    def dropped(self: Any, *arguments: Any) -> Any:
        return inbox.Outcome.FAILED

    inbox.Inbox.set_aside = dropped  # type: ignore[method-assign,assignment]


def backlog_acknowledged_though_not_stored() -> None:
    """One event of a backlog fails, nothing of it is stored, and all of it is acknowledged."""
    from shared.messaging import consumer
    from shared.messaging.inbox import Outcome

    original = consumer.receive_together

    def received(conn: Any, inbox: Any, batch: Any) -> Any:
        return original(conn, inbox, batch) or [Outcome.HANDLED] * len(batch)

    setattr(consumer, "receive_together", received)  # noqa: B010  # a name that it only imports


def order_by_the_clock() -> None:
    from shared.messaging import relay

    relay._TO_SEND = relay._TO_SEND.replace("ORDER BY position", "ORDER BY j.occurred_at")


def lost_notify() -> None:
    from shared import wake
    from shared.messaging import relay

    async def woken(conn: Any) -> None:
        async for _ in conn.notifies(stop_after=1):
            pass

    wake.Waker.wake = lambda self: None  # type: ignore[method-assign]
    relay._woken = woken


def money_as_float() -> None:
    from services.subsidies.domain import computation

    def times(cents: int, factor: Decimal) -> int:
        dollars = float(cents) / 100 * float(factor)
        return int(dollars * 100)

    setattr(computation, "times", times)  # noqa: B010


def published_after_the_commit() -> None:
    """In the API: what happened is told when it is certain, in a transaction of its own."""
    from contextlib import contextmanager

    from shared import db
    from shared.messaging import outbox

    original, transaction = outbox.publish, db.Database.transaction

    def later(tx: Any, event: Any) -> Any:
        tx.later = [*getattr(tx, "later", []), event]
        return outbox.Published(uuid5(NAMESPACE_URL, f"{time.time()}"), 1)

    @contextmanager
    def then_publish(self: Any, cause: Any = None) -> Any:
        with transaction(self, cause) as tx:
            yield tx
        if told := getattr(tx, "later", []):
            points.at(GAP)
            with transaction(self, cause) as tx:
                for event in told:
                    original(tx, event)

    outbox.publish = later
    db.Database.transaction = then_publish  # type: ignore[method-assign]


def answer_kept_in_advance() -> None:
    """The answer under an Idempotency-Key is committed before the effect is."""
    import psycopg

    from shared.http.idempotency import Once

    def store(self: Any, tx: Any, answer: str) -> None:
        info = tx.conn.info
        with psycopg.connect(info.dsn, password=info.password, autocommit=True) as other:
            other.execute(
                """INSERT INTO idempotency_keys (caller, key, request_hash, answer, answered_at)
                   VALUES (%s, %s, %s, %s, %s)""",
                (self.caller, self.key, self.request_hash, f"{' '.join(sorted(tx.locked))}\n{answer}", tx.now),
            )
        points.at(GAP)

    Once.store = store  # type: ignore[method-assign]


PLANTED = {
    bug.install.__name__: bug
    for bug in (
        Planted("no inbox", no_inbox, "copies", "times"),
        Planted("the inbox outside the transaction", inbox_outside_the_transaction, "gap in portal-worker",
                "did not apply it"),
        Planted("the offset before the commit", offset_before_commit, "gap in portal-worker", "never received"),
        Planted("the relay deletes before the broker has it", relay_deletes_before_the_acknowledgement,
                "gap in intake-worker", "never came on the bus"),
        Planted("two relays", two_relays, "second member", "twice though nothing had failed"),
        Planted("a relay with a cursor", relay_with_a_cursor, "slow database", "left in its outbox"),
        Planted("duplicates known by their content", duplicates_known_by_content, "calm", "C4 portal"),
        Planted("a retry without its key", retry_without_key, "calm", "took effect 2 times"),
        Planted("an event set aside without its key", event_set_aside_without_its_key, "failing handlers",
                "applied version"),
        Planted("a failed event is dropped", failed_event_is_dropped, "failing handlers", "never received"),
        Planted("a backlog acknowledged though not stored", backlog_acknowledged_though_not_stored, "failing handlers",
                "never received"),
        Planted("order by the clock", order_by_the_clock, "clock goes back", "C5 intake.events"),
        Planted("a lost NOTIFY", lost_notify, "calm", "left in its outbox"),
        Planted("money as float", money_as_float, "calm", "C8", MONEY),
        Planted("published after the commit", published_after_the_commit, "gap in intake", "took effect 0 times"),
        Planted("the answer is kept in advance", answer_kept_in_advance, "gap in intake", "took effect 0 times"),
    )
}  # fmt: skip
