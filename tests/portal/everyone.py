"""The portal among all four owners, in this process: what a company, a ministry and the follow-up live through, told by
the owners' own routes. Programme time moves with ``live``."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from pydantic import SecretStr

from services.intake.consumers import CONSUMES as INTAKE
from services.intake.main import app as intake_app
from services.intake.settings import IntakeSettings
from services.matching.consumers import CONSUMES as MATCHING
from services.matching.main import app as matching_app
from services.matching.settings import MatchingSettings
from services.portal.consumers import CONSUMES as PORTAL
from services.portal.main import app as portal_app
from services.portal.pages.names import NameDirectory
from services.portal.pages.owners import Owner, Owners
from services.portal.settings import PortalSettings
from services.retention.consumers import CONSUMES as RETENTION
from services.retention.consumers import TIMERS as RETENTION_TIMERS
from services.retention.main import app as retention_app
from services.retention.settings import RetentionSettings
from services.subsidies.consumers import CONSUMES as SUBSIDIES
from services.subsidies.consumers import TIMERS as SUBSIDIES_TIMERS
from services.subsidies.main import app as subsidies_app
from services.subsidies.settings import SubsidiesSettings
from shared import clock
from shared.db import Database
from shared.events.base import REGISTRY
from shared.http import Role
from shared.messaging.firing import fire_due_timers
from shared.messaging.inbox import Subscription
from tests.api_client import Client
from tests.databases import Databases, deliver
from tests.portal.together import ADVISOR, Json, Together, _until_ready, company, in_days, job

CONSUMERS: dict[str, tuple[Subscription, ...]] = {
    "intake": INTAKE,
    "matching": MATCHING,
    "subsidies": SUBSIDIES,
    "retention": RETENTION,
    "portal": PORTAL,
}
PUBLISHERS: tuple[Owner, ...] = ("intake", "matching", "subsidies", "retention")
LIAISON: tuple[Any, ...] = (Role.LIAISON,)
BY_ADVISOR: tuple[Any, ...] = (Role.ADVISOR, ADVISOR)


@dataclass
class Everyone(Together):
    """``ids``: what the story made, by name."""

    urls: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def carry(self) -> None:
        while sum(self._carry_of(publisher) for publisher in PUBLISHERS):
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
            for service in set(CONSUMERS) - {publisher}:
                with self.databases[service].transaction() as tx:
                    deliver(
                        tx, CONSUMERS[service], event, event_id=event_id, version=version, time=occurred_at,
                        causation_id=cause, actor=actor,
                    )  # fmt: skip
            self.carried[publisher] = position
        return len(rows)

    def live(self, days: int) -> None:
        """Programme time goes on by so many days; timers fire."""
        clock.advance(timedelta(days=days))
        for service, timers in (("subsidies", SUBSIDIES_TIMERS), ("retention", RETENTION_TIMERS)):
            with psycopg.connect(self.urls[service], autocommit=True) as conn:
                while fire_due_timers(conn, service, timers):
                    pass
        self.carry()

    def tell(self, owner: str, path: str, body: Json, by: tuple[Any, ...] = LIAISON) -> Json:
        answer = self.ask(owner, "POST", path, body, by=by)
        self.carry()
        return answer


def live_the_story(world: Everyone) -> None:
    """Rola is introduced, hired by a company, a subsidy is asked for her; the two sides begin to disagree."""
    ids = world.ids
    ids["employer"] = world.tell(
        "intake", "/v1/employers", company("Laiterie du Grand-Moulin") | {"quebec_establishment": True}
    )["employer_id"]
    path = f"/v1/employers/{ids['employer']}/vacancies"
    ids["vacancy"] = world.tell("intake", path, job(3000))["vacancy_id"]
    ids["other_employer"], _ = world.vacancy("Emballages Vimontaux", 2900)
    person = world.admitted(available_from=clock.today().isoformat())
    ids["candidate"], ids["file"] = person["candidate_id"], person["file_number"]
    _agree(world, "send_to_ministry", "services_quebec")
    _agree(world, "send_to_ministry", "mifi")
    world.carry()
    hers = world.introductions(ids["candidate"])
    ours = next(one for one in hers if one["employer_id"] == ids["employer"])
    ids["introduction"] = ours["introduction_id"]
    world.tell(
        "matching", f"/v1/introductions/{ids['introduction']}/answers", {"answer": "yes"}, (Role.ADVISOR, ADVISOR)
    )


def hire(world: Everyone) -> None:
    """Both say yes, they meet, the company offers, she chooses it."""
    ids = world.ids
    introduction = next(
        one for one in world.introductions(ids["candidate"]) if one["introduction_id"] == ids["introduction"]
    )
    if introduction["state"] == "candidate_agreed":
        world.tell("matching", f"/v1/introductions/{ids['introduction']}/answers", {"answer": "yes"})
    path = f"/v1/introductions/{ids['introduction']}"
    if introduction["met_on"] is None:
        world.tell("matching", f"{path}/meeting", {"held_on": clock.today().isoformat()})
    terms = {"wage_cents": 2800, "hours_per_week": "37.5", "starts_on": in_days(7).isoformat(), "permanent": True}
    offer = world.tell("matching", f"{path}/offer", {"terms": terms})["offer"]
    choice = world.tell(
        "matching",
        f"/v1/candidates/{ids['candidate']}/choice",
        {"offer_id": offer["offer_id"]},
        (Role.ADVISOR, ADVISOR),
    )
    ids["hire"] = choice["hire_id"]


def subsidy_of(world: Everyone) -> Json:
    """The request for PRIIME."""
    found = world.ask("subsidies", "GET", f"/v1/requests?hire_id={world.ids['hire']}", by=LIAISON)["requests"]
    return next(one for one in found if one["measure"] == "priime")


def complete_papers(world: Everyone) -> Json:
    """Every paper is registered, so that the request is ready."""
    request = subsidy_of(world)
    path = f"/v1/requests/{request['request_id']}"
    for paper in world.ask("subsidies", "GET", path, by=LIAISON)["documents"]:
        if paper["status"] != "present":
            world.tell(
                "subsidies", f"{path}/documents", {"kind": paper["kind"], "issued_on": clock.today().isoformat()}
            )
    return subsidy_of(world)


def _agree(world: Everyone, purpose: str, recipient: str) -> None:
    body = {"purpose": purpose, "recipient": recipient, "notice_version": "2026-01"}
    path = f"/v1/candidates/{world.ids['candidate']}/consents"
    answer = world.owners["intake"].post(
        path, json=body, headers={"Authorization": f"Bearer {world.token(Role.CANDIDATE, world.ids['candidate'])}"}
    )
    assert answer.status_code < 300, answer.text


def tasks(world: Everyone, state: str, side: str | None = None) -> list[Json]:
    more = f"&side={side}" if side else ""
    found: list[Json] = world.ask(
        "retention", "GET", f"/v1/tasks?state={state}{more}", by=(Role.RETENTION_ADVISOR, ADVISOR)
    )["items"]
    return found


def _clock_as_before(clock_file: str | None) -> None:
    os.environ.pop("CLOCK_FILE", None)
    if clock_file:
        os.environ["CLOCK_FILE"] = clock_file


@contextmanager
def everyone(databases: Databases, keys: tuple[Path, Path], clock_file: Path) -> Iterator[Everyone]:
    clock_file.write_text(json.dumps({"offset_seconds": 0}))
    before = os.environ.get("CLOCK_FILE")
    os.environ["CLOCK_FILE"] = str(clock_file)
    common: Json = {
        "tokens_jwks_file": keys[1],
        "tokens_development_key_file": keys[0],
        "tokens_issuer": "tests",
        "INTERCONNEXION_ENV": "test",
    }
    urls = {service: databases.fresh(service) for service in CONSUMERS}
    apps = {
        "intake": intake_app(IntakeSettings(intake_database_url=SecretStr(urls["intake"]), **common)),
        "matching": matching_app(MatchingSettings(matching_database_url=SecretStr(urls["matching"]), **common)),
        "subsidies": subsidies_app(SubsidiesSettings(subsidies_database_url=SecretStr(urls["subsidies"]), **common)),
        "retention": retention_app(RetentionSettings(retention_database_url=SecretStr(urls["retention"]), **common)),
        "portal": portal_app(PortalSettings(portal_database_url=SecretStr(urls["portal"]), **common)),
    }
    with ExitStack() as stack:
        stack.callback(_clock_as_before, before)
        clients = {
            name: stack.enter_context(Client(app, base_url="http://testserver", follow_redirects=False))
            for name, app in apps.items()
        }
        for client in clients.values():
            _until_ready(client)
        portal = apps["portal"].state
        portal.names.close()
        portal.owners.close()
        portal.owners = Owners({name: clients[name] for name in PUBLISHERS})
        portal.names = NameDirectory.through(clients["intake"])
        opened = {service: Database(url, service) for service, url in urls.items()}
        for database in opened.values():
            database.open()
            stack.callback(database.close)
        yield Everyone(keys[0], clients, clients["portal"], opened, urls=urls)
