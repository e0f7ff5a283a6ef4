"""The broker's disk is lost. What was on it and somebody had not received yet stands in the owners' journals: they say
it again, as docs/runbooks/refill-a-lost-broker.md tells, and every service has every fact once."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
import pytest

from deploy.local.demo.script import TO_THE_CHOICE, TO_THE_PLAN
from deploy.local.demo.wire import System
from deploy.local.processes import PROCESSES, SERVICES
from deploy.local.stack import Stack
from tests.flows.running import Running, live

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("lost")]
ROOT = Path(__file__).resolve().parents[2]
PUBLISHERS = ("intake", "matching", "subsidies", "retention")
DEAF = ("portal-worker", "retention-worker")
NO_WORKER = tuple(process for process in PROCESSES if not process.name.endswith("-worker"))
# what the kernel notes about messages and seals in the background, not what services know
NOT_STATE = {"inbox", "inbox_heads", "inbox_offsets", "audit_seals"}
State = dict[str, list[str]]


def test_a_lost_broker_is_refilled_from_the_journals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "system"
    with patch.dict(os.environ, {"MINISTRY_DELAY_S": "0.05", "BROKER_SESSION_TIMEOUT_S": "2"}):
        with up(Stack(folder)) as running:
            monkeypatch.setenv("CLOCK_FILE", str(running.system.clock_file))
            tale = live(running.tell(), TO_THE_CHOICE[:9])
            for deaf in DEAF:
                assert running.stack.kill(deaf, signal.SIGSTOP)
            live(tale, [*TO_THE_CHOICE[9:], *TO_THE_PLAN[:-2]])
            tale.wire.wait("all is said", lambda: not any(running.rows(p, "SELECT 1 FROM outbox") for p in PUBLISHERS))
            assert {s for s in SERVICES if missing(running, s)} == {"portal", "retention"}

        shutil.rmtree(folder / "kafka" / "data")
        with up(Stack(folder, processes=NO_WORKER)) as servers:
            before = state(servers, "intake")
            for publisher in PUBLISHERS:
                said = interconnexion(servers, "republish", "--service", publisher, "--to", "live", "--json")
                assert said["events"] == servers.rows(publisher, "SELECT count(*) AS n FROM journal")[0]["n"]

        with up(Stack(folder)) as running:
            again = running.wire()
            for service in SERVICES:
                again.wait(f"{service} has heard all", lambda service=service: not missing(running, service))  # type: ignore[misc]
            concluded_once(running)
            assert state(running, "intake") == before
            plans = running.said("retention", tale.candidate_id, "follow_up_planned")
            assert len(plans) == 1
            again.wait("the plan is heard of", lambda: not any(missing(running, s) for s in SERVICES))


@contextmanager
def up(stack: Stack) -> Iterator[Running]:
    stack.start()
    urls = {service: stack.env[f"{service.upper()}_DATABASE_URL"] for service in SERVICES}
    running = Running(stack, System.of(stack.env), urls, stack.env["KAFKA_BOOTSTRAP_SERVERS"], "")
    try:
        yield running
    finally:
        for wire in running.wires:
            wire.close()
        stack.stop()


def interconnexion(running: Running, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", "from shared.cli import main; main()", *arguments],
        env={**os.environ, **running.stack.env, "PYTHONPATH": str(ROOT)},
        cwd=running.stack.folder,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def missing(running: Running, service: str) -> set[Any]:
    """What stands in a journal, and this service listens to, and has not received."""
    types = [line.event.type for line in import_module(f"services.{service}.consumers").CONSUMES]
    said = {
        row["event_id"]
        for publisher in PUBLISHERS
        for row in running.rows(publisher, "SELECT event_id FROM journal WHERE type = ANY(%s)", types)
    }
    return said - {row["event_id"] for row in running.rows(service, "SELECT event_id FROM inbox")}


def concluded_once(running: Running) -> None:
    """Nobody concluded the same twice from a fact that came again. (New conclusions there may be: timers go on.)"""
    for publisher in PUBLISHERS:
        twice = running.rows(
            publisher,
            """SELECT causation_id, type, count(*) FROM journal WHERE causation_id IS NOT NULL
               GROUP BY causation_id, type, subject HAVING count(*) > 1""",
        )
        assert twice == []
        assert running.rows(publisher, "SELECT key FROM waiting_keys") == []


def state(running: Running, service: str) -> State:
    """Every row of every table of a service."""
    with psycopg.connect(running.databases[service]) as conn:
        tables = conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {
            table: [row for (row,) in conn.execute(f"SELECT t::text FROM {table} t ORDER BY 1".encode()).fetchall()]
            for (table,) in tables
            if table not in NOT_STATE
        }
