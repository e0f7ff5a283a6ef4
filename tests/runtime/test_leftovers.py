import subprocess
import sys
from collections.abc import Iterator

import pytest

from deploy.local.leftovers import Started, end, started, still_runs


@pytest.fixture
def process() -> "Iterator[subprocess.Popen[bytes]]":
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as sleeping:
        yield sleeping
        sleeping.kill()


def test_what_an_earlier_run_left_is_ended(process: "subprocess.Popen[bytes]") -> None:
    assert end([started("intake", process.pid)]) == ["intake"]
    assert process.poll() is not None


def test_a_stranger_with_the_same_pid_is_not_touched(process: "subprocess.Popen[bytes]") -> None:
    real = started("intake", process.pid)
    earlier = Started("intake", process.pid, real.start - 60)
    assert not still_runs(earlier)
    assert end([earlier]) == []
    assert process.poll() is None


def test_what_has_ended_already_is_passed_over(process: "subprocess.Popen[bytes]") -> None:
    known = started("intake", process.pid)
    process.kill()
    process.wait()
    assert end([known]) == []
