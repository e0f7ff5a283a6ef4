"""The routes, over HTTP, on a database that commits."""

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from services.intake.main import app
from services.intake.settings import IntakeSettings
from shared import clock
from shared.http import Role
from shared.http.callers import operations
from tests.api_client import Client
from tests.intake.conftest import As, Headers
from tests.intake.people import ADVISOR, CANARY

Json = dict[str, Any]
ELIGIBLE: Json = {
    "arrived_on": f"{clock.today().year - 2}-01-15",
    "diploma_from": "abroad",
    "months_in_field_quebec": 0,
    "occupation": "11101",
    "french": {"listening": 8, "speaking": 7},
    "municipality": "laval",
    "work_authorisation": "permanent_resident",
}


def body(**changes: Any) -> Json:
    return {
        "channel": "partner_system",
        "person": {"given_name": "Rola", "family_name": CANARY, "email": f"{uuid4().hex}@example.org"},
        "agreement": {"given_on": str(clock.today()), "notice_version": "2026-01", "statement": "partner_statement"},
        "facts": ELIGIBLE,
    } | changes


@pytest.fixture(scope="module")
def advisor(as_: As) -> Headers:
    return as_(Role.ADVISOR, ADVISOR)


@pytest.fixture(scope="module")
def liaison(as_: As) -> Headers:
    return as_(Role.LIAISON, uuid4())


@pytest.fixture
def new_partner(client: Client, as_: As) -> Any:
    def connect() -> Headers:
        manager = as_(Role.MANAGER, "manager-1")
        partner = client.post("/v1/partners", json={"name": "Un organisme", "kind": "community_body"}, headers=manager)
        key = client.post(f"/v1/partners/{partner.json()['partner_id']}/keys", headers=manager)
        assert (partner.status_code, key.status_code) == (201, 201)
        return {"Authorization": f"Bearer {key.json()['key']}"}

    return connect


@pytest.fixture
def partner(new_partner: Any) -> Headers:
    headers: Headers = new_partner()
    return headers


def refer(client: Client, headers: Headers, **changes: Any) -> Json:
    answer = client.post("/v1/referrals", json=body(**changes), headers=headers)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def admit(client: Client, advisor: Headers, referral: Json) -> None:
    answer = client.post(f"/v1/candidates/{referral['candidate_id']}/admission", json={}, headers=advisor)
    assert answer.status_code == 201, answer.text


def problems(answer: Any) -> list[tuple[str, str]]:
    found = answer.json()["problems"]
    assert all(p["fr"] and p["en"] for p in found)
    return [(p["pointer"], p["code"]) for p in found]


def counted(database_url: str, sql: str, *params: object) -> int:
    with psycopg.connect(database_url) as conn:
        return int((conn.execute(sql, params).fetchone() or (0,))[0])  # type: ignore[arg-type]


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


def test_a_key_or_a_name_is_not_kept_with_an_idempotency_key(
    client: Client, as_: As, advisor: Headers, partner: Headers, database_url: str
) -> None:
    once = {"Idempotency-Key": uuid4().hex}
    manager = as_(Role.MANAGER, "manager-1") | once
    made = client.post("/v1/partners", json={"name": "Un organisme", "kind": "other"}, headers=manager).json()
    client.post(f"/v1/partners/{made['partner_id']}/keys", headers=manager | {"Idempotency-Key": uuid4().hex})
    referral = refer(client, partner | once)
    asked = {"candidate_ids": [referral["candidate_id"]], "purpose": "accompaniment"}
    assert client.post("/v1/names", json=asked, headers=advisor | once).json()["candidates"]
    secret = "SELECT count(*) FROM idempotency_keys WHERE answer LIKE %s OR answer LIKE %s"
    assert counted(database_url, secret, '%"ik\\_%', f"%{CANARY}%") == 0
    assert counted(database_url, "SELECT count(*) FROM idempotency_keys") > 0


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


