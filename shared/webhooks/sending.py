"""Sends what is due, and marks what became of it."""

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import httpx
import psycopg
from psycopg_pool import PoolTimeout

from shared import metrics
from shared.db import Cause, Database, Tx
from shared.log import closing_line, describe, get_logger
from shared.observing.traces import delivering
from shared.webhooks import deliveries
from shared.webhooks.addresses import public_only_transport
from shared.webhooks.records import Delivery, Endpoint
from shared.webhooks.schedule import seconds_until_next
from shared.webhooks.signatures import sign

log = get_logger()
TIMEOUT_S = 10.0
POLL_S = 0.5
MEASURE_EVERY_S = 5.0
AT_ONCE = 8  # messages under way to one endpoint, each about another thing

Endpoints = Mapping[str, Endpoint] | Callable[[Tx], Mapping[str, Endpoint]]
Exhausted = Callable[[Tx, Delivery], None]


async def delivery_loop(db: Database, endpoints: Endpoints, *, on_exhausted: Exhausted | None = None) -> None:
    """Runs until cancelled; several processes may. ``endpoints`` are given, or read from the database again and again.
    ``on_exhausted`` runs in the transaction that gives a message up, after 75 h or a 410: it makes the task for a
    person."""
    sender = _Sender(db, on_exhausted)
    try:
        while True:
            try:
                begun = await sender.begin_what_is_due(endpoints)
            except (psycopg.OperationalError, PoolTimeout) as fault:
                log.warning("webhooks_wait_for_database", **describe(fault))
                begun = 0
            await asyncio.sleep(0 if begun else POLL_S)
    finally:
        await sender.close()


def measure(tx: Tx) -> None:
    """For Prometheus: what is to deliver, by receiver (a code)."""
    metrics.WEBHOOK_DELIVERIES.clear()
    for state in deliveries.states_of(tx):
        for name in ("pending", "failing", "exhausted"):
            metrics.WEBHOOK_DELIVERIES.labels(state.endpoint, name).set(getattr(state, name))
        metrics.WEBHOOK_ENDPOINT_GONE.labels(state.endpoint).set(state.gone)


class _Sender:
    def __init__(self, db: Database, on_exhausted: Exhausted | None) -> None:
        self._db = db
        self._on_exhausted = on_exhausted
        self._inside = httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False, follow_redirects=False)
        self._outside = httpx.AsyncClient(
            timeout=TIMEOUT_S, trust_env=False, follow_redirects=False, transport=public_only_transport()
        )
        self._measure_at = 0.0
        self._under_way: dict[str, set[asyncio.Task[None]]] = {}

    async def close(self) -> None:
        tasks = [task for group in self._under_way.values() for task in group]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._inside.aclose()
        await self._outside.aclose()

    async def begin_what_is_due(self, endpoints: Endpoints) -> int:
        """Starts sending; how many messages."""
        free = {name: AT_ONCE - len(tasks) for name, tasks in self._under_way.items()}
        known, claimed = await asyncio.to_thread(self._claim, endpoints, free)
        for delivery in claimed:
            group = self._under_way.setdefault(delivery.endpoint, set())
            task = asyncio.create_task(self._deliver(delivery, known[delivery.endpoint]))
            group.add(task)
            task.add_done_callback(group.discard)
        return len(claimed)

    def _claim(self, endpoints: Endpoints, free: dict[str, int]) -> tuple[Mapping[str, Endpoint], list[Delivery]]:
        claimed: list[Delivery] = []
        with self._db.transaction() as tx:
            known = endpoints(tx) if callable(endpoints) else endpoints
            for name in deliveries.endpoints_with_work(tx):
                if name in known and free.get(name, AT_ONCE) > 0:
                    claimed += deliveries.claim(tx, name, free.get(name, AT_ONCE))
            if time.monotonic() > self._measure_at:
                self._measure_at = time.monotonic() + MEASURE_EVERY_S
                measure(tx)
        return known, claimed

    async def _deliver(self, delivery: Delivery, endpoint: Endpoint) -> None:
        started = time.perf_counter()
        span = delivering(self._db.service, delivery.correlation_id, deliveries.moment_of(delivery))
        try:
            status, error, retry_after = await self._send(delivery, endpoint, span.headers if span else {})
            ms = round((time.perf_counter() - started) * 1000)
            result = await asyncio.to_thread(self._mark, delivery, status, error, retry_after, ms)
        except Exception as fault:  # noqa: BLE001  # the lease runs out and it is tried again
            log.error("webhook_not_marked", delivery_id=str(delivery.id), **describe(fault))
            return
        metrics.WEBHOOK_ATTEMPTS.labels(delivery.endpoint, result).inc()
        if span:
            span.end(delivery.type, delivery.endpoint, result, status, error)
        closing_line(
            "webhook", result=result, ms=ms, endpoint=delivery.endpoint, type=delivery.type,
            delivery_id=str(delivery.id), attempt=delivery.attempts, status=status, error=error,
            correlation_id=str(delivery.correlation_id),
        )  # fmt: skip

    async def _send(
        self, delivery: Delivery, endpoint: Endpoint, context: Mapping[str, str]
    ) -> tuple[int | None, str | None, str | None]:
        """The status, or a code for what prevented one; and Retry-After."""
        body = delivery.body or ""
        headers = {
            "content-type": "application/json",
            "user-agent": "interconnexion-webhooks/1",
            "x-correlation-id": str(delivery.correlation_id),
            **context,
            **sign(endpoint.secrets, str(delivery.id), body),
        }
        client = self._inside if endpoint.inside else self._outside
        try:
            async with asyncio.timeout(TIMEOUT_S):
                async with client.stream("POST", endpoint.url, content=body.encode(), headers=headers) as answer:
                    error = None if answer.is_success else f"http_{answer.status_code}"
                    return answer.status_code, error, answer.headers.get("retry-after")
        except TimeoutError:
            return None, "timeout", None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as fault:
            return None, type(fault).__name__, None

    def _mark(self, delivery: Delivery, status: int | None, error: str | None, retry_after: str | None, ms: int) -> str:
        with self._db.transaction(Cause(delivery.correlation_id, None, f"service:{self._db.service}")) as tx:
            if status is not None and error is None:
                deliveries.mark_delivered(tx, delivery, status, ms)
                return "delivered"
            again = seconds_until_next(delivery.attempts, retry_after, random.random, datetime.now(UTC))
            if status == 410:
                again = None
                deliveries.mark_gone(tx, delivery.endpoint)
            mine = deliveries.mark_failed(tx, delivery, status, error or "", ms, again)
            if again is None and mine and self._on_exhausted:
                self._on_exhausted(tx, delivery)
            return "exhausted" if again is None else "retry"
