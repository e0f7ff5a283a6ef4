"""Notices that do not arrive, on a real database and a real receiver: each alarm fires, and ends."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress

import pytest

from shared import metrics
from shared.db import Cause, Database
from shared.webhooks import (
    Endpoint,
    delivery_loop,
    enqueue,
    list_deliveries,
    new_secret,
    replay,
    resume_endpoint,
    sending,
)
from tests.databases import Databases
from tests.edges.sink import Answer, Sink, running_sink
from tests.observing.alerts import fires

WHO = "services_quebec"


@pytest.fixture
def db(databases: Databases) -> Iterator[Database]:
    db = Database(databases.fresh("subsidies"), "subsidies")
    db.open()
    yield db
    db.close()


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    monkeypatch.setattr(sending, "MEASURE_EVERY_S", 0.1)
    monkeypatch.setattr(sending, "POLL_S", 0.05)
    with running_sink() as sink:
        yield sink


@asynccontextmanager
async def delivering(db: Database, sink: Sink) -> AsyncIterator[None]:
    task = asyncio.create_task(delivery_loop(db, {WHO: Endpoint(sink.url, (new_secret(),), inside=True)}))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def fires_now(alert: str) -> bool:
    return fires(alert, metrics.exposition().decode())


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.05)


def tell(db: Database, about: str) -> None:
    with db.transaction(Cause()) as tx:
        enqueue(tx, endpoint=WHO, type="subsidy_request.submitted", about=about, body={"request_id": about})


def attempts(result: str) -> float:
    return float(metrics.WEBHOOK_ATTEMPTS.labels(WHO, result)._value.get())


async def test_failing_given_up_and_gone_are_alarmed_and_the_alarms_end(db: Database, sink: Sink) -> None:
    before = {result: attempts(result) for result in ("retry", "exhausted", "delivered")}
    sink.script = [Answer(500)]
    tell(db, "one")
    async with delivering(db, sink):
        await until(lambda: fires_now("WebhookFailing"))
        assert not fires_now("WebhookExhausted")
        assert not fires_now("WebhookEndpointGone")
        assert attempts("retry") == before["retry"] + 1
        with db.transaction() as tx:
            tx.run("UPDATE webhook_deliveries SET next_at = now()")
        await until(lambda: attempts("delivered") == before["delivered"] + 1)
        await until(lambda: not fires_now("WebhookFailing"))

        sink.script = [Answer(410)]
        tell(db, "two")
        await until(lambda: fires_now("WebhookExhausted") and fires_now("WebhookEndpointGone"))
        assert attempts("exhausted") == before["exhausted"] + 1
        with db.transaction() as tx:
            resume_endpoint(tx, WHO)
            replay(tx, [two.id for two in list_deliveries(tx, state="exhausted")])
        await until(lambda: not (fires_now("WebhookExhausted") or fires_now("WebhookEndpointGone")))
        assert attempts("delivered") == before["delivered"] + 2
