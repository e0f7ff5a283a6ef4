from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from fastapi import FastAPI

from shared.http import Caller, Role, make_api
from shared.http.idempotency import forget_answers, forget_old_answers
from shared.settings import Settings
from shared.tokens import hash_partner_key, mint, new_partner_key
from tests.api_client import Client
from tests.edges import small_api


@pytest.fixture(scope="module")
def app(settings: Settings) -> FastAPI:
    return make_api(settings, title="Notes", routers=[small_api.router], partner_keys=small_api.partner_of_key)


@pytest.fixture(scope="module")
def client(app: FastAPI, keys: tuple[Path, Path]) -> Iterator[Client]:
    token = mint(keys[0], "tests", Role.ADVISOR, "advisor-1")
    with Client(app, headers={"Authorization": f"Bearer {token}"}) as client:
        small_api.wait_until(lambda: client.get("/ready").status_code == 200)
        yield client


def count(settings: Settings, subject: str) -> int:
    with psycopg.connect(settings.database_url) as conn:
        row = conn.execute("SELECT version FROM subject_versions WHERE subject = %s", (subject,)).fetchone()
    return int(row[0]) if row else 0


def kept_keys(settings: Settings, key: str) -> int:
    with psycopg.connect(settings.database_url) as conn:
        row = conn.execute("SELECT count(*) FROM idempotency_keys WHERE key = %s", (key,)).fetchone()
    return int(row[0]) if row else 0


def test_a_command_takes_effect_and_knows_who_asked(client: Client) -> None:
    answer = client.post("/v1/notes", json={"subject": "one"})
    assert answer.status_code == 201
    assert answer.json() == {"subject": "one", "count": 1, "by": "advisor:advisor-1"}


def test_the_same_key_and_body_answers_the_same_once(client: Client, settings: Settings) -> None:
    key = {"Idempotency-Key": "k-same"}
    first = client.post(
        "/v1/notes", content='{"subject":"same","pages":2}', headers={**key, "Content-Type": "application/json"}
    )
    again = client.post(
        "/v1/notes", content='{ "pages": 2, "subject": "same" }', headers={**key, "Content-Type": "application/json"}
    )
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert count(settings, "same") == 1


def test_the_same_key_with_another_body_is_refused(client: Client, settings: Settings) -> None:
    key = {"Idempotency-Key": "k-other"}
    client.post("/v1/notes", json={"subject": "other"}, headers=key)
    answer = client.post("/v1/notes", json={"subject": "other", "pages": 3}, headers=key)
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["code"] == "idempotency_key_reused"
    assert count(settings, "other") == 1


def test_a_key_belongs_to_its_caller(client: Client, keys: tuple[Path, Path], settings: Settings) -> None:
    key = {"Idempotency-Key": "k-mine"}
    client.post("/v1/notes", json={"subject": "mine"}, headers=key)
    token = mint(keys[0], "tests", Role.ADVISOR, "advisor-2")
    answer = client.post("/v1/notes", json={"subject": "mine"}, headers={**key, "Authorization": f"Bearer {token}"})
    assert answer.json()["count"] == 2


def test_the_same_command_at_the_same_moment_is_in_progress(client: Client, settings: Settings) -> None:
    small_api.underway.clear()
    small_api.go_on.clear()
    key = {"Idempotency-Key": "k-slow"}
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.post, "/v1/notes", json={"subject": "slow"}, headers=key)
        assert small_api.underway.wait(10)
        meanwhile = client.post("/v1/notes", json={"subject": "slow"}, headers=key)
        small_api.go_on.set()
        done = first.result()
    assert meanwhile.status_code == 409
    assert meanwhile.json()["type"] == "urn:interconnexion:problem:in_progress"
    assert done.status_code == 201
    assert client.post("/v1/notes", json={"subject": "slow"}, headers=key).json() == done.json()
    assert count(settings, "slow") == 1


