"""The context of a trace survives what an event survives: waiting for a fact, failing, a restart, a timer."""

import subprocess
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from deploy.traces.reading import Seen, read
from shared.observing.spans import of_event, of_transaction
from tests.messaging.running import Probe, until
from tests.servers import Servers

pytestmark = pytest.mark.bus


def of_trace(file: Path, trace: UUID) -> list[Seen]:
    return [span for span in read(file) if span.trace == trace.hex] if file.exists() else []


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    assert process.wait(30) == 0


def test_an_event_that_waited_over_a_restart_is_handled_in_its_own_trace(real: Servers, tmp_path: Path) -> None:
    real.start()
    probe, file, case = Probe(real, tmp_path), tmp_path / "traces.jsonl", uuid4()
    probe.environment["TRACES_FILE"] = str(file)
    try:
        first = probe.start()
        closed = probe.closed(case)
        probe.send([closed])
        until(lambda: "set_aside" in [s.result for s in of_trace(file, closed.correlation_id)], 20, probe.log)
        stop(first)
        probe.start()
        opened = probe.opened(case)
        probe.send([opened])
        until(lambda: "handled_later" in [s.result for s in of_trace(file, closed.correlation_id)], 20, probe.log)
        told = of_trace(file, closed.correlation_id)
        assert [span.result for span in told if span.result != "!NotYet"] == ["set_aside", "handled_later"]
        assert "!NotYet" in [span.result for span in told]
        assert {span.parent for span in told} == {f"{of_event(closed.id):016x}"}
        assert {span.attributes["interconnexion.case"] for span in told} == {str(case)}
    finally:
        probe.stop()


def test_what_a_handler_says_is_sent_under_it_and_a_timer_stays_in_its_trace(real: Servers, tmp_path: Path) -> None:
    real.start()
    probe, file, case = Probe(real, tmp_path), tmp_path / "traces.jsonl", uuid4()
    probe.environment["TRACES_FILE"] = str(file)
    try:
        probe.start()
        noted = probe.noted(case, 1)
        probe.send([noted, noted])
        trace = noted.correlation_id
        until(lambda: len(of_trace(file, trace)) >= 3, 20, probe.log)
        handled, sent = (
            next(s for s in of_trace(file, trace) if s.name == name) for name in ("handle noted", "send counted")
        )
        ((occurred_at, event_id),) = probe.rows("SELECT occurred_at, event_id FROM journal")
        assert handled.id == f"{of_transaction(probe.name, trace, occurred_at):016x}"
        assert (sent.parent, sent.id) == (handled.id, f"{of_event(event_id):016x}")
        until(lambda: "duplicate" in [s.result for s in of_trace(file, trace)], 10, probe.log)
        probe.rows(
            """INSERT INTO timers (id, kind, key, about, due_at, correlation_id, causation_id)
               VALUES (gen_random_uuid(), 'bell', %s, 'a', now(), %s, %s) RETURNING id""",
            str(case), trace, noted.id,
        )  # fmt: skip
        until(lambda: "timer bell" in [s.name for s in of_trace(file, trace)], 10, probe.log)
        (rang,) = [s for s in of_trace(file, trace) if s.name == "timer bell"]
        assert rang.parent == f"{of_event(noted.id):016x}"
    finally:
        probe.stop()
