"""The whole system as one object: the command line and the tests start the very same thing.

with Stack(tmp_path) as stack:          # free ports, everything below tmp_path
    httpx.get(stack.urls["intake"] + "/live")
    stack.kill("intake-worker")         # SIGKILL; the supervisor starts it again
"""

import fcntl
import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local import environment, readiness
from deploy.local.databases import create_databases, wait_for_database
from deploy.local.holding import hold_audit, release_audit
from deploy.local.kafka import Kafka
from deploy.local.kafka import is_installed as kafka_is_installed
from deploy.local.keeper import Keeper, Program
from deploy.local.migrations import Migrate, at_head, upgrade
from deploy.local.ports import Claims, choose
from deploy.local.postgres import Postgres
from deploy.local.postgres import is_installed as postgres_is_installed
from deploy.local.processes import PROCESSES, SERVER_PORTS, Process
from deploy.local.topics import create_topics
from deploy.local.words import cannot

_READY_SECONDS = 120
_STARTS_BEFORE_GIVING_UP = 3


@dataclass
class Stack:
    """All processes on this machine. `ports` are wishes (a taken one is replaced); None means free ones."""

    folder: Path
    ports: Mapping[str, int] | None = None
    processes: tuple[Process, ...] = PROCESSES
    migrate: Migrate | None = upgrade
    say: Callable[[str], None] = lambda _: None

    def __post_init__(self) -> None:
        self.folder = self.folder.resolve()
        self.keeper = Keeper(self.folder / "run", self.folder / "logs")
        self.claims = Claims()
        self.laps: dict[str, float] = {}
        """Seconds from the call of `start` to each step of it."""

    # what runs

    @property
    def running(self) -> bool:
        return self.keeper.runs()

    @property
    def begun(self) -> bool:
        """Whether a start has chosen its ports and nobody has stopped it since."""
        return (self.folder / "run" / "state.json").exists()

    @cached_property
    def state(self) -> dict[str, dict[str, str]]:
        """What the last start chose: `ports` and `env`. Raises CannotStart when there was none."""
        file = self.folder / "run" / "state.json"
        if not self.begun:
            cannot("Le système n'a pas été démarré : make up", "The system has not been started: make up")
        stored: dict[str, dict[str, str]] = json.loads(file.read_text())
        return stored

    @property
    def env(self) -> dict[str, str]:
        """Every setting of the running system, for its clients."""
        return self.state["env"]

    @property
    def chosen_ports(self) -> dict[str, int]:
        return {name: int(port) for name, port in self.state["ports"].items()}

    @property
    def urls(self) -> dict[str, str]:
        """`http://127.0.0.1:port` by process name."""
        ports = self.chosen_ports
        return {process.name: f"http://127.0.0.1:{ports[process.name]}" for process in self.processes}

    @property
    def admin_url(self) -> str:
        """The embedded database's superuser."""
        return self._postgres(self.chosen_ports).admin_url

    def pids(self, name: str) -> list[int]:
        """The pid of the process `name` (also "kafka", "postgres"); empty while it is down."""
        child = self.keeper.children().get(name)
        return [child.known.pid] if child and child.known.pid else []

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> list[int]:
        """Sends the signal to the process `name`; returns the pids that got it."""
        pids = self.pids(name)
        for pid in pids:
            os.kill(pid, number)
        return pids

    def health(self) -> list[readiness.Health]:
        """One line per process, servers first."""
        children, ports = self.keeper.children(), self.chosen_ports
        servers = [
            readiness.server(name, ports[name], children.get(name)) for name in ("kafka", "postgres") if name in ports
        ]
        with ThreadPoolExecutor(len(self.processes)) as pool:
            asked = [pool.submit(readiness.ask, p.name, ports[p.name], children.get(p.name)) for p in self.processes]
            return servers + [each.result() for each in asked]

    # starting and stopping

    def start(self) -> Self:
        """Returns when every process is ready. Raises CannotStart, with everything stopped again."""
        begun = time.monotonic()
        if self.running:
            cannot("Le système est déjà démarré : make status", "The system runs already: make status")
        with self._only_one():
            if left := self.keeper.sweep():
                self.say(
                    f"Restes d'un démarrage précédent, arrêtés · left by an earlier run, stopped: {', '.join(left)}"
                )
            try:
                with self.claims:  # until all of them are listened on
                    self._start(lambda what: self.laps.__setitem__(what, round(time.monotonic() - begun, 1)))
            except BaseException:
                self.stop()
                raise
        return self

    def stop(self) -> bool:
        """Stops workers and apis, then broker and database; whether anything ran."""
        (self.folder / "run" / "state.json").unlink(missing_ok=True)  # first: whoever watches sees it is meant
        self.__dict__.pop("state", None)
        return self.keeper.stop()

    def places(self) -> list[Path]:
        """Where data lies: our folder and, for root, the database's own."""
        database = Postgres(self.folder / "postgres", 0, "").data.parent
        return [self.folder] if database.is_relative_to(self.folder) else [self.folder, database]

    def remove(self) -> None:
        """Deletes all data. Stop first."""
        self._delete(self.places())

    @staticmethod
    def _delete(places: list[Path]) -> None:
        for place in places:
            shutil.rmtree(place, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
        self._delete(self.places()[1:])

    @contextmanager
    def _only_one(self) -> Iterator[None]:
        """Two starts at the same time would each take the other for a leftover."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                cannot("Un autre démarrage est en cours.", "Another start is under way.", error)
            yield

    def _start(self, lap: Callable[[str], None]) -> None:
        given = environment.given()
        own_kafka = not given.get("KAFKA_BOOTSTRAP_SERVERS")
        own_postgres = not environment.given_databases(given)
        if not environment.has_secrets(self.folder):
            self._delete(self.places()[1:])  # of a folder that was deleted by hand: nobody knows its passwords any more
        environment.development_files(self.folder)
        ports = self._choose_ports(own_kafka, own_postgres, given)
        settings = environment.everything(self.folder, ports, given, self.processes)
        servers = self._servers(ports)
        lap("prepared")
        self.keeper.begin([*servers, *self._programs(settings)])
        state = {"ports": ports, "env": settings}
        environment.write_private(self.folder / "run" / "state.json", json.dumps(state, indent=1))
        self.__dict__.pop("state", None)
        with ThreadPoolExecutor(2) as pool:
            both = [
                pool.submit(self._databases, ports, settings, lap),
                pool.submit(self._topics, settings["KAFKA_BOOTSTRAP_SERVERS"], lap),
            ]
            for step in both:
                step.result()
        self.wait_ready()
        lap("ready")

    def _choose_ports(self, own_kafka: bool, own_postgres: bool, given: Mapping[str, str]) -> dict[str, int]:
        names = [n for n in SERVER_PORTS if (own_postgres if n == "postgres" else own_kafka)]
        wishes = {name: self.ports[name] if self.ports else 0 for name in names}
        for process in self.processes:
            wishes[process.name] = (
                int(given.get(process.port_variable) or self.ports[process.name]) if self.ports else 0
            )
        return choose(wishes, self.claims)

    def _kafka(self, ports: Mapping[str, int]) -> Kafka:
        return Kafka(self.folder / "kafka", ports["kafka"], ports["kafka-controller"])

    def _postgres(self, ports: Mapping[str, int]) -> Postgres:
        password = environment.load_secrets(self.folder)["postgres"]
        return Postgres(self.folder / "postgres", ports["postgres"], password)

    def _servers(self, ports: Mapping[str, int]) -> list[Program]:
        """The embedded servers' programs, their files prepared side by side."""
        kafka = self._kafka(ports) if "kafka" in ports else None
        postgres = self._postgres(ports) if "postgres" in ports else None
        if not kafka_is_installed() or not postgres_is_installed():
            self.say("Téléchargement, une seule fois, d'environ 60 Mo… · downloading about 60 MB, once…")
        with ThreadPoolExecutor(2) as pool:
            for step in [pool.submit(each.prepare) for each in (kafka, postgres) if each]:
                step.result()
        programs = []
        if kafka:
            programs.append(Program("kafka", kafka.command(), {}, server=True, stop_seconds=30))
        if postgres:
            user = postgres.account.name
            # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every client to leave.
            programs.append(Program("postgres", postgres.command(), {}, True, user, stop_signal="INT", stop_seconds=60))
        return programs

    def _programs(self, settings: Mapping[str, str]) -> list[Program]:
        return [
            Program(process.name, list(process.command), environment.for_process(process, settings))
            for process in self.processes
        ]

    def _databases(self, ports: Mapping[str, int], settings: Mapping[str, str], lap: Callable[[str], None]) -> None:
        services = sorted({process.service for process in self.processes if process.service})
        urls = {service: settings[f"{service.upper()}_DATABASE_URL"] for service in services}
        admin = self._postgres(ports).admin_url if "postgres" in ports else None
        if admin:
            wait_for_database(admin)
            lap("postgres")
            secrets = environment.load_secrets(self.folder)
            create_databases(admin, {service: secrets[f"{service}_database"] for service in services})
        for service, url in urls.items():
            wait_for_database(url)
            if self.migrate and not at_head(service, url):
                self.say(f"Schéma · schema: {service}")
                if admin:
                    release_audit(admin, service)
                self.migrate(service, url)
            if self.migrate and admin:
                hold_audit(admin, service)
        lap("migrated")

    def _topics(self, bootstrap_servers: str, lap: Callable[[str], None]) -> None:
        if made := create_topics(bootstrap_servers):
            self.say(f"Sujets · topics: {len(made)}")
        lap("topics")

    def wait_ready(self, seconds: float = _READY_SECONDS) -> None:
        """Returns when all is ready. Raises CannotStart, naming what is not, after `seconds` or repeated deaths."""
        until = time.monotonic() + seconds
        told: set[str] = set()
        while True:
            health = self.health()
            waiting = [each for each in health if not each.ready]
            for each in health:
                if each.ready and each.name not in told:
                    told.add(each.name)
                    self.say(f"{each.name} ✓ ({len(told)}/{len(health)})")
            if not waiting:
                return
            dying = [name for name, child in self.keeper.children().items() if child.starts > _STARTS_BEFORE_GIVING_UP]
            if dying or time.monotonic() > until or not self.running:
                self._give_up(dying or [each.name for each in waiting], waiting)
            time.sleep(0.15)

    def _give_up(self, names: list[str], waiting: list[readiness.Health]) -> None:
        french = "\n".join(f"  {each.name} : {each.why[0]}" for each in waiting)
        english = "\n".join(f"  {each.name}: {each.why[1]}" for each in waiting)
        tails = "\n".join(f"--- {name}\n{self.tail(name)}" for name in names[:3])
        cannot(f"Pas prêts :\n{french}", f"Not ready:\n{english}\n{tails}\n(make logs S={names[0]})")

    def tail(self, name: str, lines: int = 15) -> str:
        """The end of a process's log."""
        file = self.folder / "logs" / f"{name}.log"
        return "\n".join(file.read_text(errors="replace").splitlines()[-lines:]) if file.exists() else ""
