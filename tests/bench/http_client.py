"""A client that takes little of the two cores: prepared bytes over kept-open connections. Open loop: a request's time
counts from when it was to be sent, also when no connection was free then."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Answered:
    """``took_s``: from the intended moment to the last byte."""

    status: int
    took_s: float
    body: bytes


class Connection(asyncio.Protocol):
    """One request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._came = b""
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        assert self._transport
        self._came = b""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def data_received(self, data: bytes) -> None:
        self._came += data
        head, found, body = self._came.partition(b"\r\n\r\n")
        if found and self._answer and not self._answer.done() and len(body) >= _length(head):
            self._answer.set_result((int(head[9:12]), body))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("the server closed the connection"))


def _length(head: bytes) -> int:
    lower = head.lower()
    at = lower.index(b"content-length:") + 15
    return int(lower[at:].partition(b"\r\n")[0])


def post(port: int, path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """The bytes of a request."""
    lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Content-Type: application/json"]
    lines += [f"Content-Length: {len(body)}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def _connections(port: int, number: int) -> asyncio.Queue[Connection]:
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(number):
        _, made = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", port)
        free.put_nowait(made)
    return free


def as_fast_as_it_can(port: int, requests: Sequence[bytes], connections: int, status: int) -> float:
    """Answers a second with every connection always busy. Raises AssertionError for another status."""

    async def run() -> float:
        free = await _connections(port, connections)
        left = iter(requests)

        async def keep_busy(connection: Connection) -> None:
            for request in left:
                answered, body = await connection.ask(request)
                assert answered == status, body

        started = time.perf_counter()
        await asyncio.gather(*(keep_busy(free.get_nowait()) for _ in range(connections)))
        return len(requests) / (time.perf_counter() - started)

    return asyncio.run(run())


def at_rate(port: int, requests: Sequence[bytes], rate: float, connections: int = 32) -> list[tuple[float, Answered]]:
    """Sends them at ``rate`` a second whatever the answers do; for each, when it was to be sent (time.time) and the
    answer."""

    async def run() -> list[tuple[float, Answered]]:
        free = await _connections(port, connections)
        began_wall, began = time.time() + 0.05, time.perf_counter() + 0.05

        async def one(number: int, request: bytes) -> tuple[float, Answered]:
            due = number / rate
            await asyncio.sleep(began + due - time.perf_counter())
            connection = await free.get()
            try:
                status, body = await connection.ask(request)
            finally:
                free.put_nowait(connection)
            return began_wall + due, Answered(status, time.perf_counter() - began - due, body)

        return await asyncio.gather(*(one(n, request) for n, request in enumerate(requests)))

    return asyncio.run(run())


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that ``share`` of all do not exceed."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
