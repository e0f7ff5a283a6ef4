"""Spans of topics, read with plain aiokafka: no group, no commits, nothing that anyone else notices."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from shared.messaging.inbox import Position, envelope_of
from shared.rebuilding.receiving import Arrived

BATCH = 20_000
SILENCE_S = 30.0
Place = tuple[str, int]
Spans = Mapping[Place, tuple[int, int]]
"""By topic and partition: the first offset, and the one after the last."""


async def ends_of(bootstrap: str, topics: Sequence[str]) -> dict[Place, int]:
    """The offset that each partition will give next. Raises KafkaError; a topic that is missing has no partitions."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=10_000)
    try:
        await admin.start()
        found = [one for one in await admin.describe_topics() if one["topic"] in topics and not one["error_code"]]
    finally:
        await admin.close()
    partitions = [TopicPartition(one["topic"], p["partition"]) for one in found for p in one["partitions"]]
    if not partitions:
        return {}
    async with _consumer(bootstrap) as consumer:
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        return {(tp.topic, tp.partition): end for tp, end in ends.items()}


async def read(bootstrap: str, spans: Spans, take: Callable[[Sequence[Arrived]], None], *, live: bool) -> int:
    """Hands every message of ``spans`` to ``take``, in a thread, in batches that keep each partition's order; how many
    there were. ``live``: whether their places count. Raises KafkaError, TimeoutError after 30 s of silence, and what
    ``take`` raises."""
    left = {TopicPartition(*place): end for place, (start, end) in spans.items() if start < end}
    async with _consumer(bootstrap) as consumer:
        consumer.assign(list(left))
        for tp in left:
            consumer.seek(tp, spans[tp.topic, tp.partition][0])
        done = 0
        while left:
            async with asyncio.timeout(SILENCE_S):
                messages = await _next(consumer, left)
            await asyncio.to_thread(_take, take, messages, live)
            done += len(messages)
            for tp in [tp for tp, end in left.items() if await consumer.position(tp) >= end]:
                consumer.pause(tp)
                del left[tp]
        return done


async def _next(consumer: AIOKafkaConsumer, left: Mapping[TopicPartition, int]) -> list[Any]:
    messages: list[Any] = []
    while not messages:
        found = await consumer.getmany(*left, timeout_ms=500, max_records=BATCH)
        messages = [message for tp, batch in found.items() for message in batch if message.offset < left[tp]]
        if not messages and all([await consumer.position(tp) >= end for tp, end in left.items()]):
            break  # retention has removed the rest
    return messages


def _take(take: Callable[[Sequence[Arrived]], None], messages: Sequence[Any], live: bool) -> None:
    batch = []
    for message in messages:
        at = Position(message.topic, message.partition, message.offset)
        envelope, problem = envelope_of(message, at)
        batch.append(Arrived(envelope, at if live else None, problem))
    take(batch)


@asynccontextmanager
async def _consumer(bootstrap: str) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        client_id="interconnexion-rebuild",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_partition_fetch_bytes=4 * 1024 * 1024,
        check_crcs=False,
    )
    try:
        await asyncio.wait_for(consumer.start(), SILENCE_S)
        yield consumer
    finally:
        await consumer.stop()
