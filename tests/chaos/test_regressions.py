"""What the campaign keeps of a run that found something: the very plan, read back as it was drawn."""

from pathlib import Path

import pytest

from tests.chaos import regressions
from tests.chaos.faults import ACTS, WEIGHTS, plan


def test_a_kept_case_brings_back_its_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regressions, "FOLDER", tmp_path)
    case = regressions.Case(7, "smoke", "C4 a fact was lost", "tests/x.py", tuple(plan(7, 40, 1.6)))
    regressions.keep(case)
    assert regressions.cases() == [case]


def test_every_kept_plan_can_still_be_carried_out() -> None:
    kinds = {fault.kind for case in regressions.cases() for fault in case.faults}
    assert kinds <= ACTS.keys()


def test_a_seed_draws_one_plan_with_every_kind() -> None:
    assert plan(7, 430, 2.2) == plan(7, 430, 2.2) != plan(8, 430, 2.2)
    assert {fault.kind for fault in plan(7, 430, 2.2)} == set(WEIGHTS) == set(ACTS)
