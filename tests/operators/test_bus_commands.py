"""Topics, lag, outbox and what doctor asks of the broker, on a real one that is ill in the way that is looked for."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local.topics import create_topics
from shared.db import Cause, transaction_on
from shared.operators import check_bus, lag, topics
from shared.operators.broker import ask
from shared.operators.places import SERVICES
from shared.topics import declared
from tests.messaging.running import Probe, until
from tests.operators.conftest import Installation, Run
from tests.servers import Servers

pytestmark = pytest.mark.bus
DAY_MS = 86_400_000


@pytest.fixture
def bootstrap(real: Servers, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", real.bootstrap)
    return real.bootstrap


@pytest.fixture
def probe(real: Servers, tmp_path: Path) -> Iterator[Probe]:
    real.start()
    probe = Probe(real, tmp_path)
    yield probe
    probe.stop()


def declare(monkeypatch: pytest.MonkeyPatch, folder: Path, *names: str) -> Path:
    """A file of topics of our own instead of the product's."""
    file = folder / "topics.yml"
    file.write_text(json.dumps({
        "defaults": {"partitions": 2, "replication": 1, "retention_days": 35, "cleanup": "delete"},
        "topics": [{"name": name} for name in names],
    }))  # fmt: skip
    wanted = declared(file)
    monkeypatch.setattr(topics, "declared", lambda: wanted)
    return file


def make(bootstrap: str, *new: NewTopic) -> None:
    async def made() -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
        await admin.start()
        try:
            await admin.create_topics(list(new))
        finally:
            await admin.close()

    asyncio.run(made())


def send(bootstrap: str, topic: str, *partitions: int, at: datetime | None = None) -> None:
    async def sent() -> None:
        producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
        await producer.start()
        try:
            for partition in partitions:
                ms = int(at.timestamp() * 1000) if at else None
                await producer.send_and_wait(topic, b"x", partition=partition, timestamp_ms=ms)
        finally:
            await producer.stop()

    asyncio.run(sent())


def commit(bootstrap: str, group: str, topic: str, offsets: dict[int, int]) -> None:
    """As somebody outside the group, which has no member."""

    async def committed() -> None:
        reader = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False)
        await reader.start()
        try:
            places = {TopicPartition(topic, partition): offset for partition, offset in offsets.items()}
            reader.assign(list(places))
            await reader.commit(places)
        finally:
            await reader.stop()

    asyncio.run(committed())


