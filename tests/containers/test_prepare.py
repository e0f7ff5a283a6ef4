"""What runs once before the containers' processes, run here on the real servers."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from deploy.containers import prepare
from deploy.local.databases import drop_database
from deploy.local.processes import SERVICES
from deploy.local.topics import Topic, declared
from shared.migrate import head_of
from shared.tokens import Verifier
from tests import compose
from tests.servers import Servers


@pytest.fixture
def told(real: Servers) -> Iterator[dict[str, str]]:
    """The environment of `databases` in docker-compose.yml, with the test server in the place of its own."""
    admin = urlsplit(real.admin_url)
    inside = prepare.database_urls(compose.environment("databases"))
    urls = {
        f"{service.upper()}_DATABASE_URL": _at(url, f"{admin.hostname}:{admin.port}") for service, url in inside.items()
    }
    yield {"DATABASE_ADMIN_URL": real.admin_url, **urls}
    for service in SERVICES:
        drop_database(real.admin_url, service)


def _at(url: str, place: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{parts.username}:{parts.password}@{place}"))


def test_every_service_gets_its_database_at_head_and_opens_no_other(told: dict[str, str]) -> None:
    for _ in range(2):  # safe to run again
        prepare.databases(told)
        prepare.migrations(told)
    for service in SERVICES:
        url = told[f"{service.upper()}_DATABASE_URL"]
        with psycopg.connect(url) as database:
            assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [(head_of(service),)]
        for other in {*SERVICES, "postgres", "template1"} - {service}:
            with pytest.raises(psycopg.OperationalError, match="permission denied"):
                psycopg.connect(f"{url.rpartition('/')[0]}/{other}")


@pytest.mark.bus
def test_the_topics_are_those_declared_with_their_settings(real: Servers) -> None:
    prepare.topics({"KAFKA_BOOTSTRAP_SERVERS": real.bootstrap})
    assert asyncio.run(_topics_there(real.bootstrap, declared())) == declared()


async def _topics_there(bootstrap: str, topics: list[Topic]) -> list[Topic]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        names = [topic.name for topic in topics]
        there = {each["topic"]: each["partitions"] for each in await admin.describe_topics(names)}
        (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in names])
        settings = {each[3]: {entry[0]: entry[1] for entry in each[4]} for each in answer.resources}
    finally:
        await admin.close()
    day_ms = 86_400_000
    return [
        Topic(
            name,
            len(there[name]),
            len(there[name][0]["replicas"]),
            int(settings[name]["retention.ms"]) // day_ms,
            settings[name]["cleanup.policy"],
        )
        for name in names
    ]


def test_the_development_files_are_made_once(tmp_path: Path) -> None:
    told = {"DEVELOPMENT_FOLDER": str(tmp_path)}
    prepare.development(told)
    token = (tmp_path / "keys" / "ministry.token").read_text()
    prepare.development(told)
    assert (tmp_path / "keys" / "ministry.token").read_text() == token
    issuer = compose.environment("portal")["TOKENS_ISSUER"]
    assert Verifier(tmp_path / "keys" / "jwks.json", issuer).verify(token).organisation == "services_quebec"
    assert (tmp_path / "clock.json").exists()
