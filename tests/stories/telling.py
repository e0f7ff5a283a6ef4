"""A story told so that every run is the same: the clock ticks by itself and ids come from the story's name. What it
carried can then stand in the documents as an example, and a golden file can be taken from it."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, tzinfo
from itertools import count
from pathlib import Path
from random import Random
from unittest.mock import patch
from uuid import UUID

from shared import clock
from tests import pump as pumping
from tests.databases import Databases
from tests.pump import Pump, pump_of

BEGINS_ON = date(2026, 3, 3)
ADVISOR = UUID("00000000-0000-4000-8000-00000000ad01")
_TICK = timedelta(milliseconds=1)


@contextmanager
def telling(databases: Databases, folder: Path, name: str) -> Iterator[Pump]:
    """A pump whose story begins on BEGINS_ON. The clock file lies in ``folder``."""
    file = folder / "clock.json"
    file.write_text(json.dumps({"offset_seconds": 0}))
    ticking = _ticking()
    with (
        pump_of(databases) as running,  # makes the databases when it is the first
        patch.dict(os.environ, {"CLOCK_FILE": str(file)}),
        patch.object(clock, "datetime", ticking),
        patch.object(pumping, "datetime", ticking),
        patch.object(os, "urandom", Random(name).randbytes),
    ):
        running.actor = f"advisor:{ADVISOR}"
        running.services["intake"].conn.execute(f"ALTER SEQUENCE file_number_{BEGINS_ON.year} RESTART")  # rolled back
        running.live_until(BEGINS_ON)
        yield running


def _ticking() -> type[datetime]:
    """A calendar and clock that begins at one moment and goes on by a millisecond each time it is looked at."""
    began, ticks = datetime(2026, 1, 1).astimezone(), count()

    class Ticking(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return (began + next(ticks) * _TICK).astimezone(tz)

    return Ticking
