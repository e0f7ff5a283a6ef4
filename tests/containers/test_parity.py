"""`docker compose up` and `make up` start the same system: compared name by name, without Docker."""

import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from pydantic_settings import BaseSettings

from deploy.containers.prepare import STEPS, database_urls, passwords
from deploy.local import kafka, postgres
from deploy.local.environment import ROOT, development_files, everything, for_process
from deploy.local.processes import FIXED_PORTS, PROCESSES, SERVICES, Process
from shared.topics import FILE
from tests import compose

SERVERS = {"kafka", "postgres"}
BY_NAME = {process.name: process for process in PROCESSES}
PYTHON = {"PYTHONPATH", "PYTHONUNBUFFERED"}  # the image's own
# a shell reads them from files, which exist only once `development` has run
FROM_FILES = {"ministry": {"MINISTRY_TOKEN", "MIFI_TOKEN"}}
# Where a broker is found and where it writes: another place in a container. All else is the same.
KAFKA_PLACES = {
    "controller.quorum.voters",
    "listeners",
    "advertised.listeners",
    "listener.security.protocol.map",
    "log.dirs",
}
POSTGRES_PLACES = {"listen_addresses", "unix_socket_directories", "logging_collector"}
each_process = pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Every setting of the embedded mode on its fixed ports."""
    folder = tmp_path_factory.mktemp("embedded")
    development_files(folder)
    return everything(folder, FIXED_PORTS, {}, PROCESSES)


# processes


def test_the_same_processes_run() -> None:
    assert set(compose.services()) - SERVERS - set(STEPS) == set(BY_NAME)


@each_process
def test_each_runs_the_same_module_on_the_same_port(process: Process) -> None:
    module = " ".join(process.command).replace(sys.executable, "python")
    said = compose.services()[process.name]["command"]
    run = " ".join(said).removeprefix("sh -c ").rpartition(" exec ")[2] if said[0] == "sh" else " ".join(said)
    assert run.strip() == module
    assert compose.environment(process.name)[process.port_variable] == str(process.port)


@each_process
def test_each_is_told_the_same_settings(process: Process, embedded: dict[str, str]) -> None:
    """An embedded process is also told on which ports the others listen, which it does not read."""
    others = {other.port_variable for other in PROCESSES if other.name != process.name}
    read = _read_by(process)
    wanted = {name for name in for_process(process, embedded) if name in read} - others
    told = set(compose.environment(process.name)) | FROM_FILES.get(process.name, set())
    assert told == wanted


@each_process
def test_what_is_no_place_has_the_same_value(process: Process, embedded: dict[str, str]) -> None:
    told = compose.environment(process.name)
    same = ("INTERCONNEXION_ENV", "LOG_LEVEL", "TOKENS_ISSUER", "PORTAL_URL", process.port_variable)
    assert [name for name in same if name in told and told[name] != embedded[name]] == []


@each_process
def test_each_address_leads_to_the_container_and_port_of_that_name(process: Process) -> None:
    """The portal's is for a person's browser, so it is this machine's."""
    for name, value in compose.environment(process.name).items():
        if name.endswith("_URL") and not name.endswith("_DATABASE_URL") and name != "PORTAL_URL":
            called = BY_NAME[name.removesuffix("_URL").lower()]
            assert (name, value) == (name, f"http://{called.name}:{called.port}")
    assert compose.environment(process.name).get("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092") == "kafka:9092"


def _read_by(process: Process) -> set[str]:
    """The variables that a process reads: its settings class's fields, and its port."""
    name = f"services.{process.service}.settings" if process.service else "deploy.local.ministry.settings"
    module = import_module(name)
    (kind,) = (
        kind
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, BaseSettings) and kind.__module__ == module.__name__
    )
    prefix = str(kind.model_config.get("env_prefix", ""))
    fields = {(field.alias or prefix + name).upper() for name, field in kind.model_fields.items()}
    return (fields - {"SERVICE"} | {process.port_variable}) - PYTHON


# databases, topics, migrations


def test_each_service_has_a_database_and_a_role_of_its_name_and_a_password_of_its_own() -> None:
    for step in ("databases", "migrations"):
        urls = database_urls(compose.environment(step))
        assert set(urls) == set(SERVICES)
        for service, url in urls.items():
            parts = urlsplit(url)
            assert (parts.username, parts.path, parts.hostname) == (service, f"/{service}", "postgres")
        assert len(set(passwords(urls).values())) == len(SERVICES)


def test_the_database_made_is_the_one_its_service_opens() -> None:
    made = database_urls(compose.environment("databases"))
    for process in PROCESSES:
        if process.service:
            name = f"{process.service.upper()}_DATABASE_URL"
            assert compose.environment(process.name)[name] == made[process.service]


def test_nobody_but_the_steps_that_prepare_databases_knows_the_superuser() -> None:
    """``migrations`` too: it hands the audit's tables to a role that no service has (docs/decisions/0008)."""
    password = compose.environment("postgres")["POSTGRES_PASSWORD"]
    knowing = {name for name in compose.services() if password in str(compose.services()[name])}
    assert knowing == {"postgres", "databases", "migrations"}


