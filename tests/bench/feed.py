"""Events for P4, built once and sent before the clock starts; and the processes that consume them, paused meanwhile."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import psutil
from aiokafka import AIOKafkaProducer

from deploy.local.ports import free_port
from shared.events.base import Envelope
from tests.bench.ground import Ground

ROOT = Path(__file__).resolve().parents[2]
PAYLOAD_BYTES = 470
CASES = 500
Message = tuple[bytes, bytes, list[tuple[str, bytes]]]


class Feed:
    """Numbers the versions of each case, as a publisher would. ``suffix``: the publisher is ``<name><suffix>``."""

    def __init__(self, name: str, suffix: str = "-a", type_: str = "noted") -> None:
        self.topic = f"{name}{suffix}.events"
        self._publisher, self._type = f"{name}{suffix}", type_
        self._cases = [uuid4() for _ in range(CASES)]
        self._versions = dict.fromkeys(self._cases, 0)
        self._made = 0

    def messages(self, events: int) -> list[Message]:
        return [self._message(self._cases[n % CASES]) for n in range(events)]

    def _message(self, case: UUID) -> Message:
        self._versions[case] += 1
        self._made += 1
        head = f'{{"case_id": "{case}", "number": {self._made}, "note": "'
        envelope = Envelope(
            id=uuid4(),
            type=f"interconnexion.{self._publisher}.{self._type}.v1",
            publisher=self._publisher,
            subject=f"case/{case}",
            version=self._versions[case],
            key=str(case),
            time=datetime.now(UTC),
            correlation_id=uuid4(),
            causation_id=None,
            actor="service:bench",
            data=f'{head}{"x" * (PAYLOAD_BYTES - 2 - len(head))}"}}'.encode(),
        )
        return str(case).encode(), envelope.data or b"", envelope.headers()


def send(bootstrap: str, topic: str, messages: Sequence[Message]) -> None:
    async def run() -> None:
        producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
        await producer.start()
        try:
            for first in range(0, len(messages), 5_000):
                part = messages[first : first + 5_000]
                await asyncio.gather(*[await producer.send(topic, v, key=k, headers=h) for k, v, h in part])
        finally:
            await producer.stop()

    asyncio.run(run())


@dataclass
class Consuming:
    """A consumer in a process of its own. ``port``: where the worker answers; None for a peer."""

    process: subprocess.Popen[bytes]
    log: Path
    port: int | None = None
    seen: int = field(default=0)

    def pause(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def cpu_s(self) -> float:
        used = psutil.Process(self.process.pid).cpu_times()
        return float(used.user + used.system)

    def memory_mb(self) -> float:
        return float(psutil.Process(self.process.pid).memory_info().rss / 2**20)

    def handled(self, result: str) -> int:
        """By the worker's own metrics."""
        said = httpx.get(f"http://127.0.0.1:{self.port}/metrics", timeout=5).text
        found = re.findall(rf'interconnexion_events_handled_total{{.*result="{result}".*}} (\S+)', said)
        return int(sum(map(float, found)))

    def came(self) -> list[tuple[int, float]]:
        """What a no-op peer printed: how many, and when."""
        found = re.findall(r"came (\d+) (\S+)$", self.log.read_text(), re.MULTILINE)
        return [(int(number), float(at)) for number, at in found]

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        self.process.wait(10)
        shutil.rmtree(self.log.parent, ignore_errors=True)


def start(place: Ground, command: Sequence[str], topic: str, **environment: str) -> Consuming:
    """Starts it; what it prints goes to a file."""
    folder = Path(tempfile.mkdtemp(prefix="interconnexion-bench-"))
    port = free_port()
    env = {
        **os.environ,
        "BENCH_NAME": place.name,
        "BENCH_DATABASE_URL": place.url,
        "BENCH_PORT": str(port),
        "BENCH_TOPIC": topic,
        "KAFKA_BOOTSTRAP_SERVERS": place.bootstrap,
        "FAUST_DATADIR": str(folder),
        "BROKER_SESSION_TIMEOUT_S": "20",
        "PYTHONPATH": str(ROOT),
        **environment,
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=log, stderr=log)
    return Consuming(process, folder / "log", port)


def start_worker(place: Ground, **environment: str) -> Consuming:
    """Ours, ready."""
    worker = start(place, [sys.executable, "-m", "tests.bench.worker"], "", **environment)

    def ready() -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{worker.port}/ready", timeout=1).status_code == 200
        except httpx.HTTPError:
            return False

    until(ready, 60, worker)
    return worker


def until(true: Callable[[], Any], seconds: float, consumer: Consuming | None = None) -> None:
    """Raises TimeoutError with the end of the consumer's log."""
    end = time.monotonic() + seconds
    while not true():
        ended = consumer is not None and consumer.process.poll() is not None
        if time.monotonic() > end or ended:
            raise TimeoutError(consumer.log.read_text()[-3000:] if consumer else "it took too long")
        time.sleep(0.02)
