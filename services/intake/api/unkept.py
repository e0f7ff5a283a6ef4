"""Commands whose answer must not be kept: it holds a name or a key. They ignore the Idempotency-Key header, under which
the kernel would keep the answer."""

from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from shared.db import Database, Tx
from shared.http.commands import cause_of

View = TypeVar("View")


class UnkeptCommand:
    def __init__(self, request: Request) -> None:
        self._request = request

    def run(self, work: Callable[[Tx], View]) -> View:
        """Do the work in one transaction."""
        db: Database = self._request.app.state.db
        with db.transaction(cause_of(self._request)) as tx:
            return work(tx)


async def _unkept(request: Request) -> UnkeptCommand:
    return UnkeptCommand(request)


UnkeptCommands = Annotated[UnkeptCommand, Depends(_unkept)]
