"""The worker process of a service: consumer, relay, timers, waiting keys, and what it runs beside them. Any of them
ending ends the process, and the supervisor starts it again."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NoReturn

import psycopg
import uvicorn
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared.db import Cause, Database, transaction_on
from shared.events.base import REGISTRY, topic_of
from shared.health import Waiting, database_is_at_head, health_app
from shared.http.idempotency import forget_old_answers
from shared.log import configure_logging, describe, get_logger
from shared.messaging.consumer import Consumer
from shared.messaging.firing import fire_due_timers
from shared.messaging.inbox import EVENT_IDS_KEPT, Subscription
from shared.messaging.relay import Relay
from shared.messaging.retry import retry_due_keys
from shared.observing.gauges import measure
from shared.observing.traces import begin_traces, end_traces
from shared.settings import Settings
from shared.timers import Timer

Beside = Callable[[Database], Awaitable[None]]
TIMERS_EVERY_S = 0.25
WAITING_EVERY_S = 0.5
GAUGES_EVERY_S = 2.0
TIDY_EVERY_S = 3600.0
GRACE_S = 12  # exceeds the longest handler
log = get_logger()


def run_worker(
    settings: Settings,
    *,
    consumes: tuple[Subscription, ...],
    timers: tuple[Timer, ...] = (),
    beside: Sequence[Beside] = (),
    migration_head: str | None = None,
    only_puts: bool = False,
) -> None:
    """Run until SIGTERM or SIGINT (exit code 0) or until a part fails (exit code 1). Never returns. ``only_puts``: what
    it consumes only brings rows into a read model, and never asks."""
    sys.setswitchinterval(0.0002)  # hand-over between event loop and handler thread; measured: 10–20 %
    configure_logging(f"{settings.service}-worker", settings.log_level)
    begin_traces(f"{settings.service}-worker", settings)
    _leave(asyncio.run(_Worker(settings, consumes, timers, beside, migration_head, only_puts).run()))


class _Worker:
    def __init__(
        self,
        settings: Settings,
        consumes: tuple[Subscription, ...],
        timers: tuple[Timer, ...],
        beside: Sequence[Beside],
        migration_head: str | None,
        only_puts: bool,
    ) -> None:
        self.settings = settings
        self.migration_head = migration_head
        self.only_puts = only_puts
        self.consumes = consumes
        self.timers = timers
        self.beside = beside
        self.database = Database(settings.database_url, settings.service, connections=6)
        self.relay = Relay(settings.database_url, settings.kafka_bootstrap_servers, settings.service)
        self.publishes = any(event.publisher == settings.service for event in REGISTRY.values())
        self.consumer: Consumer | None = None
        self.starting: list[Waiting] = [Waiting("Le service démarre.", "The service is starting.")]

    async def run(self) -> int:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        health = asyncio.create_task(self._serve_health(), name="health")
        work = asyncio.create_task(self._work(stop), name="work")
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({health, work, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set() and not work.done():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(work), GRACE_S)
        if work.done() and not work.cancelled() and work.exception() is None and stop.is_set():
            return 0
        if stop.is_set() and not work.done():
            _leave(0)  # the grace is over; a thread that waits for an unreachable database must not hold us back
        return _end(work.exception() if work.done() else health.exception())

    async def _work(self, stop: asyncio.Event) -> None:
        if not await _first(self._prepare(), stop):
            return
        self.consumer = Consumer(
            self.settings.service,
            self.settings.database_url,
            self.settings.kafka_bootstrap_servers,
            self.consumes,
            wake=self.database.waker.wake,
            datadir=str(self.settings.faust_datadir / self.settings.service),
            session_timeout_s=self.settings.broker_session_timeout_s,
            only_puts=self.only_puts,
        )
        self.starting = []
        async with contextlib.AsyncExitStack() as stack:
            parts = [
                *([self.relay.run()] if self.publishes else []),
                self._every(TIMERS_EVERY_S, self._fire_timers),
                self._every(WAITING_EVERY_S, self._retry_keys),
                self._every(GAUGES_EVERY_S, self._measure),
                self._every(TIDY_EVERY_S, self._tidy),
                self._watch_bus(),
                *(part(self.database) for part in self.beside),
            ]
            tasks = {asyncio.ensure_future(part) for part in parts}
            if self.consumes:
                queue = asyncio.create_task(self.consumer.run_queue())
                tasks.add(queue)
                await stack.enter_async_context(self.consumer.running())
            stopping = asyncio.create_task(stop.wait())
            done, _ = await asyncio.wait({*tasks, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if done - {stopping}:
                # at once, acknowledging nothing: a graceful stop would wait for what can no longer be handled
                _end(next(iter(done - {stopping})).exception())

    async def _prepare(self) -> None:
        """Until the database is at the head of its history and the topics exist. Raises TimeoutError saying what
        lacks."""
        until = time.monotonic() + self.settings.ready_within_s
        self.database.open()
        topics = {topic_of(s.event.publisher) for s in self.consumes}
        if self.publishes:
            topics.add(topic_of(self.settings.service))
        while self.starting:
            lacks = await asyncio.to_thread(database_is_at_head, self.database, self.migration_head)
            self.starting = [*lacks] or await self._topics_lacking(topics)
            if self.starting and time.monotonic() > until:
                raise TimeoutError("; ".join(w.en for w in self.starting))
            if self.starting:
                await asyncio.sleep(0.2)

    async def _topics_lacking(self, wanted: set[str]) -> list[Waiting]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.settings.kafka_bootstrap_servers, request_timeout_ms=3000)
        try:
            await admin.start()
            missing = wanted - set(await admin.list_topics())
        except (KafkaError, OSError):
            return [Waiting("Kafka ne répond pas.", "Kafka does not answer.")]
        finally:
            await admin.close()
        return [Waiting(f"Le sujet {t} manque.", f"Topic {t} does not exist.") for t in sorted(missing)]

    async def _serve_health(self) -> None:
        app, where = health_app(self.lacking), (self.settings.bind_host, self.settings.worker_port)
        config = uvicorn.Config(app, *where, log_config=None, access_log=False)
        server = uvicorn.Server(config)
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]  # signals are ours
        await server.serve()

    def lacking(self) -> list[Waiting]:
        """What this process still waits for; empty when it is ready."""
        if self.starting:
            return self.starting
        if self.consumes and (self.consumer is None or not self.consumer.assigned()):
            return [Waiting("Kafka n'a pas encore donné ses partitions.", "Kafka has not assigned partitions yet.")]
        return []

    async def _watch_bus(self) -> None:
        while True:
            await asyncio.sleep(1)
            if self.consumes and self.consumer and self.consumer.crashed():
                raise RuntimeError("the consumer stopped by itself")

    async def _every(self, seconds: float, act: Callable[[psycopg.Connection[Any]], int]) -> None:
        """Repeat ``act`` in a thread; at once again while it finds work. Waits for a database that cannot be used."""
        while True:
            try:
                found = await asyncio.to_thread(self._with_connection, act)
            except psycopg.OperationalError as fault:  # PoolTimeout is one
                log.warning("database_unusable", error=type(fault).__name__, part=act.__name__)
                found = 0
            if not found:
                await asyncio.sleep(seconds)

    def _with_connection(self, act: Callable[[psycopg.Connection[Any]], int]) -> int:
        with self.database.pool.connection() as conn:
            return act(conn)

    def _fire_timers(self, conn: psycopg.Connection[Any]) -> int:
        if not self.timers:
            return 0
        return fire_due_timers(conn, self.settings.service, self.timers, self.database.waker.wake)

    def _retry_keys(self, conn: psycopg.Connection[Any]) -> int:
        return len(retry_due_keys(conn, self.consumer.inbox)) if self.consumer else 0

    def _tidy(self, conn: psycopg.Connection[Any]) -> int:
        """Event ids go after 13 months (versions stay for ever), answers to commands after 35 days."""
        with transaction_on(conn, self.settings.service, Cause()) as tx:
            tx.run("DELETE FROM inbox WHERE received_at < now() - %s", (EVENT_IDS_KEPT,))
            forget_old_answers(tx)
        return 0

    def _measure(self, conn: psycopg.Connection[Any]) -> int:
        return measure(conn, self.settings.service, self.consumer, self.relay if self.publishes else None)


def _end(fault: BaseException | None) -> NoReturn:
    log.critical("worker_ends", **(describe(fault) if fault else {"error": "a part ended by itself"}))
    _leave(1)


def _leave(code: int) -> NoReturn:
    end_traces()
    sys.stdout.flush()
    os._exit(code)


async def _first(work: Awaitable[None], stop: asyncio.Event) -> bool:
    """Do ``work`` unless ``stop`` comes first; whether it was done."""
    doing, stopping = asyncio.ensure_future(work), asyncio.create_task(stop.wait())
    await asyncio.wait({doing, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not doing.done():
        doing.cancel()
        return False
    stopping.cancel()
    await doing
    return True
