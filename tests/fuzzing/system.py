"""The world of tests/authorization, made on the whole running system: over HTTP, and facts travel on the real bus."""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from signal import SIGCONT, SIGSTOP
from typing import Any, LiteralString

import httpx
import psycopg

from shared import clock
from shared.db import Database
from shared.messaging.inbox import Inbox
from shared.tokens import Role
from tests.authorization.world import STAFF_ID, Side, build
from tests.flows.running import Running
from tests.portal.everyone import PUBLISHERS
from tests.portal.running import CONSUMERS, Json

DEADLINE_S = 60.0


@dataclass
class OnTheSystem:
    """What a story needs to be told to the running system; ``tests.authorization.world.World``."""

    running: Running
    http: httpx.Client
    databases: Mapping[str, Database]
    connections: Mapping[str, psycopg.Connection[Any]]
    carried: dict[str, int] = field(default_factory=dict)

    def token(self, role: Role, subject: object = "someone", organisation: object = None) -> str:
        return self.running.system.token(role, str(subject), str(organisation) if organisation else None)

    def ask(self, owner: str, method: str, path: str, body: Any = None, *, by: tuple[Any, ...]) -> Json:
        """A command or a question to an owner, which says yes."""
        answer = self.http.request(
            method, self.running.system.urls[owner] + path, json=body,
            headers={"Authorization": f"Bearer {self.token(*by)}"},
        )  # fmt: skip
        assert answer.status_code < 300, (method, path, answer.text)
        said: Json = answer.json() if answer.content else {}
        return said

    def introductions(self, candidate_id: str) -> list[Json]:
        path = f"/v1/candidates/{candidate_id}/introductions"
        found: list[Json] = self.ask("matching", "GET", path, by=(Role.ADVISOR, STAFF_ID))["introductions"]
        return found

    def live(self, days: int) -> None:
        """Programme time goes on by so many days; what comes due is done."""
        clock.advance(timedelta(days=days))
        self.carry()

    def carry(self) -> None:
        """Waits until nothing is due and every event was received by all who listen to it."""
        until = time.monotonic() + DEADLINE_S
        while not self._is_quiet():
            assert time.monotonic() < until, f"events are still under way after {DEADLINE_S:.0f} s"
            time.sleep(0.02)

    def _is_quiet(self) -> bool:
        due = "SELECT 1 FROM timers WHERE parked_at IS NULL AND retry_at IS NULL AND due_at <= %s LIMIT 1"
        if any(self._rows(service, due, clock.now()) for service in self.connections):
            return False
        return sum([self._arrived(publisher) for publisher in PUBLISHERS]) == 0

    def _arrived(self, publisher: str) -> int:
        """How many new events there are; they are old when everybody has received them."""
        new = self._rows(
            publisher, "SELECT position, event_id, type FROM journal WHERE position > %s AND data IS NOT NULL",
            self.carried.get(publisher, 0),
        )  # fmt: skip
        for service in self.connections.keys() - {publisher}:
            inbox = Inbox(service, CONSUMERS[service])
            expected = [event_id for _, event_id, type_ in new if inbox.listens_to(type_)]
            taken = """SELECT count(*) FROM inbox WHERE event_id = ANY(%s)
                       AND event_id NOT IN (SELECT event_id FROM waiting_events JOIN waiting_keys USING (key)
                                            WHERE state = 'waiting')"""
            if expected and self._rows(service, taken, expected) != [(len(expected),)]:
                return len(new)
        self.carried[publisher] = max((position for position, _, _ in new), default=self.carried.get(publisher, 0))
        return len(new)

    def _rows(self, service: str, sql: LiteralString, *params: Any) -> list[tuple[Any, ...]]:
        return self.connections[service].execute(sql, params).fetchall()


def two_sides(world: OnTheSystem, fields: tuple[str, str]) -> tuple[Side, Side]:
    """As in tests/authorization. The events that wait are parked at once, before a worker tries them again."""
    sides = build(world, fields)
    for connection in world.connections.values():
        cases = [side["case_set_aside"] for side in sides]
        connection.execute("UPDATE waiting_keys SET state = 'parked' WHERE key = ANY(%s)", (cases,))
    return sides


@contextmanager
def on_the_system(running: Running) -> Iterator[OnTheSystem]:
    """The ministries keep silent meanwhile, so that what they say is said by the story."""
    with ExitStack() as stack:
        http = stack.enter_context(httpx.Client(timeout=30, trust_env=False))
        databases = {service: Database(url, service) for service, url in running.databases.items()}
        connections = {
            service: stack.enter_context(psycopg.connect(url, autocommit=True))
            for service, url in running.databases.items()
        }
        for database in databases.values():
            database.open()
            stack.callback(database.close)
        world = OnTheSystem(running, http, databases, connections)
        last = "SELECT coalesce(max(position), 0) FROM journal"
        world.carried = {publisher: world._rows(publisher, last)[0][0] for publisher in PUBLISHERS}
        running.stack.kill("ministry", SIGSTOP)
        stack.callback(running.stack.kill, "ministry", SIGCONT)
        yield world
