"""The portal's read models are made anew on the running system, by the command that an operator gives: readers see the
same numbers at every moment, facts go on coming in, and a rebuild that is killed has changed nothing."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from deploy.local.demo.afterwards import her_first_day_comes
from deploy.local.demo.script import STEPS
from deploy.local.demo.tale import Tale
from tests.databases import Databases
from tests.flows.running import Running, live, running_system
from tests.notes import note

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("rebuild")]
ROOT = Path(__file__).resolve().parents[2]
PUBLISHERS = ("intake", "matching", "subsidies", "retention")


@pytest.fixture(scope="module")
def whole_system(
    own_broker: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[Running]:
    """A system of its own: on the shared one, tests put facts on the topics that stand in no journal."""
    with running_system(own_broker, databases, tmp_path_factory.mktemp("rebuilt")) as running:
        note(pytestconfig, f"system ready in {running.start}")
        yield running


def interconnexion(running: Running, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", "from shared.cli import main; main()", *arguments],
        env={**os.environ, **running.stack.env, "PYTHONPATH": str(ROOT)},
        cwd=running.stack.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def rebuilt(running: Running) -> dict[str, Any]:
    process = interconnexion(running, "rebuild", "--json")
    said, complained = process.communicate(timeout=180)
    assert process.returncode == 0, complained
    answer: dict[str, Any] = json.loads(said)
    return answer


def page(tale: Tale) -> Any:
    """What the programme page counts, without the moment at which it was asked."""
    funnel = tale.manager.funnel()
    return tale.manager.numbers(), {key: value for key, value in funnel.items() if key != "as_of"}


@dataclass
class Reader:
    """Somebody who looks all the time, on connections whose statements were prepared long ago."""

    tale: Tale
    seen: list[Any] = field(default_factory=list)
    longest_s: float = 0.0
    stopped: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        while not self.stopped.is_set():
            began = time.perf_counter()
            self.seen.append((page(self.tale), len(self.tale.advisor.timeline(self.tale.candidate_id))))
            self.longest_s = max(self.longest_s, time.perf_counter() - began)


@contextmanager
def somebody_looks(tale: Tale) -> Iterator[Reader]:
    """Raises what the reader met."""
    reader = Reader(tale)
    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(reader.look)
        try:
            yield reader
        finally:
            reader.stopped.set()
        looking.result()


def until_heard(running: Running, tale: Tale) -> None:
    """The portal has received every fact that stands in a journal."""

    def behind() -> set[Any]:
        said = {row["event_id"] for p in PUBLISHERS for row in running.rows(p, "SELECT event_id FROM journal")}
        return said - {row["event_id"] for row in running.rows("portal", "SELECT event_id FROM inbox")}

    tale.wire.wait("the portal has heard everything", lambda: not behind(), seconds=60)


def test_readers_see_the_same_numbers_at_every_moment_of_a_rebuild(
    running: Running, pytestconfig: pytest.Config
) -> None:
    gone = live(running.tell(), STEPS)
    her_first_day_comes(gone)
    tale = live(running.tell(), STEPS)
    gone.candidate.be_forgotten()
    until_heard(running, tale)
    before = page(tale), len(tale.advisor.timeline(tale.candidate_id))
    with somebody_looks(tale) as reader:
        first, second = rebuilt(running), rebuilt(running)
    assert len(reader.seen) > 10
    assert [seen for seen in reader.seen if seen != before] == []
    assert (page(tale), len(tale.advisor.timeline(tale.candidate_id))) == before
    facts = running.rows("portal", "SELECT count(*) AS n FROM inbox")[0]["n"]
    assert first["facts"] == second["facts"] == facts
    assert gone.advisor.timeline(gone.candidate_id) == []
    note(
        pytestconfig,
        f"rebuilt {facts} facts in {first['seconds']:.1f} and {second['seconds']:.1f} s {second['steps']}, the worker "
        f"stood still for {first['swap_s']:.2f} and {second['swap_s']:.2f} s; {len(reader.seen)} looks meanwhile, the "
        f"longest {reader.longest_s:.2f} s",
    )


def test_facts_go_on_coming_in_during_rebuilds_and_none_is_lost_or_counted_twice(running: Running) -> None:
    stop = threading.Event()
    failures: list[str] = []

    def again_and_again() -> None:
        while not stop.is_set():
            process = interconnexion(running, "rebuild", "--json")
            _, complained = process.communicate(timeout=180)
            if process.returncode:
                failures.append(complained)

    thread = threading.Thread(target=again_and_again)
    thread.start()
    tale = running.tell()
    try:
        live(tale, STEPS)
    finally:
        stop.set()
        thread.join()
    assert failures == []
    until_heard(running, tale)
    facts = running.rows("portal", "SELECT event_id FROM timeline WHERE candidate_id = %s", tale.candidate_id)
    about_her = {row["event_id"] for p in PUBLISHERS for row in running.journal(p, tale.candidate_id)}
    assert {row["event_id"] for row in facts} == about_her
    served = page(tale)
    rebuilt(running)
    assert page(tale) == served
    counted = running.rows("portal", "SELECT sum(received)::int AS n FROM facts_received")[0]["n"]
    blank = sum(running.rows(p, "SELECT count(*) AS n FROM journal WHERE data IS NULL")[0]["n"] for p in PUBLISHERS)
    assert counted == running.rows("portal", "SELECT count(*) AS n FROM inbox")[0]["n"] - blank
    assert running.rows("portal", "SELECT key FROM waiting_keys") == []


def test_a_rebuild_that_is_killed_has_changed_nothing_and_the_next_one_begins_anew(running: Running) -> None:
    tale = live(running.tell(), STEPS)
    until_heard(running, tale)
    before = page(tale)

    def begun() -> bool:
        return bool(running.rows("portal", "SELECT 1 AS x WHERE to_regclass('rebuilding.timeline') IS NOT NULL"))

    process = interconnexion(running, "rebuild", "--json")
    tale.wire.wait("a rebuild has begun", begun, seconds=60)
    process.send_signal(signal.SIGSTOP)
    other = interconnexion(running, "rebuild", "--json")
    _, complained = other.communicate(timeout=60)
    assert (other.returncode, "rebuild_under_way" in complained) == (5, True)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)  # those that fill end when they see that it is gone
    assert page(tale) == before
    tale.wire.wait("what it left is gone", lambda: not begun(), seconds=60)
    rebuilt(running)
    assert page(tale) == before
