"""The commands around docker-compose.yml, and the health check of the image."""

import json
import os
import shutil
import socket
import stat
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from deploy.containers.__main__ import PUBLISHED, chosen_settings, client_settings
from deploy.containers.healthy import is_ready, port_of
from deploy.local.demo.wire import System
from deploy.local.environment import ROOT
from deploy.local.processes import PROCESSES
from tests import compose


def test_a_port_that_somebody_has_is_replaced_and_the_choice_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("PORTAL_API_PORT", str(taken.getsockname()[1]))
        chosen = chosen_settings(tmp_path / "docker")
        assert chosen["PORTAL_API_PORT"] != os.environ["PORTAL_API_PORT"]
    assert chosen_settings(tmp_path / "docker") == chosen
    assert stat.S_IMODE((tmp_path / "docker" / "settings.json").stat().st_mode) == 0o600


def test_what_is_chosen_is_what_compose_leaves_open(tmp_path: Path) -> None:
    chosen = chosen_settings(tmp_path / "docker")
    assert set(chosen) <= set(compose.left_open())
    assert {name: str(port) for name, port in PUBLISHED.items()} == {
        name: default for name, default in compose.left_open().items() if name in PUBLISHED
    }


def test_containers_never_run_as_root(tmp_path: Path) -> None:
    folder = tmp_path / "docker"
    user = chosen_settings(folder)["CONTAINER_USER"]
    owner = folder.stat()
    assert user == f"{owner.st_uid}:{owner.st_gid}"
    assert owner.st_uid != 0


def test_clients_are_told_where_everything_is_published(tmp_path: Path) -> None:
    config = {
        "services": {
            name: {**service, "ports": [{"published": port.split(":")[1]} for port in service.get("ports", [])]}
            for name, service in compose.services().items()
        }
    }
    told = client_settings(config, tmp_path)
    published = {p.name: f"http://127.0.0.1:{p.port}" for p in PROCESSES if not p.name.endswith("-worker")}
    system = System.of(told)
    assert system.urls == published
    assert system.key_file == tmp_path / "keys" / "development.pem"


def test_docker_compose_takes_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    version = ["docker", "compose", "version"]
    if not shutil.which("docker") or subprocess.run(version, capture_output=True, check=False).returncode:
        with capsys.disabled():
            print("\n[tests] docker compose is not here: docker-compose.yml is not read by it")
        pytest.skip("docker compose is not here")
    done = subprocess.run(
        ["docker", "compose", "config", "--format", "json"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)["services"]) == set(compose.services())


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_a_container_is_healthy_when_its_process_is_ready(status: int, healthy: bool) -> None:
    with answering(status) as port:
        assert is_ready(port) is healthy
    assert is_ready(port) is False, "nothing listens any more"


def test_the_health_check_finds_the_port_of_every_container() -> None:
    found = {process.name: port_of(compose.environment(process.name)) for process in PROCESSES}
    assert found == {process.name: process.port for process in PROCESSES}
    with pytest.raises(ValueError, match="unpack"):
        port_of({"INTAKE_API_PORT": "1", "INTAKE_WORKER_PORT": "2"})


@contextmanager
def answering(status: int) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/ready" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()
