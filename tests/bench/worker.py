"""The real worker process with one handler that does the work of P4. ``python -m tests.bench.worker``; its name and
addresses come from the environment."""

import os
from uuid import UUID

from shared.db import Tx
from shared.events.base import Event
from shared.messaging.inbox import on
from shared.messaging.outbox import publish
from shared.messaging.worker import run_worker
from shared.settings import Settings
from tests.bench.work import EFFECT

NAME = os.environ.get("BENCH_NAME", "bench")


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
    tx.value(EFFECT, {"case_id": event.case_id})


class BenchSettings(Settings):
    service: str = NAME  # type: ignore[assignment]  # a sixth service, for benchmarks only

    @property
    def database_url(self) -> str:
        return os.environ["BENCH_DATABASE_URL"]

    @property
    def worker_port(self) -> int:
        return int(os.environ["BENCH_PORT"])


def main() -> None:
    run_worker(BenchSettings(), consumes=(on(Noted, count_note), on(Looked, project)), migration_head="0001")


if __name__ == "__main__":
    main()
