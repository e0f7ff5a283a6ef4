"""What tests of the API send, and what they read in an answer."""

from typing import Any
from uuid import uuid4

import psycopg

from shared import clock
from tests.api_client import Client
from tests.intake.people import CANARY

Json = dict[str, Any]
Headers = dict[str, str]
ELIGIBLE: Json = {
    "arrived_on": f"{clock.today().year - 2}-01-15",
    "diploma_from": "abroad",
    "months_in_field_quebec": 0,
    "occupation": "11101",
    "french": {"listening": 8, "speaking": 7},
    "municipality": "laval",
    "work_authorisation": "permanent_resident",
}

VACANCY: Json = {
    "occupation": "41220",
    "wage_min_cents": 3000,
    "wage_max_cents": 3600,
    "hours_per_week": "32.5",
    "permanent": True,
    "municipality": "laval",
    "french_required": {"speaking": 8},
}


def body(**changes: Any) -> Json:
    return {
        "channel": "partner_system",
        "person": {"given_name": "Rola", "family_name": CANARY, "email": f"{uuid4().hex}@example.org"},
        "agreement": {"given_on": str(clock.today()), "notice_version": "2026-01", "statement": "partner_statement"},
        "facts": ELIGIBLE,
    } | changes


def refer(client: Client, headers: Headers, **changes: Any) -> Json:
    answer = client.post("/v1/referrals", json=body(**changes), headers=headers)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def admit(client: Client, advisor: Headers, referral: Json) -> None:
    answer = client.post(f"/v1/candidates/{referral['candidate_id']}/admission", json={}, headers=advisor)
    assert answer.status_code == 201, answer.text


def a_company(client: Client, liaison: Headers) -> str:
    sent = {"name": f"Ateliers {CANARY}", "sector": "education", "legal_form": "private", "municipality": "laval"}
    answer = client.post("/v1/employers", json=sent, headers=liaison)
    assert answer.status_code == 201
    assert CANARY not in answer.text
    return str(answer.json()["employer_id"])


def problems(answer: Any) -> list[tuple[str, str]]:
    found = answer.json()["problems"]
    assert all(p["fr"] and p["en"] for p in found)
    return [(p["pointer"], p["code"]) for p in found]


def counted(database_url: str, sql: str, *params: object) -> int:
    with psycopg.connect(database_url) as conn:
        return int((conn.execute(sql, params).fetchone() or (0,))[0])
