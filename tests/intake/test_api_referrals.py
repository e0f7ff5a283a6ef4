"""Sending a person, over HTTP, on a database that commits."""

from typing import Any
from uuid import UUID, uuid4

from shared import clock
from shared.http import Role
from tests.api_client import Client
from tests.intake.api_calls import ELIGIBLE, Headers, admit, body, counted, problems, refer
from tests.intake.conftest import As
from tests.intake.people import CANARY


def test_a_partner_connects_and_refers_with_its_key(client: Client, partner: Headers) -> None:
    referral = refer(client, partner)
    assert referral["state"] == "checking"
    assert client.get(f"/v1/referrals/{referral['referral_id']}", headers=partner).json() == referral


def test_a_revoked_key_opens_nothing(client: Client, as_: As) -> None:
    manager = as_(Role.MANAGER, "manager-1")
    made = client.post("/v1/partners", json={"name": "Un organisme", "kind": "college"}, headers=manager).json()
    keys = f"/v1/partners/{made['partner_id']}/keys"
    key = client.post(keys, headers=manager).json()
    assert "key" not in client.get(keys, headers=manager).json()["keys"][0]
    assert client.delete(f"{keys}/{key['key_id']}", headers=manager).status_code == 204
    refused = client.get("/v1/referrals", headers={"Authorization": f"Bearer {key['key']}"})
    assert refused.status_code == 401


