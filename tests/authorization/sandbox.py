"""Every call leaves the world as it was: an application runs on one transaction that is rolled back, its own
transactions are savepoints in it, and what it wrote is seen by a fingerprint of every table."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import psycopg
from fastapi import FastAPI
from psycopg import sql

from shared.db import Cause, Tx, transaction_on


class ReadOnly:
    """The connection of a reading route: its transaction is a savepoint in which a write fails."""

    def __init__(self, conn: psycopg.Connection[Any]) -> None:
        self._conn = conn
        self.closed = False
        self.read_only: bool | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._conn, name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._conn.transaction():
            if self.read_only:
                self._conn.execute("SET LOCAL transaction_read_only = on")
            yield


class Sandbox:
    """Stands in ``app.state.db``: a Database whose transactions nobody outside ever sees."""

    def __init__(self, conn: psycopg.Connection[Any], service: str) -> None:
        self.conn = conn
        self.service = service
        self.pool = self  # a route that reads asks the pool
        self._tables = conn.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1"
        ).fetchall()
        counted = [
            sql.SQL("SELECT {}, count(*), coalesce(sum(hashtext(t::text)), 0) FROM {} t").format(
                name, sql.Identifier(t)
            )
            for (t,) in self._tables
            for name in [sql.Literal(t)]
        ]
        self._counting = sql.SQL(" UNION ALL ").join(counted)

    @contextmanager
    def connection(self) -> Iterator[ReadOnly]:
        yield ReadOnly(self.conn)

    @contextmanager
    def transaction(self, cause: Cause | None = None) -> Iterator[Tx]:
        with transaction_on(self.conn, self.service, cause or Cause()) as tx:
            yield tx

    def rows(self) -> dict[str, tuple[int, int]]:
        """Of each table how many rows it holds and what they come to: a write anywhere changes it."""
        found = self.conn.execute(self._counting).fetchall()
        return {table: (count, hashed) for table, count, hashed in found}

    @contextmanager
    def undone(self) -> Iterator[None]:
        """What happens in here has not happened afterwards."""
        with self.conn.transaction(force_rollback=True):
            yield


@contextmanager
def sandboxed(app: FastAPI, url: str, service: str) -> Iterator[Sandbox]:
    """The application on its own database, in a transaction that ends with nothing done."""
    real = app.state.db
    with psycopg.connect(url) as conn, conn.transaction(force_rollback=True):
        sandbox = Sandbox(conn, service)
        app.state.db = cast("Any", sandbox)
        try:
            yield sandbox
        finally:
            app.state.db = real
