"""The whole system with stand-ins for its processes, on real Kafka and real PostgreSQL."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg
import pytest

from deploy.local.processes import SERVICES
from deploy.local.stack import Stack
from deploy.local.words import CannotStart
from tests.runtime.standins import STANDINS

pytestmark = pytest.mark.system


@pytest.fixture(autouse=True, scope="module")
def nothing_given() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.endswith(("_DATABASE_URL", "_BOOTSTRAP_SERVERS"))]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, nothing_given: None) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("stack"), processes=STANDINS, migrate=None) as running:
        yield running


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.05)


def all_ready(stack: Stack) -> bool:
    return all(each.ready for each in stack.health())


def everything_of(stack: Stack) -> list[int]:
    return [pid for name in stack.keeper.children() for pid in stack.pids(name)]


def test_everything_is_ready_after_the_start(stack: Stack) -> None:
    assert all_ready(stack)
    assert len(everything_of(stack)) == 13


@pytest.mark.parametrize("name", ["intake-worker", "postgres", "kafka"])
def test_a_killed_process_comes_back_on_the_same_port(stack: Stack, name: str) -> None:
    port = stack.chosen_ports[name]
    killed = stack.kill(name)
    until(lambda: stack.pids(name) not in ([], killed) and all_ready(stack))
    assert stack.chosen_ports[name] == port


def test_no_service_opens_another_services_database(stack: Stack) -> None:
    for service in SERVICES:
        own = stack.env[f"{service.upper()}_DATABASE_URL"]
        psycopg.connect(own).close()
        for other in {*SERVICES, "postgres", "template1"} - {service}:
            with pytest.raises(psycopg.OperationalError, match="permission denied"):
                psycopg.connect(own.rpartition("/")[0] + "/" + other)


def test_a_process_is_told_its_own_database_only(stack: Stack) -> None:
    with urllib.request.urlopen(stack.urls["matching-worker"] + "/settings", timeout=5) as answer:
        told = json.load(answer)
    assert [name for name in told if name.endswith("_DATABASE_URL")] == ["MATCHING_DATABASE_URL"]
    assert told["KAFKA_BOOTSTRAP_SERVERS"] == stack.env["KAFKA_BOOTSTRAP_SERVERS"]
    assert "MINISTRY_TOKEN" not in told


def test_a_second_start_is_refused(stack: Stack) -> None:
    with pytest.raises(CannotStart, match="runs already"):
        Stack(stack.folder, processes=STANDINS, migrate=None).start()
    assert all_ready(stack)


def test_what_a_killed_supervisor_left_is_swept_and_data_is_kept(tmp_path: Path) -> None:
    stack = Stack(tmp_path, processes=STANDINS, migrate=None)
    try:
        stack.start()
        with psycopg.connect(stack.env["INTAKE_DATABASE_URL"]) as database:
            database.execute("CREATE TABLE kept (a int)")
        left = everything_of(stack)
        supervisor = stack.keeper.supervisor()
        assert supervisor is not None
        os.kill(supervisor.pid, signal.SIGKILL)
        until(lambda: not stack.running)
        assert sorted(stack.keeper.orphans()) == sorted(stack.keeper.children())
        again = Stack(tmp_path, processes=STANDINS, migrate=None)
        again.start()
        assert not {pid for pid in left if psutil.pid_exists(pid)} - set(everything_of(again))
        with psycopg.connect(again.env["INTAKE_DATABASE_URL"]) as database:
            database.execute("SELECT * FROM kept")
        running = everything_of(again)
        again.stop()
        assert not [pid for pid in running if psutil.pid_exists(pid)]
    finally:
        stack.stop()
        stack.remove()


def test_a_process_that_cannot_start_is_named_and_nothing_stays(tmp_path: Path) -> None:
    dies = replace(STANDINS[1], command=(sys.executable, "-c", "raise SystemExit('it is broken')"))
    broken = Stack(tmp_path, processes=(STANDINS[0], dies), migrate=None)
    with pytest.raises(CannotStart, match="it is broken"):
        broken.start()
    assert not broken.running
    broken.remove()


def test_ctrl_c_stops_everything(tmp_path: Path) -> None:
    script = Path(__file__).with_name("standins.py")
    command = [sys.executable, str(script), str(tmp_path), "up"]
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        command,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    stack = Stack(tmp_path, processes=STANDINS)
    assert process.stdout is not None
    while b"Ctrl-C" not in process.stdout.readline():
        assert process.poll() is None
    running = everything_of(stack)
    os.killpg(process.pid, signal.SIGINT)  # as the terminal does: to the whole group
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "stopped" in output.decode()
    assert len(running) == 13
    assert not [pid for pid in running if psutil.pid_exists(pid)]
    stack.remove()
