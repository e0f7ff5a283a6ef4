"""The Health page: a fact that no service could handle is explained, resumed or taken out by a person, in order."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import psycopg
import pytest

from services.portal.pages.words import words_in
from shared.events.base import REGISTRY, Envelope
from shared.events.intake import AdvisorAssigned
from shared.http import Role
from shared.messaging.inbox import Inbox, Outcome
from shared.messaging.retry import retry_due_keys
from shared.messaging.waiting import FAILURES_BEFORE_PARKING
from shared.webhooks import enqueue
from tests.databases import envelope_of
from tests.portal.browsing import send, sign_in_as, status_of, whole_page
from tests.portal.everyone import Everyone
from tests.portal.running import CONSUMERS
from tests.portal.story import Story, at
from tests.portal.test_pages import Text
from tests.portal.together import ADVISOR

CANARY = "Zyxwvut Khazzouni"
OPERATOR = (Role.OPERATOR, ADVISOR)


@pytest.fixture(scope="module")
def world(everyone_here: Everyone) -> Everyone:
    everyone_here.ids |= {"employer": str(uuid4()), "other_employer": str(uuid4())}
    return everyone_here


def receive(world: Everyone, service: str, envelope: Envelope) -> Outcome:
    """As the worker does."""
    with psycopg.connect(world.databases[service].url, autocommit=True) as conn:
        return Inbox(service, CONSUMERS[service]).handle_once(conn, envelope)


def retry(world: Everyone, service: str, times: int = 1) -> None:
    """As the worker does, without waiting for the moments between."""
    with psycopg.connect(world.databases[service].url, autocommit=True) as conn:
        for _ in range(times):
            conn.execute("UPDATE waiting_keys SET next_at = now() WHERE state = 'waiting'")
            retry_due_keys(conn, Inbox(service, CONSUMERS[service]))


def rows(world: Everyone, service: str, sql: str, *params: object) -> list[Any]:
    with psycopg.connect(world.databases[service].url, autocommit=True) as conn:
        return conn.execute(sql, params).fetchall()


@contextmanager
def broken(world: Everyone, service: str, table: str) -> Iterator[None]:
    """A deployment went wrong: the service's handlers fail until it is put right."""
    with psycopg.connect(world.databases[service].url, autocommit=True) as conn:
        conn.execute(f"ALTER TABLE {table} RENAME TO {table}_away")
        yield
        conn.execute(f"ALTER TABLE {table}_away RENAME TO {table}")


def parked_in_retention(world: Everyone) -> tuple[Story, Envelope, UUID]:
    """(whose, the first event, the advisor whom the second names): both wait; the portal knows the person."""
    story = Story(file_number=f"2026-{uuid4().hex[:6]}")
    admission = story.admitted(at("2026-03-05"))
    named = uuid4()
    assignment = story.say(AdvisorAssigned(candidate_id=story.candidate_id, advisor_id=named), at("2026-03-06"))
    first, second = (envelope_of(one.event, version=one.version, time=one.time) for one in (admission, assignment))
    assert first.data is not None
    first = replace(first, data=first.data[:-1] + f', "unknown_field": "{CANARY}"}}'.encode())
    assert receive(world, "portal", first) == Outcome.HANDLED
    with broken(world, "retention", "candidates"):
        assert receive(world, "retention", first) == Outcome.FAILED
        assert receive(world, "retention", second) == Outcome.QUEUED
        retry(world, "retention", FAILURES_BEFORE_PARKING)
    return story, first, named


def advisor_in_retention(world: Everyone, candidate_id: UUID) -> list[Any]:
    return rows(world, "retention", "SELECT advisor_id FROM candidates WHERE candidate_id = %s", candidate_id)


