"""What a request makes the database do: its statements as they were executed, to be executed bare, and how many round
trips they took, counted on the wire."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg

from tests.servers import Servers

Statement = tuple[Any, Any]  # SQL, parameters
Transactions = list[list[Statement]]


@contextmanager
def recorded() -> Iterator[Transactions]:
    """Every transaction of this process while the block runs, each with its statements and their parameters."""
    found: Transactions = []
    execute, transaction = psycopg.Cursor.execute, psycopg.Connection.transaction

    def note(self: Any, query: Any, params: Any = None, **more: Any) -> Any:
        if found and query and not str(query).startswith("NOTIFY"):  # nor the pool's empty question
            found[-1].append((query, params))
        return execute(self, query, params, **more)

    def begin(self: Any, *given: Any, **more: Any) -> Any:
        found.append([])
        return transaction(self, *given, **more)

    psycopg.Cursor.execute, psycopg.Connection.transaction = note, begin  # type: ignore[method-assign]
    try:
        yield found
    finally:
        psycopg.Cursor.execute, psycopg.Connection.transaction = execute, transaction  # type: ignore[method-assign]


def copy_of(servers: Servers, url: str) -> str:
    """The same database once more, with what is in it. Nobody may be connected to the first."""
    origin, name = urlsplit(url), f"copy{uuid4().hex[:8]}"
    with psycopg.connect(servers.admin_url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} OWNER {origin.username} TEMPLATE {origin.path[1:]}".encode())
    return urlunsplit(origin._replace(path=f"/{name}"))


def replayed(url: str, transactions: Transactions) -> float:
    """Seconds that the transactions take, statement by statement, on one connection."""
    with psycopg.connect(url, autocommit=True) as conn:
        started = time.perf_counter()
        for statements in transactions:
            with conn.transaction():
                for query, params in statements:
                    cursor = conn.execute(query, params)
                    if cursor.description:
                        cursor.fetchall()
        return time.perf_counter() - started


@dataclass
class Turns:
    """A proxy before the database that counts round trips: each time the client speaks after the server did."""

    url: str
    counted: int = 0
    _port: int = 0
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def start(self) -> str:
        """The database's URL through the proxy."""
        listening = threading.Event()
        threading.Thread(target=self._serve, args=(listening,), daemon=True).start()
        listening.wait(5)
        there = urlsplit(self.url)
        return urlunsplit(there._replace(netloc=f"{there.netloc.rpartition('@')[0]}@127.0.0.1:{self._port}"))

    def stop(self) -> None:
        """Ends what still carries, so that nothing is told of at the interpreter's end."""

        def end() -> None:
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.call_soon(self._loop.stop)

        self._loop.call_soon_threadsafe(end)

    def _serve(self, listening: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._carry, "127.0.0.1", 0))
        self._port = server.sockets[0].getsockname()[1]
        listening.set()
        self._loop.run_forever()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = urlsplit(self.url)
        from_server, to_server = await asyncio.open_connection(there.hostname, there.port)
        asked = [False]

        async def towards(source: asyncio.StreamReader, sink: asyncio.StreamWriter, asking: bool) -> None:
            while data := await source.read(65_536):
                if asking and not asked[0]:
                    self.counted += 1
                asked[0] = asking
                sink.write(data)
            sink.close()

        await asyncio.gather(towards(reader, to_server, True), towards(from_server, writer, False))
