"""The sandbox recomputes; it does not trust."""

from typing import Any

import pytest

from deploy.local.ministry.examining import examine, letter_runs_out
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


@pytest.mark.parametrize(
    ("issued_on", "expires_on", "refused", "asked"),
    [
        (None, None, False, False),
        ("2025-12-03", None, False, False),  # 120 days before it was sent
        ("2025-12-02", None, True, False),
        ("2026-03-20", "2026-04-20", False, False),  # holds on the first day of work
        ("2026-03-20", "2026-04-19", False, True),
    ],
)
def test_a_letter_may_be_too_old_or_run_out_before_the_job_begins(
    issued_on: str | None, expires_on: str | None, refused: bool, asked: bool
) -> None:
    request = shown(a_request())
    request["documents"][0] |= {"issued_on": issued_on, "expires_on": expires_on}
    assert failed(request) == ({"letter"} if refused else set())
    assert letter_runs_out(request) is asked
