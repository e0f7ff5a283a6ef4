"""The routes, through the whole edge, on a database that commits."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from fastapi import FastAPI

from services.retention.consumers import CONSUMES
from shared.clock import start_of_day
from shared.db import Cause, transaction_on
from shared.events.matching import CandidateHired
from shared.http import Role
from shared.http.callers import operations
from shared.messaging.inbox import Inbox, Outcome
from tests.api_client import Client
from tests.databases import envelope_of
from tests.every_service import WAITING_ROUTES
from tests.retention.facts import admitted, hired

Connection = psycopg.Connection[Any]
Token = Callable[[Role, str], dict[str, str]]
TODAY = date(2026, 3, 31)  # Tuesday; the contacts at two weeks were due on Monday
RETENTION_ADVISOR = "4b6d5e51-3c7a-4a0e-9f7e-0c6c1f1f6a01"
READERS = frozenset({Role.RETENTION_ADVISOR, Role.ADVISOR, Role.MANAGER})
ADVISORS = frozenset({Role.RETENTION_ADVISOR, Role.ADVISOR})
ROUTES = {
    ("GET", "/v1/tasks"): READERS,
    ("GET", "/v1/tasks/done"): READERS,
    ("GET", "/v1/tasks/{task_id}"): READERS,
    ("GET", "/v1/load"): READERS,
    ("POST", "/v1/tasks/{task_id}/contacts"): ADVISORS,
    ("POST", "/v1/contacts"): ADVISORS,
    ("POST", "/v1/tasks/{task_id}/move"): ADVISORS,
    ("POST", "/v1/tasks/{task_id}/snooze"): ADVISORS,
    ("POST", "/v1/tasks/{task_id}/handover"): READERS,
    ("POST", "/v1/handovers"): READERS,
    ("POST", "/v1/tasks/{task_id}/answers"): frozenset({Role.EMPLOYER, Role.CANDIDATE, Role.LIAISON}),
    ("GET", "/v1/candidates/{candidate_id}/follow-up"): READERS | {Role.CANDIDATE},
    ("GET", "/v1/candidates/{candidate_id}/how-am-i-doing"): frozenset({Role.CANDIDATE}),
    ("GET", "/v1/employers/{employer_id}/follow-up"): READERS | {Role.EMPLOYER, Role.LIAISON},
    ("GET", "/v1/employments/{hire_id}"): READERS | {Role.EMPLOYER, Role.LIAISON, Role.CANDIDATE},
    ("POST", "/v1/employments/{hire_id}/changes"): ADVISORS,
    ("POST", "/v1/employments/{hire_id}/end"): ADVISORS,
    ("POST", "/v1/employments/{hire_id}/supports"): ADVISORS,
    ("GET", "/v1/supports"): READERS,
    ("POST", "/v1/supports/{support_id}/closure"): ADVISORS,
    ("GET", "/v1/signals"): READERS,
    ("GET", "/v1/signals/{signal_id}"): READERS,
    ("POST", "/v1/signals/{signal_id}/closure"): ADVISORS,
    ("GET", "/v1/unplaced-reports"): READERS,
    ("POST", "/v1/unplaced-reports/{report_id}/set-aside"): ADVISORS,
    ("GET", "/v1/codes"): frozenset(Role),
    ("GET", "/v1/questions"): frozenset(Role),
}


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[..., None]) -> None:
    clock_at(TODAY)


@pytest.fixture
def client(running: Client, token: Token) -> Client:
    running.headers.clear()
    running.headers.update(token(Role.RETENTION_ADVISOR, RETENTION_ADVISOR))
    return running


class Person:
    """A person with an advisor and a job, followed since 16 March."""

    def __init__(self, conn: Connection) -> None:
        self.advisor = uuid4()
        self.hire: CandidateHired = hired()
        self.id: UUID = self.hire.candidate_id
        self.file_number = f"2026-{str(self.id)[:4]}"
        inbox = Inbox("retention", CONSUMES)
        for fact in (admitted(self.id, self.advisor, self.file_number), self.hire):
            assert inbox.handle_once(conn, envelope_of(fact)) is Outcome.HANDLED


@pytest.fixture
def person(stored: Connection) -> Person:
    return Person(stored)


def as_advisor(token: Token, person: Person) -> dict[str, str]:
    return token(Role.ADVISOR, str(person.advisor))


def mine(client: Client, headers: dict[str, str], state: str) -> list[dict[str, Any]]:
    answer = client.get("/v1/tasks", params={"state": state, "mine": True}, headers=headers)
    assert answer.status_code == 200
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def journal(conn: Connection, key: UUID, kind: str) -> int:
    row = conn.execute(
        "SELECT count(*) FROM journal WHERE key = %s AND type LIKE %s", (str(key), f"%.{kind}.%")
    ).fetchone()
    return int(row[0]) if row else 0


# -- who may call what ------------------------------------------------------------------------------------------------


def test_every_route_says_who_may_call_it_and_these_are_all(api: FastAPI) -> None:
    own = {(o.method, o.path): o.roles for o in operations(api) if o.path.startswith("/v1/")}
    assert own == ROUTES | WAITING_ROUTES


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("route", list(ROUTES), ids=lambda route: " ".join(route))
def test_only_the_roles_listed_pass(client: Client, token: Token, route: tuple[str, str], role: Role) -> None:
    method, path = route
    for name in ("task_id", "candidate_id", "hire_id", "employer_id", "signal_id", "support_id", "report_id"):
        path = path.replace("{" + name + "}", str(uuid4()))
    answer = client.request(method, path, json={}, headers=token(role, str(uuid4())))
    assert (answer.status_code != 403) == (role in ROUTES[route])


def test_nobody_unknown_reads_a_task(client: Client) -> None:
    client.headers.clear()
    assert client.get("/v1/tasks").status_code == 401


# -- the list ---------------------------------------------------------------------------------------------------------


def test_an_advisor_sees_her_own_due_and_overdue_tasks_oldest_first(
    client: Client, token: Token, person: Person
) -> None:
    headers = as_advisor(token, person)
    due = mine(client, headers, "due")
    assert [t["contact"] for t in due] == ["before_start"] * 2 + ["weeks_2"] * 2
    assert all(t["overdue"] and t["state"] == "due" and t["file_number"] == person.file_number for t in due)
    assert mine(client, headers, "overdue") == due
    planned = mine(client, headers, "planned")
    assert len(planned) == 8
    assert not any(t["overdue"] for t in planned)


def test_a_task_due_today_is_due_and_not_overdue(
    client: Client, token: Token, person: Person, clock_at: Callable[..., None]
) -> None:
    clock_at(date(2026, 3, 30), 23)
    headers = as_advisor(token, person)
    assert [t["overdue"] for t in mine(client, headers, "due")] == [True, True, False, False]
    assert len(mine(client, headers, "overdue")) == 2


def test_pages_hold_every_task_once(client: Client, token: Token, person: Person) -> None:
    headers = as_advisor(token, person)
    seen: list[str] = []
    after: str | None = None
    while True:
        params = {"state": "planned", "mine": True, "limit": 3} | ({"after": after} if after else {})
        page = client.get("/v1/tasks", params=params, headers=headers).json()
        seen += [t["task_id"] for t in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 8
    assert seen == [t["task_id"] for t in mine(client, headers, "planned")]


def test_a_place_that_is_none_is_said_to_be_so(client: Client) -> None:
    answer = client.get("/v1/tasks", params={"after": "tomorrow"})
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["code"] == "no_such_place"


def test_a_manager_sees_everybodys_tasks_and_has_none(client: Client, token: Token, person: Person) -> None:
    headers = token(Role.MANAGER, "manager-1")
    everything = client.get("/v1/tasks", params={"limit": 200}, headers=headers).json()["items"]
    assert str(person.id) in {t["candidate_id"] for t in everything}
    assert mine(client, headers, "due") == []


# -- contacts ---------------------------------------------------------------------------------------------------------


def contact(client: Client, task_id: str, headers: dict[str, str] | None = None, **body: Any) -> Any:
    said = {"result": "reached", "held_on": TODAY.isoformat()} | body
    return client.post(f"/v1/tasks/{task_id}/contacts", json=said, headers=headers or {})


def test_a_contact_made_closes_its_task_once_whatever_is_sent_again(
    client: Client, token: Token, person: Person, stored: Connection
) -> None:
    headers = as_advisor(token, person)
    task_id = mine(client, headers, "due")[0]["task_id"]
    once = {**headers, "Idempotency-Key": f"call-{task_id}"}
    first = contact(client, task_id, once, outlook=4, note="Tout va bien.")
    again = contact(client, task_id, once, outlook=4, note="Tout va bien.")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.json()["task_state"] == "done"
    assert journal(stored, person.id, "contact_recorded") == 1
    kept = stored.execute("SELECT answer FROM idempotency_keys WHERE key = %s", (once["Idempotency-Key"],)).fetchone()
    assert kept
    assert "bien" not in kept[0]
    refused = contact(client, task_id)
    assert refused.status_code == 409
    assert refused.json()["problems"][0] == {
        "pointer": "",
        "code": "task_done",
        "fr": "Ce contact est déjà fait.",
        "en": "This contact has been made already.",
    }


def test_nobody_answered_sets_the_next_try(client: Client, token: Token, person: Person, stored: Connection) -> None:
    headers = as_advisor(token, person)
    task_id = mine(client, headers, "overdue")[0]["task_id"]
    answer = contact(client, task_id, result="not_reached")
    assert answer.json() | {"contact_id": ""} == {
        "contact_id": "",
        "task_id": task_id,
        "task_state": "not_reached",
        "next_try_on": "2026-04-02",
    }
    assert task_id not in {t["task_id"] for t in mine(client, headers, "due")}
    assert task_id in {t["task_id"] for t in mine(client, headers, "planned")}
    timer = stored.execute("SELECT due_at FROM timers WHERE about = %s", (task_id,)).fetchone()
    assert timer
    assert timer[0] == start_of_day(date(2026, 4, 2))


def test_everything_wrong_with_a_contact_is_answered_at_once(client: Client, token: Token, person: Person) -> None:
    task_id = mine(client, as_advisor(token, person), "due")[0]["task_id"]
    answer = contact(client, task_id, held_on="2026-04-01", outlook=6, note="x" * 501)
    assert answer.status_code == 422
    assert [p["pointer"] for p in answer.json()["problems"]] == ["/held_on", "/outlook", "/note"]
    unknown = contact(client, task_id, result="maybe", mood="fine")
    assert {p["pointer"] for p in unknown.json()["problems"]} == {"/result", "/mood"}


def test_a_contact_on_an_unknown_task_is_not_found(client: Client) -> None:
    assert contact(client, str(uuid4())).status_code == 404


# -- a person's follow-up ---------------------------------------------------------------------------------------------


def test_her_advisors_see_both_sides_and_what_was_said_a_manager_only_that_it_was(
    client: Client, token: Token, person: Person
) -> None:
    task_id = mine(client, as_advisor(token, person), "due")[0]["task_id"]
    contact(client, task_id, outlook=2, note="Transport difficile.")
    whole = client.get(f"/v1/candidates/{person.id}/follow-up").json()
    assert (whole["file_number"], whole["advisor_id"]) == (person.file_number, str(person.advisor))
    (employment,) = whole["employments"]
    assert {t["side"] for t in employment["tasks"]} == {"employee", "employer"}
    assert employment["rule_version"] == "follow-up-1"
    assert [(c["outlook"], c["note"]) for c in employment["contacts"]] == [(2, "Transport difficile.")]
    seen = client.get(f"/v1/candidates/{person.id}/follow-up", headers=token(Role.MANAGER, "m")).json()
    assert [(c["result"], c["outlook"], c["note"]) for c in seen["employments"][0]["contacts"]] == [
        ("reached", None, None)
    ]


def test_a_candidate_sees_her_own_days_and_nothing_else(
    client: Client, token: Token, person: Person, stored: Connection
) -> None:
    other = Person(stored)
    path = f"/v1/candidates/{person.id}/follow-up"
    own = client.get(path, headers=token(Role.CANDIDATE, str(person.id))).json()
    assert set(own) == {"candidate_id", "contacts"}
    assert [set(c) for c in own["contacts"]] == [{"hire_id", "due_on"}] * 6
    hers = client.get(path, headers=token(Role.CANDIDATE, str(other.id)))
    nobodys = client.get(f"/v1/candidates/{uuid4()}/follow-up", headers=token(Role.CANDIDATE, str(other.id)))
    assert (hers.status_code, nobodys.status_code) == (404, 404)
    assert hers.json()["problems"] == nobodys.json()["problems"]


def test_the_follow_up_of_nobody_is_not_found(client: Client) -> None:
    assert client.get(f"/v1/candidates/{uuid4()}/follow-up").status_code == 404


# -- the end of a job -------------------------------------------------------------------------------------------------


def test_an_advisor_ends_a_job_and_it_is_said_once(client: Client, person: Person, stored: Connection) -> None:
    path = f"/v1/employments/{person.hire.hire_id}/end"
    body = {"ended_on": "2026-03-27", "reason": "resigned"}
    assert client.post(path, json=body | {"ended_on": "2026-04-01"}).status_code == 422
    assert client.post(path, json=body | {"reason": "bored"}).status_code == 422
    answer = client.post(path, json=body)
    assert (answer.status_code, answer.json()["state"]) == (200, "ended")
    assert client.post(path, json=body).status_code == 409
    assert client.post(f"/v1/employments/{uuid4()}/end", json=body).status_code == 404
    assert journal(stored, person.id, "employment_ended") == 1
    with transaction_on(stored, "retention", Cause()) as tx:
        assert tx.value("SELECT count(*) FROM timers WHERE key = %s", (str(person.id),)) == 0
