"""The servers of a test run. Both start when first asked for; a run of pure tests starts none."""

from collections.abc import Iterator

import pytest

from tests.databases import Databases
from tests.servers import Servers, servers


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for a server is marked so: ``make test-fast`` runs the others, the unit part. A module runs on
    one core, so that its fixtures are made once; the kernel's, each of which makes its own, are shared out."""
    for item in items:
        if "real" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.server)
        if not item.get_closest_marker("xdist_group") and not item.get_closest_marker("bus"):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


@pytest.fixture(scope="session")
def real() -> Iterator[Servers]:
    with servers() as running:
        yield running


@pytest.fixture(scope="session")
def databases(real: Servers) -> Databases:
    """Service databases built by their own migrations, one of each for tests that roll back."""
    return Databases(real)
