import time

import pytest

from tests.authorization.world import build
from tests.flows.running import Running, note
from tests.fuzzing.system import on_the_system

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("system")]

def test_it(running: Running, pytestconfig: pytest.Config) -> None:
    with on_the_system(running) as world:
        t=time.monotonic()
        build(world, ("22100","64100"))
        note(pytestconfig, f"world {time.monotonic()-t:.1f}s")
