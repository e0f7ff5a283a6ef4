"""The routes, through the whole edge, on a database that commits. Intake is a scripted one over real HTTP."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from services.subsidies.consumers import CONSUMES
from shared.http import Role
from shared.http.callers import operations
from shared.messaging.inbox import Inbox
from tests.api_client import Client
from tests.databases import envelope_of
from tests.every_service import WAITING_ROUTES
from tests.subsidies.edge import Headers, Intake, Token, confirmed, decision, path_of
from tests.subsidies.facts import AMOUNT, Case

STAFF = frozenset({Role.ADVISOR, Role.LIAISON, Role.MANAGER, Role.RETENTION_ADVISOR})
EVERYONE = STAFF | {Role.EMPLOYER, Role.MINISTRY}
EMPLOYER_SIDE = {Role.EMPLOYER, Role.LIAISON}
PAPER = {Role.LIAISON, Role.MANAGER}
ROUTES = {
    ("POST", "/v1/estimates"): {Role.EMPLOYER, Role.LIAISON, Role.ADVISOR},
    ("GET", "/v1/measures"): EVERYONE,
    ("GET", "/v1/requests"): EVERYONE,
    ("GET", "/v1/requests/{request_id}"): EVERYONE,
    ("GET", "/v1/requests/{request_id}/dossier"): EVERYONE,
    ("POST", "/v1/requests/{request_id}/documents"): EMPLOYER_SIDE,
    ("POST", "/v1/requests/{request_id}/preference"): EMPLOYER_SIDE,
    ("POST", "/v1/requests/{request_id}/confirmation"): EMPLOYER_SIDE,
    ("POST", "/v1/requests/{request_id}/information"): EMPLOYER_SIDE,
    ("POST", "/v1/requests/{request_id}/information-requests"): {Role.MINISTRY},
    ("POST", "/v1/requests/{request_id}/decision"): {Role.MINISTRY},
    ("POST", "/v1/requests/{request_id}/received-decision"): PAPER,
    ("GET", "/v1/hires/{hire_id}/assessments"): STAFF | {Role.EMPLOYER},
    ("GET", "/v1/claims"): EVERYONE,
    ("GET", "/v1/claims/{claim_id}"): EVERYONE,
    ("POST", "/v1/claims/{claim_id}/submission"): EMPLOYER_SIDE,
    ("POST", "/v1/claims/{claim_id}/payment"): {Role.MINISTRY},
    ("POST", "/v1/claims/{claim_id}/received-payment"): PAPER,
    ("POST", "/v1/french-courses"): EMPLOYER_SIDE,
    ("GET", "/v1/french-courses"): EVERYONE,
    ("GET", "/v1/french-courses/{course_id}"): EVERYONE,
    ("POST", "/v1/french-courses/{course_id}/confirmation"): EMPLOYER_SIDE,
    ("POST", "/v1/french-courses/{course_id}/decision"): {Role.MINISTRY},
    ("POST", "/v1/french-courses/{course_id}/received-decision"): PAPER,
    ("POST", "/v1/french-courses/{course_id}/information-requests"): {Role.MINISTRY},
    ("POST", "/v1/french-courses/{course_id}/information"): EMPLOYER_SIDE,
    ("POST", "/v1/french-courses/{course_id}/hours"): EMPLOYER_SIDE,
    ("POST", "/v1/french-courses/{course_id}/end"): EMPLOYER_SIDE,
    ("GET", "/v1/to-do"): EMPLOYER_SIDE,
    ("GET", "/v1/notices"): {Role.OPERATOR, Role.MANAGER},
    ("GET", "/v1/counts"): EVERYONE,
}


def test_every_route_names_its_roles(client: Client) -> None:
    ours = {(o.method, o.path): o.roles for o in operations(client.app) if o.path.startswith("/v1/")}  # type: ignore[arg-type]
    assert ours == ROUTES | WAITING_ROUTES


def test_the_employer_confirms_its_own_request(
    client: Client, conn: psycopg.Connection[Any], case: Case, token: Token
) -> None:
    path = path_of(conn, case, "/confirmation")
    answer = client.post(path, json={"accurate": True}, headers=token(Role.EMPLOYER, case.employer_id))
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["confirmed_by"]) == ("submitted", "employer:employer-1")


@pytest.mark.parametrize("body", [{}, {"accurate": False}, {"accurate": True, "amount_cents": 1}])
def test_a_confirmation_says_yes_and_nothing_else(
    client: Client, conn: psycopg.Connection[Any], case: Case, token: Token, body: dict[str, Any]
) -> None:
    assert client.post(path_of(conn, case, "/confirmation"), json=body, headers=token(Role.LIAISON)).status_code == 422


def test_anothers_request_and_a_missing_one_are_the_same_404(
    client: Client, conn: psycopg.Connection[Any], case: Case, token: Token
) -> None:
    path, missing = confirmed(client, conn, case, token), f"/v1/requests/{uuid4()}"
    for who in (
        token(Role.EMPLOYER, uuid4()),
        token(Role.MINISTRY, "mifi"),
        token(Role.EMPLOYER),
        token(Role.MINISTRY),
    ):
        answers = [client.get(p, headers=who) for p in (path, missing)]
        assert [a.status_code for a in answers] == [404, 404]
        assert answers[0].json()["problems"] == answers[1].json()["problems"]
    assert client.post(f"{path}/decision", json=decision(), headers=token(Role.MINISTRY, "mifi")).status_code == 404
    other = client.post(f"{path}/confirmation", json={"accurate": True}, headers=token(Role.EMPLOYER, uuid4()))
    assert other.status_code == 404


def test_a_ministry_does_not_see_what_was_not_sent_to_it(
    client: Client, conn: psycopg.Connection[Any], case: Case, ministry: Headers
) -> None:
    path = path_of(conn, case)
    assert client.get(path, headers=ministry).status_code == 404
    assert path not in [f"/v1/requests/{r['request_id']}" for r in _all(client, ministry)]


def test_the_ministry_gets_the_whole_request_with_names_by_its_own_token(
    client: Client, conn: psycopg.Connection[Any], case: Case, token: Token, ministry: Headers, intake: Intake
) -> None:
    whole = client.get(confirmed(client, conn, case, token), headers=ministry).json()
    assert whole["names"] == {
        "candidate": "Ines Exemple",
        "employer": "Atelier Exemple",
        "note_fr": None,
        "note_en": None,
    }
    assert (whole["state"], whole["file_number"], whole["amount_cents"]) == ("submitted", "2026-0318", AMOUNT)
    assert {criterion["result"] for criterion in whole["criteria"]} == {"met"}
    assert sum(line["amount_cents"] for line in whole["lines"]) == AMOUNT
    assert whole["facts"]["person"]["months_in_field_quebec"] == 2
    assert whole["rules"]["rule_version"] == "priime/2019-07"
    assert whole["rules"]["sources"]
    assert "hours_per_week_max" in whole["rules"]["low_confidence"]
    (asked,) = intake.asked
    assert asked[0] == ministry["Authorization"]
    assert asked[1].purpose == "subsidy_request"


def test_names_are_stored_nowhere(
    client: Client, conn: psycopg.Connection[Any], case: Case, token: Token, ministry: Headers
) -> None:
    client.get(confirmed(client, conn, case, token), headers=ministry)
    tables = conn.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'").fetchall()
    for (table,) in tables:
        assert "Exemple" not in str(conn.execute(f'SELECT * FROM "{table}"').fetchall())


def test_with_intake_down_the_file_number_is_shown_and_says_so(
    client: Client, conn: psycopg.Connection[Any], case: Case, token: Token, ministry: Headers, intake: Intake
) -> None:
    path = confirmed(client, conn, case, token)
    intake.down = True
    whole = client.get(path, headers=ministry).json()
    assert whole["file_number"] == "2026-0318"
    assert whole["names"]["candidate"] is None
    assert "unavailable" in whole["names"]["note_en"]


def test_without_consent_the_ministry_sees_that_there_was_a_request_and_nothing_of_the_person(
    client: Client, conn: psycopg.Connection[Any], case: Case, token: Token, ministry: Headers, intake: Intake
) -> None:
    path = confirmed(client, conn, case, token)
    Inbox("subsidies", CONSUMES).handle_once(conn, envelope_of(case.consent_withdrawn()))
    intake.consents = False
    whole = client.get(path, headers=ministry).json()
    assert (whole["state"], whole["end_reason"]) == ("ended", "consent_withdrawn")
    assert whole["facts"] is whole["criteria"] is whole["lines"] is whole["names"]["candidate"] is None
    assert "agree" in whole["names"]["note_en"]


def test_the_same_decision_twice_has_one_effect_and_one_answer(
    client: Client, conn: psycopg.Connection[Any], case: Case, token: Token, ministry: Headers
) -> None:
    path, said = confirmed(client, conn, case, token), decision()
    first = client.post(f"{path}/decision", json=said, headers=ministry)
    again = client.post(f"{path}/decision", json=said, headers=ministry)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    count = "SELECT count(*) FROM journal WHERE type LIKE '%%subsidy_approved%%' AND key = %s"
    assert conn.execute(count, (str(case.candidate_id),)).fetchone() == (1,)


def test_the_same_decision_id_with_other_content_is_422_and_a_second_decision_409(
    client: Client, conn: psycopg.Connection[Any], case: Case, token: Token, ministry: Headers
) -> None:
    path, said = confirmed(client, conn, case, token), decision()
    client.post(f"{path}/decision", json=said, headers=ministry)
    other = client.post(f"{path}/decision", json=said | {"weeks": 29}, headers=ministry)
    assert (other.status_code, other.json()["problems"][0]["code"]) == (422, "decision_id_reused")
    second = client.post(f"{path}/decision", json=decision(), headers=ministry)
    assert (second.status_code, second.json()["problems"][0]["code"]) == (409, "nothing_to_decide")


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_cents": AMOUNT + 1},
        {"weeks": 31},
        {"amount_cents": 0},
        {"amount_cents": -1},
        {"amount_cents": 10.5},
        {"decision": "perhaps"},
        {"decision": "refused", "reason": "because"},
        {"decision_id": ""},
        {"decision_id": "x" * 101},
        {"starts_on": "2026-02-30"},
        {"note": "a\x00b"},
        {"surprise": 1},
    ],
)
def test_a_decision_that_cannot_be_is_422(
    client: Client,
    conn: psycopg.Connection[Any],
    case: Case,
    token: Token,
    ministry: Headers,
    wrong: dict[str, Any],
) -> None:
    path = confirmed(client, conn, case, token)
    assert client.post(f"{path}/decision", json=decision(**wrong), headers=ministry).status_code == 422


def test_an_employer_does_not_see_the_facts_about_the_person(
    client: Client, conn: psycopg.Connection[Any], case: Case, token: Token
) -> None:
    own = token(Role.EMPLOYER, case.employer_id)
    whole = client.get(path_of(conn, case), headers=own).json()
    assert whole["facts"]["person"] is None
    assert whole["facts"]["job"]["wage_cents"] == 2800
    assessed = client.get(f"/v1/hires/{case.hire_id}/assessments", headers=own).text
    for answer in (str(whole), assessed):
        assert "2024-09-01" not in answer
        assert "permanent_resident" not in answer


def test_staff_see_every_version_of_an_assessment(
    client: Client, conn: psycopg.Connection[Any], case: Case, token: Token
) -> None:
    Inbox("subsidies", CONSUMES).handle_once(conn, envelope_of(case.profile_changed(months_in_field_quebec=None)))
    path = f"/v1/hires/{case.hire_id}/assessments"
    every = client.get(path, headers=token(Role.ADVISOR)).json()["assessments"]
    found = [each for each in every if each["measure"] == "priime"]
    assert [(a["version"], a["result"], a["current"]) for a in found] == [(2, "unknown", True), (1, "may_apply", False)]
    assert client.get(path, headers=token(Role.EMPLOYER, uuid4())).status_code == 404
    assert client.get(f"/v1/hires/{uuid4()}/assessments", headers=token(Role.ADVISOR)).status_code == 404


def test_the_list_is_read_page_by_page_and_each_sees_its_own(
    client: Client, conn: psycopg.Connection[Any], case: Case, token: Token, ministry: Headers
) -> None:
    confirmed(client, conn, case, token)
    own = _all(client, token(Role.EMPLOYER, case.employer_id))
    assert [r["hire_id"] for r in own] == [str(case.hire_id)] * 2
    assert {r["state"] for r in _all(client, ministry, "state=submitted&")} == {"submitted"}
    everyone = [r["request_id"] for r in _all(client, token(Role.MANAGER))]
    assert len(everyone) == len(set(everyone)) == conn.execute("SELECT count(*) FROM requests").fetchone()[0]  # type: ignore[index]


@pytest.mark.parametrize("path", ["requests", "claims", "french-courses", "to-do"])
def test_a_list_is_of_one_employer_when_asked_and_never_of_another_company(
    client: Client, conn: psycopg.Connection[Any], case: Case, token: Token, path: str
) -> None:
    assert path_of(conn, case)
    staff, own = token(Role.LIAISON), token(Role.EMPLOYER, case.employer_id)

    def asked(employer: object, headers: Headers) -> tuple[int, list[dict[str, Any]]]:
        page = {} if path == "to-do" else {"limit": "500"}  # what waits for an employer is no list of pages
        answer = client.get(f"/v1/{path}", params={"employer_id": str(employer), **page}, headers=headers)
        (found, *_) = [value for value in answer.json().values() if isinstance(value, list)] or [[]]
        return answer.status_code, found

    status, found = asked(case.employer_id, staff)
    assert status == 200
    assert {one["employer_id"] for one in found} <= {str(case.employer_id)}
    assert bool(found) == (path in ("requests", "to-do"))
    assert asked(case.employer_id, own) == (200, found)
    assert asked(uuid4(), staff) == (200, [])
    assert asked(uuid4(), own)[0] == 404, "another's and nobody's are the same"


def _all(client: Client, headers: Headers, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        page = client.get(f"/v1/requests?{query}limit=2{after}", headers=headers).json()
        found += page["requests"]
        if page["next"] is None:
            return found
        after = f"&after={page['next']}"
