"""The broker and the database that tests run against: given ones, containers, or embedded ones.

    with servers() as real:
        url = real.create_database("intake_1")     # starts PostgreSQL now, not Kafka
        real.bootstrap                             # starts Kafka now

Each is taken from the environment (TEST_KAFKA_BOOTSTRAP_SERVERS or KAFKA_BOOTSTRAP_SERVERS; TEST_DATABASE_ADMIN_URL, a
superuser's), else from Testcontainers when a Docker engine answers and has or gets the images within 60 s, else
embedded, in a temporary folder. With TEST_WITH_DOCKER=1 it is containers or nothing. Nothing here skips a test: what
cannot start raises.
"""

import os
import secrets
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import NoReturn

from deploy.local.databases import create_database, drop_database, wait_for_database
from tests.server_kinds import EmbeddedServers, Given, Source, containers


class Servers:
    """Starts each server when it is first asked for, and says in a line where it came from; with ``own``, given ones
    are passed over."""

    def __init__(self, say: Callable[[str], None], own: bool = False) -> None:
        self._say = say
        self._own = own
        self._locks = {"kafka": threading.Lock(), "postgres": threading.Lock()}
        self._choice = threading.Lock()
        self._source: Source | None = None
        self._bootstrap: str | None = None
        self._admin_url: str | None = None
        self._created: list[str] = []

    @property
    def bootstrap(self) -> str:
        """`host:port` of a running broker without topics of ours."""
        with self._locks["kafka"]:
            if self._bootstrap is None:
                given = self._given("TEST_KAFKA_BOOTSTRAP_SERVERS", "KAFKA_BOOTSTRAP_SERVERS")
                source = Given(given) if given else self._chosen_source()
                self._bootstrap = source.kafka()
                self._say(f"Kafka : {source.label}, {self._bootstrap}")
            return self._bootstrap

    @property
    def admin_url(self) -> str:
        """A superuser's `postgresql://` URL."""
        with self._locks["postgres"]:
            if self._admin_url is None:
                given = self._given("TEST_DATABASE_ADMIN_URL")
                source = Given(given) if given else self._chosen_source()
                self._admin_url = source.postgres()
                wait_for_database(self._admin_url)
                self._say(f"PostgreSQL : {source.label}, {self._admin_url.rpartition('@')[2]}")
            return self._admin_url

    def start(self) -> "Servers":
        """Starts both, at the same time."""
        with ThreadPoolExecutor(2) as pool:
            for started in [pool.submit(lambda: self.bootstrap), pool.submit(lambda: self.admin_url)]:
                started.result()
        return self

    def create_database(self, name: str) -> str:
        """A new empty database `name` with a role of its own, of which this is the URL; dropped at the end."""
        url = create_database(self.admin_url, name, secrets.token_hex(12))
        self._created.append(name)
        return url

    def drop_database(self, name: str) -> None:
        drop_database(self.admin_url, name)
        if name in self._created:
            self._created.remove(name)

    def stop(self) -> None:
        if self._admin_url and self._given("TEST_DATABASE_ADMIN_URL"):
            for name in list(self._created):
                self.drop_database(name)
        if self._source:
            self._source.stop()

    def _given(self, *names: str) -> str | None:
        """The first of these variables that is set, unless containers are demanded or the servers are to be our own."""
        found = [os.environ[name] for name in names if os.environ.get(name)]
        return found[0] if found and not (self._own or containers_demanded()) else None

    def _chosen_source(self) -> Source:
        with self._choice:
            if self._source is None:
                self._source = containers() or (_no_containers() if containers_demanded() else EmbeddedServers())
            return self._source


def _to_stderr(line: str) -> None:
    print(f"[tests] {line}", file=sys.stderr, flush=True)


@contextmanager
def servers(say: Callable[[str], None] = _to_stderr, own: bool = False) -> Iterator[Servers]:
    real = Servers(say, own)
    try:
        yield real
    finally:
        real.stop()


def containers_demanded() -> bool:
    return bool(os.environ.get("TEST_WITH_DOCKER"))


def _no_containers() -> NoReturn:
    raise RuntimeError("TEST_WITH_DOCKER is set, but no Docker engine answers, or its images do not arrive in time")
