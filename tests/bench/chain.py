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
from tests.bench.settings import NAME, BenchSettings
from tests.bench.work import EFFECT

FROM = os.environ.get("BENCH_FROM", "")


def passed_by(service: str) -> Any:
    """The event by which ``service`` passes a case on."""

    class Passed(Event, publisher=service, key="case_id", subject="case_id"):
        case_id: UUID

    return Passed


def pass_on(tx: Tx, event: Any) -> None:
    tx.value(EFFECT, {"case_id": event.case_id})
    publish(tx, passed_by_us(case_id=event.case_id))


passed_by_us = passed_by(NAME)


def main() -> None:
    run_worker(BenchSettings(), consumes=(on(passed_by(FROM), pass_on),) if FROM else (), migration_head="0001")


if __name__ == "__main__":
    main()