@pytest.mark.parametrize(("subject", "status"), [("refused", 409), ("broken", 500)])
def test_a_failed_command_leaves_no_row_and_no_key(
    client: Client, settings: Settings, subject: str, status: int
) -> None:
    answer = client.post("/v1/notes", json={"subject": subject}, headers={"Idempotency-Key": f"k-{subject}"})
    assert answer.status_code == status
    assert count(settings, subject) == 0
    assert kept_keys(settings, f"k-{subject}") == 0


def test_a_deadlock_is_tried_once_more_and_takes_effect_once(client: Client, settings: Settings) -> None:
    small_api.deadlocked.clear()
    answer = client.post("/v1/notes", json={"subject": "deadlock"}, headers={"Idempotency-Key": "k-deadlock"})
    assert answer.status_code == 201
    assert count(settings, "deadlock") == 1


def test_a_command_without_answer_is_replayed_too(client: Client) -> None:
    for expected in (None, "true"):
        answer = client.delete("/v1/notes/gone", headers={"Idempotency-Key": "k-gone"})
        assert answer.status_code == 204
        assert answer.headers.get("idempotency-replayed") == expected


@pytest.mark.parametrize("key", ["", "x" * 256, "clé"])
def test_an_unusable_key_is_refused(client: Client, key: str) -> None:
    answer = client.post("/v1/notes", json={"subject": "bad"}, headers={"Idempotency-Key": key.encode()})
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["code"] == "idempotency_key_invalid"


def test_a_read_cannot_write(client: Client, settings: Settings) -> None:
    client.post("/v1/notes", json={"subject": "stays"})
    assert client.get("/v1/writing-read").status_code == 500
    assert count(settings, "stays") == 1
    for _ in range(12):  # more than there are connections: each writes again
        assert client.post("/v1/notes", json={"subject": "stays"}).status_code == 201


def test_a_partners_key_tells_who_calls(client: Client) -> None:
    key = new_partner_key()
    small_api.PARTNERS[hash_partner_key(key)] = Caller(Role.PARTNER, "system-7", "partner-7")
    answer = client.post("/v1/notes", json={"subject": "partner"}, headers={"Authorization": f"Bearer {key}"})
    assert answer.json()["by"] == "partner:system-7"
    stranger = client.post(
        "/v1/notes", json={"subject": "partner"}, headers={"Authorization": f"Bearer {new_partner_key()}"}
    )
    assert stranger.status_code == 401


def test_answers_are_kept_for_thirty_days_of_programme_time(app: FastAPI, client: Client, settings: Settings) -> None:
    with psycopg.connect(settings.database_url) as conn:
        for name, age in (("young", 31), ("old", 36)):
            conn.execute(
                "INSERT INTO idempotency_keys VALUES ('x', %s, 'h', '{}', now() - make_interval(days => %s))",
                (name, age),
            )
    with app.state.db.transaction() as tx:
        assert forget_old_answers(tx) == 1
    assert (kept_keys(settings, "young"), kept_keys(settings, "old")) == (1, 0)


def test_an_erasure_takes_the_answers_about_a_case_and_nothing_is_done_twice(
    app: FastAPI, client: Client, settings: Settings
) -> None:
    for subject in ("case-1", "case-2"):
        client.post("/v1/notes", json={"subject": subject}, headers={"Idempotency-Key": subject})
    with app.state.db.transaction() as tx:
        forget_answers(tx, "case-1")
    erased, kept = (
        client.post("/v1/notes", json={"subject": subject}, headers={"Idempotency-Key": subject})
        for subject in ("case-1", "case-2")
    )
    assert (erased.status_code, erased.json()["problems"][0]["code"]) == (409, "answer_forgotten")
    assert kept.json() == {"subject": "case-2", "count": 1, "by": "advisor:advisor-1"}
    assert count(settings, "case-1") == 1


def test_the_correlation_id_goes_in_and_out(client: Client) -> None:
    mine = str(uuid4())
    assert client.get("/v1/notes/none", headers={"X-Correlation-ID": mine}).headers["x-correlation-id"] == mine
    assert client.get("/v1/notes/none", headers={"X-Correlation-ID": mine}).json()["correlation_id"] == mine
    odd = client.get("/v1/notes/none", headers={"X-Correlation-ID": "'; DROP"})
    assert len(odd.headers["x-correlation-id"]) == 36
