import asyncio

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from deploy.local.topics import Topic, create_topics, declared
from deploy.local.words import CannotStart
from tests.servers import Servers

PUBLISHERS = ("intake", "matching", "subsidies", "retention")


def test_each_publisher_has_its_topic_and_one_to_replay_on() -> None:
    topics = {topic.name: topic for topic in declared()}
    assert set(topics) == {f"{name}.{kind}" for name in PUBLISHERS for kind in ("events", "replay")}
    assert {(t.partitions, t.retention_days, t.cleanup) for t in topics.values()} == {(6, 35, "delete")}


def test_a_broker_that_does_not_answer_is_said_so() -> None:
    with pytest.raises(CannotStart, match="does not answer"):
        create_topics("127.0.0.1:1", seconds=0)


@pytest.mark.bus
def test_topics_are_made_once_and_keep_their_partitions(real: Servers) -> None:
    mine = [Topic("runtime.events", 6, 1, 35, "delete")]
    assert create_topics(real.bootstrap, mine) == ["runtime.events"]
    assert create_topics(real.bootstrap, mine) == []
    with pytest.raises(CannotStart, match="6 partitions"):
        create_topics(real.bootstrap, [Topic("runtime.events", 12, 1, 35, "delete")])


@pytest.mark.bus
def test_a_mistyped_topic_is_not_made_by_itself(real: Servers) -> None:
    async def ask() -> set[str]:
        admin = AIOKafkaAdminClient(bootstrap_servers=real.bootstrap)
        await admin.start()
        try:
            await admin.describe_topics(["runtime.evnets"])
            return set(await admin.list_topics())
        finally:
            await admin.close()

    assert "runtime.evnets" not in asyncio.run(ask())
