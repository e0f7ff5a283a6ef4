"""A pump for each story, on a Tuesday in spring; how long the story took is printed."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.pump import Pump
from tests.stories.telling import telling

Begin = Callable[[str], AbstractContextManager[Pump]]


@pytest.fixture
def begin(databases: Databases, tmp_path: Path) -> Begin:
    """A story of this name begins; every run of it carries the same messages, to the byte."""

    @contextmanager
    def story(name: str) -> Iterator[Pump]:
        with telling(databases, tmp_path, name) as running:
            yield running

    return story


@pytest.fixture
def pump(begin: Begin, request: pytest.FixtureRequest) -> Iterator[Pump]:
    with begin(request.node.name) as running:
        began = time.perf_counter()
        yield running
        seconds = time.perf_counter() - began
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled() if capture else nullcontext():
        print(f"\n[tests] {request.node.name}: {seconds:.2f} s, {running.delivered} facts", flush=True)
