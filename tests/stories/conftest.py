"""A pump for each story, on a Tuesday in spring; how long the story took is printed."""

import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.pump import Pump
from tests.stories.telling import telling


@pytest.fixture
def pump(databases: Databases, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Pump]:
    with telling(databases, tmp_path, request.node.name) as running:
        began = time.perf_counter()
        yield running
        seconds = time.perf_counter() - began
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled() if capture else nullcontext():
        print(f"\n[tests] {request.node.name}: {seconds:.2f} s, {running.delivered} facts", flush=True)
