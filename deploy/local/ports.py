"""Which port each process gets: always the same one, or a free one when somebody else has it."""

import socket
from collections.abc import Iterable, Mapping

import psutil


def choose(wanted: Mapping[str, int]) -> dict[str, int]:
    """For each name its wanted port, or a free one when it is taken or 0. No two names get the same."""
    chosen: dict[str, int] = {}
    for name, port in wanted.items():
        free = port != 0 and port not in chosen.values() and is_free(port)
        chosen[name] = port if free else free_port(avoid={*wanted.values(), *chosen.values()})
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
