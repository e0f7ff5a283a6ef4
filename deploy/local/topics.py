"""Makes the topics that deploy/kafka/topics.yml declares; safe to run again."""

import asyncio
import logging
import time
from typing import NoReturn

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, for_code

from deploy.local.words import cannot
from shared.topics import Topic as Topic
from shared.topics import declared as declared


def create_topics(bootstrap_servers: str, topics: list[Topic] | None = None, seconds: float = 180) -> list[str]:
    """Waits for the broker, makes what is missing and sets retention; returns the names of new topics.

    Raises CannotStart when the broker does not answer within `seconds`, refuses, or has a topic with other partitions.
    """
    return asyncio.run(_create(bootstrap_servers, declared() if topics is None else topics, seconds))


async def _create(bootstrap_servers: str, topics: list[Topic], seconds: float) -> list[str]:
    admin = await _connected(bootstrap_servers, seconds)
    try:
        there = {topic["topic"]: topic for topic in await admin.describe_topics() if not topic["error_code"]}
        _same_partitions(topics, {name: len(topic["partitions"]) for name, topic in there.items()})
        missing = [topic for topic in topics if topic.name not in there]
        if missing:
            new = [NewTopic(t.name, t.partitions, t.replication, topic_configs=t.settings) for t in missing]
            answer = await admin.create_topics(new)
            for name, code, message in answer.topic_errors:
                if code not in (0, 36):  # 36: somebody else made it in between
                    _refused(f"{name}: {message or for_code(code).__name__}")
        if kept := [topic for topic in topics if topic.name in there]:
            await admin.alter_configs(
                [ConfigResource(ConfigResourceType.TOPIC, topic.name, topic.settings) for topic in kept]
            )
        return [topic.name for topic in missing]
    except KafkaError as error:
        _refused(str(error))
    finally:
        await admin.close()


async def _connected(bootstrap_servers: str, seconds: float) -> AIOKafkaAdminClient:
    until = time.monotonic() + seconds
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # a broker that is still starting is no error
    while True:
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers, request_timeout_ms=10_000)
        try:
            await admin.start()
            return admin
        except KafkaError as error:
            await admin.close()
            if time.monotonic() > until:
                cannot(
                    f"Kafka ne répond pas à {bootstrap_servers} : {error}",
                    f"Kafka does not answer at {bootstrap_servers}: {error}",
                    error,
                )
        await asyncio.sleep(0.1)


def _same_partitions(topics: list[Topic], there: dict[str, int]) -> None:
    """More partitions would send a case's later facts elsewhere: their order would be lost."""
    for topic in topics:
        if there.get(topic.name, topic.partitions) != topic.partitions:
            has = there[topic.name]
            cannot(
                f"Le sujet {topic.name} a {has} partitions ; topics.yml en veut {topic.partitions}.",
                f"Topic {topic.name} has {has} partitions; topics.yml wants {topic.partitions}.",
            )


def _refused(why: str) -> NoReturn:
    cannot(f"Kafka refuse les sujets : {why}", f"Kafka refuses the topics: {why}")
