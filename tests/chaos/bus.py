"""The harness's own connection to the broker: it reads every topic while faults run, sends copies of real messages
again, and messages that are none of ours."""

import asyncio
import copy
import random
import threading
import time
from collections import defaultdict
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from deploy.local.topics import declared

POISON_KEY = "poison"


@dataclass
class Seen:
    """What the reader saw, first copies and later ones."""

    versions: dict[tuple[str, str], list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    """(topic, subject) → (version, id) in the order of the first copies."""
    ids: dict[str, str] = field(default_factory=dict)  # id → topic
    copies: int = 0
    poison: int = 0
    poison_ids: set[str] = field(default_factory=set)
    violations: list[str] = field(default_factory=list)
    last_copy_at: float = 0.0


class Bus:
    """A thread with an event loop. ``sent_again``: copies that the harness itself made."""

    def __init__(self, bootstrap: str, chance: random.Random) -> None:
        self.bootstrap, self.chance = bootstrap, chance
        self.seen = Seen()
        self.sent_again = 0
        self._kept: list[ConsumerRecord] = []
        self._stop = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._reading = asyncio.run_coroutine_threadsafe(self._read(), self._loop)
        self.positions: dict[TopicPartition, int] = {}

    def close(self) -> None:
        self._stop.set()
        self._reading.result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def seen_so_far(self) -> Seen:
        """A copy: the reader reads on."""

        async def copied() -> Seen:
            return copy.deepcopy(self.seen)

        return asyncio.run_coroutine_threadsafe(copied(), self._loop).result(60)

    def send_copies(self, count: int) -> int:
        """Real messages of any age once more, to the very topic, in any order."""
        some = [self.chance.choice(self._kept) for _ in range(count)] if self._kept else []
        sent = self._run(self._send([(m.topic, m.key, m.value, list(m.headers)) for m in some]))
        self.sent_again += sent
        return sent

    def send_poison(self, kind: str, topic: str, live_key: str | None = None) -> int:
        """One message that cannot be handled, under a key of its own, or under the key of a living case."""
        return self._run(self._send([(topic, *poison(kind, topic.removesuffix(".events"), live_key))]))

    def _run(self, work: Coroutine[Any, Any, int]) -> int:
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)
        except (KafkaError, TimeoutError):
            return 0  # the broker is away: this fault does not take place

    async def _send(self, messages: list[tuple[str, Any, Any, Any]]) -> int:
        producer = AIOKafkaProducer(bootstrap_servers=self.bootstrap, acks="all", request_timeout_ms=5000)
        try:
            await producer.start()
            for topic, key, value, headers in messages:
                await producer.send_and_wait(topic, value, key=key, headers=headers)
        finally:
            await producer.stop()
        return len(messages)

    async def _read(self) -> None:
        """Until closed, whatever becomes of the broker."""
        while not self._stop.is_set():
            try:
                await self._read_until_broken()
            except (KafkaError, OSError):
                await asyncio.sleep(0.5)

    async def _read_until_broken(self) -> None:
        reader = AIOKafkaConsumer(bootstrap_servers=self.bootstrap, auto_offset_reset="earliest", fetch_max_wait_ms=200)
        try:
            await reader.start()
            places = [TopicPartition(t.name, n) for t in declared() for n in range(t.partitions)]
            reader.assign(places)
            for place in places:
                reader.seek(place, self.positions.get(place, 0))
            while not self._stop.is_set():
                for place, messages in (await reader.getmany(timeout_ms=300)).items():
                    for message in messages:
                        self._look(message)
                        self.positions[place] = message.offset + 1
        finally:
            await reader.stop()

    def _look(self, message: ConsumerRecord) -> None:
        headers = {name: value.decode(errors="replace") for name, value in message.headers}
        if (message.key or b"").startswith(POISON_KEY.encode()) or "ce_poison" in headers or "ce_id" not in headers:
            self.seen.poison += 1
            self.seen.poison_ids.add(headers.get("ce_id", ""))
            return
        if len(self._kept) < 5000:
            self._kept.append(message)
        id_, subject = headers["ce_id"], headers["ce_subject"]
        if id_ in self.seen.ids:
            self.seen.copies += 1
            self.seen.last_copy_at = time.time()
            return
        self.seen.ids[id_] = message.topic
        chain = self.seen.versions[(message.topic, subject)]
        version = int(headers["ce_version"])
        if version != len(chain) + 1:
            self.seen.violations.append(f"C5 {message.topic} {subject}: version {version} after {len(chain)}")
        chain.append((version, id_))


POISON = (
    "no headers", "not utf-8", "empty", "null", "no id", "not json", "another shape", "a field missing",
    "a field of another kind", "a nul character",
)  # fmt: skip


def poison(kind: str, publisher: str, live_key: str | None) -> tuple[Any, Any, Any]:
    """(key, value, headers). Each kind is set aside by who consumes the type, with its key."""
    key = live_key or f"{POISON_KEY}-{uuid4().hex[:12]}"
    bare: dict[str, tuple[Any, Any, Any]] = {
        "no headers": (key.encode(), b"{}", []),
        "not utf-8": (f"{POISON_KEY}-".encode() + b"\xff\xfe", b"\xff\xfe\x00", []),
        "empty": (key.encode(), b"", []),
        "null": (key.encode(), None, []),
        "no id": (key.encode(), b"{}", [("ce_specversion", b"1.0"), ("ce_type", b"x")]),
    }
    if kind in bare:
        return bare[kind]
    body = {
        "not json": b"{",
        "another shape": b"[1, 2]",
        "a field missing": b'{"report_id": null}',
        "a field of another kind": b'{"candidate_id": 7, "hire_id": "x", "referral_id": {}}',
        "a nul character": b'{"candidate_id": "\x00"}',
    }[kind]
    type_ = {"intake": "referral_received", "matching": "candidate_hired"}[publisher]
    return key.encode(), body, _headers(publisher, type_)


def _headers(publisher: str, type_: str) -> list[tuple[str, bytes]]:
    return [
        ("ce_specversion", b"1.0"), ("ce_id", str(uuid4()).encode()), ("ce_source", f"/services/{publisher}".encode()),
        ("ce_type", f"interconnexion.{publisher}.{type_}.v1".encode()),
        ("ce_subject", f"{POISON_KEY}/{uuid4()}".encode()), ("ce_time", b"2026-01-01T00:00:00+00:00"),
        ("ce_version", b"1"), ("ce_correlationid", str(uuid4()).encode()), ("ce_poison", b"1"),
    ]  # fmt: skip
