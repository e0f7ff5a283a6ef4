"""A pump for each story, on a Tuesday in spring; how long the story took is printed."""

import json
import time
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.pump import Pump, pump_of

BEGINS_ON = date(2026, 3, 3)


@pytest.fixture
def pump(
    databases: Databases,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Iterator[Pump]:
    file = tmp_path / "clock.json"
    file.write_text(json.dumps({"offset_seconds": 0}))
    monkeypatch.setenv("CLOCK_FILE", str(file))
    with pump_of(databases) as running:
        running.live_until(BEGINS_ON)
        began = time.perf_counter()
        yield running
        seconds = time.perf_counter() - began
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled() if capture else nullcontext():
        print(f"\n[tests] {request.node.name}: {seconds:.2f} s, {running.delivered} facts", flush=True)
