"""Which port each process gets: always the same one, or a free one when somebody else has it."""

import fcntl
import os
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import gettempdir
from typing import IO, Self

import psutil


class Claims:
    """Ports that a start of this machine has chosen and on which nothing listens yet: another start, of another folder,
    passes them over. Let go at the end of the ``with``, or with the process."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or Path(gettempdir()) / f"interconnexion-ports-{os.getuid()}"
        self._held: list[IO[str]] = []

    def __enter__(self) -> Self:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        while self._held:
            self._held.pop().close()

    def take(self, port: int) -> bool:
        """False when another start has it."""
        file = (self._folder / str(port)).open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._held.append(file)
        return True


def choose(wanted: Mapping[str, int], claims: Claims) -> dict[str, int]:
    """For each name its wanted port, or a free one when it is taken, claimed by another start, or 0. No two names get
    the same."""
    chosen: dict[str, int] = {}
    for name, port in wanted.items():
        mine = port != 0 and port not in chosen.values() and is_free(port) and claims.take(port)
        while not mine:
            port = free_port(avoid={*wanted.values(), *chosen.values()})
            mine = claims.take(port)
        chosen[name] = port
    return chosen


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # A port whose last connections are still fading away (TIME_WAIT) can be listened on, by ours as well.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def free_port(avoid: Iterable[int] = ()) -> int:
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port not in set(avoid):
            return port


def listens(pid: int, port: int) -> bool:
    """Whether the process `pid` itself listens on `port`: what answers there is ours, not a stranger."""
    try:
        connections = psutil.Process(pid).net_connections("tcp")
    except psutil.Error:
        return False
    return any(c.status == psutil.CONN_LISTEN and c.laddr.port == port for c in connections)
