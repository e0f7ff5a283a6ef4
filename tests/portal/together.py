"""The portal between the real intake and the real matching: what partners, advisors and persons live through, told by
the owners' own routes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.portal.pages.owners import Owner
from shared import clock
from shared.tokens import Role
from tests.databases import Databases
from tests.portal.running import Json, Running, running
from tests.signing import Keys

OWNERS: tuple[Owner, ...] = ("intake", "matching")
ADVISOR = UUID("11111111-1111-4111-8111-111111111111")


class Together(Running):
    """What stories need of intake and matching."""

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
def together(databases: Databases, keys: Keys) -> Iterator[Together]:
    with running(databases, keys, OWNERS) as all_of_it:
        yield Together(**vars(all_of_it))


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def nonce() -> str:
    return uuid4().hex
