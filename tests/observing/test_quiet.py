"""What is held back from the log, and what never is."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from shared import log
from shared.observing.quiet import MOST_KINDS, OUR_REPEATED, OneOfAKind


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def written() -> Iterator[tuple[io.StringIO, Clock]]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    log.configure_logging("intake", "INFO")
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream := io.StringIO())
    clock = Clock()
    assert [type(each) for each in handler.filters] == [OneOfAKind], "every process has it"
    handler.filters[:] = [OneOfAKind(30, clock)]
    yield stream, clock
    root.handlers[:], root.level = before
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_of_a_librarys_warning_one_in_thirty_seconds_says_how_many_were_held(
    written: tuple[io.StringIO, Clock],
) -> None:
    stream, clock = written
    aiokafka = logging.getLogger("aiokafka.conn")
    for node in range(100):
        aiokafka.error("Unable to connect to node %s: %s", node, ConnectionError())
        clock.now += 0.5
    said = lines(stream)
    assert [line.get("held_back") for line in said] == [None, 59]
    assert said[1]["event"] == "Unable to connect to node 60: "


def test_another_kind_another_level_and_another_logger_are_each_let_through(
    written: tuple[io.StringIO, Clock],
) -> None:
    stream, _ = written
    for name in ("aiokafka", "aiokafka.conn"):
        for _ in range(5):
            logging.getLogger(name).warning("away")
            logging.getLogger(name).error("away")
            logging.getLogger(name).error("away again")
    assert len(lines(stream)) == 6


def test_ours_that_only_say_that_something_is_away_are_held_and_all_others_never(
    written: tuple[io.StringIO, Clock],
) -> None:
    stream, clock = written
    for number in range(20):
        log.get_logger().warning("relay_interrupted", error="KafkaConnectionError")
        log.get_logger().error("event_failed", event_id=str(number))
        log.closing_line("request", result="503", ms=1.0, level="warning", route="/v1/x", method="GET")
    clock.now += 31
    log.get_logger().warning("relay_interrupted", error="KafkaConnectionError")
    said = lines(stream)
    assert [line["event_id"] for line in said if line["event"] == "event_failed"] == [str(n) for n in range(20)]
    assert len([line for line in said if line["event"] == "request"]) == 20
    assert [line.get("held_back") for line in said if line["event"] == "relay_interrupted"] == [None, 19]
    assert "event_failed" not in OUR_REPEATED


def test_kinds_without_end_are_forgotten_not_kept(written: tuple[io.StringIO, Clock]) -> None:
    stream, _ = written
    for number in range(3 * MOST_KINDS):
        logging.getLogger("some.library").warning(f"line {number}")
    handler = logging.getLogger().handlers[0]
    (only,) = handler.filters
    assert isinstance(only, OneOfAKind)
    assert len(only._seen) <= MOST_KINDS
    assert len(lines(stream)) == 3 * MOST_KINDS
