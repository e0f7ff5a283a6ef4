"""A subsidies database, and a programme clock that stands where a test wants it."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from shared.clock import PROGRAMME_ZONE
from tests.databases import transaction_fixture
from tests.subsidies.edge import case, client, conn, intake, keys, ministry, settings, token  # noqa: F401  # fixtures
from tests.subsidies.facts import TODAY

tx = transaction_fixture("subsidies")


def offset_to(day: date) -> float:
    """Seconds from now to 9 o'clock of that day, America/Toronto."""
    return (datetime(day.year, day.month, day.day, 9, tzinfo=PROGRAMME_ZONE) - datetime.now(UTC)).total_seconds()


@pytest.fixture(autouse=True)
def clock_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """``clock_at(day)``: programme time is now 9 o'clock of that day, America/Toronto. At first, TODAY."""

    def set_clock(day: date) -> None:
        path = tmp_path / f"clock-{day}.json"
        path.write_text(json.dumps({"offset_seconds": offset_to(day)}))
        monkeypatch.setenv("CLOCK_FILE", str(path))

    set_clock(TODAY)
    return set_clock