def test_the_same_referral_asked_twice_is_one(client: Client, partner: Headers) -> None:
    sent, once = body(), {"Idempotency-Key": uuid4().hex}
    answers = [client.post("/v1/referrals", json=sent, headers=partner | once) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len(client.get("/v1/referrals", headers=partner).json()["referrals"]) == 1


def test_without_agreement_no_row_is_left(client: Client, partner: Headers, database_url: str) -> None:
    before = counted(database_url, "SELECT count(*) FROM vault_persons")
    answer = client.post("/v1/referrals", json=body(agreement=None), headers=partner)
    assert (answer.status_code, problems(answer)) == (422, [("/agreement", "agreement_missing")])
    assert answer.json()["type"] == "urn:interconnexion:problem:agreement_missing"
    assert counted(database_url, "SELECT count(*) FROM vault_persons") == before


def test_bad_input_lists_every_problem_in_both_languages(client: Client, partner: Headers) -> None:
    wrong = body(
        person={"given_name": "Rola", "family_name": "", "phone": "12"},
        facts={"french": {"speaking": 13}, "occupation": "abc", "arrived_on": "2999-01-01"},
    )
    answer = client.post("/v1/referrals", json=wrong, headers=partner)
    assert answer.status_code == 422
    assert set(problems(answer)) == {
        ("/person/family_name", "name_missing"),
        ("/person/phone", "not_a_phone"),
        ("/facts/french/speaking", "french_level_out_of_scale"),
        ("/facts/occupation", "not_an_occupation"),
        ("/facts/arrived_on", "impossible_date"),
    }
    unreadable = body(channel="pigeon", colour="red", facts={"diploma_from": "moon"})
    answer = client.post("/v1/referrals", json=unreadable, headers=partner)
    assert {pointer for pointer, _ in problems(answer)} == {"/channel", "/colour", "/facts/diploma_from"}
    assert CANARY not in answer.text


def test_missing_facts_are_answered_and_completed_one_by_one(client: Client, partner: Headers) -> None:
    referral = refer(client, partner, facts={"municipality": "laval"})
    assert referral["state"] == "incomplete"
    assert {"code": "occupation", "fr": "La profession (CNP 2021, cinq chiffres)"}.items() <= referral["missing"][
        3
    ].items()
    url = f"/v1/referrals/{referral['referral_id']}"
    partly = client.patch(url, json={"french": {"listening": 8}, "occupation": "11101"}, headers=partner)
    assert "french" in [m["code"] for m in partly.json()["missing"]]
    whole = client.patch(url, json={**ELIGIBLE, "french": {"speaking": 7}}, headers=partner)
    assert (whole.json()["state"], whole.json()["missing"]) == ("checking", [])


def test_another_partners_referral_and_a_missing_one_answer_the_same(
    client: Client, new_partner: Any, advisor: Headers
) -> None:
    mine, other = new_partner(), new_partner()
    referral = refer(client, mine)
    theirs, missing = f"/v1/referrals/{referral['referral_id']}", f"/v1/referrals/{uuid4()}"
    person, nobody = f"/v1/candidates/{referral['candidate_id']}", f"/v1/candidates/{uuid4()}"
    closure = {"outcome": "withdrawn", "reason": "sender_withdrew"}
    end = {"employer_id": str(uuid4()), "ended_on": str(clock.today())}
    for method, path, sent in (
        ("GET", (theirs, missing), None),
        ("PATCH", (theirs, missing), {"occupation": "11101"}),
        ("POST", (f"{theirs}/closure", f"{missing}/closure"), closure),
        ("GET", (f"{person}/eligibility", f"{nobody}/eligibility"), None),
        ("POST", (f"{person}/employment-ends", f"{nobody}/employment-ends"), end),
    ):
        answers = [client.request(method, p, json=sent, headers=other) for p in path]
        assert [a.status_code for a in answers] == [404, 404], method
        assert answers[0].json()["problems"] == answers[1].json()["problems"]
    assert client.get("/v1/referrals", headers=other).json()["referrals"] == []
    named = client.post("/v1/referrals", json=body(partner_id=referral["partner_id"]), headers=other)
    assert named.status_code == 404


def test_referrals_come_newest_first_page_by_page(client: Client, partner: Headers) -> None:
    sent = [refer(client, partner)["referral_id"] for _ in range(3)]
    first = client.get("/v1/referrals", params={"limit": 2}, headers=partner).json()
    rest = client.get("/v1/referrals", params={"limit": 2, "before": first["next_before"]}, headers=partner).json()
    assert [r["referral_id"] for r in first["referrals"] + rest["referrals"]] == sent[::-1]
    assert rest["next_before"] is None


def test_at_the_fair_an_advisor_enters_her_or_she_refers_herself(client: Client, advisor: Headers) -> None:
    assert refer(client, advisor, channel="fair")["partner_id"] is None
    link = client.post("/v1/links", json={"channel": "fair", "expires_on": str(clock.today())}, headers=advisor).json()
    herself = body(code=link["code"])
    del herself["channel"]
    answer = client.post("/v1/self-referrals", json=herself)
    assert answer.status_code == 201
    assert answer.json()["missing"] == []
    seen = client.get(f"/v1/referrals/{answer.json()['referral_id']}", headers=advisor).json()
    assert (seen["channel"], seen["partner_id"]) == ("fair", None)
    assert client.post("/v1/self-referrals", json=herself | {"code": "other"}).status_code == 404


def test_the_sender_sees_the_outcome_only_with_consent(client: Client, partner: Headers, advisor: Headers) -> None:
    agreement = body()["agreement"]
    told = refer(client, partner, agreement=agreement | {"purposes": ["tell_sender_outcome"]})
    untold = refer(client, partner)
    for referral in (told, untold):
        admit(client, advisor, referral)
    first, second = (client.get(f"/v1/referrals/{r['referral_id']}", headers=partner).json() for r in (told, untold))
    assert (first["state"], first["outcome"], first["outcome_withheld"]) == ("accepted", "admitted", False)
    assert (second["state"], second["outcome"], second["outcome_withheld"]) == ("closed", None, True)
    for state, referral in (("accepted", told), ("closed", untold)):
        page = client.get("/v1/referrals", params={"state": state, "limit": 2}, headers=partner).json()
        assert [r["referral_id"] for r in page["referrals"]] == [referral["referral_id"]]
        assert page["next_before"] is None
    assert client.get(f"/v1/referrals/{untold['referral_id']}", headers=advisor).json()["outcome"] == "admitted"


def test_eligibility_is_explained_at_a_date(client: Client, partner: Headers, advisor: Headers) -> None:
    referral = refer(client, partner)
    url = f"/v1/candidates/{referral['candidate_id']}/eligibility"
    now = client.get(url, headers=partner).json()
    assert {c["result"] for c in now["criteria"]} == {"met"}
    later = client.get(url, params={"on": f"{clock.today().year + 4}-01-15"}, headers=advisor).json()
    assert [c["code"] for c in later["criteria"] if c["result"] == "not_met"] == ["in_canada_under_5_years"]
    admit(client, advisor, referral)
    assert client.get(url, headers=partner).status_code == 404  # the file is no longer the sender's to read


def test_code_lists_come_in_both_languages(client: Client, partner: Headers) -> None:
    lists = client.get("/v1/codes", headers=partner).json()
    assert {"channels", "purposes", "municipalities", "closure_reasons"} <= set(lists)
    assert {"code": "fair", "fr": "Salon de l'immigration", "en": "Immigration fair"} in lists["channels"]


def test_a_partners_token_without_its_partner_is_refused(client: Client, as_: As) -> None:
    assert client.get("/v1/referrals", headers=as_(Role.PARTNER, UUID(int=1))).status_code == 403
