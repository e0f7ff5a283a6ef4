"""Commands whose answer must not be kept by the kernel under an Idempotency-Key: it holds a name or a key, or the
command remembers by itself what came before. They ignore that header. And reads that are noted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from psycopg import errors as pg

from shared.db import Database, Tx
from shared.http.commands import cause_of

View = TypeVar("View")


class UnkeptCommand:
    def __init__(self, request: Request) -> None:
        self._request = request

    def run(self, work: Callable[[Tx], View]) -> View:
        """Do the work in one transaction. A deadlock is tried once more."""
        try:
            return self._attempt(work)
        except (pg.DeadlockDetected, pg.SerializationFailure):
            return self._attempt(work)

    def _attempt(self, work: Callable[[Tx], View]) -> View:
        db: Database = self._request.app.state.db
        with db.transaction(cause_of(self._request)) as tx:
            return work(tx)


class NotedRead:
    """A question whose answer leaves a row: who was shown what."""

    def __init__(self, request: Request) -> None:
        self._request = request

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        db: Database = self._request.app.state.db
        with db.transaction(cause_of(self._request)) as tx:
            yield tx


async def _noted(request: Request) -> NotedRead:
    return NotedRead(request)


NotedReads = Annotated[NotedRead, Depends(_noted)]


async def _unkept(request: Request) -> UnkeptCommand:
    return UnkeptCommand(request)


UnkeptCommands = Annotated[UnkeptCommand, Depends(_unkept)]
