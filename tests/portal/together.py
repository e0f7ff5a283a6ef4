"""The portal between the real intake and the real matching: their own applications on their own databases, in this
process; ``carry`` brings what each says to the others, as Kafka would."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from fastapi import FastAPI
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
from services.portal.pages.owners import Owners
from services.portal.pages.session import COOKIE
from services.portal.settings import PortalSettings
from shared import clock
from shared.db import Database
from shared.events.base import REGISTRY
from shared.messaging.inbox import Subscription
from shared.tokens import Role, mint
from tests.api_client import Client
from tests.databases import Databases, deliver

CONSUMERS: dict[str, tuple[Subscription, ...]] = {"intake": INTAKE, "matching": MATCHING, "portal": PORTAL}
ADVISOR = UUID("11111111-1111-4111-8111-111111111111")
Json = dict[str, Any]


@dataclass
class Together:
    """``browser``: a person's browser at the portal; ``sign_in`` says whose."""

    key: Path
    owners: dict[str, Client]
    browser: Client
    databases: dict[str, Database]
    carried: dict[str, int] = field(default_factory=dict)

    def token(self, role: Role, subject: object = "someone", organisation: object = None) -> str:
        return mint(self.key, "tests", role, str(subject), str(organisation) if organisation else None)

    def sign_in(self, role: Role, subject: object = "someone", organisation: object = None) -> None:
        self.browser.cookies.clear()
        self.browser.cookies.set(COOKIE, self.token(role, subject, organisation))

    def ask(self, owner: str, method: str, path: str, body: Any = None, *, by: tuple[Any, ...]) -> Json:
        """A command or a question to an owner, not through the portal."""
        answer = self.owners[owner].request(
            method, path, json=body, headers={"Authorization": f"Bearer {self.token(*by)}"}
        )
        assert answer.status_code < 300, answer.text
        said: Json = answer.json() if answer.content else {}
        return said

    def carry(self) -> None:
        """Until nobody has anything more to say."""
        while self._carry_of("intake") + self._carry_of("matching"):
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

    # -- what stories need --------------------------------------------------------------------------------------------

    def partner(self, name: str = "Perspective Carrière", kind: str = "community_body") -> str:
        made = self.ask("intake", "POST", "/v1/partners", {"name": name, "kind": kind}, by=(Role.MANAGER,))
        return str(made["partner_id"])

    def referral(self, partner_id: str | None = None, **facts: Any) -> Json:
        body = {
            "channel": "partner_page" if partner_id else "fair",
            "person": {"given_name": "Rola", "family_name": "Khazzouni", "phone": "450 555-0142"},
            "agreement": {
                "given_on": clock.today().isoformat(),
                "notice_version": "2026-01",
                "statement": "partner_statement" if partner_id else "own_link",
                "purposes": ["introduce_without_name", "share_file_with_employer"],
            },
            "facts": known_facts() | facts,
        }
        by = (Role.PARTNER, "p", partner_id) if partner_id else (Role.ADVISOR, ADVISOR)
        return self.ask("intake", "POST", "/v1/referrals", body, by=by)

    def admitted(self, **facts: Any) -> Json:
        referral = self.referral(**facts)
        path = f"/v1/candidates/{referral['candidate_id']}/admission"
        self.ask("intake", "POST", path, {}, by=(Role.ADVISOR, ADVISOR))
        return referral

    def vacancy(self, name: str = "Laiterie du Grand-Moulin", wage: int = 3125) -> tuple[str, str]:
        """(employer, vacancy)"""
        employer = self.ask("intake", "POST", "/v1/employers", company(name), by=(Role.LIAISON,))["employer_id"]
        path = f"/v1/employers/{employer}/vacancies"
        return employer, self.ask("intake", "POST", path, job(wage), by=(Role.LIAISON,))["vacancy_id"]

    def introductions(self, candidate_id: str) -> list[Json]:
        path = f"/v1/candidates/{candidate_id}/introductions"
        found: list[Json] = self.ask("matching", "GET", path, by=(Role.ADVISOR, ADVISOR))["introductions"]
        return found

    def offer(self, introduction: Json, wage: int = 3125) -> None:
        """Both say yes, they met, the company offers."""
        path, liaison = f"/v1/introductions/{introduction['introduction_id']}", (Role.LIAISON,)
        if introduction["state"] == "proposed":
            self.ask("matching", "POST", f"{path}/answers", {"answer": "yes"}, by=(Role.ADVISOR, ADVISOR))
        self.ask("matching", "POST", f"{path}/answers", {"answer": "yes"}, by=liaison)
        self.ask("matching", "POST", f"{path}/meeting", {"held_on": clock.today().isoformat()}, by=liaison)
        terms = {
            "wage_cents": wage,
            "hours_per_week": "37.5",
            "starts_on": (clock.today() + timedelta(days=14)).isoformat(),
            "permanent": True,
        }
        self.ask("matching", "POST", f"{path}/offer", {"terms": terms}, by=liaison)


def known_facts() -> Json:
    return {
        "arrived_on": (clock.today() - timedelta(days=400)).isoformat(),
        "diploma_from": "abroad",
        "months_in_field_quebec": 0,
        "occupation": "11101",
        "years_of_experience": 9,
        "french": {"listening": 8, "speaking": 7, "reading": 9, "writing": 6},
        "municipality": "laval",
        "work_authorisation": "permanent_resident",
    }


def company(name: str) -> Json:
    return {
        "name": name,
        "sector": "manufacturing",
        "legal_form": "private",
        "municipality": "laval",
        "contact": {"name": "Gisèle Montarville", "phone": "450 555-0199", "email": "g.montarville@example.org"},
    }


def job(wage: int) -> Json:
    return {
        "occupation": "11101",
        "openings": 2,
        "wage_min_cents": wage - 200,
        "wage_max_cents": wage + 200,
        "hours_per_week": "37.5",
        "permanent": True,
        "municipality": "laval",
        "french_required": {"listening": 5, "speaking": 5},
    }


@contextmanager
def together(databases: Databases, keys: tuple[Path, Path]) -> Iterator[Together]:
    common: Json = {
        "tokens_jwks_file": keys[1],
        "tokens_development_key_file": keys[0],
        "tokens_issuer": "tests",
        "INTERCONNEXION_ENV": "test",
    }
    urls = {service: databases.fresh(service) for service in CONSUMERS}
    apps: dict[str, FastAPI] = {
        "intake": intake_app(IntakeSettings(intake_database_url=SecretStr(urls["intake"]), **common)),
        "matching": matching_app(MatchingSettings(matching_database_url=SecretStr(urls["matching"]), **common)),
        "portal": portal_app(PortalSettings(portal_database_url=SecretStr(urls["portal"]), **common)),
    }
    with ExitStack() as stack:
        clients = {
            name: stack.enter_context(Client(app, base_url="http://testserver", follow_redirects=False))
            for name, app in apps.items()
        }
        for client in clients.values():
            _until_ready(client)
        portal = apps["portal"].state
        portal.names.close()
        portal.owners.close()
        portal.owners = Owners({"intake": clients["intake"], "matching": clients["matching"]})
        portal.names = NameDirectory.through(clients["intake"])
        opened = {service: Database(url, service) for service, url in urls.items()}
        for database in opened.values():
            database.open()
            stack.callback(database.close)
        yield Together(keys[0], clients, clients["portal"], opened)


def _until_ready(client: Client) -> None:
    until = time.monotonic() + 20
    while client.get("/ready").status_code != 200:
        assert time.monotonic() < until, "not ready within 20 s"
        time.sleep(0.05)


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def nonce() -> str:
    return uuid4().hex
