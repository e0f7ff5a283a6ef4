"""What a route does: run one command, in one transaction, or read."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from types import NoneType
from typing import Annotated, Any, TypeVar, overload

from fastapi import Depends, Header, Request, Response
from psycopg import errors as pg
from pydantic import TypeAdapter

from shared.db import Cause, Database, Tx, transaction_on
from shared.http.idempotency import Once, hash_of, read_key
from shared.tokens import Caller

View = TypeVar("View")


class Command:
    """A change asked for over HTTP. ``run`` it once."""

    def __init__(self, request: Request, response: Response, key: str | None, request_hash: str) -> None:
        self._request = request
        self._response = response
        self._key = key
        self._request_hash = request_hash

    @property
    def cause(self) -> Cause:
        return cause_of(self._request)

    @overload
    def run(self, view: None, work: Callable[[Tx], object]) -> None: ...
    @overload
    def run(self, view: type[View], work: Callable[[Tx], View]) -> View: ...
    def run(self, view: Any, work: Callable[[Tx], Any]) -> Any:
        """Do the work in one transaction and answer its ``view`` (None: no answer). With an Idempotency-Key the answer
        is kept, and given again when the same is asked again. A deadlock is tried once more."""
        db: Database = self._request.app.state.db
        try:
            return self._attempt(db, view, work)
        except (pg.DeadlockDetected, pg.SerializationFailure):
            return self._attempt(db, view, work)

    def _attempt(self, db: Database, view: Any, work: Callable[[Tx], Any]) -> Any:
        with db.transaction(self.cause) as tx:
            once = self._once()
            given = once.answer_given(tx) if once else None
            if given is not None:
                self._response.headers["Idempotency-Replayed"] = "true"
                return _shape(view).validate_json(given)
            answer = work(tx)
            if view is None:
                answer = None
            if once:
                once.store(tx, _shape(view).dump_json(answer).decode())
            return answer

    def _once(self) -> Once | None:
        if self._key is None:
            return None
        caller = _caller(self._request)
        if caller:
            asker = f"{caller.actor}@{caller.organisation or ''}"
        else:  # a person's own link: the path holds their secret
            asker = f"link:{hashlib.sha256(self._request.url.path.encode()).hexdigest()}"
        return Once(asker, self._key, self._request_hash)


class Read:
    """A question asked over HTTP."""

    def __init__(self, request: Request) -> None:
        self._request = request

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """A read-only transaction: a write in it fails."""
        db: Database = self._request.app.state.db
        with db.pool.connection() as conn:
            conn.read_only = True  # said with BEGIN, so it costs no round trip
            try:
                with transaction_on(conn, db.service, cause_of(self._request)) as tx:
                    yield tx
            finally:
                if not conn.closed:
                    conn.read_only = None


_Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="The same command with the same key takes effect once and answers the same, for 30 days at least.",
        json_schema_extra={"minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$"},
    ),
]
"""For the OpenAPI document; ``read_key`` judges it, in words of ours."""


async def _command(request: Request, response: Response, idempotency_key: _Key = None) -> Command:  # noqa: ARG001
    key = read_key(request)
    return Command(request, response, key, await hash_of(request) if key else "")


async def _read(request: Request) -> Read:
    return Read(request)


Commands = Annotated[Command, Depends(_command)]
Reads = Annotated[Read, Depends(_read)]


def cause_of(request: Request) -> Cause:
    """Why what follows happens: the request's correlation id and who sent it."""
    caller = _caller(request)
    return Cause(request.state.correlation_id, None, caller.actor if caller else None)


def _caller(request: Request) -> Caller | None:
    caller: Caller | None = getattr(request.state, "caller", None)
    return caller


@cache
def _shape(view: Any) -> TypeAdapter[Any]:
    return TypeAdapter(NoneType if view is None else view)
