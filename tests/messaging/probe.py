"""A small service that exists for tests of the kernel: the real worker process, with handlers that can be slow, fail,
or not yet be able to. Run as ``python -m tests.messaging.probe``; its name and behaviour come from the environment."""

import os
import time
from uuid import UUID

from shared.db import Tx
from shared.errors import NotYet
from shared.events.base import Event
from shared.messaging.inbox import on
from shared.messaging.outbox import publish
from shared.messaging.worker import run_worker
from shared.settings import Settings
from shared.timers import Due, due
from shared.writes import Write

NAME = os.environ.get("PROBE_NAME", "probe")
SLOW_S = float(os.environ.get("PROBE_SLOW_S", "0"))
RAISE_ONCE = os.environ.get("PROBE_RAISE_ONCE", "")
ONLY_PUTS = bool(os.environ.get("PROBE_ONLY_PUTS"))
BROKEN_CASES = set(filter(None, os.environ.get("PROBE_BROKEN_CASES", "").split(",")))
_raised: set[str] = set()

TABLES = """
CREATE TABLE effects (
    place bigint GENERATED ALWAYS AS IDENTITY, case_id uuid NOT NULL, kind text NOT NULL, number int NOT NULL
);
CREATE TABLE counters (case_id uuid PRIMARY KEY, total int NOT NULL)
"""


class Noted(Event, publisher=f"{NAME}-a", key="case_id", subject="case_id"):
    """Number ``number`` of a case."""

    case_id: UUID
    number: int


class Opened(Event, publisher=f"{NAME}-a", key="case_id", subject="opening_id"):
    """A case was opened; what ``Closed`` waits for."""

    opening_id: UUID
    case_id: UUID


class Closed(Event, publisher=f"{NAME}-b", key="case_id", subject="closing_id"):
    """A case was closed; comes on another topic."""

    closing_id: UUID
    case_id: UUID


class Counted(Event, publisher=NAME, key="case_id", subject="case_id"):
    """What the probe itself publishes for each Noted."""

    case_id: UUID
    total: int


def count_note(tx: Tx, event: Noted) -> None:
    if str(event.case_id) in BROKEN_CASES:
        raise RuntimeError("this case is broken")
    tx.run("INSERT INTO effects (case_id, kind, number) VALUES (%s, 'noted', %s)", (event.case_id, event.number))
    total = tx.value(
        """INSERT INTO counters AS c VALUES (%s, 1) ON CONFLICT (case_id) DO UPDATE SET total = c.total + 1
           RETURNING total""",
        (event.case_id,),
    )
    publish(tx, Counted(case_id=event.case_id, total=total))
    if SLOW_S:
        time.sleep(SLOW_S)
    if str(event.number) == RAISE_ONCE and RAISE_ONCE not in _raised:
        _raised.add(RAISE_ONCE)
        raise RuntimeError("raised once, on purpose")


_NOTE = Write(
    "case_id uuid, number int", "INSERT INTO effects (case_id, kind, number) SELECT case_id, 'noted', number FROM new"
)


def put_note(tx: Tx, event: Noted) -> None:
    if str(event.case_id) in BROKEN_CASES:
        raise RuntimeError("this case is broken")
    tx.put(_NOTE, (event.case_id, event.number))


def open_case(tx: Tx, event: Opened) -> None:
    tx.run("INSERT INTO effects (case_id, kind, number) VALUES (%s, 'opened', 0)", (event.case_id,))


def close_case(tx: Tx, event: Closed) -> None:
    if not tx.value("SELECT 1 FROM effects WHERE case_id = %s AND kind = 'opened'", (event.case_id,)):
        raise NotYet(Opened.type, fr="Le dossier n'est pas encore ouvert.", en="The case is not open yet.")
    tx.run("INSERT INTO effects (case_id, kind, number) VALUES (%s, 'closed', 0)", (event.case_id,))


def ring(tx: Tx, due: Due) -> None:
    if due.about == "broken":
        raise RuntimeError("this bell is broken")
    tx.run("INSERT INTO effects (case_id, kind, number) VALUES (%s, 'rang', 0)", (due.key,))


CONSUMES = (
    (on(Noted, put_note),) if ONLY_PUTS else (on(Noted, count_note), on(Opened, open_case), on(Closed, close_case))
)
TIMERS = (due("bell", ring),)


class ProbeSettings(Settings):
    service: str = NAME  # type: ignore[assignment]  # a sixth service, for tests only

    @property
    def database_url(self) -> str:  # type: ignore[override]
        return os.environ["PROBE_DATABASE_URL"]

    @property
    def worker_port(self) -> int:  # type: ignore[override]
        return int(os.environ["PROBE_PORT"])


def main() -> None:
    run_worker(ProbeSettings(), consumes=CONSUMES, timers=TIMERS, migration_head="0001", only_puts=ONLY_PUTS)


if __name__ == "__main__":
    main()
