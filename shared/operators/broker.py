"""What the broker says, asked from outside: topics with their settings and offsets, consumer groups with their members,
and the moment of a message. Nothing is consumed and nothing committed."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment, ConsumerProtocolMemberMetadata
from aiokafka.errors import GroupCoordinatorNotAvailableError, GroupLoadInProgressError, KafkaError

from shared.errors import Problem, Unavailable

T = TypeVar("T")
Offsets = Mapping[TopicPartition, int]
ANSWER_WITHIN_S = 20
_MESSAGES_WITHIN_S = 5.0


@dataclass(frozen=True)
class TopicFound:
    """A topic as the broker has it. ``replicas``: of the partition that has fewest; ``in_sync`` likewise."""

    name: str
    partitions: int
    replicas: int
    in_sync: int
    settings: Mapping[str, str]


@dataclass(frozen=True)
class Group:
    """A consumer group. ``listens_to``: topics its members ask for; ``owned``: partitions that have a member."""

    name: str
    state: str
    members: int
    listens_to: frozenset[str]
    owned: frozenset[TopicPartition]


def ask(bootstrap: str, question: Callable[["Broker"], Awaitable[T]]) -> T:
    """The answer of the broker. Raises Unavailable when it does not answer."""

    async def asked() -> T:
        async with asyncio.timeout(ANSWER_WITHIN_S), _connected(bootstrap) as broker:
            while True:
                try:
                    return await question(broker)
                except (GroupCoordinatorNotAvailableError, GroupLoadInProgressError):
                    await asyncio.sleep(0.2)  # a new broker first makes the place where groups are kept

    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # what it could not do is said once, by us
    try:
        return asyncio.run(asked())
    except (KafkaError, OSError, TimeoutError) as fault:
        raise Unavailable(away(bootstrap)) from fault


def away(bootstrap: str) -> Problem:
    return Problem("", "broker_away", f"Kafka ne répond pas à {bootstrap}. Est-il démarré ? make status; sinon "
                   "vérifiez KAFKA_BOOTSTRAP_SERVERS.", f"Kafka does not answer at {bootstrap}. Is it running? make "
                   "status; else check KAFKA_BOOTSTRAP_SERVERS.")  # fmt: skip


@asynccontextmanager
async def _connected(bootstrap: str) -> AsyncIterator["Broker"]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=10_000)
    reader = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, request_timeout_ms=10_000, max_partition_fetch_bytes=4096, enable_auto_commit=False
    )
    try:
        await admin.start()
        await reader.start()
        yield Broker(admin, reader)
    finally:
        await reader.stop()
        await admin.close()


class Broker:
    """A connection to the broker."""

    def __init__(self, admin: AIOKafkaAdminClient, reader: AIOKafkaConsumer) -> None:
        self._admin = admin
        self._reader = reader

    async def topics(self) -> dict[str, TopicFound]:
        """Every topic but the broker's own."""
        described = [t for t in await self._admin.describe_topics() if not t["error_code"] and not t["is_internal"]]
        settings = await self._settings([t["topic"] for t in described])
        return {
            t["topic"]: TopicFound(
                t["topic"],
                len(t["partitions"]),
                min(len(p["replicas"]) for p in t["partitions"]),
                min(len(p["isr"]) for p in t["partitions"]),
                settings.get(t["topic"], {}),
            )
            for t in described
        }

    async def _settings(self, topics: list[str]) -> dict[str, dict[str, str]]:
        if not topics:
            return {}
        answers = await self._admin.describe_configs(
            [ConfigResource(ConfigResourceType.TOPIC, name) for name in topics]
        )
        return {
            name: {entry[0]: entry[1] for entry in entries}
            for answer in answers
            for _, _, _, name, entries in answer.resources
        }

    async def ends(self, topics: Iterable[str]) -> dict[TopicPartition, int]:
        """The offset after the newest message of every partition of these topics."""
        return dict(await self._reader.end_offsets(await self._places(topics)))

    async def begins(self, topics: Iterable[str]) -> dict[TopicPartition, int]:
        """The offset of the oldest message still kept."""
        return dict(await self._reader.beginning_offsets(await self._places(topics)))

    async def _places(self, topics: Iterable[str]) -> list[TopicPartition]:
        found = await self._admin.describe_topics(sorted(set(topics)))
        return [TopicPartition(t["topic"], p["partition"]) for t in found for p in t["partitions"]]

    async def committed(self, group: str) -> dict[TopicPartition, int]:
        """The offset of the next message each partition owes the group."""
        answer = await self._admin.list_consumer_group_offsets(group)
        return {place: said.offset for place, said in answer.items() if said.offset >= 0}

    async def group(self, name: str) -> Group:
        """A group nobody ever joined is ``Dead``, without members."""
        (answer,) = await self._admin.describe_consumer_groups([name])
        _, _, state, _, _, members, *_ = answer.groups[0]
        listens: set[str] = set()
        owned: set[TopicPartition] = set()
        for _, _, _, metadata, assignment, *_ in (_flat(member) for member in members):
            if metadata:
                listens.update(ConsumerProtocolMemberMetadata.decode(metadata).subscription)
            if assignment:
                given = ConsumerProtocolMemberAssignment.decode(assignment)
                owned.update(TopicPartition(t, p) for t, partitions in given.assignment for p in partitions)
        return Group(name, state, len(members), frozenset(listens), frozenset(owned))

    async def moments(self, at: Offsets) -> dict[TopicPartition, datetime]:
        """When the first message from each of these offsets on was written; without those that do not come in 5 s."""
        found: dict[TopicPartition, datetime] = {}
        if not at:
            return found
        self._reader.assign(list(at))
        for place, offset in at.items():
            self._reader.seek(place, offset)
        until = asyncio.get_running_loop().time() + _MESSAGES_WITHIN_S
        while len(found) < len(at) and asyncio.get_running_loop().time() < until:
            got = await self._reader.getmany(timeout_ms=500, max_records=len(at))
            for place, messages in got.items():
                found.setdefault(place, datetime.fromtimestamp(messages[0].timestamp / 1000, UTC))
                self._reader.pause(place)
        return found


def _flat(member: Any) -> tuple[Any, ...]:
    """(member id, client id, host, metadata, assignment); newer brokers put the instance's id second."""
    fields = tuple(member)
    return fields if len(fields) == 5 else (fields[0], *fields[2:])
