"""The servers of a test run. Both start when first asked for; a run of pure tests starts none."""

from collections.abc import Iterator

import pytest

from tests.databases import Databases
from tests.servers import Servers, servers


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for a server is marked so: ``make test-fast`` runs the others, the unit part."""
    for item in items:
        if "real" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.server)


@pytest.fixture(scope="session")
def real() -> Iterator[Servers]:
    with servers() as running:
        yield running


@pytest.fixture(scope="session")
def databases(real: Servers) -> Databases:
    """Service databases built by their own migrations, one of each for tests that roll back."""
    return Databases(real)
