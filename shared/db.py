"""One transaction at a time on psycopg 3. Only the two edges open one: an API command and a consumed event."""

import select
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, LiteralString, TypeVar
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from shared import clock
from shared.connections import STEADY
from shared.events.base import Envelope
from shared.observing.traces import around
from shared.wake import Waker
from shared.writes import Write

Row = TypeVar("Row")
Params = Mapping[str, Any] | Sequence[Any] | None


@dataclass(frozen=True)
class Cause:
    """Why something happens: carried from a request through every event that follows from it.
    ``actor`` is ``role:id`` or ``service:name``; never a name."""

    correlation_id: UUID = field(default_factory=uuid4)
    causation_id: UUID | None = None
    actor: str | None = None


@dataclass
class Tx:
    """A running transaction: the connection, the moment it stands for (programme time) and its cause."""

    conn: psycopg.Connection[Any]
    service: str
    now: datetime
    cause: Cause
    message: Envelope | None = None  # the event being handled; None in a command or a timer
    published: int = 0
    timer: str | None = None  # the kind of the timer that fires
    result: str | None = None  # how it ended, for its trace
    locked: set[str] = field(default_factory=set)

    def lock(self, *keys: str) -> None:
        """Take the locks of several cases to the transaction's end, in sorted order so that two commands never wait
        for each other. Everything that publishes about a case holds its lock."""
        for key in sorted(set(keys) - self.locked):
            self.conn.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (key,))
            self.locked.add(key)

    def run(self, sql: LiteralString, params: Params = None) -> int:
        """Execute a statement; the number of rows it touched."""
        return self.conn.execute(sql, params).rowcount

    def rows(self, model: type[Row], sql: LiteralString, params: Params = None) -> list[Row]:
        """Every row as ``model``, a dataclass with one field per column."""
        return self.conn.cursor(row_factory=class_row(model)).execute(sql, params).fetchall()

    def row(self, model: type[Row], sql: LiteralString, params: Params = None) -> Row | None:
        """The first row as ``model``, or None."""
        return self.conn.cursor(row_factory=class_row(model)).execute(sql, params).fetchone()

    def value(self, sql: LiteralString, params: Params = None) -> Any:
        """The first column of the first row, or None."""
        found = self.conn.execute(sql, params).fetchone()
        return found[0] if found else None

    def put(self, write: Write, *rows: Sequence[Any]) -> None:
        """Bring rows into a table. What only puts, and asks nothing, can also be put for many events at a time."""
        if len(rows) == 1:
            self.conn.execute(write.ONE, rows[0])
        elif rows:
            with self.conn.cursor() as cursor:
                cursor.executemany(write.ONE, rows)

    def gathers(self) -> bool:
        """Whether what is put is only gathered now and written later, so that nothing can be asked in between."""
        return False

    def makes_anew(self) -> bool:
        """Whether a whole read model is being made, which its ``finish`` completes."""
        return False


class Database:
    """A service's own database. ``open`` it before use; ``transaction`` commits at the end and rolls back on any
    exception. After a commit that published, the relay is woken."""

    def __init__(self, url: str, service: str, *, connections: int = 10) -> None:
        self.url = url
        self.service = service
        self.waker = Waker(url)
        self.pool = ConnectionPool(
            url,
            min_size=1,
            max_size=connections,
            open=False,
            kwargs={"application_name": f"interconnexion-{service}", **STEADY},
            check=_check,
        )

    def open(self) -> None:
        self.pool.open()
        self.waker.start()

    def close(self) -> None:
        self.waker.stop()
        self.pool.close()

    @contextmanager
    def transaction(self, cause: Cause | None = None) -> Iterator[Tx]:
        with (
            self.pool.connection() as conn,
            transaction_on(conn, self.service, cause or Cause(), wake=self.waker.wake) as tx,
        ):
            yield tx

    @contextmanager
    def asking(self) -> Iterator[Tx]:
        """For one question: without BEGIN and COMMIT around it, which would be two round trips more."""
        with self.pool.connection() as conn:
            conn.autocommit = True
            try:
                yield Tx(conn, self.service, clock.now(), Cause())
            finally:
                if not conn.closed:
                    conn.autocommit = False


def _check(conn: psycopg.Connection[Any]) -> None:
    """Without a round trip: of an idle connection there is something to read only when the server ended it, or tells
    of a setting; then it is asked. Raises psycopg.OperationalError when it is unusable, and the pool takes another."""
    waiting = select.poll()
    waiting.register(conn.fileno(), select.POLLIN)
    if waiting.poll(0):
        ConnectionPool.check_connection(conn)


@contextmanager
def transaction_on(
    conn: psycopg.Connection[Any],
    service: str,
    cause: Cause,
    message: Envelope | None = None,
    wake: Callable[[], None] | None = None,
) -> Iterator[Tx]:
    """A transaction on a connection of the caller's: commits at the end, rolls back on any exception. After a commit
    that published, ``wake`` is called."""
    tx = Tx(conn, service, clock.now(), cause, message)
    with around(tx), conn.transaction():
        yield tx
    if wake and tx.published:
        wake()
