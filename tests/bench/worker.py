"""The real worker process with handlers that do the work of P4. ``python -m tests.bench.worker``; its name and
addresses come from the environment, and whether it is a read model's, which only puts."""

import os
from uuid import UUID

from shared.db import Tx
from shared.events.base import Event
from shared.messaging.inbox import on
from shared.messaging.outbox import publish
from shared.messaging.worker import run_worker
from shared.writes import Write
from tests.bench.settings import NAME, BenchSettings
from tests.bench.work import EFFECT

ONLY_PUTS = bool(os.environ.get("BENCH_ONLY_PUTS"))
PROJECTION = Write(
    "case_id uuid",
    """INSERT INTO counters AS c SELECT case_id, count(*) FROM new GROUP BY case_id
       ON CONFLICT (case_id) DO UPDATE SET total = c.total + excluded.total""",
    meets=True,
)


class Noted(Event, publisher=f"{NAME}-a", key="case_id", subject="case_id"):
    """What is consumed; ``note`` brings it to 470 bytes."""

    case_id: UUID
    number: int
    note: str


class Looked(Event, publisher=f"{NAME}-b", key="case_id", subject="case_id"):
    """The same for a projection: it is counted, and nothing is published."""

    case_id: UUID
    number: int
    note: str


class Counted(Event, publisher=NAME, key="case_id", subject="case_id"):
    """What follows from it."""

    case_id: UUID
    total: int


def count_note(tx: Tx, event: Noted) -> None:
    total = tx.value(EFFECT, {"case_id": event.case_id})
    publish(tx, Counted(case_id=event.case_id, total=total))


def project(tx: Tx, event: Looked) -> None:
    tx.put(PROJECTION, (event.case_id,))


def main() -> None:
    projects = (on(Looked, project),)
    consumes = projects if ONLY_PUTS else (on(Noted, count_note), *projects)
    run_worker(BenchSettings(), consumes=consumes, migration_head="0001", only_puts=ONLY_PUTS)


if __name__ == "__main__":
    main()