def test_admission_with_an_unknown_criterion_is_said_in_writing(client: Client, advisor: Headers) -> None:
    referral = refer(client, advisor, channel="fair", facts={**ELIGIBLE, "arrived_on": None})
    url = f"/v1/candidates/{referral['candidate_id']}/admission"
    refused = client.post(url, json={}, headers=advisor)
    assert (refused.status_code, problems(refused)) == (409, [("/unknown", "in_canada_under_5_years")])
    silent = client.post(url, json={"unknown": ["in_canada_under_5_years"]}, headers=advisor)
    assert problems(silent) == [("/reason", "reason_missing")]
    written = {"unknown": ["in_canada_under_5_years"], "reason": "admitted_with_unknown"}
    admitted = client.post(url, json=written, headers=advisor).json()
    assert (admitted["status"], admitted["advisor_id"]) == ("admitted", str(ADVISOR))


def test_a_candidate_sees_and_steers_her_own_file_and_no_other(
    client: Client, as_: As, partner: Headers, advisor: Headers
) -> None:
    referral, other = refer(client, partner), refer(client, partner)
    admit(client, advisor, referral)
    own, others = f"/v1/candidates/{referral['candidate_id']}", f"/v1/candidates/{other['candidate_id']}"
    herself = as_(Role.CANDIDATE, referral["candidate_id"])
    consent = {"purpose": "send_to_ministry", "recipient": "services_quebec", "notice_version": "2026-01"}
    given = client.post(f"{own}/consents", json=consent, headers=herself)
    assert given.status_code == 201
    file = client.get(own, headers=herself).json()
    assert (file["facts"]["french"]["speaking"], len(file["consents"])) == (7, 1)
    taken_back = client.delete(f"{own}/consents/{given.json()['consent_id']}", headers=herself)
    assert taken_back.json()["withdrawn_at"]
    for method, path, sent in (
        ("GET", "", None),
        ("GET", "/audit", None),
        ("GET", "/consents", None),
        ("GET", "/eligibility", None),
        ("POST", "/consents", consent),
        ("POST", "/withdrawal", {"reason": "studies"}),
        ("POST", "/erasure", None),
        ("POST", "/employment-ends", {"employer_id": str(uuid4()), "ended_on": str(clock.today())}),
    ):
        assert client.request(method, others + path, json=sent, headers=herself).status_code == 404, path
    assert client.post(f"{own}/withdrawal", json={"reason": "studies"}, headers=herself).json()["status"] == "withdrawn"


def test_she_sees_who_saw_her_name(client: Client, as_: As, partner: Headers, advisor: Headers) -> None:
    referral = refer(client, partner)
    ids = {"candidate_ids": [referral["candidate_id"], str(uuid4())], "purpose": "accompaniment"}
    shown = client.post("/v1/names", json=ids, headers=advisor).json()
    assert [p["family_name"] for p in shown["candidates"]] == [CANARY]
    audit = client.get(
        f"/v1/candidates/{referral['candidate_id']}/audit", headers=as_(Role.CANDIDATE, referral["candidate_id"])
    ).json()["lookups"]
    assert [(row["actor"], row["purpose"]) for row in audit] == [(f"advisor:{ADVISOR}", "accompaniment")]
    assert client.post("/v1/names", json=ids, headers=partner).status_code == 403


def a_company(client: Client, liaison: Headers) -> str:
    sent = {"name": f"Ateliers {CANARY}", "sector": "education", "legal_form": "private", "municipality": "laval"}
    answer = client.post("/v1/employers", json=sent, headers=liaison)
    assert answer.status_code == 201
    assert CANARY not in answer.text
    return str(answer.json()["employer_id"])


VACANCY: Json = {
    "occupation": "41220",
    "wage_min_cents": 3000,
    "wage_max_cents": 3600,
    "hours_per_week": "32.5",
    "permanent": True,
    "municipality": "laval",
    "french_required": {"speaking": 8},
}


def test_a_company_asks_for_people_itself_or_through_its_liaison(client: Client, as_: As, liaison: Headers) -> None:
    company, other = a_company(client, liaison), a_company(client, liaison)
    itself = as_(Role.EMPLOYER, "owner-1", company)
    url = f"/v1/employers/{company}/vacancies"
    first = client.post(url, json=VACANCY, headers=itself)
    second = client.post(url, json=VACANCY, headers=liaison)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["french_required"] == {"listening": None, "speaking": 8, "reading": None, "writing": None}
    closed = client.post(f"{url}/{first.json()['vacancy_id']}/closure", json={"reason": "filled"}, headers=itself)
    assert closed.json()["end_reason"] == "filled"
    assert len(client.get(url, headers=itself).json()["vacancies"]) == 2
    elsewhere = f"/v1/employers/{other}/vacancies"
    assert client.post(elsewhere, json=VACANCY, headers=itself).status_code == 404
    assert client.get(elsewhere, headers=itself).status_code == 404
    crossed = VACANCY | {"wage_max_cents": 2900, "hours_per_week": 61, "openings": 0}
    assert {code for _, code in problems(client.post(url, json=crossed, headers=itself))} == {
        "wages_crossed",
        "hours_out_of_range",
        "no_opening",
    }


