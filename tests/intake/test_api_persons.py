"""Persons, companies and names over HTTP, on a database that commits."""

from uuid import uuid4

from services.intake.main import app
from services.intake.settings import IntakeSettings
from shared import clock
from shared.http import Role
from shared.http.callers import operations
from tests.api_client import Client
from tests.intake.api_calls import ELIGIBLE, VACANCY, Headers, a_company, admit, counted, problems, refer
from tests.intake.conftest import As
from tests.intake.people import ADVISOR, CANARY


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


def test_eligibility_on_a_day_without_rules_says_that_the_day_is_wrong(client: Client, advisor: Headers) -> None:
    url = f"/v1/candidates/{refer(client, advisor, channel='fair')['candidate_id']}/eligibility"
    closed = client.get(f"{url}?on=2000-01-01", headers=advisor)
    assert (closed.status_code, problems(closed)) == (422, [("/query/on", "programme_closed")])


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


def test_a_company_tells_only_of_people_it_knows(
    client: Client, as_: As, partner: Headers, advisor: Headers, liaison: Headers
) -> None:
    referral, company = refer(client, partner), a_company(client, liaison)
    admit(client, advisor, referral)
    itself, today = as_(Role.EMPLOYER, "o", company), str(clock.today())
    terms = {"occupation": "94140", "wage_cents": 2100, "hours_per_week": 40, "starts_on": today, "permanent": True}
    for path, told in (("hires", {"terms": terms}), ("employment-ends", {"ended_on": today})):
        body = {"employer_id": company, **told}
        answers = [
            client.post(f"/v1/candidates/{whom}/{path}", json=body, headers=itself)
            for whom in (referral["candidate_id"], uuid4())
        ]
        assert [a.status_code for a in answers] == [404, 404], path
        assert answers[0].json()["problems"] == answers[1].json()["problems"]


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


def test_every_route_says_who_may_call_it(client: Client) -> None:
    own = [
        o
        for o in operations(app(IntakeSettings(intake_database_url="postgresql://nowhere/none")))
        if o.path.startswith("/v1/")
    ]
    assert [o.path for o in own if not o.guarded] == []
    assert [o.path for o in own if o.roles is None] == ["/v1/links/{code}", "/v1/self-referrals"]
    assert client.get("/v1/referrals").status_code == 401


def test_nobodys_name_is_in_any_event(client: Client, partner: Headers, liaison: Headers, database_url: str) -> None:
    refer(client, partner)
    a_company(client, liaison)
    assert counted(database_url, "SELECT count(*) FROM journal") > 0
    assert counted(database_url, "SELECT count(*) FROM vault_persons WHERE family_name = %s", CANARY) > 0
    named = "SELECT count(*) FROM journal WHERE (journal.*)::text ILIKE %s OR data LIKE %s"
    assert counted(database_url, named, f"%{CANARY}%", "%@example.org%") == 0
