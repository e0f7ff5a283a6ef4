"""Accompaniment, workshops, trainings, chains and links over HTTP: who may, and what is answered."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

from shared import clock
from shared.http import Role
from tests.api_client import Client
from tests.intake.api_calls import ELIGIBLE, VACANCY, Headers, Json, a_company, admit, body, problems, refer
from tests.intake.conftest import As
from tests.intake.people import ADVISOR, CANARY

WORKSHOP = {"workshop": "interview", "held_on": str(clock.today()), "minutes": 120, "places": 3}
TRAINING = {"topic": "intercultural_communication", "held_on": str(clock.today()), "minutes": 180, "places": 6}


def who_am_i(client: Client, partner: Headers) -> str:
    """The partner's id, as a referral of its own tells it."""
    return str(refer(client, partner)["partner_id"])


def test_a_candidate_is_accompanied_step_by_step(client: Client, as_: As, partner: Headers, advisor: Headers) -> None:
    referral = refer(client, partner)
    url = f"/v1/candidates/{referral['candidate_id']}"
    herself = as_(Role.CANDIDATE, referral["candidate_id"])
    steps = {"steps": ["cv", "workshop"], "goal_occupation": "11101"}
    assert client.post(f"{url}/action-plans", json=steps, headers=advisor).status_code == 409  # not admitted yet
    admit(client, advisor, referral)
    plan = client.post(f"{url}/action-plans", json=steps, headers=advisor).json()
    assert plan["agreed_on"] is None
    agreed = client.post(f"{url}/action-plans/{plan['plan_id']}/agreement", headers=herself)
    assert agreed.json()["agreed_on"] == str(clock.today())
    held = {"held_on": str(clock.today()), "minutes": 50, "topics": ["cv"]}
    assert client.post(f"{url}/coaching", json=held, headers=advisor).status_code == 201
    session = client.post("/v1/workshops", json=WORKSHOP, headers=advisor).json()
    place = {"candidate_id": referral["candidate_id"]}
    assert client.post(f"/v1/workshops/{session['session_id']}/enrolments", json=place, headers=herself).is_success
    file = client.get(f"{url}/accompaniment", headers=herself).json()
    assert (len(file["plans"]), len(file["coaching"]), file["workshops"][0]["attended"]) == (1, 1, None)
    other = as_(Role.ADVISOR, uuid4())
    assigned = client.put(f"{url}/advisor", json={"advisor_id": str(ADVISOR)}, headers=other)
    assert assigned.json()["advisor_id"] == str(ADVISOR)
    mine = client.get("/v1/candidates", params={"limit": 200}, headers=advisor).json()["people"]
    [row] = [person for person in mine if person["candidate_id"] == referral["candidate_id"]]
    assert (row["stage"], row["age_days"], row["coaching_sessions"]) == ("preparing", 0, 1)
    assert client.get("/v1/candidates", headers=other).json()["people"] == []


def test_another_candidates_accompaniment_is_not_there(client: Client, as_: As, advisor: Headers) -> None:
    theirs, stranger = refer(client, advisor, channel="fair"), as_(Role.CANDIDATE, uuid4())
    admit(client, advisor, theirs)
    plan = {"steps": ["cv"]}
    url = f"/v1/candidates/{theirs['candidate_id']}"
    plan_id = client.post(f"{url}/action-plans", json=plan, headers=advisor).json()["plan_id"]
    session = client.post("/v1/workshops", json=WORKSHOP, headers=advisor).json()["session_id"]
    for method, path, sent in (
        ("GET", f"{url}/accompaniment", None),
        ("POST", f"{url}/action-plans/{plan_id}/agreement", None),
        ("POST", f"/v1/workshops/{session}/enrolments", {"candidate_id": theirs["candidate_id"]}),
        ("DELETE", f"/v1/workshops/{session}/enrolments/{theirs['candidate_id']}", None),
    ):
        assert client.request(method, path, json=sent, headers=stranger).status_code == 404, path


def test_many_ask_at_once_and_only_the_places_there_are_get_taken(client: Client, advisor: Headers) -> None:
    session = client.post("/v1/workshops", json=WORKSHOP, headers=advisor).json()["session_id"]
    people = [refer(client, advisor, channel="fair")["candidate_id"] for _ in range(8)]

    def enrol(candidate_id: str) -> int:
        url = f"/v1/workshops/{session}/enrolments"
        return client.post(url, json={"candidate_id": candidate_id}, headers=advisor).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(enrol, people))
    assert sorted(answers) == [201] * 3 + [409] * 5
    roll = client.get(f"/v1/workshops/{session}", headers=advisor).json()
    assert (roll["places_left"], len(roll["enrolled"])) == (0, 3)


