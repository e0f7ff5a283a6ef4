"""A pump for each story, on a Tuesday in spring."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.pump import Pump
from tests.stories.telling import telling

Pumps = Callable[[], AbstractContextManager[Pump]]


@pytest.fixture
def pumps(databases: Databases, tmp_path: Path, request: pytest.FixtureRequest) -> Pumps:
    """Makes a pump as often as it is called: nothing is left of the one before."""
    return lambda: telling(databases, tmp_path, request.node.name)


@pytest.fixture
def pump(pumps: Pumps) -> Iterator[Pump]:
    with pumps() as running:
        yield running
