"""Where the servers of tests can come from; `tests/servers.py` chooses."""

import contextlib
import io
import json
import os
import secrets
import shutil
import subprocess
import tarfile
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any, Protocol

from deploy.local.cache import cache_folder
from deploy.local.kafka import Kafka, wait_for_port
from deploy.local.leftovers import Started, end, started, still_runs
from deploy.local.ports import free_port
from deploy.local.postgres import SUPERUSER, Postgres
from tests import compose

PULL_SECONDS = 60
_HOST_PORT = 19092  # the broker's listener for programs outside its container
_ADVERTISED = "KAFKA_ADVERTISED_LISTENERS"
_START = "/tmp/start.sh"


class Source(Protocol):
    label: str

    def kafka(self) -> str: ...
    def postgres(self) -> str: ...
    def stop(self) -> None: ...


class Given:
    """A server that somebody else runs."""

    label = "given by the environment"

    def __init__(self, address: str) -> None:
        self._address = address

    def kafka(self) -> str:
        return self._address

    def postgres(self) -> str:
        return self._address

    def stop(self) -> None:
        """Not ours to stop."""


class EmbeddedServers:
    """Real servers without Docker, in a folder that disappears with them."""

    label = "embedded"

    def __init__(self) -> None:
        _sweep()
        # /tmp/… of our own, passable for the account that runs PostgreSQL when we are root (what is inside is not).
        self.folder = Path(tempfile.mkdtemp(prefix="interconnexion-tests-"))
        self.folder.chmod(0o711)
        self._running: list[tuple[subprocess.Popen[bytes], Started]] = []
        self._database: Postgres | None = None
        self._record = cache_folder() / f"{self.folder.name.removeprefix('interconnexion-')}.json"

    def kafka(self) -> str:
        port = free_port()
        broker = Kafka(self.folder / "kafka", port, free_port(avoid=[port]))
        broker.prepare()
        self._run("kafka", broker.command(), port)
        return broker.bootstrap_servers

    def postgres(self) -> str:
        self._database = database = Postgres(self.folder / "postgres", free_port(), secrets.token_hex(12))
        database.prepare()
        self._run("postgres", database.command(), database.port, **database.account.run_as)
        return database.admin_url

    def stop(self) -> None:
        end([known for _, known in reversed(self._running)])
        for process, _ in self._running:
            process.wait(5)
        if self._database:
            self._database.remove()
        shutil.rmtree(self.folder, ignore_errors=True)
        self._record.unlink(missing_ok=True)

    def _run(self, name: str, command: list[str], port: int, **run_as: Any) -> None:
        log = self.folder / f"{name}.log"
        with log.open("wb") as output:
            # A session of its own: Ctrl-C in the terminal must stop the tests first and the servers after them.
            process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True, **run_as)
        self._running.append((process, started(name, process.pid)))
        ours = started("tests", os.getpid())
        beside = self._record.with_suffix(".new")
        beside.write_text(
            json.dumps({"tests": ours, "started": [known for _, known in self._running], "folder": str(self.folder)})
        )
        beside.replace(self._record)  # at one stroke: another run may be reading it
        try:
            wait_for_port(port, 60, process)
        except TimeoutError as error:
            raise RuntimeError(f"{name} did not start:\n{log.read_text()[-3000:]}") from error


def _sweep() -> None:
    """Ends the servers of an earlier test run that was killed before it could; not others of this run."""
    for record in cache_folder().glob("tests-*.json"):
        with contextlib.suppress(FileNotFoundError):  # its own run, or another that sweeps, has just removed it
            _end_what_is_left(record)


def _end_what_is_left(record: Path) -> None:
    stored = json.loads(record.read_text())
    tests = Started(*stored["tests"])
    if tests.pid != os.getpid() and not still_runs(tests):
        end([Started(*known) for known in stored["started"]])
        shutil.rmtree(stored["folder"], ignore_errors=True)
        record.unlink(missing_ok=True)


def containers() -> "Source | None":
    """Testcontainers, when a Docker engine answers and the images are there or arrive within 60 s; else None."""
    return Containers() if docker_is_ready(PULL_SECONDS) else None


def docker_is_ready(pull_seconds: float) -> bool:
    """Whether an engine answers and has both images, after `pull_seconds` at most."""
    if os.environ.get("TEST_WITHOUT_DOCKER") or not shutil.which("docker"):
        return False
    until = time.monotonic() + pull_seconds
    try:
        if _docker("version", "--format", "{{.Server.Version}}", timeout=5).returncode:
            return False
        for image in map(compose.image, ("kafka", "postgres")):
            if _docker("image", "inspect", image, timeout=10).returncode == 0:
                continue
            if _docker("pull", "--quiet", image, timeout=max(0.1, until - time.monotonic())).returncode:
                return False
    except subprocess.TimeoutExpired:
        return False
    return True


def _docker(*arguments: str, timeout: float) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(["docker", *arguments], capture_output=True, check=False, timeout=timeout)


class Containers:
    """The servers of docker-compose.yml, image and settings, by Testcontainers."""

    label = "Testcontainers"

    def __init__(self) -> None:
        from testcontainers.core.container import Reaper

        self._running: list[Any] = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            Reaper.get_instance()  # now: two containers that start at the same time would each make one of that name

    def kafka(self) -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            container = _kafka_container()
            self._running.append(container)
            container.start()
            address = f"{container.get_container_host_ip()}:{container.get_exposed_port(_HOST_PORT)}"
            _announce(container, address)
        return address

    def postgres(self) -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from testcontainers.community.postgres import PostgresContainer

            container = PostgresContainer(
                compose.image("postgres"),
                username=SUPERUSER,
                password=secrets.token_hex(12),
                dbname=SUPERUSER,
                driver=None,
            )
            container.with_command(compose.services()["postgres"]["command"])
            container.with_env("POSTGRES_INITDB_ARGS", compose.environment("postgres")["POSTGRES_INITDB_ARGS"])
            self._running.append(container)
            container.start()
            return str(container.get_connection_url())

    def stop(self) -> None:
        for container in self._running:
            container.stop()


def _kafka_container() -> Any:
    """A plain container: the library's own KafkaContainer is for another vendor's image."""
    from testcontainers.core.container import DockerContainer

    container = DockerContainer(compose.image("kafka")).with_exposed_ports(_HOST_PORT)
    container.with_command(f"sh -c 'while [ ! -f {_START} ]; do sleep 0.1; done; . {_START}'")
    for name, value in compose.environment("kafka").items():
        if name != _ADVERTISED:
            container.with_env(name, value)
    return container


def _announce(container: Any, address: str) -> None:
    """The broker must announce the port that Docker chose, which is known only now: it waits for this script."""
    from testcontainers.core.wait_strategies import LogMessageWaitStrategy

    script = f"export {_ADVERTISED}=CLIENTS://localhost:9092,HOST://{address}\nexec /etc/kafka/docker/run\n".encode()
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        entry = tarfile.TarInfo(_START)
        entry.size, entry.mode = len(script), 0o755
        tar.addfile(entry, io.BytesIO(script))
    container.get_wrapped_container().put_archive("/", archive.getvalue())
    LogMessageWaitStrategy("Kafka Server started").with_startup_timeout(120).wait_until_ready(container)