def test_topics_as_declared_are_told_with_their_offsets_and_each_difference_gives_exit_1(
    bootstrap: str, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name = f"topics{uuid4().hex[:6]}"
    good, few, short, missing = (f"{name}-{kind}" for kind in ("good", "few", "short", "missing"))
    keep = {"retention.ms": str(35 * DAY_MS), "cleanup.policy": "delete"}
    make(bootstrap, NewTopic(good, 2, 1, topic_configs=keep), NewTopic(few, 1, 1, topic_configs=keep),
         NewTopic(short, 2, 1, topic_configs={"retention.ms": str(DAY_MS), "cleanup.policy": "compact"}))  # fmt: skip
    send(bootstrap, good, 0, 1, 1)
    declare(monkeypatch, tmp_path, good, few, short, missing)
    said = run("topics", "--json")
    assert said.code == 1
    of = {line["topic"]: line for line in said.json}
    assert (of[good]["partitions"], of[good]["replicas"], of[good]["newest"], of[good]["en"]) == (2, 1, 3, "")
    assert of[good]["retention_days"] == 35
    assert of[few]["en"] == "partitions: 1 instead of 2"
    assert of[short]["en"] == "days kept: 1 instead of 35; clean-up: compact instead of delete"
    assert of[short]["fr"] == "jours gardés : 1 au lieu de 35; nettoyage : compact au lieu de delete"
    assert (of[missing]["en"], of[missing]["partitions"]) == ("is missing", None)
    findings = {one.about: one.state for one in check_bus.topics(bootstrap)}
    assert (findings[few], findings[short], findings[missing]) == ("broken", "attention", "broken")
    assert good not in findings
    assert "au lieu de" in run("topics").out


def test_topics_the_product_declares_are_those_that_are_made(
    bootstrap: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_topics(bootstrap)
    ours = {topic.name for topic in declared()}
    lines = {line["topic"]: line for line in run("topics", "--json").json}
    assert all(lines[name]["en"] == "" and lines[name]["declared"] for name in ours)
    assert {line["en"] for name, line in lines.items() if name not in ours} <= {"is not declared"}


def test_lag_says_for_each_partition_what_is_committed_newest_behind_and_how_old_the_oldest_is(
    own_broker: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap = own_broker
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", bootstrap)
    topic = f"lag{uuid4().hex[:6]}"
    make(bootstrap, NewTopic(topic, 3, 1))
    send(bootstrap, topic, 0, 0, 1, at=datetime.now(UTC))
    send(bootstrap, topic, 1, 1, 1, at=datetime.now(UTC) - timedelta(minutes=20))
    commit(bootstrap, "retention", topic, {0: 2, 1: 1, 2: 0})
    said = run("lag", "-s", "retention", "--json")
    assert said.code == 0
    mine = [line for line in said.json if line["topic"] == topic]
    assert [(line["partition"], line["committed"], line["newest"], line["lag"]) for line in mine] == [
        (1, 1, 4, 3), (0, 2, 2, 0), (2, 0, 0, 0)
    ]  # fmt: skip
    assert 1190 < mine[0]["oldest_s"] < 1300, "of the first message not committed, not of the first one there"
    assert mine[1]["oldest_s"] is None
    assert run("lag", "-s", "retention", "--above", 2).code == 1
    assert run("lag", "-s", "retention", "--above", 3).code == 0
    (finding,) = check_bus.behind(bootstrap, ["retention"])
    assert finding.state == "broken"
    commit(bootstrap, "retention", topic, {0: 2, 1: 4, 2: 0})
    (finding,) = check_bus.behind(bootstrap, ["retention"])
    assert finding.state == "green"


def test_what_a_worker_of_ours_listens_to_and_owns_is_read_from_the_broker(probe: Probe) -> None:
    def state() -> str:
        return check_bus.groups(probe.bootstrap, [probe.name])[0].state

    assert state() == "broken", "nobody ever joined"
    worker = probe.start()
    until(lambda: state() == "green", 20, lambda: str(check_bus.groups(probe.bootstrap, [probe.name])))
    group = ask(probe.bootstrap, lambda broker: broker.group(probe.name))
    assert group.listens_to == set(probe.topics[:2])
    assert len(group.owned) == 12
    assert {line.lag for line in lag.measured(probe.bootstrap, [probe.name])} == {0}
    places = [TopicPartition(probe.topics[0], 6), *group.owned]
    assert check_bus.owners(group, places).state == "broken", "a partition that no member has"
    case = uuid4()
    probe.send([probe.noted(case, 1)])
    until(lambda: len(probe.effects()) == 1 and probe.lag() == 0, 20, probe.log)
    worker.terminate()
    worker.wait(30)
    until(lambda: state() == "broken", 20, "a group whose last member left")
    probe.send([probe.noted(case, 2)])
    assert sum(line.lag for line in lag.measured(probe.bootstrap, [probe.name])) == 1


def test_a_service_that_read_further_than_the_broker_goes_is_found(installed: Installation, bootstrap: str) -> None:
    topic = f"swapped{uuid4().hex[:6]}"
    make(bootstrap, NewTopic(topic, 1, 1))
    send(bootstrap, topic, 0, 0)

    def state() -> str:
        with psycopg.connect(installed.urls["portal"]) as conn, transaction_on(conn, "portal", Cause()) as tx:
            return check_bus.never_beyond(tx, check_bus.ends(bootstrap)).state

    installed.rows("portal", "INSERT INTO inbox_offsets VALUES (%s, 0, 2)", topic)
    assert state() == "green"
    installed.rows("portal", "UPDATE inbox_offsets SET next_offset = 3 WHERE topic = %s", topic)
    assert state() == "broken"
    installed.rows("portal", "UPDATE inbox_offsets SET topic = 'gone' WHERE topic = %s", topic)
    assert state() == "broken", "a topic that the broker has no more"
    installed.rows("portal", "DELETE FROM inbox_offsets")


def test_a_broker_that_is_away_is_said_so_with_what_to_do(
    installed: Installation, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    for command in ("topics", "lag"):
        said = run(command, "--json")
        assert said.code == 3
        assert json.loads(said.err)["problems"][0]["code"] == "broker_away"
        assert said.out == ""
    said = run("doctor", "--json")
    assert said.code == 2
    of = {one["check"]: one for one in said.json["findings"]}
    assert of["bus.reachable"]["state"] == "broken"
    assert "make status" in of["bus.reachable"]["do_fr"]
    assert {one["about"] for one in said.json["findings"] if one["check"] == "database.migrations"} == set(SERVICES)
