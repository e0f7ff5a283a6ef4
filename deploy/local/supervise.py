"""`python -m deploy.local.supervise FOLDER`: supervisord in the foreground, which also writes down what it started.

`processes.json` in FOLDER names each child with pid, start time and state. With it `status` needs no connection to
the supervisor, and the next start finds what a killed supervisor left behind.
"""

import json
import sys
from pathlib import Path
from typing import Any

import psutil
from supervisor.medusa import asyncore_25 as asyncore
from supervisor.options import ServerOptions
from supervisor.states import getProcessStateDescription
from supervisor.supervisord import Supervisor

_TICK_SECONDS = 0.1  # supervisord looks once a second; a killed worker must be back sooner than that


class RecordingSupervisor(Supervisor):  # type: ignore[misc]  # the library has no types
    def __init__(self, options: Any, folder: Path) -> None:
        super().__init__(options)
        self._file = folder / "processes.json"
        self._written: list[tuple[str, int, str]] = []
        self._pids: dict[str, list[int]] = {}

    def runforever(self) -> None:
        poller = self.options.poller
        poll = poller.poll
        poller.poll = lambda timeout: poll(min(timeout, _TICK_SECONDS))
        super().runforever()

    def reap(self, *arguments: Any, **named: Any) -> None:
        """Called in each round directly after children were started: none may run that is not written down."""
        super().reap(*arguments, **named)
        self._record()

    def _record(self) -> None:
        children = [child for group in self.process_groups.values() for child in group.processes.values()]
        current = [(c.config.name, c.pid, getProcessStateDescription(c.state)) for c in children]
        if current == self._written:
            return
        for name, pid, _ in current:
            pids = self._pids.setdefault(name, [])
            if pid and pid not in pids[-1:]:
                pids.append(pid)
        rows = [
            {"name": name, "pid": pid, "start": _start_time(pid), "state": state, "starts": len(self._pids[name])}
            for name, pid, state in sorted(current)
        ]
        beside = self._file.with_suffix(".new")
        beside.write_text(json.dumps(rows, indent=1))
        beside.replace(self._file)
        self._written = current


def _start_time(pid: int) -> float:
    try:
        return psutil.Process(pid).create_time() if pid else 0.0
    except psutil.NoSuchProcess:
        return 0.0


def main(folder: Path) -> None:
    options = ServerOptions()
    options.realize(["-n", "-c", str(folder / "supervisor.conf")])
    options.first = True
    options.test = False
    environments = json.loads((folder / "environments.json").read_text())
    for group in options.process_group_configs:
        for child in group.process_configs:  # not in the .conf: it has no way to write every character
            child.environment = environments.get(child.name, {})
    try:
        RecordingSupervisor(options, folder).main()
    except asyncore.ExitNow:
        options.close_logger()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