def test_a_fact_set_aside_is_explained_in_both_languages_and_resumed_in_order(world: Everyone) -> None:
    story, first, named = parked_in_retention(world)
    for role in ("manager", "operator"):
        listed = whole_page(world, role, "health")
        assert f"L’admission, dossier {story.file_number}" in listed["fr"], listed["fr"]
        assert f"admission, file {story.file_number}" in listed["en"]
        assert "Mis de côté" in listed["fr"]
        shown = whole_page(world, role, "aside", "retention", first.id)
        for said in (
            "Ce qui est arrivé",
            "jeudi 5 mars 2026",
            "Son suivi reste tel quel",
            "Quoi faire",
            "Donnez le numéro de ce fait au soutien technique",
            "L’affectation",
        ):
            assert said.lower() in shown["fr"].lower(), said
        for said in ("What happened", "Her follow-up stays as it is", "What to do", "Resume now"):
            assert said in shown["en"]
        assert CANARY not in "".join([*listed.values(), *shown.values()])
        assert "Traceback" not in shown["fr"]
    assert advisor_in_retention(world, story.candidate_id) == []
    assert send(world, "manager", "aside", "retention", first.id, do="resume") == (303, "/fr/etat-du-systeme")
    retry(world, "retention")
    assert advisor_in_retention(world, story.candidate_id) == [(named,)], "the later fact must win"
    assert story.file_number not in whole_page(world, "manager", "health")["fr"]
    decided = "SELECT decision, decided_by, reason FROM waiting_decisions WHERE key = %s"
    assert rows(world, "retention", decided, first.key) == [("resumed", f"manager:{ADVISOR}", None)]


def test_resumed_while_the_cause_is_still_there_the_fact_is_set_aside_again(world: Everyone) -> None:
    story, first, _ = parked_in_retention(world)
    with broken(world, "retention", "candidates"):
        assert send(world, "operator", "aside", "retention", first.id, do="resume")[0] == 303
        retry(world, "retention", FAILURES_BEFORE_PARKING)
    page = whole_page(world, "operator", "aside", "retention", first.id)["fr"]
    assert "Mis de côté" in page
    assert advisor_in_retention(world, story.candidate_id) == []


def test_only_an_operator_who_says_why_and_confirms_takes_a_fact_out(world: Everyone) -> None:
    story, first, named = parked_in_retention(world)
    answers = {"do": "discard", "reason": "told_by_mistake", "sure": "1"}
    assert send(world, "manager", "aside", "retention", first.id, **answers)[0] == 403
    status, page = send(world, "operator", "aside", "retention", first.id, do="discard", reason="a name")
    assert status == 422
    assert "Choisissez pourquoi" in page
    assert "Confirmez que ce fait" in page
    assert advisor_in_retention(world, story.candidate_id) == []
    assert send(world, "operator", "aside", "retention", first.id, **answers)[0] == 303
    retry(world, "retention")
    assert advisor_in_retention(world, story.candidate_id) == [(named,)]
    decided = "SELECT decision, decided_by, event_id, reason FROM waiting_decisions WHERE key = %s"
    assert rows(world, "retention", decided, first.key) == [
        ("discarded", f"operator:{ADVISOR}", first.id, "told_by_mistake")
    ]


def test_the_portals_own_unreadable_fact_is_taken_out_and_what_came_behind_is_shown(world: Everyone) -> None:
    story = Story(file_number=f"2026-{uuid4().hex[:6]}")
    admission = story.admitted(at("2026-03-05"))
    good = envelope_of(admission.event, version=2, time=admission.time)
    poison = replace(good, id=uuid4(), version=1, data=b'{"candidate_id": "' + CANARY.encode())
    assert receive(world, "portal", poison) == Outcome.FAILED
    assert receive(world, "portal", good) == Outcome.QUEUED
    retry(world, "portal", FAILURES_BEFORE_PARKING)
    page = whole_page(world, "operator", "aside", "portal", poison.id)
    assert "que le portail ne connaît pas" in page["fr"]
    assert "corriger le contenu de ce fait" in page["fr"]
    assert CANARY not in "".join(page.values())
    known = "SELECT count(*) FROM people WHERE candidate_id = %s"
    assert rows(world, "portal", known, story.candidate_id) == [(0,)]
    for do in ("resume", "discard"):
        answers = {"do": do, "reason": "trial_data", "sure": "1"}
        assert send(world, "operator", "aside", "portal", poison.id, **answers)[0] == 303
        retry(world, "portal", FAILURES_BEFORE_PARKING)
    assert rows(world, "portal", known, story.candidate_id) == [(1,)]
    assert send(world, "operator", "aside", "portal", poison.id, do="resume") == (303, "/fr/etat-du-systeme")
    assert "n’attend plus" in Text(world.browser.get("/fr/etat-du-systeme").text).text