def test_servers_come_first_then_what_runs_once_then_the_processes() -> None:
    done, well = "service_completed_successfully", "service_healthy"
    order = {
        "development": {},
        "databases": {"postgres": well},
        "migrations": {"databases": done},
        "topics": {"kafka": well},
        "ministry": {"development": done},
    } | {p.name: {"development": done, "migrations": done, "topics": done} for p in PROCESSES if p.service}
    found = {
        name: {other: each["condition"] for other, each in service.get("depends_on", {}).items()}
        for name, service in compose.services().items()
        if name not in SERVERS
    }
    assert found == order


def test_what_runs_once_is_a_step_of_prepare() -> None:
    steps = {name: service["command"] for name, service in compose.services().items() if name in STEPS}
    assert steps == {name: ["python", "-m", "deploy.containers.prepare", name] for name in STEPS}


def test_the_image_holds_the_topics_file_and_every_migration() -> None:
    """Both modes read these very files: no list of topics or of migrations stands elsewhere."""
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert lines == ["*", "!requirements.run.lock", "!shared", "!services", "!deploy",
                     "deploy/local/demo", "deploy/containers/Dockerfile", "**/__pycache__", "**/*.md"]  # fmt: skip
    copied = re.findall(r"^COPY (\w+) (\w+)$", (ROOT / "deploy/containers/Dockerfile").read_text(), re.MULTILINE)
    assert copied == [(name, name) for name in ("shared", "services", "deploy")]
    assert FILE.relative_to(ROOT).parts[0] == "deploy"
    assert "TOPIC" not in " ".join(name for name in compose.environment("kafka") if "CREATE" not in name
                                   and "STATE" not in name and "OFFSETS" not in name)  # fmt: skip


# servers


def test_the_servers_have_the_same_versions() -> None:
    assert compose.image("kafka") == f"apache/kafka:{kafka.VERSION}"
    assert compose.image("postgres") == f"postgres:{postgres.VERSION.partition('.')[0]}"


def test_the_broker_has_the_same_settings() -> None:
    lines = (Path(kafka.__file__).parent / "kafka.properties").read_text().splitlines()
    pairs = [line.partition("=") for line in lines if "=" in line and not line.startswith("#")]
    embedded = {name: value for name, _, value in pairs if name not in KAFKA_PLACES}
    told = compose.environment("kafka")
    assert told.pop("KAFKA_HEAP_OPTS").split() == list(kafka.HEAP)
    container = {name.removeprefix("KAFKA_").lower().replace("_", "."): value for name, value in told.items()}
    assert {name: value for name, value in container.items() if name not in KAFKA_PLACES} == embedded
    assert set(container) >= KAFKA_PLACES


def test_the_database_server_has_the_same_settings() -> None:
    program, *options = compose.services()["postgres"]["command"]
    told = dict(option.removeprefix("-c").split("=", 1) for option in options)
    assert (program, told) == (
        "postgres",
        {name: value for name, value in postgres.SETTINGS.items() if name not in POSTGRES_PLACES},
    )
    assert compose.environment("postgres")["POSTGRES_INITDB_ARGS"].split() == list(postgres.INITDB)


# how containers are kept


def all_of(name: str) -> list[Any]:
    return [service.get(name) for service in compose.services().values()]


def test_only_this_machine_reaches_the_ports_and_a_workers_are_not_published() -> None:
    published = {name: s.get("ports", []) for name, s in compose.services().items()}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)
    assert {name for name, ports in published.items() if ports} == (
        SERVERS | {p.name for p in PROCESSES if not p.name.endswith("-worker")}
    )


def test_every_container_has_limits_a_restart_policy_and_an_image_by_its_tag() -> None:
    assert None not in [*all_of("mem_limit"), *all_of("cpus"), *all_of("restart")]
    restarts = {name: service["restart"] for name, service in compose.services().items()}
    assert restarts == {name: "no" if name in STEPS else "unless-stopped" for name in compose.services()}
    assert {image for image in all_of("image") if "@" in image or image.endswith(":latest")} == set()
    assert set(all_of("pull_policy")) == {None}


def test_our_containers_may_do_little() -> None:
    for name in {*BY_NAME, *STEPS}:
        service = compose.services()[name]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert not service["user"].startswith("0")


def test_health_is_asked_of_every_server_and_process() -> None:
    assert "HEALTHCHECK" in (ROOT / "deploy/containers/Dockerfile").read_text()
    asked = {name: service.get("healthcheck") for name, service in compose.services().items()}
    assert {name for name in asked if asked[name] == {"disable": True}} == set(STEPS)
    assert {name for name, how in asked.items() if how and "test" in how} == SERVERS


def test_what_may_be_set_stands_in_the_example_with_the_same_value() -> None:
    shown = dict(
        line.lstrip("#").split("=", 1)
        for line in (ROOT / ".env.example").read_text().splitlines()
        if re.match(r"#?[A-Z0-9_]+=", line)
    )
    assert {name: shown.get(name) for name in compose.left_open()} == compose.left_open()
