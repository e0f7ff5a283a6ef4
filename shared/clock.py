"""The only clock. Programme time = real time + an offset that all processes read, so that a demo lives months in
seconds. The offset is a small JSON file (``CLOCK_FILE``); production refuses to start with one (see settings.py)."""

import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

PROGRAMME_ZONE = ZoneInfo("America/Toronto")

_seen: tuple[float, timedelta] = (-1.0, timedelta())


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
        modified = os.stat(path).st_mtime
    except FileNotFoundError:
        return timedelta()
    if modified != _seen[0]:
        _seen = (modified, timedelta(seconds=json.loads(Path(path).read_text())["offset_seconds"]))
    return _seen[1]


def advance(by: timedelta) -> timedelta:
    """Move programme time forward for every process that reads the same file; returns the new offset."""
    if by < timedelta():
        raise ValueError("programme time only moves forward")
    path = Path(os.environ["CLOCK_FILE"])
    total = offset() + by
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps({"offset_seconds": total.total_seconds()}))
    beside.replace(path)
    return total
