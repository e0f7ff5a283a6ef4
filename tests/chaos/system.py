"""The real system, every process of it, with a broker and a database of its own that may be killed, and the proxy
between the services and both."""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
from psycopg.rows import dict_row

from deploy.local.databases import role_url
from deploy.local.demo.wire import System
from deploy.local.kafka import Kafka
from deploy.local.keeper import Program
from deploy.local.migrations import upgrade
from deploy.local.ports import free_port, is_free
from deploy.local.processes import PROCESSES, SERVICES, Process
from deploy.local.stack import Stack
from deploy.local.topics import create_topics
from tests.chaos.disk import WAL_SETTINGS, SmallDisk, move_log
from tests.chaos.proxy import Proxy

ROOT = Path(__file__).resolve().parents[2]
SESSION_TIMEOUT_S = "2.5"
APPLIED = """
    CREATE TABLE chaos_applied (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event_id uuid NOT NULL, type text NOT NULL,
        publisher text NOT NULL, subject text NOT NULL, version bigint NOT NULL, key text NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp()
    )"""
"""What each consumer's handlers did, written in their own transactions: the checker's evidence. Ids only."""


def upgrade_and_watch(service: str, url: str) -> None:
    upgrade(service, url)
    with psycopg.connect(url) as conn:
        conn.execute(APPLIED)


@dataclass(frozen=True)
class ListeningKafka(Kafka):
    """A listener for each service, announced by the address of that service's proxy."""

    listeners: tuple[tuple[str, int, int], ...] = ()

    def write_settings(self) -> Path:
        path = super().write_settings()
        lines = []
        for line in path.read_text().splitlines():
            for name, port, announced in self.listeners:
                if line.startswith("listeners="):
                    line += f",{name}://127.0.0.1:{port}"
                if line.startswith("advertised.listeners="):
                    line += f",{name}://127.0.0.1:{announced}"
                if line.startswith("listener.security.protocol.map="):
                    line += f",{name}:PLAINTEXT"
            lines.append(line)
        path.write_text("\n".join(lines) + "\n")
        return path


