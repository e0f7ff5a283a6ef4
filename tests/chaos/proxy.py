"""A small TCP proxy between the services and their broker and database, in a process of its own. Lines of JSON on its
standard input change what it does to a link; it answers each with ``ok``.

Our own, because what exists for this (toxiproxy) is a program in another language from outside the package registries
that this project builds from; two hundred lines of asyncio do what the campaign needs. It cannot lose single packets:
TCP would send them again, so what a service can see of a bad network is exactly this: nothing comes for a while, it
comes late, the connection is reset, or one side is gone and the other was not told.
"""

import asyncio
import contextlib
import json
import socket
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

from tests.messaging.vanishing import vanish

_RESET = struct.pack("ii", 1, 0)
_ROOT = Path(__file__).resolve().parents[2]


class Link:
    """One listening port and where it leads."""

    def __init__(self, port: int, target: int) -> None:
        self.port, self.target = port, target
        self.latency_s = 0.0
        self.cut = False
        self.pairs: set[Pair] = set()
        self.orphans: list[asyncio.Transport] = []

    def change(self, mode: str, ms: float) -> None:
        if mode == "latency":
            self.latency_s = ms / 1000
        elif mode == "partition":
            self.cut = True
        elif mode == "reset":
            for pair in list(self.pairs):
                pair.reset()
        elif mode == "half-open":
            for pair in list(self.pairs):
                pair.forget_client()
        elif mode == "pass":
            self.latency_s, self.cut = 0.0, False
            while self.orphans:
                self.orphans.pop().abort()
            for pair in list(self.pairs):
                pair.go_on()
        else:
            raise ValueError(mode)


class Pair:
    """Two connections and what is on its way between them."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.client: asyncio.Transport | None = None
        self.server: asyncio.Transport | None = None
        self.held: list[tuple[bool, bytes]] = []
        self.last_due = 0.0
        self.connecting: asyncio.Task[None] | None = None
        self.over = False

    def begin(self, client: asyncio.Transport) -> None:
        self.client = client
        self.link.pairs.add(self)
        if not self.link.cut:
            self.connecting = asyncio.ensure_future(self._connect())

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            made, _ = await loop.create_connection(lambda: Side(self, False), "127.0.0.1", self.link.target)
        except OSError:
            self.end()
            return
        self.server = made
        if self.over:
            made.abort()
        self.go_on()

    def came(self, from_client: bool, data: bytes) -> None:
        to = self.server if from_client else self.client
        if self.link.cut or to is None or self.held:
            self.held.append((from_client, data))
            return
        loop = asyncio.get_running_loop()
        due = max(loop.time() + self.link.latency_s, self.last_due + 1e-6)
        if self.link.latency_s == 0 and self.last_due <= loop.time():
            to.write(data)
        else:
            self.last_due = due
            loop.call_at(due, self._late, from_client, data)

    def _late(self, from_client: bool, data: bytes) -> None:
        to = self.server if from_client else self.client
        if to is not None and not to.is_closing():
            to.write(data)

    def go_on(self) -> None:
        """After a cut, or once connected: what was held goes out in order."""
        if self.link.cut or self.over:
            return
        if self.server is None:
            if self.connecting is None or self.connecting.done():
                self.connecting = asyncio.ensure_future(self._connect())
            return
        held, self.held = self.held, []
        for from_client, data in held:
            self.came(from_client, data)

    def reset(self) -> None:
        for side in (self.client, self.server):
            if side is not None:
                with contextlib.suppress(OSError):
                    side.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.end()

    def forget_client(self) -> None:
        """The client's end is gone and the server is not told: not before it asks by itself, or, where the system does
        not let us vanish, before the link passes again."""
        self.over = True
        self.link.pairs.discard(self)
        if self.server is not None:
            if vanish(self.server.get_extra_info("socket")):
                self.server.abort()
            else:
                self.link.orphans.append(self.server)
        if self.client is not None:
            self.client.abort()

    def end(self, graceful: bool = False) -> None:
        if self.over:
            return
        self.over = True
        self.link.pairs.discard(self)
        for side in (self.client, self.server):
            if side is not None:
                side.close() if graceful else side.abort()


class Side(asyncio.Protocol):
    def __init__(self, pair: Pair, is_client: bool) -> None:
        self.pair, self.is_client = pair, is_client

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self.is_client:
            self.pair.begin(cast(asyncio.Transport, transport))

    def data_received(self, data: bytes) -> None:
        if not self.pair.over:
            self.pair.came(self.is_client, data)

    def connection_lost(self, error: Exception | None) -> None:
        if self.is_client and self.pair.link.cut:
            self.pair.forget_client()  # the other side cannot hear of it
        else:
            self.pair.end(graceful=error is None and not self.pair.held)

    def pause_writing(self) -> None:
        self._other("pause_reading")

    def resume_writing(self) -> None:
        self._other("resume_reading")

    def _other(self, act: str) -> None:
        other = self.pair.server if self.is_client else self.pair.client
        if other is not None and not other.is_closing():
            getattr(other, act)()


async def _serve(links: dict[str, Link]) -> None:
    loop = asyncio.get_running_loop()
    for link in links.values():
        await loop.create_server(lambda link=link: Side(Pair(link), True), "127.0.0.1", link.port)  # type: ignore[misc]
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    print("ok", flush=True)
    while line := await reader.readline():
        asked = json.loads(line)
        links[asked["link"]].change(asked["mode"], asked.get("ms", 0))
        print("ok", flush=True)


class Proxy:
    """The harness's handle on the proxy process."""

    def __init__(self, links: dict[str, tuple[int, int]]) -> None:
        self.links = list(links)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.proxy", json.dumps(links)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=_ROOT, start_new_session=True,
        )  # fmt: skip
        self._answered()

    def change(self, link: str, mode: str, ms: float = 0) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"link": link, "mode": mode, "ms": ms}) + "\n")
        self._process.stdin.flush()
        self._answered()

    def heal(self) -> None:
        for link in self.links:
            self.change(link, "pass")

    def stop(self) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(10)
        if self._process.stdout:
            self._process.stdout.close()

    def _answered(self) -> None:
        assert self._process.stdout is not None
        if self._process.stdout.readline() != "ok\n":
            raise RuntimeError("the proxy has ended")


def main() -> None:
    wanted: dict[str, Any] = json.loads(sys.argv[1])
    asyncio.run(_serve({name: Link(port, target) for name, (port, target) in wanted.items()}))


if __name__ == "__main__":
    main()
