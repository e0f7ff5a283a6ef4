"""How far a consumer is: what it has in hand, and whether a message was passed over."""

import time
from collections.abc import Iterable
from typing import Any, Protocol

from shared import metrics
from shared.log import get_logger

log = get_logger()


class Progress:
    """Messages taken and not yet handled, in the order in which they came; and when one was last handled."""

    def __init__(self, topics: Iterable[str]) -> None:
        self._in_hand: dict[tuple[str, int, int], float] = {}
        self._last_handled = dict.fromkeys(topics, time.monotonic())

    def taken(self, message: Any) -> None:
        self._in_hand[message.topic, message.partition, message.offset] = message.timestamp or time.time()

    def handled(self, message: Any) -> None:
        """Handled, or no longer ours."""
        self._in_hand.pop((message.topic, message.partition, message.offset), None)
        self._last_handled[message.topic] = time.monotonic()

    def unprocessed_s(self, topic: str, behind: int) -> float:
        """Seconds since the oldest message in hand was sent. None in hand although the broker has more (``behind``):
        the agent stands still, and what is known is how long ago the last one was handled."""
        sent = next((sent for (name, *_), sent in list(self._in_hand.items()) if name == topic), None)
        if sent is not None:
            return max(0.0, time.time() - sent)
        return time.monotonic() - self._last_handled[topic] if behind else 0.0


class Place(Protocol):
    """Where a message stood in Kafka (``shared.messaging.inbox.Position``)."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...


def compare_offsets(came: Place | None, due: int | None) -> None:
    """A message behind the one that was ``due``: what lay between was passed over, for our topics have no holes
    (producers are not transactional, nothing is compacted). One before it comes again, as after a rebalance."""
    if came is None or due is None or came.offset == due:
        return
    if came.offset < due:
        metrics.OFFSETS_AGAIN.labels(came.topic, str(came.partition)).inc()
        return
    metrics.OFFSET_JUMPS.labels(came.topic, str(came.partition)).inc()
    missed = came.offset - due
    log.error("offset_jump", topic=came.topic, partition=came.partition, due=due, came=came.offset, missed=missed)