@dataclass
class ChaosStack(Stack):
    """``extra``: environment of every process (planted bugs, for one)."""

    migrate: Callable[[str, str], None] | None = upgrade_and_watch
    extra: Mapping[str, str] = field(default_factory=dict)
    proxy: Proxy | None = None
    members: list[tuple[str, subprocess.Popen[bytes]]] = field(default_factory=list)
    small_disk: SmallDisk | None = None

    @property
    def control(self) -> Path:
        """The folder by which harness and processes tell each other of crash points and clocks."""
        return self.folder / "control"

    @property
    def bootstrap(self) -> str:
        """The broker, not through the proxy."""
        return f"127.0.0.1:{self.chosen_ports['kafka']}"

    def database(self, service: str) -> str:
        """The service's own database, not through the proxy."""
        return self.env[f"{service.upper()}_DATABASE_URL"]

    def rows(self, service: str, sql: Any, *params: Any) -> list[dict[str, Any]]:
        with psycopg.connect(self.database(service), autocommit=True, row_factory=dict_row) as conn:
            return conn.execute(sql, params or None).fetchall()

    def wait_ready(self, seconds: float = 300) -> None:
        super().wait_ready(seconds)

    def _topics(self, bootstrap_servers: str, lap: Callable[[str], None]) -> None:
        create_topics(bootstrap_servers, seconds=240)
        lap("topics")

    # Below the range from which connections take theirs: under load, minutes pass between choosing and listening.
    def _choose_ports(self, own_kafka: bool, own_postgres: bool, given: Mapping[str, str]) -> dict[str, int]:
        del own_kafka, own_postgres, given  # a broker and a database of our own, whatever is set
        names = ["kafka", "kafka-controller", "postgres", *(p.name for p in self.processes)]
        names += [f"{service}-{what}" for service in SERVICES for what in ("bus", "bus-proxy", "db-proxy")]
        free = (port for port in range(random.randrange(12_000, 30_000), 32_768) if is_free(port))
        return dict(zip(names, free, strict=False))

    def _kafka(self, ports: Mapping[str, int]) -> Kafka:
        listeners = tuple((s.upper(), ports[f"{s}-bus"], ports[f"{s}-bus-proxy"]) for s in SERVICES)
        return ListeningKafka(self.folder / "kafka", ports["kafka"], ports["kafka-controller"], listeners)

    def _servers(self, ports: Mapping[str, int]) -> list[Program]:
        self.control.mkdir(parents=True, exist_ok=True)
        links = {}
        for service in SERVICES:
            links[f"{service}-bus"] = (ports[f"{service}-bus-proxy"], ports[f"{service}-bus"])
            links[f"{service}-db"] = (ports[f"{service}-db-proxy"], ports["postgres"])
        self.proxy = Proxy(links)
        self._ports = ports
        programs = super()._servers(ports)
        self.small_disk = move_log(self._postgres(ports).data, self.folder)
        if self.small_disk:
            programs = [
                replace(p, command=[*p.command, *WAL_SETTINGS]) if p.name == "postgres" else p for p in programs
            ]
        return programs

    def _programs(self, settings: Mapping[str, str]) -> list[Program]:
        return [
            Program(each.name, [*each.command[:2], "tests.chaos.process", each.command[2]], self._through(each))
            for each in super()._programs(settings)
        ]

    def _through(self, program: Program) -> dict[str, str]:
        """The program's environment, with the proxy's addresses and what the harness wants of it."""
        env = {**program.environment, **self.extra, "BROKER_SESSION_TIMEOUT_S": SESSION_TIMEOUT_S}
        env |= {"CHAOS_CONTROL": str(self.control), "CHAOS_PROCESS": program.name, "MINISTRY_DELAY_S": "0.05"}
        env |= {"MINISTRY_POLL_S": "3", "PYTHONWARNINGS": "ignore"}
        service = program.name.removesuffix("-worker")
        if service in SERVICES:
            env["KAFKA_BOOTSTRAP_SERVERS"] = f"127.0.0.1:{self._ports[f'{service}-bus-proxy']}"
            url = f"{service.upper()}_DATABASE_URL"
            direct = program.environment[url]
            secret = direct.partition("@")[0].rpartition(":")[2]
            env[url] = role_url(f"postgresql://127.0.0.1:{self._ports[f'{service}-db-proxy']}/", service, secret)
        return env

    def join(self, service: str, *, older: bool = False) -> subprocess.Popen[bytes]:
        """One more worker of a service, of today's or of an earlier release."""
        worker = next(p for p in self.processes if p.name == f"{service}-worker")
        port = free_port(avoid=self.chosen_ports.values())
        name = f"{worker.name}{'-older' if older else '+'}"
        env = self._member_env(worker.name, worker.port_variable, port) | {"CHAOS_PROCESS": name}
        log = (self.folder / "logs" / f"{service}-member-{len(self.members)}.log").open("wb")
        with log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.process", f"services.{service}.worker"],
                env=env, cwd=ROOT, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.members.append((service, process))
        return process

    def _member_env(self, name: str, port_variable: str, port: int) -> dict[str, str]:
        import json

        stored = json.loads((self.folder / "run" / "environments.json").read_text())
        faust = self.folder / "faust" / f"member-{len(self.members)}"
        faust.mkdir(parents=True)
        more = {port_variable: str(port), "FAUST_DATADIR": str(faust)}
        return {**os.environ, **stored[name], **more}

    def stop(self) -> bool:
        for _, process in self.members:
            if process.poll() is None:
                process.kill()
            process.wait(10)
        self.members.clear()
        for pid in [pid for name in self.state_names() for pid in self.pids(name)]:
            try:
                os.kill(pid, signal.SIGCONT)  # a stopped process would not hear that it is to end
            except ProcessLookupError:
                continue
        stopped = super().stop()
        if self.proxy:
            self.proxy.stop()
            self.proxy = None
        if self.small_disk:
            self.small_disk.unmount()
            self.small_disk = None
        return stopped

    def state_names(self) -> list[str]:
        return [p.name for p in self.processes]


@contextmanager
def system(
    processes: tuple[Process, ...] = PROCESSES, extra: dict[str, str] | None = None
) -> Iterator[tuple[ChaosStack, Path]]:
    """The running system in a folder that disappears with it (kept when CHAOS_KEEP is set); our clock is its clock."""
    folder = Path(tempfile.mkdtemp(prefix="interconnexion-chaos-"))
    folder.chmod(0o711)  # passable for the account that runs PostgreSQL when we are root
    stack = ChaosStack(folder / "stack", processes=processes, extra=extra or {})
    without = {name: "" for name in os.environ if name.endswith("_DATABASE_URL") or name.startswith("KAFKA_")}
    try:
        with patch.dict(os.environ, without):
            stack.start()
        with patch.dict(os.environ, {"CLOCK_FILE": stack.env["CLOCK_FILE"]}):
            yield stack, folder
    finally:
        stack.stop()  # also what did not start whole
        if os.environ.get("CHAOS_KEEP"):
            print(f"kept: {folder}", file=sys.stderr)
        else:
            stack.remove()
            shutil.rmtree(folder, ignore_errors=True)


def clients_view(stack: ChaosStack) -> System:
    """Of a system that may be only a part of the whole."""
    env = stack.env
    urls = {name: url for name, url in stack.urls.items() if not name.endswith("-worker")}
    return System(urls, env["TOKENS_ISSUER"], Path(env["TOKENS_DEVELOPMENT_KEY_FILE"]), Path(env["CLOCK_FILE"]))