def test_a_message_that_is_none_of_ours_has_words_and_a_key_of_any_letters_is_reached(world: Everyone) -> None:
    key, id_ = "unreadable/intake.events/0/12?#é", uuid4()
    strange = Envelope(
        id=id_, type="unreadable", publisher="intake", subject=key, version=1, key=key, time=at("2026-03-05"),
        correlation_id=id_, causation_id=None, actor=None, data=b"\xff\x00",
    )  # fmt: skip
    with psycopg.connect(world.databases["matching"].url, autocommit=True) as conn:
        Inbox("matching", CONSUMERS["matching"]).set_aside(conn, strange, None, ValueError("not an envelope"))
    retry(world, "matching", FAILURES_BEFORE_PARKING)
    assert "Un message illisible" in whole_page(world, "manager", "health")["fr"]
    assert "Un message illisible" in whole_page(world, "operator", "aside", "matching", id_)["fr"]
    shown = world.ask("matching", "GET", f"/v1/parked/{quote(key, safe='')}", by=OPERATOR)
    assert [one["event_id"] for one in shown["events"]] == [str(id_)]
    assert [one["key"] for one in world.ask("matching", "GET", "/v1/parked", by=OPERATOR)["keys"]] == [key]
    answers = {"do": "discard", "reason": "told_by_mistake", "sure": "1"}
    assert send(world, "operator", "aside", "matching", id_, **answers)[0] == 303
    assert world.ask("matching", "GET", "/v1/waiting", by=OPERATOR)["keys"] == []


def test_what_was_to_happen_by_itself_and_failed_is_explained_and_resumed(world: Everyone) -> None:
    story = Story(file_number=f"2026-{uuid4().hex[:6]}")
    admission = story.admitted(at("2026-03-05"))
    assert receive(world, "portal", envelope_of(admission.event, version=1, time=admission.time)) == Outcome.HANDLED
    id_, key = uuid4(), str(story.candidate_id)
    rows(
        world, "retention",
        """INSERT INTO timers (id, kind, key, about, due_at, parked_at, failures, error, correlation_id)
           VALUES (%s, 'follow_up_task', %s, %s, now(), now(), 5, 'KeyError: -', %s) RETURNING id""",
        id_, key, key, id_,
    )  # fmt: skip
    listed = whole_page(world, "manager", "health")
    assert f"Une échéance, dossier {story.file_number}" in listed["fr"]
    shown = whole_page(world, "operator", "aside", "retention", id_)
    for said in ("devait faire quelque chose de lui-même", "cinq fois de suite", "faites à la main ce qui presse"):
        assert said in shown["fr"], said
    assert "do by hand what cannot wait" in shown["en"]
    assert "Take this fact out" not in shown["en"], "a timer is no fact"
    assert send(world, "manager", "aside", "retention", id_, do="resume")[0] == 303
    assert rows(world, "retention", "SELECT parked_at, failures FROM timers WHERE id = %s", id_) == [(None, 0)]
    assert story.file_number not in whole_page(world, "manager", "health")["fr"]


SERVICES = ("intake", "matching", "subsidies", "retention")


@pytest.mark.parametrize("service", SERVICES)
def test_every_owner_answers_its_operators_and_nobody_else(world: Everyone, service: str) -> None:
    said = world.ask(service, "GET", "/v1/waiting", by=OPERATOR)
    assert set(said) == {"waiting", "parked", "keys"}
    client = world.owners[service]
    for role in set(Role) - {Role.OPERATOR, Role.MANAGER}:
        headers = {"Authorization": f"Bearer {world.token(role, ADVISOR, ADVISOR)}"}
        for path in ("/v1/waiting", "/v1/parked", "/v1/parked/k"):
            assert client.get(path, headers=headers).status_code == 403, (role, path)
        assert client.post("/v1/parked/k/resume", headers=headers).status_code == 403
    operator = {"Authorization": f"Bearer {world.token(*OPERATOR)}"}
    manager = {"Authorization": f"Bearer {world.token(Role.MANAGER, ADVISOR)}"}
    body = {"event_id": str(uuid4()), "reason": "overtaken"}
    assert client.post("/v1/parked/k/discard", json=body, headers=manager).status_code == 403
    assert client.post("/v1/parked/k/discard", json=body, headers=operator).status_code == 404
    assert client.post("/v1/parked/k/resume", headers=operator).status_code == 404
    assert client.get("/v1/parked/k", headers=operator).status_code == 404
    free_words = {**body, "reason": f"because {CANARY} asked"}
    assert client.post("/v1/parked/k/discard", json=free_words, headers=operator).status_code == 422


