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

from deploy.local.databases import wait_for_database
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
    wait_for_database(stack.env["INTAKE_DATABASE_URL"])  # it may still recover from its kill
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


def command(folder: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    """`python -m deploy.local`, as the Makefile calls it, over the stand-ins."""
    script, root = Path(__file__).with_name("standins.py"), Path(__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, str(script), str(folder), *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def answer(folder: Path, *arguments: str) -> tuple[int, str]:
    process = command(folder, *arguments)
    output, _ = process.communicate(timeout=90)
    return process.returncode, output.decode()


def test_status_is_zero_only_when_all_is_ready_and_says_why_not(stack: Stack) -> None:
    assert answer(stack.folder, "status")[0] == 0
    (pid,) = stack.pids("intake-worker")
    os.kill(pid, signal.SIGSTOP)
    try:
        code, shown = answer(stack.folder, "status")
    finally:
        os.kill(pid, signal.SIGCONT)
    assert code == 1
    (line,) = [line for line in shown.splitlines() if line.startswith("intake-worker")]
    assert f"127.0.0.1:{stack.chosen_ports['intake-worker']}" in line
    assert "does not answer yet" in line
    assert shown.count("prêt · ready") == 12
    until(lambda: answer(stack.folder, "status")[0] == 0)


def test_where_nothing_runs_status_says_so_and_is_not_zero(tmp_path: Path) -> None:
    assert answer(tmp_path, "status") == (1, "Rien n'est démarré · nothing is running (make up)\n")


def test_down_from_elsewhere_stops_everything_and_reset_deletes_it(tmp_path: Path) -> None:
    assert answer(tmp_path, "up", "--detach")[0] == 0
    stack = Stack(tmp_path, processes=STANDINS)
    running, places = everything_of(stack), stack.places()
    assert len(running) == 13
    assert "GET /ready" in answer(tmp_path, "logs", "--once", "intake")[1]
    assert answer(tmp_path, "down") == (0, "✓ Arrêté · stopped\n")
    assert not [pid for pid in running if psutil.pid_exists(pid)]
    assert answer(tmp_path, "down") == (0, "Rien n'était démarré · nothing was running\n")
    assert answer(tmp_path, "reset")[0] == 0
    assert not [place for place in places if place.exists()]


def test_ctrl_c_during_the_start_twice_leaves_nothing_behind(tmp_path: Path) -> None:
    process, stack = command(tmp_path, "up"), Stack(tmp_path, processes=STANDINS)
    until(lambda: len([child for child in stack.keeper.children().values() if child.known.pid]) == 13)
    supervisor, running = stack.keeper.supervisor(), everything_of(stack)
    assert supervisor is not None
    for _ in range(2):
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.5)  # the second while it stops
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert not [pid for pid in (supervisor.pid, *running) if psutil.pid_exists(pid)]
    assert not stack.keeper.children()
    stack.remove()


def test_ctrl_c_stops_everything(tmp_path: Path) -> None:
    process, stack = command(tmp_path, "up"), Stack(tmp_path, processes=STANDINS)
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
