"""How old the oldest message is that nobody handled, also when none could be taken."""

import time
from dataclasses import dataclass

from shared import metrics
from shared.observing.progress import Progress, compare_offsets


@dataclass(frozen=True)
class Message:
    topic: str
    partition: int
    offset: int
    timestamp: float


def test_the_oldest_in_hand_counts_until_it_is_handled() -> None:
    progress, now = Progress(["a", "b"]), time.time()
    first, second, other = Message("a", 0, 7, now - 90), Message("a", 1, 3, now - 20), Message("b", 0, 0, now - 5)
    for message in (first, second, other):
        progress.taken(message)
    assert 90 <= progress.unprocessed_s("a", 0) < 92
    assert 5 <= progress.unprocessed_s("b", 0) < 7
    progress.handled(first)
    assert 20 <= progress.unprocessed_s("a", 0) < 22
    progress.handled(second)
    assert progress.unprocessed_s("a", 0) == 0


def test_an_agent_that_takes_nothing_although_the_broker_has_more_grows_old() -> None:
    progress = Progress(["a"])
    assert progress.unprocessed_s("a", 0) == 0
    progress._last_handled["a"] -= 300
    assert 300 <= progress.unprocessed_s("a", 2) < 302
    assert progress.unprocessed_s("a", 0) == 0, "nothing to do is no trouble"


def test_offsets_that_follow_each_other_and_a_first_one_say_nothing() -> None:
    place = Message("of this test", 4, 10, 0)
    for due in (None, 10):
        compare_offsets(place, due)
    compare_offsets(None, 10)
    said = metrics.exposition().decode()
    assert "of this test" not in said
    compare_offsets(place, 12)
    compare_offsets(place, 9)
    said = metrics.exposition().decode()
    assert 'interconnexion_offsets_again_total{partition="4",topic="of this test"} 1.0' in said
    assert 'interconnexion_offset_jumps_total{partition="4",topic="of this test"} 1.0' in said
