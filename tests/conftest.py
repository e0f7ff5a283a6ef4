"""The servers of a test run, who calls, and when. Servers start when first asked for; pure tests start none."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest

from shared.clock import PROGRAMME_ZONE
from tests.databases import Databases
from tests.notes import note
from tests.servers import Servers, servers
from tests.signing import Keys, headers_of, make_keys


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for a server is marked so: ``make test-fast`` runs the others, the unit part. A module runs on
    one core, so that its fixtures are made once; the kernel's, each of which makes its own, are shared out."""
    for item in items:
        if {"real", "own_broker"} & {*getattr(item, "fixturenames", ())}:
            item.add_marker(pytest.mark.server)
        if not item.get_closest_marker("xdist_group") and not item.get_closest_marker("bus"):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


@pytest.fixture
def clock_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """``clock_at(day, hour=9)``: programme time is now that hour of that day, America/Toronto."""

    def set_clock(day: date, hour: int = 9) -> None:
        moment = datetime(day.year, day.month, day.day, hour, tzinfo=PROGRAMME_ZONE)
        path = tmp_path / f"clock-{moment:%Y%m%d%H}.json"
        path.write_text(json.dumps({"offset_seconds": (moment - datetime.now(UTC)).total_seconds()}))
        monkeypatch.setenv("CLOCK_FILE", str(path))

    return set_clock


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return make_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def token(keys: Keys) -> Callable[..., dict[str, str]]:
    """``token(role, subject, organisation)``: the headers of such a caller."""
    return partial(headers_of, keys)


@pytest.fixture(scope="session")
def real(pytestconfig: pytest.Config) -> Iterator[Servers]:
    with servers(partial(note, pytestconfig)) as running:
        yield running


@pytest.fixture(scope="session")
def databases(real: Servers) -> Databases:
    """Service databases built by their own migrations, one of each for tests that roll back."""
    return Databases(real)


@pytest.fixture(scope="module")
def own_broker(pytestconfig: pytest.Config) -> Iterator[str]:
    """`host:port` of a broker for this module alone: on the shared one, the services of another test's system would be
    members of the same consumer groups."""
    with servers(partial(note, pytestconfig), own=True) as running:
        yield running.bootstrap
