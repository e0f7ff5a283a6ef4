"""Databases for tests: real PostgreSQL, built by the migrations, rolled back after each test."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from shared.db import Cause, Tx, transaction_on
from shared.errors import NotYet
from shared.events.base import REGISTRY, Envelope, Event
from shared.messaging.inbox import Inbox, Subscription
from shared.migrate import upgrade
from tests.servers import Servers

_versions = count(1)


class Databases:
    """One shared database per service, and fresh ones on request."""

    def __init__(self, real: Servers) -> None:
        self._real = real
        self._shared: dict[str, str] = {}
        self._templates: dict[str, str] = {}

    def shared(self, service: str) -> str:
        """The URL of this run's database of ``service``; its tests must leave nothing in it."""
        if service not in self._shared:
            self._shared[service] = self.fresh(service)
        return self._shared[service]

    def fresh(self, service: str) -> str:
        """A new migrated database of ``service``, for tests that commit: a copy of one that was migrated once."""
        if service not in self._templates:
            self._templates[service] = url = self._real.create_database(f"{service}_{uuid4().hex[:8]}_migrated")
            upgrade(service, url)
        migrated = urlsplit(self._templates[service])
        name = f"{service}_{uuid4().hex[:8]}"
        with psycopg.connect(self._real.admin_url, autocommit=True) as admin:
            admin.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(migrated.username or ""), sql.Identifier(migrated.path[1:])
                )
            )
        return urlunsplit(migrated._replace(path=f"/{name}"))


def transaction_fixture(service: str) -> Any:
    """A fixture ``tx``: a running transaction of ``service`` that is rolled back after the test."""

    @pytest.fixture(name="tx")
    def tx(databases: Databases) -> Iterator[Tx]:
        with psycopg.connect(databases.shared(service)) as conn, transaction_on(conn, service, Cause()) as running:
            yield running
            raise psycopg.Rollback

    return tx


def published(tx: Tx, of: type[Event] | None = None) -> list[Event]:
    """Every event journalled in this database, in order; only those of one class when asked."""
    rows = tx.conn.execute("SELECT type, data FROM journal WHERE data IS NOT NULL ORDER BY position").fetchall()
    events = [REGISTRY[type_].model_validate_json(data) for type_, data in rows]
    return [event for event in events if of is None or isinstance(event, of)]


def envelope_of(event: Event, *, event_id: UUID | None = None, version: int | None = None, **more: Any) -> Envelope:
    """The envelope in which ``event`` would travel."""
    return Envelope(
        id=event_id or uuid4(),
        type=event.type,
        publisher=event.publisher,
        subject=event.subject,
        version=version or next(_versions),
        key=event.key,
        time=more.pop("time", None) or datetime.now(UTC),
        correlation_id=more.pop("correlation_id", None) or uuid4(),
        causation_id=more.pop("causation_id", None),
        actor=more.pop("actor", None),
        data=event.model_dump_json().encode(),
    )


def deliver(
    tx: Tx, consumes: tuple[Subscription, ...], event: Event, *, event_id: UUID | None = None, **more: Any
) -> str:
    """Receive ``event`` as the worker would, inside the test's transaction (a savepoint). Answers ``handled``,
    ``duplicate`` (same ``event_id`` again), ``ignored``, ``waiting`` (NotYet) or ``queued``; other errors come out."""
    inbox = Inbox(tx.service, consumes)
    if not inbox.listens_to(event.type):
        return "ignored"
    try:
        return str(inbox.handle_once_raising(tx.conn, envelope_of(event, event_id=event_id, **more)))
    except NotYet:
        return "waiting"


def attempt(tx: Tx, act: Callable[[Tx], Any]) -> Any:
    """Run ``act`` as a command of its own inside the test's transaction: a failure leaves no rows."""
    with transaction_on(tx.conn, tx.service, tx.cause) as inner:
        return act(inner)
