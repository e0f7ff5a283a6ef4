"""Every named crash point is reached by the real system at work, the process dies there, and nothing is lost."""

from collections import Counter

import pytest

from tests.chaos.points import POINTS
from tests.chaos.reaching import QUEUES, reach_all


def test_every_point_has_its_place() -> None:
    assert Counter(name for queue in QUEUES.values() for name in queue) == Counter(POINTS.keys())


@pytest.mark.system
@pytest.mark.xdist_group("chaos")
def test_every_crash_point_is_reached_and_nothing_is_lost() -> None:
    report, missing = reach_all()
    assert missing == set()
    assert report.violations == []
