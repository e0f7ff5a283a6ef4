"""A pump for each story, on a Tuesday in spring."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.pump import Pump, pump_of

BEGINS_ON = date(2026, 3, 3)
Pumps = Callable[[], AbstractContextManager[Pump]]


@pytest.fixture
def pumps(databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pumps:
    """Makes a pump as often as it is called: nothing is left of the one before."""
    file = tmp_path / "clock.json"
    monkeypatch.setenv("CLOCK_FILE", str(file))

    @contextmanager
    def pump() -> Iterator[Pump]:
        file.write_text(json.dumps({"offset_seconds": 0}))
        with pump_of(databases) as running:
            running.live_until(BEGINS_ON)
            yield running

    return pump


@pytest.fixture
def pump(pumps: Pumps) -> Iterator[Pump]:
    with pumps() as running:
        yield running