def test_a_partner_runs_its_workshops_and_no_others(client: Client, new_partner: Any, advisor: Headers) -> None:
    runner, other = new_partner(), new_partner()
    session = client.post("/v1/workshops", json=WORKSHOP, headers=runner).json()
    assert session["partner_id"] == who_am_i(client, runner)
    url = f"/v1/workshops/{session['session_id']}"
    own, not_own = refer(client, runner)["candidate_id"], refer(client, other)["candidate_id"]
    assert client.post(f"{url}/enrolments", json={"candidate_id": own}, headers=runner).status_code == 201
    assert client.post(f"{url}/enrolments", json={"candidate_id": not_own}, headers=runner).status_code == 404
    assert client.post(f"{url}/enrolments", json={"candidate_id": not_own}, headers=other).status_code == 201
    assert client.get(url, headers=other).status_code == 404
    assert client.post(f"{url}/attendance", json={"attended": [own]}, headers=other).status_code == 404
    noted = client.post(f"{url}/attendance", json={"attended": [own], "absent": [not_own]}, headers=runner)
    assert noted.json()["places_left"] == 1
    named = client.post("/v1/workshops", json=WORKSHOP | {"partner_id": session["partner_id"]}, headers=other)
    assert named.status_code == 404
    listed = client.get("/v1/workshops", params={"limit": 200}, headers=other).json()["workshops"]
    assert session["session_id"] in {s["session_id"] for s in listed}


def test_sessions_come_soonest_first_page_by_page(client: Client, advisor: Headers) -> None:
    day = clock.today() + timedelta(days=300)
    made = [
        client.post("/v1/workshops", json=WORKSHOP | {"held_on": str(day + timedelta(days=n))}, headers=advisor).json()[
            "session_id"
        ]
        for n in (1, 0, 1)
    ]
    asked: Json = {"from_on": str(day), "limit": 2}
    first = client.get("/v1/workshops", params=asked, headers=advisor).json()
    rest = client.get("/v1/workshops", params=asked | {"after": first["next_after"]}, headers=advisor).json()
    seen = [s["session_id"] for s in first["workshops"] + rest["workshops"]]
    assert seen == [made[1], made[0], made[2]]
    assert rest["next_after"] is None
    wrong = client.get("/v1/workshops", params={"after": "yesterday"}, headers=advisor)
    assert problems(wrong) == [("/query/after", "not_a_cursor")]


def test_a_company_is_trained_and_counted(client: Client, as_: As, liaison: Headers) -> None:
    firm, other = a_company(client, liaison), a_company(client, liaison)
    itself = as_(Role.EMPLOYER, "owner", firm)
    session = client.post("/v1/trainings", json=TRAINING, headers=liaison).json()["session_id"]
    url = f"/v1/trainings/{session}"
    assert client.post(f"{url}/enrolments", json={"employer_id": firm, "persons": 4}, headers=itself).is_success
    assert (
        client.post(f"{url}/enrolments", json={"employer_id": other, "persons": 1}, headers=itself).status_code == 404
    )
    full = client.post(f"{url}/enrolments", json={"employer_id": other, "persons": 3}, headers=liaison)
    assert (full.status_code, problems(full)) == (409, [("", "session_full")])
    assert client.post(f"{url}/enrolments", json={"employer_id": other, "persons": 2}, headers=liaison).is_success
    listed = client.get("/v1/trainings", params={"limit": 200}, headers=itself).json()["trainings"]
    [seen] = [t for t in listed if t["session_id"] == session]
    assert (seen["places_left"], seen["own"]["persons"]) == (0, 4)
    assert client.delete(f"{url}/enrolments/{other}", headers=itself).status_code == 404
    assert client.delete(f"{url}/enrolments/{other}", headers=liaison).status_code == 204
    twice = {"companies": [{"employer_id": firm, "attended": 1}] * 2}
    assert problems(client.post(f"{url}/attendance", json=twice, headers=liaison)) == [("/companies", "named_twice")]
    came = {"companies": [{"employer_id": firm, "attended": 3}]}
    assert client.post(f"{url}/attendance", json=came, headers=liaison).is_success
    assert client.get(url, headers=liaison).json()["companies"][0]["attended"] == 3
    assert client.get(url, headers=itself).status_code == 403


