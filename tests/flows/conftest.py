"""The flow tests share one running system: every process, real Kafka, real PostgreSQL."""

from collections.abc import Iterator

import pytest

from tests.databases import Databases
from tests.flows.running import Running, running_system
from tests.notes import note
from tests.servers import Servers


@pytest.fixture(scope="session")
def whole_system(
    real: Servers, databases: Databases, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[Running]:
    with running_system(real.start().bootstrap, databases, tmp_path_factory.mktemp("system")) as running:
        note(pytestconfig, f"system ready in {running.start}")
        yield running


@pytest.fixture
def running(whole_system: Running, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """The system; the test lives in its programme time."""
    monkeypatch.setenv("CLOCK_FILE", str(whole_system.system.clock_file))
    yield whole_system
    whole_system.finish()
