"""The sandbox recomputes; it does not trust."""

from typing import Any

import pytest

from deploy.local.ministry.examining import examine
from services.subsidies.api.names import Names
from tests.ministry.programme import a_request, shown


def failed(request: dict[str, Any]) -> set[str]:
    return {finding.check for finding in examine(request) if not finding.passed}


def test_a_request_as_we_compute_it_holds_up() -> None:
    assert failed(shown(a_request())) == set()
    assert len(shown(a_request())["lines"]) == 2


def test_names_that_are_missing_with_a_reason_do_not_stop_it() -> None:
    assert failed(shown(a_request(), Names(None, None, "Indisponible.", "Unavailable."))) == set()
    assert failed(shown(a_request(), Names())) == {"complete"}


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"amount_cents": 1}, {"sum"}),
        ({"amount_cents": 0, "lines": []}, {"amount", "days", "complete"}),
        ({"weeks": 53}, {"weeks", "days"}),
        ({"criteria": []}, {"criteria", "complete"}),
        ({"facts": None}, {"complete"}),
        ({"lines": None}, {"complete", "sum", "days"}),
        ({"weeks": None}, {"readable"}),
    ],
)
def test_what_does_not_hold_up_is_found(changes: dict[str, Any], check: set[str]) -> None:
    assert failed(shown(a_request()) | changes) == check


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"amount_cents": 1}, {"line", "sum"}),
        ({"rate": "0.80"}, {"line"}),
        ({"hours": "1000"}, {"line"}),
        ({"hours": "many"}, {"readable"}),
    ],
)
def test_a_line_that_was_computed_otherwise_is_found(changes: dict[str, Any], check: set[str]) -> None:
    request = shown(a_request())
    request["lines"][0] |= changes
    assert failed(request) == check


def test_a_criterion_that_is_unknown_is_not_met() -> None:
    request = shown(a_request())
    request["criteria"][0]["result"] = "unknown"
    assert failed(request) == {"criteria"}
