"""Every named crash point is reached by the real system at work, the process dies there, and nothing is lost."""

import pytest

from tests.chaos.reaching import reach_all

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("chaos")]


def test_every_crash_point_is_reached_and_nothing_is_lost() -> None:
    report, missing = reach_all()
    assert missing == set()
    assert report.violations == []
