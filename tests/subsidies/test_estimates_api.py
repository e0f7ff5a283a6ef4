"""What an offer would bring, before it is made: over the whole edge, on a database that commits."""

from typing import Any
from uuid import uuid4

import psycopg

from shared.http import Role
from tests.api_client import Client
from tests.subsidies.edge import Headers, Token, hear
from tests.subsidies.facts import AMOUNT, Case

Conn = psycopg.Connection[Any]
TERMS = {
    "occupation": "11101",
    "wage_cents": 2800,
    "hours_per_week": "37.5",
    "starts_on": "2026-03-16",
    "permanent": True,
    "in_field": True,
}


def estimates(client: Client, who: Headers, **about: Any) -> dict[str, dict[str, Any]]:
    answer = client.post("/v1/estimates", json={"terms": TERMS, **about}, headers=who)
    assert answer.status_code == 200, answer.text
    return {each["measure"]: each for each in answer.json()["estimates"]}


def test_before_the_offer_an_employer_sees_what_it_would_bring_and_no_value_of_the_person(
    client: Client, conn: Conn, token: Token
) -> None:
    new = Case()
    introduced = new.introduced()
    hear(conn, new.admitted(), new.registered(), introduced)
    own = token(Role.EMPLOYER, new.employer_id)
    before = conn.execute("SELECT count(*) FROM assessments").fetchone()
    for about in ({"candidate_id": str(new.candidate_id)}, {"introduction_id": str(introduced.introduction_id)}):
        found = estimates(client, own, **about)
        priime, other = found["priime"], found["subvention_salariale_insertion"]
        assert (priime["result"], priime["amount_cents"], priime["apply_until"]) == ("may_apply", AMOUNT, "2026-04-15")
        assert sum(line["amount_cents"] for line in priime["lines"]) == AMOUNT
        assert (priime["proposed"], other["proposed"], other["overlaps_with"]) == (True, False, "priime")
        assert {criterion["basis"] for criterion in priime["criteria"]} == {""}
        assert priime["rules"]["confidence"] == "secondary_source"
        assert "2024-09-01" not in str(found)
        assert "permanent_resident" not in str(found)
    assert conn.execute("SELECT count(*) FROM assessments").fetchone() == before


def test_an_estimate_for_nobody_lists_what_is_unknown(client: Client, token: Token) -> None:
    found = estimates(client, token(Role.LIAISON))
    assert found["priime"]["result"] == "unknown"
    assert found["priime"]["amount_cents"] == AMOUNT
    assert {each["code"] for each in found["priime"]["unknown"]} == {
        "fact:immigrant",
        "fact:work_authorisation",
        "fact:no_significant_experience",
        "fact:quebec_establishment",
        "fact:legal_form",
    }
    assert all(each["fr"] and each["en"] for each in found["priime"]["unknown"])


def test_an_employer_asks_only_about_people_put_before_it(client: Client, conn: Conn, token: Token) -> None:
    new = Case()
    introduced = new.introduced()
    hear(conn, new.admitted(), introduced)
    for about in (
        {"candidate_id": str(new.candidate_id)},
        {"introduction_id": str(introduced.introduction_id)},
        {"candidate_id": str(uuid4())},
        {"introduction_id": str(uuid4())},
    ):
        body = {"terms": TERMS, **about}
        assert client.post("/v1/estimates", json=body, headers=token(Role.EMPLOYER, uuid4())).status_code == 404
    missing = {"terms": TERMS, "candidate_id": str(uuid4())}
    assert client.post("/v1/estimates", json=missing, headers=token(Role.ADVISOR)).status_code == 404


def test_impossible_terms_are_all_named(client: Client, token: Token) -> None:
    body = {"terms": {**TERMS, "occupation": "1", "wage_cents": 0, "hours_per_week": "200", "starts_on": "x"}}
    answer = client.post("/v1/estimates", json=body, headers=token(Role.LIAISON))
    assert answer.status_code == 422
    assert {p["pointer"] for p in answer.json()["problems"]} == {
        "/terms/occupation", "/terms/wage_cents", "/terms/hours_per_week", "/terms/starts_on",
    }  # fmt: skip
    assert all(p["fr"] and p["en"] for p in answer.json()["problems"])