def test_a_chain_of_senders_over_http(client: Client, new_partner: Any, advisor: Headers) -> None:
    bank, organisation = new_partner(), new_partner()
    to = who_am_i(client, organisation)
    agreement = body()["agreement"] | {"purposes": ["tell_sender_outcome"]}
    sent = refer(client, bank, agreement=agreement, to_partner_id=to)
    assert (sent["holder_id"], sent["at_programme"], sent["senders"]) == (to, False, [sent["partner_id"], to])
    url = f"/v1/referrals/{sent['referral_id']}"
    rows = client.get("/v1/referrals", headers=organisation).json()["referrals"]
    assert [r["waits_for"] for r in rows if r["referral_id"] == sent["referral_id"]] == ["holder"]
    assert client.patch(url, json={"occupation": "21311"}, headers=organisation).status_code == 200
    refused = client.post(f"{url}/passing", json={"to_partner_id": None}, headers=bank)
    assert (refused.status_code, problems(refused)) == (409, [("", "not_the_holder")])
    assert client.post(f"{url}/passing", json={}, headers=organisation).status_code == 422
    assert client.post(f"{url}/passing", json={"to_partner_id": None}, headers=organisation).json()["at_programme"]
    assert client.post(f"{url}/passing", json={"to_partner_id": None}, headers=new_partner()).status_code == 404
    admit(client, advisor, sent)
    for sender in (bank, organisation):
        page = client.get("/v1/updates", params={"after": 0}, headers=sender).json()
        assert [(u["type"], u["outcome"]) for u in page["updates"]] == [
            ("referral_passed_on", None),
            ("referral_passed_on", None),
            ("referral_closed", "admitted"),
        ]
        assert client.get("/v1/updates", params={"after": page["next_after"]}, headers=sender).json()["updates"] == []
        assert client.get(url, headers=sender).json()["outcome"] == "admitted"
    assert client.get("/v1/updates", headers=advisor).status_code == 403


def test_the_feed_withholds_what_she_does_not_let_be_told(client: Client, partner: Headers, advisor: Headers) -> None:
    referral = refer(client, partner)
    admit(client, advisor, referral)
    [line] = client.get("/v1/updates", headers=partner).json()["updates"]
    assert (line["type"], line["outcome"], line["reason"], line["withheld"]) == ("referral_closed", None, None, True)
    consent = {"purpose": "tell_sender_outcome", "recipient": "sender", "notice_version": "2026-01"}
    url = f"/v1/candidates/{referral['candidate_id']}/consents"
    assert client.post(url, json=consent, headers=advisor).status_code == 201
    [told] = client.get("/v1/updates", params={"after": line["position"]}, headers=partner).json()["updates"]
    assert (told["type"], told["outcome"]) == ("outcome_may_be_told", "admitted")


def test_the_inbox_shows_age_who_must_act_and_eligibility_in_numbers(
    client: Client, partner: Headers, advisor: Headers
) -> None:
    partly = refer(client, partner, facts={"diploma_from": "none", "arrived_on": ELIGIBLE["arrived_on"]})
    whole = refer(client, partner)
    rows = client.get("/v1/referrals", params={"limit": 200}, headers=advisor).json()["referrals"]
    by_id = {r["referral_id"]: r for r in rows}
    first, second = by_id[partly["referral_id"]], by_id[whole["referral_id"]]
    assert (first["waits_for"], first["age_days"]) == ("sender", 0)
    assert first["eligibility"] == {"met": 1, "not_met": 1, "unknown": 1}
    assert (second["waits_for"], second["eligibility"]["met"]) == ("programme", 3)


def test_a_banks_branch_refers_by_its_page(client: Client, new_partner: Any) -> None:
    bank, other = new_partner(), new_partner()
    wanted = {"channel": "partner_page", "label": "Succursale Chomedey", "expires_on": str(clock.today())}
    link = client.post("/v1/links", json=wanted, headers=bank).json()
    page = client.get(f"/v1/links/{link['code']}").json()
    assert (page["partner_name"], page["label"]) == ("Un organisme", "Succursale Chomedey")
    assert page["statements"] == ["own_link", "partner_statement"]
    assert page["notice"]["version"] == "2026-01"
    assert page["notice"]["fr"]
    assert page["notice"]["en"]
    agreement = {"given_on": str(clock.today()), "notice_version": "2026-01", "statement": "partner_statement"}
    person = {"given_name": "Julio", "family_name": CANARY, "phone": "514 555-0142"}
    sent = {"code": link["code"], "person": person, "agreement": agreement}
    led_to = client.post("/v1/self-referrals", json=sent)
    assert led_to.status_code == 201
    kept = client.get(f"/v1/referrals/{led_to.json()['referral_id']}", headers=bank).json()
    assert (kept["channel"], kept["state"]) == ("partner_page", "incomplete")
    missing = client.post("/v1/self-referrals", json=sent | {"agreement": None})
    assert problems(missing) == [("/agreement", "agreement_missing")]
    assert [one["code"] for one in client.get("/v1/links", headers=bank).json()["links"]] == [link["code"]]
    assert client.get("/v1/links", headers=other).json()["links"] == []
    theirs = client.post("/v1/links", json=wanted | {"partner_id": link["partner_id"]}, headers=other)
    assert theirs.status_code == 404
    assert client.get("/v1/links/nothing").status_code == 404


