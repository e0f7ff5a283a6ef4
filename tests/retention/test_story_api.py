"""What each actor of retention does by API, through the whole edge."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from services.retention.consumers import CONSUMES
from shared.http import Role
from shared.messaging.inbox import Inbox
from tests.api_client import Client
from tests.databases import envelope_of
from tests.retention.facts import admitted, hired

Connection = psycopg.Connection[Any]
As = Callable[..., dict[str, str]]
TODAY = date(2026, 3, 31)  # a Tuesday; the contacts at two weeks were due on Monday


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[..., None]) -> None:
    clock_at(TODAY)


@pytest.fixture
def client(running: Client) -> Client:
    return running


@pytest.fixture
def as_(token: As) -> As:
    return token


class Person:
    """A person with an advisor and a job, followed since 16 March."""

    def __init__(self, conn: Connection, as_: As, **more: Any) -> None:
        self.hire = hired(**more)
        self.id, self.employer, self.advisor = self.hire.candidate_id, self.hire.employer_id, uuid4()
        self.her_advisor = as_(Role.RETENTION_ADVISOR, self.advisor)
        self.herself = as_(Role.CANDIDATE, self.id)
        self.company = as_(Role.EMPLOYER, "julie", self.employer)
        inbox = Inbox("retention", CONSUMES)
        for fact in (admitted(self.id, self.advisor, f"2026-{str(self.id)[:4]}"), self.hire):
            inbox.handle_once(conn, envelope_of(fact))


@pytest.fixture
def person(stored: Connection, as_: As) -> Person:
    return Person(stored, as_)


def due(client: Client, person: Person, **more: Any) -> list[dict[str, Any]]:
    answer = client.get("/v1/tasks", params={"mine": True, **more}, headers=person.her_advisor)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def codes(answer: Any) -> list[str]:
    return [problem["code"] for problem in answer.json()["problems"]]


# -- lists ------------------------------------------------------------------------------------------------------------


def test_the_list_says_what_to_do_why_and_since_when(client: Client, person: Person) -> None:
    (task,) = [t for t in due(client, person, side="employee") if t["contact"] == "weeks_2"]
    assert task["what"]["fr"] == "Deux semaines après le début"
    assert task["why"]["event"] == "candidate_hired"
    assert "L'embauche a créé ce contact." in task["why"]["fr"]
    assert (task["age_days"], task["overdue"]) == (1, True)
    one = client.get(f"/v1/tasks/{task['task_id']}", headers=person.her_advisor).json()
    assert one == task
    assert client.get(f"/v1/tasks/{uuid4()}", headers=person.her_advisor).status_code == 404


def test_contacts_with_one_employer_are_bracketed_as_one_call(
    client: Client, person: Person, stored: Connection, as_: As
) -> None:
    colleague = Person(stored, as_, employer_id=person.employer)
    body = {"from_advisor_id": str(colleague.advisor), "to_advisor_id": str(person.advisor)}
    seen = client.post("/v1/handovers", json=body | {"preview": True}, headers=colleague.her_advisor).json()
    assert (seen["tasks"], seen["people"], seen["overdue"], seen["preview"]) == (12, 1, 4, True)
    assert len(due(client, colleague)) == 4
    assert client.post("/v1/handovers", json=body, headers=as_(Role.MANAGER)).json()["tasks"] == 12
    called = due(client, person, side="employer", employer_id=str(person.employer))
    assert {(t["group_size"], t["group_id"]) for t in called} == {(4, called[0]["group_id"])}
    assert {t["group_id"] for t in due(client, person, side="employee")} == {None}
    said = [{"task_id": t["task_id"], "outlook": 4, "answers": {"quality": "above"}} for t in called]
    call = {"result": "reached", "held_on": TODAY.isoformat(), "contacts": said}
    answer = client.post("/v1/contacts", json=call, headers=person.her_advisor)
    assert answer.status_code == 201
    assert {c["task_state"] for c in answer.json()["contacts"]} == {"done"}
    done = client.get("/v1/tasks/done", params={"mine": True}, headers=person.her_advisor).json()["items"]
    assert {t["task_id"] for t in done} == {t["task_id"] for t in called}
    assert {t["done_on"] for t in done} == {"2026-03-31"}


def test_pages_of_what_is_done_hold_every_task_once(client: Client, person: Person) -> None:
    for task in due(client, person):
        body = {"result": "reached", "held_on": "2026-03-31"}
        client.post(f"/v1/tasks/{task['task_id']}/contacts", json=body, headers=person.her_advisor)
    seen, after = [], None
    while True:
        params = {"mine": True, "limit": 3} | ({"after": after} if after else {})
        page = client.get("/v1/tasks/done", params=params, headers=person.her_advisor).json()
        seen += [t["task_id"] for t in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 4


def test_the_load_of_fourteen_days_is_shown_for_each_advisor(client: Client, person: Person, as_: As) -> None:
    mine = client.get("/v1/load", params={"mine": True, "days": 31}, headers=person.her_advisor).json()
    (load,) = mine["advisors"]
    assert (load["overdue"], len(load["days"]), mine["last_on"]) == (4, 31, "2026-04-30")
    assert [d for d in load["days"] if d["tasks"]] == [{"day": "2026-04-27", "tasks": 2}]
    everyone = client.get("/v1/load", headers=as_(Role.MANAGER)).json()["advisors"]
    assert str(person.advisor) in {a["advisor_id"] for a in everyone}
    assert client.get("/v1/load", params={"mine": True}, headers=as_(Role.MANAGER)).json()["advisors"] == []


def test_a_task_is_moved_snoozed_and_handed_over(client: Client, person: Person, as_: As) -> None:
    tasks = due(client, person)
    paths = [f"/v1/tasks/{t['task_id']}" for t in tasks]
    moved = client.post(f"{paths[0]}/move", json={"due_on": "2026-04-01", "reason": "away"}, headers=person.her_advisor)
    assert moved.json()["state"] == "moved"
    snoozed = client.post(f"{paths[1]}/snooze", json={"until": "2026-04-02"}, headers=person.her_advisor)
    assert snoozed.json() | {"task_id": ""} == {
        "task_id": "",
        "state": "snoozed",
        "due_on": "2026-04-02",
        "reason": None,
        "advisor_id": str(person.advisor),
    }
    other = uuid4()
    given = client.post(f"{paths[2]}/handover", json={"advisor_id": str(other)}, headers=as_(Role.MANAGER))
    assert given.json()["advisor_id"] == str(other)
    assert [t["task_id"] for t in due(client, person)] == [tasks[3]["task_id"]]
    wrong = client.post(f"{paths[3]}/move", json={"due_on": "x", "reason": "bored"}, headers=person.her_advisor)
    assert {p["pointer"] for p in wrong.json()["problems"]} == {"/due_on", "/reason"}
    itself = {"from_advisor_id": str(other), "to_advisor_id": str(other)}
    assert codes(client.post("/v1/handovers", json=itself, headers=person.her_advisor)) == ["same_advisor"]


# -- each side itself -------------------------------------------------------------------------------------------------


def test_an_employer_answers_its_own_contact_and_sees_nothing_of_the_other_side(
    client: Client, person: Person, stored: Connection, as_: As
) -> None:
    hers = next(t for t in due(client, person) if t["side"] == "employee")
    said = {"result": "reached", "held_on": "2026-03-30", "outlook": 5, "note": "canary-employee"}
    client.post(f"/v1/tasks/{hers['task_id']}/contacts", json=said, headers=person.her_advisor)
    path = f"/v1/employers/{person.employer}/follow-up"
    seen = client.get(path, headers=person.company)
    side = seen.json()
    assert "canary" not in seen.text
    assert hers["task_id"] not in seen.text
    (job,) = side["employments"]
    assert [c["state"] for c in job["contacts"]] == ["to_answer", "to_answer", "later", "later", "later", "later"]
    assert len(side["asked"]["questions"]) == 4
    own = job["contacts"][1]["task_id"]
    answers = {"outlook": 1, "answers": {"quality": "below", "needs_help": "yes"}}
    assert client.post(f"/v1/tasks/{hers['task_id']}/answers", json=answers, headers=person.company).status_code == 404
    another = as_(Role.EMPLOYER, "x", uuid4())
    assert client.post(f"/v1/tasks/{own}/answers", json=answers, headers=another).status_code == 404
    assert client.get(path, headers=another).status_code == 404
    answer = client.post(f"/v1/tasks/{own}/answers", json=answers, headers=person.company)
    assert (answer.status_code, answer.json()["task_state"]) == (201, "done")
    again = client.get(path, headers=person.company)
    assert [c["state"] for c in again.json()["employments"][0]["contacts"]][:2] == ["to_answer", "done"]
    assert "signal" not in again.text
    early = job["contacts"][3]["task_id"]
    assert codes(client.post(f"/v1/tasks/{early}/answers", json=answers, headers=person.company)) == ["too_early"]
    raised = client.get("/v1/signals", params={"mine": True}, headers=person.her_advisor).json()["items"]
    assert {s["kind"]["code"] for s in raised} == {"sides_disagree", "help_asked"}


def test_she_says_how_she_is_doing_and_nobody_else_answers_for_her(client: Client, person: Person, as_: As) -> None:
    path = f"/v1/candidates/{person.id}/how-am-i-doing"
    side = client.get(path, headers=person.herself).json()
    assert [q["code"] for q in side["asked"]["questions"]] == [
        "tasks_as_promised",
        "understands_instructions",
        "relations",
        "wants_contact",
    ]
    own = side["employments"][0]["contacts"][0]["task_id"]
    answers = {"outlook": 4, "answers": {"relations": "yes"}}
    for other in (as_(Role.CANDIDATE, uuid4()), as_(Role.LIAISON), person.company):
        assert client.post(f"/v1/tasks/{own}/answers", json=answers, headers=other).status_code == 404
    assert client.get(path, headers=as_(Role.CANDIDATE, uuid4())).status_code == 404
    wrong = client.post(
        f"/v1/tasks/{own}/answers", json={"outlook": 7, "answers": {"attendance": "below"}}, headers=person.herself
    )
    assert codes(wrong) == ["outlook_out_of_range", "no_such_question"]
    assert codes(client.post(f"/v1/tasks/{own}/answers", json={}, headers=person.herself)) == ["nothing_answered"]
    assert client.post(f"/v1/tasks/{own}/answers", json=answers, headers=person.herself).status_code == 201
    assert codes(client.post(f"/v1/tasks/{own}/answers", json=answers, headers=person.herself)) == ["task_done"]
    whole = client.get(f"/v1/candidates/{person.id}/follow-up", headers=person.her_advisor).json()
    (contact,) = whole["employments"][0]["contacts"]
    assert (contact["answers"], contact["recorded_by"]) == ({"relations": "yes"}, f"candidate:{person.id}")
    seen = client.get(f"/v1/candidates/{person.id}/follow-up", headers=as_(Role.MANAGER)).json()
    assert seen["employments"][0]["contacts"][0]["answers"] is None


def test_a_liaison_answers_for_an_employer(client: Client, person: Person, as_: As) -> None:
    liaison = as_(Role.LIAISON, uuid4())
    side = client.get(f"/v1/employers/{person.employer}/follow-up", headers=liaison).json()
    own = side["employments"][0]["contacts"][0]["task_id"]
    assert client.post(f"/v1/tasks/{own}/answers", json={"outlook": 4}, headers=liaison).status_code == 201


# -- signals, support, changes ----------------------------------------------------------------------------------------


def test_a_signal_is_read_helped_and_closed(client: Client, person: Person, as_: As) -> None:
    for task in due(client, person):
        if task["contact"] == "weeks_2":
            body = {"result": "reached", "held_on": "2026-03-31", "outlook": 5 if task["side"] == "employee" else 1}
            client.post(f"/v1/tasks/{task['task_id']}/contacts", json=body, headers=person.her_advisor)
    (signal,) = client.get("/v1/signals", params={"mine": True}, headers=person.her_advisor).json()["items"]
    assert [r["code"] for r in signal["reasons"]] == ["outlooks_far_apart", "within_45_days"]
    assert {(o["side"], o["outlook"]) for o in signal["outlooks"]} == {("employee", 5), ("employer", 1)}
    assert (signal["advisor_id"], signal["due_on"]) == (str(person.advisor), "2026-04-01")
    for_manager = client.get("/v1/signals", params={"limit": 200}, headers=as_(Role.MANAGER)).json()["items"]
    assert {s["outlooks"] is None for s in for_manager} == {True}
    one = f"/v1/signals/{signal['signal_id']}"
    assert client.get(one, headers=person.her_advisor).json() == signal
    assert client.get(one, headers=as_(Role.MANAGER)).json()["outlooks"] is None
    assert client.get(f"/v1/signals/{uuid4()}", headers=person.her_advisor).status_code == 404
    days = client.get(f"/v1/candidates/{person.id}/follow-up", headers=person.herself).json()["contacts"]
    assert "2026-04-01" not in {d["due_on"] for d in days}
    path = f"/v1/employments/{person.hire.hire_id}/supports"
    body = {"kind": "mediation", "signal_id": signal["signal_id"]}
    support = client.post(path, json=body, headers=person.her_advisor)
    assert (support.status_code, support.json()["state"]) == (201, "open")
    assert codes(client.post(path, json=body, headers=person.her_advisor)) == ["support_open"]
    standing = client.get("/v1/supports", params={"limit": 200}, headers=person.her_advisor).json()["items"]
    assert support.json()["support_id"] in {s["support_id"] for s in standing}
    closing = f"/v1/signals/{signal['signal_id']}/closure"
    done = client.post(closing, json={"done": "support_opened", "note": "Suivi."}, headers=person.her_advisor)
    assert done.json()["done"] == "support_opened"
    assert codes(client.post(closing, json={"done": "nothing_needed"}, headers=person.her_advisor)) == ["signal_closed"]
    ended = f"/v1/supports/{support.json()['support_id']}/closure"
    assert client.post(ended, json={"outcome": "settled"}, headers=person.her_advisor).json()["state"] == "closed"
    file = client.get(f"/v1/employments/{person.hire.hire_id}", headers=person.her_advisor).json()
    assert [s["state"] for s in file["signals"] + file["supports"]] == ["closed", "closed"]
    assert file["signals"][0]["note"] == "Suivi."
    assert client.get(one, headers=person.her_advisor).json()["state"] == "closed"


def test_an_advancement_is_recorded_and_the_job_is_shown_as_of_any_day(client: Client, person: Person, as_: As) -> None:
    path = f"/v1/employments/{person.hire.hire_id}"
    terms = {
        "occupation": "10010",
        "wage_cents": 3500,
        "hours_per_week": "37.5",
        "starts_on": "2026-03-16",
        "permanent": True,
    }
    body = {"kind": "advancement", "effective_on": "2026-09-01", "terms": terms}
    wrong = client.post(
        f"{path}/changes",
        json=body | {"kind": "promotion", "terms": terms | {"occupation": "boss", "wage_cents": 0}},
        headers=person.her_advisor,
    )
    assert {p["pointer"] for p in wrong.json()["problems"]} == {"/kind", "/terms/occupation", "/terms/wage_cents"}
    assert client.post(f"{path}/changes", json=body, headers=person.her_advisor).status_code == 200
    for reader in (person.her_advisor, person.herself, person.company, as_(Role.LIAISON), as_(Role.MANAGER)):
        before = client.get(path, params={"on": "2026-08-31"}, headers=reader).json()
        after = client.get(path, params={"on": "2026-09-01"}, headers=reader).json()
        assert (before["terms"]["wage_cents"], after["terms"]["wage_cents"]) == (2900, 3500)
        assert [c["kind"]["code"] for c in after["history"]] == ["hired", "advancement"]
    assert client.get(path, headers=person.company).json()["signals"] is None
    for other in (as_(Role.CANDIDATE, uuid4()), as_(Role.EMPLOYER, "x", uuid4())):
        assert client.get(path, headers=other).status_code == 404
    assert client.get(f"/v1/employments/{uuid4()}", headers=person.her_advisor).status_code == 404


def test_every_code_has_words_in_both_languages(client: Client, person: Person) -> None:
    lists = client.get("/v1/codes", headers=person.herself).json()
    assert {"contacts", "move_reasons", "signal_kinds", "employee_questions", "answers"} <= set(lists)
    assert all(code["fr"] and code["en"] for codes_ in lists.values() for code in codes_)
    asked = client.get("/v1/questions", headers=person.company).json()
    assert set(asked) == {"employee", "employer"}
    assert (asked["employee"]["lowest"], asked["employee"]["highest"]) == (1, 5)
