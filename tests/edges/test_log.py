import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
import structlog

from shared import log

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    log.configure_logging("intake", "INFO")
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written := io.StringIO())
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers[:], root.level = before
    structlog.reset_defaults()
    log.clear()


@pytest.mark.parametrize(
    "field",
    ["name", "first_name", "lastName", "email", "contact-email", "phone", "phone_number", "address", "birth_date",
     "postal_code", "document_number", "nas", "token", "authorization", "password", "payload"],
)  # fmt: skip
def test_a_field_that_could_name_somebody_is_dropped_at_any_depth(lines: Lines, field: str) -> None:
    log.get_logger().info("said", **{field: "Anne"}, kept=1, inside={field: "Anne", "also_kept": [{field: "Anne"}]})
    (line,) = lines()
    assert "Anne" not in json.dumps(line)
    assert (line["kept"], line["inside"], line["dropped"]) == (1, {"also_kept": [{}]}, [field])


def test_a_line_carries_what_is_bound_and_the_service(lines: Lines) -> None:
    with log.bound(correlation_id="c-1", actor="advisor:a-1"):
        log.closing_line("event", result="handled", ms=1.26)
    (line,) = lines()
    assert line["service"] == "intake"
    assert line["correlation_id"] == "c-1"
    assert line["actor"] == "advisor:a-1"
    assert (line["event"], line["result"], line["ms"]) == ("event", "handled", 1.3)


def test_libraries_log_through_it_too(lines: Lines) -> None:
    logging.getLogger("aiokafka.consumer").warning("left %s", "the group")
    (line,) = lines()
    assert (line["event"], line["logger"], line["level"]) == ("left the group", "aiokafka.consumer", "warning")


def test_an_exception_is_logged_with_its_place_but_not_the_data_it_repeats(lines: Lines) -> None:
    try:
        raise psycopg.errors.UniqueViolation("Key (email)=(anne@example.org) already exists")
    except psycopg.Error as cause:
        try:
            raise RuntimeError("could not keep anne@example.org") from cause
        except RuntimeError:
            log.get_logger().exception("failed")
    (line,) = lines()
    assert "anne" not in json.dumps(line)
    assert (line["error"], line["caused_by"]) == ("RuntimeError", ["UniqueViolation"])
    assert any("test_log.py" in frame for frame in line["traceback"])
