"""The five services: every operation × role × {own, another's, missing}."""

import pytest

from tests.authorization import page
from tests.authorization.asking import Matrix
from tests.authorization.lines import TABLE, operations_of

OPERATIONS = {service: operations_of(service) for service in TABLE}
EVERY = [
    pytest.param(service, name, marks=pytest.mark.xdist_group(f"authorization-{service == 'portal'}"))
    for service, operations in OPERATIONS.items()
    for name in operations
    if name in TABLE[service]
]
"""On two cores: the portal's on one, the four owners' on the other."""


@pytest.mark.parametrize("service", TABLE)
def test_every_operation_has_a_line_and_every_line_an_operation(service: str) -> None:
    without = OPERATIONS[service].keys() - TABLE[service].keys()
    stale = TABLE[service].keys() - OPERATIONS[service].keys()
    assert (sorted(without), sorted(stale)) == ([], []), "operations without a line, lines without an operation"


@pytest.mark.parametrize(("service", "name"), EVERY)
def test_only_who_may_and_only_ones_own(service: str, name: str, matrix: Matrix) -> None:
    faults = matrix.faults(service, OPERATIONS[service][name], TABLE[service][name])
    assert not faults, "\n".join(faults)


def test_the_page_is_drawn_from_this_table_and_these_routes() -> None:
    assert page.differences() == [], f"run: {page.COMMAND}"