def test_the_page_is_the_managers_and_the_operators_and_a_cookie_sends_no_command_of_systems(world: Everyone) -> None:
    assert status_of(world, "employer", "health") == 403
    assert status_of(world, "liaison", "aside", "intake", uuid4()) == 403
    sign_in_as(world, "operator")
    assert world.browser.get("/v1/waiting").status_code == 200
    assert world.browser.post("/v1/parked/k/resume").status_code == 401


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_fact_that_may_wait_has_a_name_of_its_own(language: Any) -> None:
    t = words_in(language)
    unnamed = [type_ for type_ in REGISTRY if not t.has(f"code.because.{type_.split('.')[2]}")]
    assert len(REGISTRY) > 30
    assert [one for one in unnamed if not re.search(r"probe|test", one)] == []


def notice(world: Everyone, about: str, **marked: Any) -> None:
    """As the worker of subsidies left it."""
    with world.databases["subsidies"].transaction() as tx:
        id_ = enqueue(tx, endpoint="services_quebec", type="subsidy_request.submitted", about=about, body={})
        tx.run(
            """UPDATE webhook_deliveries SET state = coalesce(%(state)s, state), attempts = 3, last_error = %(error)s,
                      created_at = now() - interval '2 hours' WHERE id = %(id)s""",
            {"id": id_, "state": None, "error": None} | marked,
        )


def test_notices_that_do_not_arrive_are_told_in_plain_words(world: Everyone) -> None:
    assert "Aucun avis encore" in whole_page(world, "manager", "health")["fr"]
    notice(world, "one", state="delivered")
    assert "Arrivent" in whole_page(world, "manager", "health")["fr"]
    notice(world, "two", error="ConnectError")
    for role in ("manager", "operator"):
        page = whole_page(world, role, "health")
        for said in ("N’arrivent pas", "Services Québec", "ne répond pas", "1 avis attend", "depuis 2 h"):
            assert said in page["fr"], said
        for said in ("Do not arrive", "The ministry does not answer", "1 notice waits", "call the ministry"):
            assert said in page["en"], said
        assert "ConnectError" not in "".join(page.values())
    notice(world, "three", error="http_401", state="exhausted")
    page = whole_page(world, "operator", "health")
    assert "1 avis abandonné" in page["fr"]
    assert "refuse nos avis" in page["fr"]
    with world.databases["subsidies"].transaction() as tx:
        tx.run("INSERT INTO webhook_endpoints_gone (endpoint) VALUES ('services_quebec')")
    assert "The ministry asked to receive nothing more" in whole_page(world, "manager", "health")["en"]
    seen = world.ask("subsidies", "GET", "/v1/notices", by=OPERATOR)["ministries"]
    assert [(one["endpoint"], one["pending"], one["failing"], one["exhausted"], one["gone"]) for one in seen] == [
        ("services_quebec", 1, 1, 1, True)
    ]


def test_the_page_says_when_what_is_shown_was_rebuilt(world: Everyone) -> None:
    assert "rebuilt from the journals" not in whole_page(world, "operator", "health")["en"]
    rows(
        world, "portal",
        "INSERT INTO rebuilds (at, facts, seconds) VALUES (now() - interval '3 hours', 9, 1) RETURNING 1",
    )  # fmt: skip
    words = whole_page(world, "operator", "health")
    assert "What the portal shows was rebuilt from the journals 3" in words["en"]
    assert "refaites à partir des journaux il y a 3" in words["fr"]
