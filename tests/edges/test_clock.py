"""Programme time."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from shared import clock


@pytest.fixture
def clock_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "clock.json"
    monkeypatch.setenv("CLOCK_FILE", str(file))
    return file


def test_without_a_file_programme_time_is_real_time(clock_file: Path) -> None:
    assert not clock_file.exists()
    assert clock.offset() == timedelta()


def test_every_writing_is_read_also_when_many_fall_into_one_tick_of_the_file_system(clock_file: Path) -> None:
    for day in range(1, 200):
        clock.advance(timedelta(days=1))
        os.utime(clock_file, ns=(0, 0))
        assert clock.offset() == timedelta(days=day)


def test_it_moves_forward_only(clock_file: Path) -> None:
    clock.advance(timedelta(hours=1))
    with pytest.raises(ValueError, match="forward"):
        clock.advance(timedelta(seconds=-1))
    assert clock.offset() == timedelta(hours=1)
