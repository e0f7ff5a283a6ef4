"""Processes of an earlier run that nobody stops any more: known by pid *and* start time, never by name."""

import os
import signal
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

import psutil

_SAME_START_SECONDS = 1.0  # the clock may have been set since; a pid is not used again within a second
_PATIENCE_SECONDS = 15.0


class Started(NamedTuple):
    """A process we started."""

    name: str
    pid: int
    start: float
    """When it started, in seconds since the epoch, as the system keeps it."""


def started(name: str, pid: int) -> Started:
    """Raises psutil.NoSuchProcess when it has ended already."""
    return Started(name, pid, psutil.Process(pid).create_time())


def still_runs(known: Started) -> bool:
    """False also when the pid now belongs to somebody else."""
    return _find(known) is not None


def end(processes: Iterable[Started], say: Callable[[str], None] = lambda _: None) -> list[str]:
    """Stops those of `processes` that still run, the servers last; returns their names."""
    found = [(known, process) for known in processes if (process := _find(known))]
    servers = [pair for pair in found if pair[0].name in ("kafka", "postgres")]
    others = [pair for pair in found if pair not in servers]
    for group in (others, servers):
        for known, process in group:
            say(f"{known.name} ({known.pid})")
            _signal(process, signal.SIGINT if known.name == "postgres" else signal.SIGTERM)
        until = time.monotonic() + _PATIENCE_SECONDS
        for known, process in group:
            if not wait_until_gone(known, until - time.monotonic()):
                _signal(process, signal.SIGKILL)
                wait_until_gone(known, 5)
    return [known.name for known, _ in others + servers]


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)  # psutil checks the start time once more
    except psutil.NoSuchProcess:
        return


def _find(known: Started) -> psutil.Process | None:
    if known.pid in (0, os.getpid()):
        return None
    try:
        process = psutil.Process(known.pid)
        same = abs(process.create_time() - known.start) <= _SAME_START_SECONDS
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.NoSuchProcess:
        return None


def wait_until_gone(known: Started, seconds: float) -> bool:
    """Whether the process ended within `seconds`."""
    until = time.monotonic() + seconds
    while still_runs(known):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
