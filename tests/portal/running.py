"""The portal and the owners' own applications, each on a database of its own, all in this process; ``carry`` brings
what each says to the others, as Kafka would."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr

from services.intake.consumers import CONSUMES as INTAKE
from services.matching.consumers import CONSUMES as MATCHING
from services.portal.consumers import CONSUMES as PORTAL
from services.portal.pages.names import NameDirectory
from services.portal.pages.owners import Owner, Owners
from services.portal.pages.session import COOKIE
from services.retention.consumers import CONSUMES as RETENTION
from services.subsidies.consumers import CONSUMES as SUBSIDIES
from shared.db import Database
from shared.events.base import REGISTRY
from shared.messaging.inbox import Subscription
from shared.tokens import Role
from tests.api_client import Client, ready
from tests.databases import Databases, deliver
from tests.signing import ISSUER, Keys, headers_of, token_of

CONSUMERS: dict[str, tuple[Subscription, ...]] = {
    "intake": INTAKE,
    "matching": MATCHING,
    "subsidies": SUBSIDIES,
    "retention": RETENTION,
    "portal": PORTAL,
}
Json = dict[str, Any]


@dataclass
class Running:
    """``owners``: every application by its service, the portal's too. ``browser``: a person's browser at the portal;
    ``sign_in`` says whose. ``carried``: up to where each journal was carried."""

    keys: Keys
    owners: dict[str, Client]
    browser: Client
    databases: dict[str, Database]
    carried: dict[str, int] = field(default_factory=dict)

    def token(self, role: Role, subject: object = "someone", organisation: object = None) -> str:
        return token_of(self.keys, role, subject, organisation)

    def sign_in(self, role: Role, subject: object = "someone", organisation: object = None) -> None:
        self.browser.cookies.clear()
        self.browser.cookies.set(COOKIE, self.token(role, subject, organisation))

    def ask(self, owner: str, method: str, path: str, body: Any = None, *, by: tuple[Any, ...]) -> Json:
        """A command or a question to an owner, not through the portal."""
        answer = self.owners[owner].request(method, path, json=body, headers=headers_of(self.keys, *by))
        assert answer.status_code < 300, answer.text
        said: Json = answer.json() if answer.content else {}
        return said

    def carry(self) -> None:
        """Until nobody has anything more to say."""
        while sum(self._carry_of(publisher) for publisher in self.databases if publisher != "portal"):
            pass

    def _carry_of(self, publisher: str) -> int:
        with self.databases[publisher].transaction() as tx:
            rows = tx.conn.execute(
                "SELECT position, event_id, type, version, occurred_at, causation_id, actor, data FROM journal"
                " WHERE position > %s AND data IS NOT NULL ORDER BY position",
                (self.carried.get(publisher, 0),),
            ).fetchall()
        for position, event_id, type_, version, occurred_at, cause, actor, data in rows:
            event = REGISTRY[type_].model_validate_json(data)
            for service in set(self.databases) - {publisher}:
                with self.databases[service].transaction() as tx:
                    deliver(
                        tx, CONSUMERS[service], event, event_id=event_id, version=version, time=occurred_at,
                        causation_id=cause, actor=actor,
                    )  # fmt: skip
            self.carried[publisher] = position
        return len(rows)


@contextmanager
def running(databases: Databases, keys: Keys, owners: tuple[Owner, ...]) -> Iterator[Running]:
    """The portal between these owners."""
    with ExitStack() as stack:
        clients, opened = {}, {}
        for service in (*owners, "portal"):
            url = databases.fresh(service)
            clients[service] = stack.enter_context(ready(_app(service, url, keys), follow_redirects=False))
            opened[service] = Database(url, service)
            opened[service].open()
            stack.callback(opened[service].close)
        portal: Any = clients["portal"].app
        portal.state.names.close()
        portal.state.owners.close()
        portal.state.owners = Owners({name: clients[name] for name in owners})
        portal.state.names = NameDirectory.through(clients["intake"])
        yield Running(keys, clients, clients["portal"], opened)


def _app(service: str, url: str, keys: tuple[Path, Path]) -> FastAPI:
    settings = getattr(import_module(f"services.{service}.settings"), f"{service.capitalize()}Settings")
    made: FastAPI = import_module(f"services.{service}.main").app(
        settings(
            **{f"{service}_database_url": SecretStr(url)},
            tokens_jwks_file=keys[1],
            tokens_development_key_file=keys[0],
            tokens_issuer=ISSUER,
            INTERCONNEXION_ENV="test",
        )
    )
    return made
