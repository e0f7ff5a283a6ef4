"""One world for all tests of this folder, on a Tuesday in spring."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.clock import PROGRAMME_ZONE
from tests.authorization.asking import Matrix
from tests.authorization.sandbox import sandboxed
from tests.authorization.world import build
from tests.databases import Databases
from tests.notes import note
from tests.portal.everyone import clock_as_before, everyone
from tests.signing import make_keys

BEGINS_AT = datetime(2026, 3, 3, 9, tzinfo=PROGRAMME_ZONE)


@pytest.fixture(scope="session")
def two_of_each(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Matrix]:
    """Its programme time is set for its own tests only."""
    folder = tmp_path_factory.mktemp("keys-of-the-matrix")
    clock_file = folder / "clock.json"
    before = os.environ.get("CLOCK_FILE")
    with everyone(databases, make_keys(folder), clock_file) as world:
        clock_file.write_text(json.dumps({"offset_seconds": (BEGINS_AT - datetime.now(UTC)).total_seconds()}))
        sides = build(world)
        clock_as_before(before)
        with ExitStack() as stack:
            apps: dict[str, Any] = {name: client.app for name, client in world.owners.items()}
            boxes = {
                name: stack.enter_context(sandboxed(app, world.databases[name].url, name)) for name, app in apps.items()
            }
            matrix = Matrix(world, *sides, clock_file, boxes)
            yield matrix
    operations, pairs = {name for name, _, _ in matrix.asked}, {each[:2] for each in matrix.asked}
    cases = sum(matrix.asked.values())
    note(request.config, f"authorization: {len(operations)} operations, {len(pairs)} with a role, {cases} cases")


@pytest.fixture
def matrix(two_of_each: Matrix, monkeypatch: pytest.MonkeyPatch) -> Matrix:
    monkeypatch.setenv("CLOCK_FILE", str(two_of_each.clock_file))
    return two_of_each
