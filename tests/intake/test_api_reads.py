"""Every read of a person's file leaves a row: each question that intake answers is in one of these tables, and a new
one that is in none fails."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from fastapi import FastAPI

from services.intake.api import router
from shared.http import Role
from shared.http.callers import operations
from tests.api_client import Client
from tests.intake.api_calls import Headers, admit, refer
from tests.intake.conftest import As

NOTED = {
    "/v1/candidates/{candidate_id}": (Role.ADVISOR, Role.RETENTION_ADVISOR, Role.MANAGER, Role.CANDIDATE),
    "/v1/candidates/{candidate_id}/eligibility": (Role.ADVISOR, Role.CANDIDATE),
    "/v1/candidates/{candidate_id}/consents": (Role.ADVISOR, Role.CANDIDATE),
    "/v1/candidates/{candidate_id}/accompaniment": (Role.ADVISOR, Role.CANDIDATE),
    "/v1/referrals/{referral_id}": (Role.ADVISOR, Role.LIAISON, Role.MANAGER),
}
"""Path → roles by which it is tried here. Partners: below."""
NOT_A_FILE = {
    "/v1/candidates/{candidate_id}/audit": "what was noted; noting it would fill it with itself",
    "/v1/candidates": "a list of file numbers and stages, of which each leads to a file",
    "/v1/referrals": "a list of file numbers and states, of which each leads to a file",
    "/v1/workshops/{session_id}": "ids of those who are enrolled",
    "/v1/updates": "what became of the persons whom the partner sent, each by its own reference",
    **dict.fromkeys(
        ("/v1/employers", "/v1/employers/{employer_id}", "/v1/employers/{employer_id}/vacancies",
         "/v1/employers/{employer_id}/vacancies/{vacancy_id}", "/v1/trainings", "/v1/trainings/{session_id}"),
        "of companies",
    ),
    **dict.fromkeys(("/v1/partners", "/v1/partners/{partner_id}/keys", "/v1/links", "/v1/links/{code}",
                     "/v1/links/{code}/qr.svg"), "of partners"),
    "/v1/workshops": "of sessions",
    "/v1/staff": "of colleagues",
    "/v1/codes": "of nobody",
}  # fmt: skip


def rows_about(database_url: str, person: str) -> list[tuple[str, str | None, str]]:
    with psycopg.connect(database_url) as conn:
        return conn.execute(
            "SELECT actor, organisation, purpose FROM name_lookups WHERE shown @> %s ORDER BY position",
            ([UUID(person)],),
        ).fetchall()


def test_every_question_is_in_one_table() -> None:
    api = FastAPI()
    api.include_router(router)
    assert not NOTED.keys() & NOT_A_FILE.keys()
    assert {o.path for o in operations(api) if o.method == "GET"} == NOTED.keys() | NOT_A_FILE.keys()


@pytest.mark.parametrize(("path", "role"), [(path, role) for path, roles in NOTED.items() for role in roles])
def test_whoever_reads_a_file_leaves_a_row_and_whoever_is_refused_none(
    client: Client, database_url: str, as_: As, partner: Headers, advisor: Headers, path: str, role: Role
) -> None:
    referral, other = refer(client, partner), refer(client, partner)
    admit(client, advisor, referral)
    person = referral["candidate_id"]
    reader = as_(role, person if role is Role.CANDIDATE else "4b6d5e51-3c7a-4a0e-9f7e-0c6c1f1f6a01")
    where = path.format(candidate_id=person, referral_id=referral["referral_id"])
    before = rows_about(database_url, person)
    assert client.get(where, headers=reader).status_code == 200
    (left,) = rows_about(database_url, person)[len(before) :]
    assert (left[0].split(":")[0], left[2]) == (str(role), "file")

    stranger = as_(Role.EMPLOYER, "e", "4b6d5e51-3c7a-4a0e-9f7e-0c6c1f1f6a01")
    assert client.get(where, headers=stranger).status_code == 403
    if role is Role.CANDIDATE:
        assert client.get(where, headers=as_(role, other["candidate_id"])).status_code == 404
    assert len(rows_about(database_url, person)) == len(before) + 1


def test_a_partner_that_reads_a_referral_of_its_own_leaves_a_row_and_of_anothers_none(
    client: Client, database_url: str, new_partner: Any
) -> None:
    mine, others = new_partner(), new_partner()
    referral = refer(client, mine)
    for path in (f"/v1/referrals/{referral['referral_id']}", f"/v1/candidates/{referral['candidate_id']}/eligibility"):
        assert client.get(path, headers=others).status_code == 404
        assert client.get(path, headers=mine).status_code == 200
    left = rows_about(database_url, referral["candidate_id"])
    assert [(actor.split(":")[0], purpose) for actor, _, purpose in left] == [("partner", "file")] * 2


def test_she_sees_who_read_her_file(client: Client, as_: As, partner: Headers, advisor: Headers) -> None:
    person = refer(client, partner)["candidate_id"]
    client.get(f"/v1/candidates/{person}", headers=advisor)
    seen = client.get(f"/v1/candidates/{person}/audit", headers=as_(Role.CANDIDATE, person)).json()["lookups"]
    assert [one["purpose"] for one in seen] == ["file"]
