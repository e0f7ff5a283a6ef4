"""The only clock. Programme time = real time + an offset that all processes read, so that a demo lives months in
seconds. The offset is a small JSON file (``CLOCK_FILE``); production refuses to start with one (see settings.py)."""

import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

PROGRAMME_ZONE = ZoneInfo("America/Toronto")

_seen: tuple[tuple[int, int], timedelta] = ((-1, -1), timedelta())  # which writing of the file was read, what it said


def now() -> datetime:
    """The present moment of the programme, aware, UTC."""
    return datetime.now(UTC) + offset()


def today() -> date:
    """The programme's calendar day, America/Toronto."""
    return local_date(now())


def local_date(moment: datetime) -> date:
    """The calendar day on which ``moment`` falls in America/Toronto."""
    return moment.astimezone(PROGRAMME_ZONE).date()


def start_of_day(day: date) -> datetime:
    """Midnight of ``day`` in America/Toronto, as an aware UTC moment."""
    return datetime(day.year, day.month, day.day, tzinfo=PROGRAMME_ZONE).astimezone(UTC)


def offset() -> timedelta:
    """How far programme time is ahead of real time. Zero without a clock file."""
    global _seen
    path = os.environ.get("CLOCK_FILE")
    if not path:
        return timedelta()
    try:
        file = os.stat(path)
    except FileNotFoundError:
        return timedelta()
    writing = (file.st_mtime_ns, file.st_ino)  # two writings may share a tick of the file system's clock, not an inode
    if writing != _seen[0]:
        _seen = (writing, timedelta(seconds=json.loads(Path(path).read_text())["offset_seconds"]))
    return _seen[1]


def advance(by: timedelta) -> timedelta:
    """Move programme time forward for every process that reads the same file; returns the new offset."""
    if by < timedelta():
        raise ValueError("programme time only moves forward")
    total = offset() + by
    set_offset(total)
    return total


def set_offset(total: timedelta) -> None:
    """Programme time is so far ahead of real time from now on, for every process that reads the same file. Only tests
    set it back."""
    path = Path(os.environ["CLOCK_FILE"])
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps({"offset_seconds": total.total_seconds()}))
    beside.replace(path)
