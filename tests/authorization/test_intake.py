"""Intake: every operation × role × {own, another's, missing}."""

import pytest

from tests.authorization.asking import Matrix
from tests.authorization.lines import TABLE, operations_of

OPERATIONS = operations_of("intake")


def test_every_operation_has_a_line_and_every_line_an_operation() -> None:
    assert sorted(OPERATIONS) == sorted(TABLE["intake"])


@pytest.mark.parametrize("name", OPERATIONS)
def test_only_who_may_and_only_ones_own(name: str, matrix: Matrix) -> None:
    assert matrix.faults("intake", OPERATIONS[name], TABLE["intake"][name]) == []