def test_a_liaison_enters_anything_for_an_employer(client: Client, as_: As, advisor: Headers, liaison: Headers) -> None:
    referral, firm = refer(client, advisor, channel="fair"), a_company(client, liaison)
    admit(client, advisor, referral)
    itself, stranger = as_(Role.EMPLOYER, "owner", firm), as_(Role.EMPLOYER, "other", a_company(client, liaison))
    url, day = f"/v1/candidates/{referral['candidate_id']}", str(clock.today())
    terms = {"occupation": "94140", "wage_cents": 2100, "hours_per_week": 40, "starts_on": day, "permanent": True}
    about = {"employer_id": firm}
    facts: list[tuple[str, Json]] = [
        ("hours", about | {"from_on": day, "to_on": day, "hours": "8", "wage_cents": 2100}),
        ("absences", about | {"from_on": day, "to_on": day, "paid": False}),
        ("employment-changes", about | {"effective_on": day, "kind": "advancement", "terms": terms}),
    ]
    for path, sent in facts:
        assert client.post(f"{url}/{path}", json=sent, headers=itself).status_code == 404  # does not work there
    assert client.post(f"{url}/hires", json=about | {"terms": terms}, headers=liaison).status_code == 201
    retention = as_(Role.RETENTION_ADVISOR, uuid4())
    herself = as_(Role.CANDIDATE, referral["candidate_id"])
    for path, sent in facts:
        for who in (liaison, itself, advisor, retention, herself):
            assert client.post(f"{url}/{path}", json=sent, headers=who).status_code == 201, path
        assert client.post(f"{url}/{path}", json=sent, headers=stranger).status_code == 404
        theirs = sent | {"employer_id": str(uuid4())}
        assert client.post(f"{url}/{path}", json=theirs, headers=stranger).status_code == 404
    ended = about | {"ended_on": day}
    assert client.post(f"{url}/employment-ends", json=ended, headers=liaison).status_code == 201


def test_a_vacancy_is_changed_by_the_company_or_its_liaison(client: Client, as_: As, liaison: Headers) -> None:
    firm = a_company(client, liaison)
    itself, url = as_(Role.EMPLOYER, "owner", firm), f"/v1/employers/{firm}/vacancies"
    vacancy = f"{url}/{client.post(url, json=VACANCY, headers=liaison).json()['vacancy_id']}"
    changed = client.patch(vacancy, json={"openings": 3, "french_required": {"speaking": None}}, headers=itself).json()
    assert (changed["openings"], changed["french_required"]["speaking"], changed["wage_min_cents"]) == (3, None, 3000)
    assert client.get(vacancy, headers=itself).json() == changed
    unfit = client.patch(vacancy, json={"openings": None, "wage_max_cents": 1}, headers=liaison)
    assert problems(unfit) == [("/openings", "int")]
    other = as_(Role.EMPLOYER, "other", a_company(client, liaison))
    assert client.patch(vacancy, json={"openings": 1}, headers=other).status_code == 404


def test_a_liaison_lists_her_companies(client: Client, as_: As, advisor: Headers) -> None:
    me = uuid4()
    liaison = as_(Role.LIAISON, me)
    firms = [a_company(client, liaison) for _ in range(3)]
    asked: Json = {"liaison_id": str(me), "limit": 2}
    first = client.get("/v1/employers", params=asked, headers=liaison).json()
    rest = client.get("/v1/employers", params=asked | {"before": first["next_before"]}, headers=liaison).json()
    assert [e["employer_id"] for e in first["employers"] + rest["employers"]] == firms[::-1]
    sent = {"name": "Chez Julio", "sector": "other", "legal_form": "private", "municipality": "laval"}
    found_alone = client.post("/v1/employers", json=sent, headers=advisor)
    assert (found_alone.status_code, found_alone.json()["liaison_id"]) == (201, None)
