"""A subsidies database, and a programme clock that stands at TODAY until a test moves it."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from shared.clock import PROGRAMME_ZONE
from tests.databases import transaction_fixture
from tests.subsidies.edge import case, client, conn, intake, ministry, settings, token  # noqa: F401  # fixtures
from tests.subsidies.facts import TODAY

tx = transaction_fixture("subsidies")


def offset_to(day: date) -> float:
    """Seconds from now to 9 o'clock of that day, America/Toronto."""
    return (datetime(day.year, day.month, day.day, 9, tzinfo=PROGRAMME_ZONE) - datetime.now(UTC)).total_seconds()


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[..., None]) -> None:
    clock_at(TODAY)