def test_facts_about_work_are_reported_by_those_concerned(
    client: Client, as_: As, partner: Headers, advisor: Headers, liaison: Headers
) -> None:
    referral, company = refer(client, partner), a_company(client, liaison)
    admit(client, advisor, referral)
    url = f"/v1/candidates/{referral['candidate_id']}"
    terms = {
        "occupation": "94140",
        "wage_cents": 2100,
        "hours_per_week": 40,
        "starts_on": str(clock.today()),
        "permanent": True,
    }
    for who in (partner, advisor, as_(Role.CANDIDATE, referral["candidate_id"]), as_(Role.EMPLOYER, "o", company)):
        hire = client.post(f"{url}/hires", json={"employer_id": company, "terms": terms}, headers=who)
        end = {"employer_id": company, "ended_on": str(clock.today()), "reason": "laid_off"}
        ended = client.post(f"{url}/employment-ends", json=end, headers=who)
        assert (hire.status_code, ended.status_code) == (201, 201)
    stranger = as_(Role.EMPLOYER, "o", uuid4())
    assert (
        client.post(f"{url}/hires", json={"employer_id": company, "terms": terms}, headers=stranger).status_code == 404
    )


def test_who_asks_to_be_forgotten_gets_a_receipt_with_both_dates(
    client: Client, as_: As, partner: Headers, advisor: Headers, database_url: str
) -> None:
    referral = refer(client, partner)
    admit(client, advisor, referral)
    herself = as_(Role.CANDIDATE, referral["candidate_id"])
    url = f"/v1/candidates/{referral['candidate_id']}"
    receipt = client.post(f"{url}/erasure", headers=herself).json()
    assert receipt["erased_on"] == str(clock.today())
    assert receipt["gone_from_log_on"] > receipt["erased_on"]
    assert client.get(url, headers=herself).status_code == 404
    assert client.get(f"/v1/referrals/{referral['referral_id']}", headers=partner).status_code == 404
    left = "SELECT count(*) FROM journal WHERE key = %s AND data IS NOT NULL"
    assert counted(database_url, left, referral["candidate_id"]) == 1


def test_code_lists_come_in_both_languages(client: Client, partner: Headers) -> None:
    lists = client.get("/v1/codes", headers=partner).json()
    assert {"channels", "purposes", "municipalities", "closure_reasons"} <= set(lists)
    assert {"code": "fair", "fr": "Salon de l'immigration", "en": "Immigration fair"} in lists["channels"]


def test_every_route_says_who_may_call_it(client: Client) -> None:
    own = [
        o
        for o in operations(app(IntakeSettings(intake_database_url="postgresql://nowhere/none")))
        if o.path.startswith("/v1/")
    ]  # type: ignore[arg-type]
    assert [o.path for o in own if not o.guarded] == []
    assert [o.path for o in own if o.roles is None] == ["/v1/self-referrals"]
    assert client.get("/v1/referrals").status_code == 401


def test_nobodys_name_is_in_any_event(client: Client, partner: Headers, liaison: Headers, database_url: str) -> None:
    refer(client, partner)
    a_company(client, liaison)
    assert counted(database_url, "SELECT count(*) FROM journal") > 0
    assert counted(database_url, "SELECT count(*) FROM vault_persons WHERE family_name = %s", CANARY) > 0
    named = "SELECT count(*) FROM journal WHERE (journal.*)::text ILIKE %s OR data LIKE %s"
    assert counted(database_url, named, f"%{CANARY}%", "%@example.org%") == 0


def test_a_partners_token_without_its_partner_is_refused(client: Client, as_: As) -> None:
    assert client.get("/v1/referrals", headers=as_(Role.PARTNER, UUID(int=1))).status_code == 403
