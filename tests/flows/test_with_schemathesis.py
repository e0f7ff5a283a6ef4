"""Schemathesis asks every operation of every API of the running system, right and wrong. It comes last in this folder:
it leaves people, companies and jobs behind that no story of another test should meet."""

import os
import time

import pytest

from tests.flows.running import Running
from tests.fuzzing.asking import Fuzzing
from tests.fuzzing.system import on_the_system, two_sides
from tests.notes import note

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("system")]
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "2"))
"""Calls of each kind per operation. More: ``make fuzz``."""
FIELDS = ("54100", "93100")  # of major groups that neither a story nor the demo has: nobody else is proposed
AT_LEAST = 0.9  # not reached: what a ministry answers on paper (3), refused for one that is connected, as both are


def test_every_answer_is_as_the_documents_say(running: Running, pytestconfig: pytest.Config) -> None:
    began = time.monotonic()
    with on_the_system(running) as world:
        fuzzing = Fuzzing(world, two_sides(world, FIELDS), EXAMPLES)
        fuzzing.reach()
        fuzzing.spoil()
    asked, reached = fuzzing.asked, [one for one in fuzzing.asked if one.reached]
    faults = [f"{one.service} {one.name}\n{fault}" for one in asked for fault in one.faults.values()]
    share = len(reached) / len(asked)
    note(
        pytestconfig,
        f"schemathesis: {len(asked)} operations, {len(reached)} reached a 2xx ({share:.0%}), {len(faults)} failures"
        f" in {fuzzing.calls} calls, {time.monotonic() - began:.0f} s",
    )
    assert not faults, "\n\n".join(faults)
    missed = [f"{one.service} {one.name}: {dict(one.statuses)} {one.no}" for one in asked if not one.reached]
    assert share >= AT_LEAST, "\n".join(missed)
