"""Starts probes on the real broker and database, feeds them, kills them, and looks at rows and committed offsets."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local.ports import free_port
from shared.events.base import Envelope
from shared.messaging.tables import KERNEL_1, add_reason_to_decisions
from tests.messaging.probe import TABLES
from tests.servers import Servers

ROOT = Path(__file__).resolve().parents[2]
PARTITIONS = 6


class Probe:
    """One probe service: its database, its topics, its worker processes."""

    def __init__(self, real: Servers, folder: Path, *, topics: bool = True) -> None:
        self.name = f"probe{uuid4().hex[:8]}"
        self.folder = folder
        self.bootstrap = real.bootstrap
        self.url = real.create_database(self.name)
        self._admin_url = real.admin_url
        self.topics = [f"{self.name}-a.events", f"{self.name}-b.events", f"{self.name}.events"]
        self.environment: dict[str, str] = {}
        self._running: list[tuple[subprocess.Popen[bytes], int]] = []
        self._versions: dict[str, int] = {}
        with psycopg.connect(self.url) as conn:
            conn.execute(KERNEL_1)
            add_reason_to_decisions(conn)
            conn.execute("CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('0001')")
            conn.execute(TABLES)
        if topics:
            self.create_topics()

    def create_topics(self) -> None:
        asyncio.run(self._create_topics())

    async def _create_topics(self) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        try:
            await admin.create_topics([NewTopic(t, PARTITIONS, 1) for t in self.topics])
        finally:
            await admin.close()

    # processes

    def start(self, *, wait: bool = True, **environment: str) -> subprocess.Popen[bytes]:
        """One more worker process."""
        port = free_port(avoid=[p for _, p in self._running])
        env = {
            **os.environ,
            "PROBE_NAME": self.name,
            "PROBE_DATABASE_URL": self.url,
            "PROBE_PORT": str(port),
            "KAFKA_BOOTSTRAP_SERVERS": self.bootstrap,
            "FAUST_DATADIR": str(self.folder),
            "BROKER_SESSION_TIMEOUT_S": "2",
            "PYTHONPATH": str(ROOT),
            **self.environment,
            **environment,
        }
        with (self.folder / f"worker-{len(self._running)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.messaging.probe"], env=env, cwd=ROOT, stdout=log, stderr=log
            )
        self._running.append((process, port))
        if wait:
            until(lambda: self.is_ready(port), 60, lambda: f"the worker is not ready:\n{self.log()[-3000:]}")
        return process

    def is_ready(self, port: int | None = None) -> bool:
        return self.waits_for(port) == []

    def waits_for(self, port: int | None = None) -> list[str] | None:
        """What a worker waits for, in its own words; None while it does not answer."""
        try:
            answer = httpx.get(f"http://127.0.0.1:{port or self._running[-1][1]}/ready", timeout=1)
        except httpx.HTTPError:
            return None
        return [] if answer.status_code == 200 else [each["en"] for each in answer.json()["waiting_for"]]

    def metrics(self, which: int = -1) -> str:
        return httpx.get(f"http://127.0.0.1:{self._running[which][1]}/metrics", timeout=2).text

    def log(self) -> str:
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("worker-*.log")))

    def stop(self) -> None:
        for process, _ in self._running:
            if process.poll() is None:
                process.kill()
                process.wait(5)

    def database_away(self) -> None:
        """As after a crash: every connection is cut and none is let in."""
        with psycopg.connect(self._admin_url, autocommit=True) as admin:
            admin.execute("UPDATE pg_database SET datallowconn = false WHERE datname = %s", (self.name,))
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (self.name,))

    def database_back(self) -> None:
        with psycopg.connect(self._admin_url, autocommit=True) as admin:
            admin.execute("UPDATE pg_database SET datallowconn = true WHERE datname = %s", (self.name,))

    # events

    def envelope(self, type_: str, publisher: str, case: UUID, data: bytes, subject: str | None = None) -> Envelope:
        """The next event of a subject (the case, unless told)."""
        subject = subject or f"case/{case}"
        self._versions[subject] = self._versions.get(subject, 0) + 1
        return Envelope(
            id=uuid4(),
            type=f"interconnexion.{self.name}-{publisher}.{type_}.v1",
            publisher=f"{self.name}-{publisher}",
            subject=subject,
            version=self._versions[subject],
            key=str(case),
            time=datetime.now(UTC),
            correlation_id=uuid4(),
            causation_id=None,
            actor="service:test",
            data=data,
        )

    def noted(self, case: UUID, number: int) -> Envelope:
        return self.envelope("noted", "a", case, f'{{"case_id": "{case}", "number": {number}}}'.encode())

    def opened(self, case: UUID) -> Envelope:
        data = f'{{"case_id": "{case}", "opening_id": "{case}"}}'.encode()
        return self.envelope("opened", "a", case, data, f"opening/{case}")

    def closed(self, case: UUID) -> Envelope:
        data = f'{{"case_id": "{case}", "closing_id": "{case}"}}'.encode()
        return self.envelope("closed", "b", case, data, f"closing/{case}")

    def send(self, envelopes: Iterable[Envelope]) -> None:
        asyncio.run(self._send([(e.topic, e.key.encode(), e.data, e.headers()) for e in envelopes]))

    def send_raw(self, value: bytes | None, *, key: bytes | None = None, headers: Any = ()) -> None:
        asyncio.run(self._send([(self.topics[0], key, value, list(headers))]))

    async def _send(self, messages: list[tuple[str, Any, Any, Any]]) -> None:
        producer = AIOKafkaProducer(bootstrap_servers=self.bootstrap, acks="all", enable_idempotence=True)
        await producer.start()
        try:
            futures = [await producer.send(t, v, key=k, headers=h) for t, k, v, h in messages]
            await asyncio.gather(*futures)
        finally:
            await producer.stop()

    # looking

    def rows(self, sql: str, *params: Any) -> list[Any]:
        with psycopg.connect(self.url, autocommit=True) as conn:
            return conn.execute(sql, params).fetchall()  # type: ignore[arg-type]

    def effects(self, kind: str = "noted") -> list[tuple[UUID, int]]:
        """(case, number) in the order in which they took effect."""
        return self.rows("SELECT case_id, number FROM effects WHERE kind = %s ORDER BY place", kind)

    def lag(self) -> int:
        """Messages that the group has not committed, by the broker's own word."""
        ends, committed = asyncio.run(self._offsets())
        return sum(end - committed.get(place, 0) for place, end in ends.items())

    def committed(self) -> dict[TopicPartition, int]:
        """What the group has committed, by the broker's own word."""
        return asyncio.run(self._offsets())[1]

    def stored(self) -> dict[TopicPartition, int]:
        """Up to where the inbox has stored, written in the transactions of the effects."""
        return {TopicPartition(t, p): n for t, p, n in self.rows("SELECT * FROM inbox_offsets")}

    async def _offsets(self) -> tuple[dict[TopicPartition, int], dict[TopicPartition, int]]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        reader = AIOKafkaConsumer(bootstrap_servers=self.bootstrap)
        await admin.start()
        await reader.start()
        try:
            ends = await reader.end_offsets([TopicPartition(t, p) for t in self.topics[:2] for p in range(PARTITIONS)])
            found = await admin.list_consumer_group_offsets(self.name)
            return ends, {place: at.offset for place, at in found.items() if at.offset >= 0}
        finally:
            await reader.stop()
            await admin.close()

    def published(self) -> list[dict[str, Any]]:
        """Everything on the probe's own topic: key, version, id, total, by partition and offset."""
        return asyncio.run(self._published())

    async def _published(self) -> list[dict[str, Any]]:
        reader = AIOKafkaConsumer(bootstrap_servers=self.bootstrap, auto_offset_reset="earliest")
        await reader.start()
        try:
            places = [TopicPartition(self.topics[2], p) for p in range(PARTITIONS)]
            reader.assign(places)
            ends = await reader.end_offsets(places)
            found = []
            for place in places:
                while await reader.position(place) < ends[place]:
                    message = await reader.getone(place)
                    headers = dict(message.headers)
                    found.append(
                        {"key": message.key.decode(), "version": int(headers["ce_version"]), "id": headers["ce_id"]}
                    )
            return found
        finally:
            await reader.stop()


def until(true: Callable[[], bool], seconds: float, otherwise: str | Callable[[], str]) -> None:
    """Returns as soon as ``true()``; fails with words after ``seconds``."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise AssertionError(otherwise() if callable(otherwise) else otherwise)
        time.sleep(0.05)


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait(10)
