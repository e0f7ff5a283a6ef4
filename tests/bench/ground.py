"""What every benchmark stands on: a database with the kernel's tables and topics of its own, gone afterwards."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import psycopg
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from psycopg import sql

from shared.messaging.tables import KERNEL_1, add_reason_to_decisions
from tests.servers import Servers


@dataclass(frozen=True)
class Ground:
    """``name``: of the service that is played, of its database and of its topic ``<name>.events``."""

    name: str
    url: str
    bootstrap: str
    servers: Servers

    @property
    def topic(self) -> str:
        return f"{self.name}.events"

    def run(self, *statements: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as conn:
            for statement in statements:
                conn.execute(statement.encode())

    def run_as_owner_of_all(self, *statements: str) -> None:
        """As the superuser, in this database, without foreign keys and triggers: to fill tables fast."""
        url = self.servers.admin_url.rpartition("/")[0] + f"/{self.url.rpartition('/')[2]}"
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute("SET session_replication_role = replica")
            for statement in statements:
                conn.execute(statement.encode())

    def count(self, table: str) -> int:
        with psycopg.connect(self.url, autocommit=True) as conn:
            found = conn.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
        return int(found[0]) if found else 0


@contextmanager
def ground(servers: Servers, topics: Sequence[str] = (), partitions: int = 6) -> Iterator[Ground]:
    """``topics``: more than the service's own, by suffix of its name (``-a`` is ``<name>-a.events``)."""
    name = f"bench{uuid4().hex[:8]}"
    made = Ground(name, servers.create_database(name), servers.bootstrap, servers)
    with psycopg.connect(made.url) as conn:
        conn.execute(KERNEL_1)
        add_reason_to_decisions(conn)
        conn.execute("CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('0001')")
    names = [made.topic, *(f"{name}{suffix}.events" for suffix in topics)]
    asyncio.run(_topics(made.bootstrap, names, partitions))
    try:
        yield made
    finally:
        asyncio.run(_topics(made.bootstrap, names, 0))
        servers.drop_database(name)


async def _topics(bootstrap: str, names: list[str], partitions: int) -> None:
    """Makes them, or with no partitions removes them."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        if partitions:
            await admin.create_topics([NewTopic(name, partitions, 1) for name in names])
        else:
            await admin.delete_topics(names)
    finally:
        await admin.close()
