"""One link of P2's chain: the real worker process, whose handler writes a row and says the same under its own name.
``python -m tests.bench.chain``; BENCH_FROM is the service it listens to, empty for the first, which only relays."""

import os
from typing import Any
from uuid import UUID

from shared.db import Tx
from shared.events.base import Event
from shared.messaging.inbox import on
from shared.messaging.outbox import publish
from shared.messaging.worker import run_worker
from shared.settings import Settings
from tests.bench.work import EFFECT

NAME, FROM = os.environ.get("BENCH_NAME", "bench"), os.environ.get("BENCH_FROM", "")


def passed_by(service: str) -> Any:
    """The event by which ``service`` passes a case on."""

    class Passed(Event, publisher=service, key="case_id", subject="case_id"):
        case_id: UUID

    return Passed


def pass_on(tx: Tx, event: Any) -> None:
    tx.value(EFFECT, {"case_id": event.case_id})
    publish(tx, passed_by_us(case_id=event.case_id))


class LinkSettings(Settings):
    service: str = NAME  # type: ignore[assignment]  # a sixth service, for benchmarks only

    @property
    def database_url(self) -> str:
        return os.environ["BENCH_DATABASE_URL"]

    @property
    def worker_port(self) -> int:
        return int(os.environ["BENCH_PORT"])


passed_by_us = passed_by(NAME)


def main() -> None:
    run_worker(LinkSettings(), consumes=(on(passed_by(FROM), pass_on),) if FROM else (), migration_head="0001")


if __name__ == "__main__":
    main()
