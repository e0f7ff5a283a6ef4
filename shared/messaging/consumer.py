"""Kafka → inbox. The only file that imports faust, in the one shape that loses nothing (see docs/decisions/0002):
a bounded queue between the stream and one task that handles events in order in a thread and acknowledges each after
its commit. No exception may leave the agent body or the queue task: Faust acknowledges the message when one does."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import faust
import psycopg
from faust.contrib.asgi import faust_app_running
from faust.transport.drivers import aiokafka as driver

from shared import metrics
from shared.connections import STEADY
from shared.events.base import Envelope, UnreadableEvent, topic_of
from shared.log import bound, closing_line, get_logger
from shared.messaging.inbox import Inbox, Outcome, Position, Subscription, envelope_of, unusable
from shared.messaging.line import Line
from shared.messaging.retry import retry_key
from shared.messaging.together import FEWEST, MOST, Batch, pass_over_known, receive_together
from shared.observing.progress import Progress

QUEUE = 500
BATCH = 100
STOP_GRACE_S = 10
log = get_logger()


class Consumer:
    """Consumes the topics of ``consumes`` as the consumer group named after the service."""

    def __init__(
        self,
        service: str,
        database_url: str,
        bootstrap: str,
        consumes: tuple[Subscription, ...],
        *,
        wake: Callable[[], None],
        datadir: str,
        session_timeout_s: float,
        only_puts: bool = False,
    ) -> None:
        """``only_puts``: its handlers never ask, so a backlog may be received many events at a time."""
        self.service = service
        self._batch, self._only_puts = (MOST if only_puts else BATCH), only_puts
        self.inbox = Inbox(service, consumes, wake)
        self.topics = sorted({topic_of(s.event.publisher) for s in consumes})
        self._database_url = database_url
        self._line = Line()
        self._queue: asyncio.Queue[Any] = asyncio.Queue(QUEUE)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="handler")
        self._conn: psycopg.Connection[Any] | None = None
        self._app = self._build(bootstrap, datadir, session_timeout_s)
        self._assigned: frozenset[Any] = frozenset()
        self._stopping = False
        self.progress = Progress(self.topics)
        self.tenure = 0  # counts the times the group took partitions away; what came under an earlier one is not ours

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Consumes until the block ends; then finishes what it took, commits, and leaves the group."""
        async with faust_app_running(self._app, discover=False, stop_timeout=STOP_GRACE_S):
            yield
            self._stopping = True

    async def run_queue(self) -> None:
        """Takes greedy batches from the queue for ever. Raises StopTheLine, and what is a bug of the kernel; either
        must end the process, without acknowledging."""
        loop = asyncio.get_running_loop()
        while True:
            batch = [await self._queue.get()]
            while len(batch) < self._batch and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            await loop.run_in_executor(self._thread, self._handle_in_order, batch)
            for tenure, event in batch:
                if tenure == self.tenure:
                    event.ack()
                self.progress.handled(event.message)

    def assigned(self) -> bool:
        """Whether the group gave this member its partitions."""
        return bool(self._assigned) and not self._app.rebalancing

    def crashed(self) -> bool:
        return bool(self._app.should_stop and not self._stopping)

    def lag(self) -> dict[tuple[str, int], int]:
        """Messages behind the end of each assigned partition, as far as the last fetch knows."""
        consumer: Any = self._app.consumer
        ends, done = {tp: consumer.highwater(tp) for tp in self._assigned}, consumer._committed_offset
        known = ((tp, end - (done.get(tp) or 0)) for tp, end in ends.items() if end is not None)  # None: nothing yet
        return {(tp.topic, tp.partition): max(0, behind) for tp, behind in known}

    def _build(self, bootstrap: str, datadir: str, session_timeout_s: float) -> faust.App:
        app = _App(
            self.service,
            broker=";".join(f"kafka://{server}" for server in bootstrap.split(",")),
            store="memory://",
            datadir=datadir,
            web_enabled=False,
            topic_allow_declare=False,
            topic_disable_leader=True,
            stream_wait_empty=True,
            consumer_auto_offset_reset="earliest",
            consumer_metadata_max_age_ms=10_000,  # who joins while the broker comes up may see few topics: looks again
            broker_commit_interval=0.5,
            broker_session_timeout=session_timeout_s,
            broker_heartbeat_interval=min(1.0, session_timeout_s / 4),
            broker_rebalance_timeout=1.5,
            broker_request_timeout=20.0,
            producer_compression_type=None,
        )
        app.owner = self
        app.on_partitions_assigned.connect(self._now_assigned)
        app.transport = _Transport(app.conf.broker_consumer, app)
        for topic in self.topics:
            channel = app.topic(topic, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")
            app.agent(channel, name=f"{self.service}-{topic}", concurrency=1)(self._take)
        return app

    async def _now_assigned(self, sender: Any, /, *assigned: Any, signal: Any, **more: Any) -> None:  # noqa: ARG002
        self._assigned = frozenset(assigned[0])

    async def _take(self, stream: Any) -> None:
        async for event in stream.noack().events():
            self.progress.taken(event.message)
            await self._queue.put((self.tenure, event))

    def _handle_in_order(self, batch: list[tuple[int, Any]]) -> None:
        self._handle_part([(tenure, event.message) for tenure, event in batch])

    def _handle_part(self, part: list[tuple[int, Any]]) -> None:
        """Together where that is possible; halved until what is out of the ordinary is among few, one by one."""
        ours = [message for tenure, message in part if tenure == self.tenure]
        if len(ours) >= FEWEST and self._handle_together(ours):
            return
        if len(ours) >= 2 * FEWEST and self._only_puts and self._conn is not None:
            self._handle_part(part[: len(part) // 2])
            self._handle_part(part[len(part) // 2 :])
            return
        for tenure, message in part:
            while tenure == self.tenure and not self._handle(message):
                time.sleep(0.5)  # the database cannot be used: wait in place

    def _handle_together(self, messages: list[Any]) -> bool:
        """Handle many in one transaction; False when they are to be handled in smaller parts."""
        started = time.perf_counter()
        places = [Position(message.topic, message.partition, message.offset) for message in messages]
        read = [envelope_of(message, at) for message, at in zip(messages, places, strict=True)]
        batch = [(envelope, at) for (envelope, _), at in zip(read, places, strict=True)]
        try:
            outcomes = [] if any(problem for _, problem in read) else self._receive_together(self._connection(), batch)
        except psycopg.Error:
            outcomes, self._conn = [], None  # the first of them says that the database cannot be used
        for (envelope, _), outcome in zip(batch, outcomes, strict=bool(outcomes)):
            with bound(correlation_id=str(envelope.correlation_id), causation_id=str(envelope.id)):
                self._close(envelope, outcome, (time.perf_counter() - started) / len(batch))
            if outcome not in (Outcome.IGNORED, Outcome.DUPLICATE):
                self._line.note(envelope.key, failed=False)
        return bool(outcomes)

    def _receive_together(self, conn: psycopg.Connection[Any], batch: Batch) -> list[Outcome]:
        if known := pass_over_known(conn, batch):
            outcomes = [Outcome.DUPLICATE] * len(batch)
        else:
            outcomes = (self._only_puts and receive_together(conn, self.inbox, batch)) or []
        how = "known" if known else "together" if outcomes else "apart"
        metrics.BACKLOGS.labels(self.service, how).inc()
        return outcomes

    def _handle(self, message: Any) -> bool:
        """Handle one message in a transaction of its own; False when the database cannot be used."""
        started = time.perf_counter()
        at = Position(message.topic, message.partition, message.offset)
        envelope, problem = envelope_of(message, at)
        with bound(correlation_id=str(envelope.correlation_id), causation_id=str(envelope.id)):
            try:
                outcome = self._receive(self._connection(), envelope, at, problem)
            except psycopg.Error as fault:
                if self._conn is not None and not unusable(self._conn, fault):
                    raise
                log.warning("database_unusable", error=type(fault).__name__, part="consumer")
                self._conn = None
                return False
            self._close(envelope, outcome, time.perf_counter() - started)
        if outcome not in (Outcome.IGNORED, Outcome.DUPLICATE, Outcome.QUEUED):
            self._line.note(envelope.key, failed=outcome is Outcome.FAILED)
        return True

    def _receive(
        self, conn: psycopg.Connection[Any], envelope: Envelope, at: Position, problem: UnreadableEvent | None
    ) -> Outcome:
        if problem:
            return self.inbox.set_aside(conn, envelope, at, problem)
        outcome = self.inbox.handle_once(conn, envelope, at)
        if outcome is Outcome.QUEUED:
            retry_key(conn, self.inbox, envelope.key)  # it may be what the key waits for
        return outcome

    def _connection(self) -> psycopg.Connection[Any]:
        if self._conn is None or self._conn.closed:
            self._conn = psycopg.connect(
                self._database_url,
                autocommit=True,
                application_name=f"interconnexion-{self.service}-consumer",
                **STEADY,
            )
        return self._conn

    def _close(self, envelope: Envelope, outcome: Outcome, seconds: float) -> None:
        """The one closing line of a message."""
        metrics.EVENTS_HANDLED.labels(self.service, envelope.type, outcome.value).inc()
        metrics.EVENT_SECONDS.labels(self.service, envelope.type).observe(seconds)
        if outcome is not Outcome.IGNORED:
            closing_line(
                "event", result=outcome.value, ms=seconds * 1000, event_type=envelope.type, event_id=str(envelope.id)
            )


class _App(faust.App):
    owner: Consumer


class _ConsumerThread(driver.AIOKafkaConsumerThread):
    """Faust asks for fetches of up to 1.5 s; a partition that gets its next message while one is under way would wait
    for its end."""

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = 100
        return consumer


class _KafkaConsumer(driver.Consumer):
    """When partitions are taken away, Faust waits for all that is in our queue, longer than the group waits for it, and
    an acknowledgement that comes later spoils the bookkeeping of the next assignment. So what is not yet committed is
    let go at once: whoever owns the partition next gets it again, and the inbox knows what had taken effect."""

    async def on_partitions_revoked(self, revoked: Any) -> None:
        cast(_App, self.app).owner.tenure += 1
        self._unacked_messages.clear()
        await super().on_partitions_revoked(revoked)

    def _new_consumer_thread(self) -> Any:
        return _ConsumerThread(self, loop=self.loop, beacon=self.beacon)


class _Transport(driver.Transport):
    Consumer = _KafkaConsumer
