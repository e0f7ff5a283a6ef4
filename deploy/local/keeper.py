"""Starts the supervisor over a set of commands, reads what it wrote down, and stops everything in the right order."""

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.environment import ROOT, write_private
from deploy.local.leftovers import Started, end, started, still_runs, wait_until_gone

_STOP_SECONDS = 90
# Supervisors that are our own children: an ended one stays a zombie until it is waited for.
_ours: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class Program:
    """A command to keep running. `server` ones start first and stop last."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    server: bool = False
    user: str | None = None
    stop_signal: str = "TERM"
    stop_seconds: int = 20


@dataclass(frozen=True)
class Child:
    known: Started
    state: str
    starts: int
    """How often it was started since the supervisor began."""


@dataclass(frozen=True)
class Keeper:
    """`folder` holds its files (settings, processes.json), `logs` what the programs say."""

    folder: Path
    logs: Path

    def begin(self, programs: list[Program]) -> None:
        """Starts the supervisor, in a session of its own: Ctrl-C must reach us and not the children."""
        self.logs.mkdir(parents=True, exist_ok=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self._forget()
        (self.folder / "supervisor.conf").write_text(self._config(programs))
        write_private(
            self.folder / "environments.json", json.dumps({each.name: dict(each.environment) for each in programs})
        )
        hidden = {name for each in programs for name in each.environment}
        inherited = {name: value for name, value in os.environ.items() if name not in hidden}
        with (self.logs / "supervisor.log").open("ab") as output:
            supervisor = subprocess.Popen(
                [sys.executable, "-m", "deploy.local.supervise", str(self.folder)],
                cwd=ROOT,
                env=inherited,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        _ours[supervisor.pid] = supervisor
        write_private(self.folder / "supervisor.json", json.dumps(started("supervisor", supervisor.pid)._asdict()))

    def children(self) -> dict[str, Child]:
        """The programs by name, as last written down; empty before the first start."""
        return {
            row["name"]: Child(_known(row), row["state"], row["starts"]) for row in self._read("processes.json") or []
        }

    def supervisor(self) -> Started | None:
        row = self._read("supervisor.json")
        return _known(row) if row else None

    def runs(self) -> bool:
        supervisor = self.supervisor()
        return supervisor is not None and still_runs(supervisor)

    def orphans(self) -> list[str]:
        """Programs that run although their supervisor does not."""
        return [] if self.runs() else [name for name, child in self.children().items() if still_runs(child.known)]

    def stop(self) -> bool:
        """Stops programs, then servers, then the supervisor; whether anything had been running."""
        supervisor = self.supervisor()
        if supervisor is not None and still_runs(supervisor):
            os.kill(supervisor.pid, signal.SIGTERM)
            wait_until_gone(supervisor, _STOP_SECONDS)
            self.sweep()
            return True
        return bool(self.sweep())

    def sweep(self) -> list[str]:
        """Ends what a killed supervisor left running; returns the names. Never touches anything it did not start."""
        supervisor = self.supervisor()
        known = [child.known for child in self.children().values()]
        ended = end([*([supervisor] if supervisor else []), *known])
        if supervisor and (child := _ours.pop(supervisor.pid, None)):
            child.wait(5)
        self._forget()
        return ended

    def _forget(self) -> None:
        for name in ("processes.json", "supervisor.json"):
            (self.folder / name).unlink(missing_ok=True)

    def _read(self, name: str) -> Any:
        try:
            return json.loads((self.folder / name).read_text())
        except FileNotFoundError:
            return None

    def _config(self, programs: list[Program]) -> str:
        user = "user=root\n" if os.geteuid() == 0 else ""
        log = self.logs / "supervisor.log"
        lines = [f"[supervisord]\nnodaemon=true\nsilent=true\n{user}logfile={_plain(str(log))}\nlogfile_maxbytes=5MB"]
        lines += [f"logfile_backups=1\npidfile={_plain(str(self.folder / 'supervisor.pid'))}\n"]
        for title, priority, servers in (("servers", 10, True), ("system", 20, False)):
            names = [each.name for each in programs if each.server is servers]
            if names:
                lines.append(f"[group:{title}]\nprograms={','.join(names)}\npriority={priority}\n")
        return "\n".join(lines + [self._section(each) for each in programs])

    def _section(self, program: Program) -> str:
        """A program that dies within a second is tried again after 1, 2, 3 … seconds; a later death, at once."""
        lines = {
            "command": _plain(shlex.join(program.command)),
            "directory": "/" if program.user else _plain(str(ROOT)),
            "autorestart": "true",
            "startsecs": "1",
            "startretries": "100",
            "stopsignal": program.stop_signal,
            "stopwaitsecs": str(program.stop_seconds),
            "killasgroup": "true",
            "redirect_stderr": "true",
            "stdout_logfile": _plain(str(self.logs / f"{program.name}.log")),
            "stdout_logfile_maxbytes": "10MB",
            "stdout_logfile_backups": "2",
        } | ({"user": program.user} if program.user else {})
        return f"[program:{program.name}]\n" + "".join(f"{name}={value}\n" for name, value in lines.items())


def _plain(text: str) -> str:
    """`%` begins an expansion in the supervisor's settings."""
    return text.replace("%", "%%")


def _known(row: Mapping[str, Any]) -> Started:
    return Started(row["name"], row["pid"], row["start"])
