from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI
from pydantic import SecretStr

from shared.http import Role, make_api
from shared.http.callers import operations
from shared.http.edge import JSON_LIMIT_BYTES
from shared.settings import Settings
from shared.tokens import mint
from tests.api_client import Client
from tests.edges import small_api

PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def app(settings: Settings) -> FastAPI:
    return make_api(settings, title="Notes", routers=[small_api.router], partner_keys=small_api.partner_of_key)


@pytest.fixture(scope="module")
def client(app: FastAPI, keys: tuple[Path, Path]) -> Iterator[Client]:
    token = mint(keys[0], "tests", Role.ADVISOR, "advisor-1")
    with Client(app, headers={"Authorization": f"Bearer {token}"}) as client:
        small_api.wait_until(lambda: client.get("/ready").status_code == 200)
        yield client


def test_every_problem_of_a_body_is_told_at_once(client: Client) -> None:
    answer = client.post(
        "/v1/notes", json={"subject": "", "pages": 12, "kind": "letter", "about": "x", "a/b~c": 1, "extra": 2}
    )
    assert answer.status_code == 422
    assert answer.headers["content-type"] == PROBLEM
    document = answer.json()
    assert document["type"] == "urn:interconnexion:problem:invalid"
    assert document["title"] == "Des renseignements sont à corriger"
    assert document["title_en"] == "Some information needs correcting"
    assert document["correlation_id"] == answer.headers["x-correlation-id"]
    assert {p["pointer"]: (p["code"], p["en"]) for p in document["problems"]} == {
        "/subject": ("string_too_short", "Give at least 1 character(s)."),
        "/pages": ("less_than_equal", "Give a value of at most 9."),
        "/kind": ("literal_error", "Choose one of: 'call' or 'visit'."),
        "/about": ("uuid", "Give a UUID, such as 3f0c2b1e-8a4d-4c57-9b7e-2d1f6a5c9e10."),
        "/a~1b~0c": ("extra_forbidden", "There is no such field here; remove it."),
        "/extra": ("extra_forbidden", "There is no such field here; remove it."),
    }
    assert [p["fr"] for p in document["problems"] if p["pointer"] == "/kind"] == [
        "Choisissez parmi : 'call' ou 'visit'."
    ]


def test_a_refusal_in_the_domains_words(client: Client) -> None:
    answer = client.post("/v1/notes", json={"subject": "refused"})
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:interconnexion:problem:note_not_allowed"
    assert [(p["pointer"], p["fr"]) for p in answer.json()["problems"]] == [("/subject", "Non."), ("/a~1b", "Aussi.")]


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"{", "application/json", 422, "json_invalid"),
        (b'{"subject": "\xff"}', "application/json", 400, "bad_request"),
        (b"", "application/json", 422, "missing"),
        (b"[]", "application/json", 422, "object"),
        (b'"text"', "application/json", 422, "object"),
        (b'{"subject": "x"}', "text/plain", 415, "unsupported_media_type"),
        (b'{"subject": "\\u0000"}', "application/json", 422, "character_not_accepted"),
        (b'{"\\ud800": 1}', "application/json", 422, "string_unicode"),
        (b'{"subject": "x", "pages": "2"}', "application/json", 422, "int"),
        (b'{"subject": "x", "pages": true}', "application/json", 422, "int"),
        (b'{"subject": "\\ud800"}', "application/json", 422, "string_unicode"),
        (b'{"subject": 1}', "application/json", 422, "string"),
        (b'{"subject": "x", "pages": 1e400}', "application/json", 422, "finite_number"),
        (b'{"subject": "x", "pages": 1.5}', "application/json", 422, "int"),
        (b"[" * 100_000, "application/json", 400, "bad_request"),
    ],
)
def test_unreadable_bodies_are_explained(client: Client, content: bytes, kind: str, status: int, code: str) -> None:
    answer = client.post("/v1/notes", content=content, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (status, code)
    assert answer.headers["content-type"] == PROBLEM


def test_a_rule_of_the_domain_is_told_with_what_does_not_fit(client: Client) -> None:
    """Alone it is the handler's to tell, with all its other rules."""
    told = client.post("/v1/notes", json={"subject": "x", "pages": "2", "shelf": 7})
    assert [(p["pointer"], p["code"], p["fr"]) for p in told.json()["problems"]] == [
        ("/pages", "int", "Donnez un nombre entier."),
        ("/shelf", "no_such_shelf", "Il y a six tablettes."),
    ]
    assert client.post("/v1/notes", json={"subject": "shelved", "shelf": 7}).status_code == 201


def test_a_parameter_nobody_knows_is_refused(client: Client) -> None:
    answer = client.get("/v1/notes/none", params={"limt": "5", "page": "2"})
    assert answer.status_code == 422
    assert [(p["pointer"], p["code"]) for p in answer.json()["problems"]] == [
        ("/query/limt", "extra_forbidden"),
        ("/query/page", "extra_forbidden"),
    ]


def test_a_megabyte_of_nonsense_is_answered_briefly(client: Client) -> None:
    answer = client.post("/v1/notes", json={f"f{n}": n for n in range(50_000)})
    assert answer.status_code == 422
    problems = answer.json()["problems"]
    assert len(problems) == 1001
    assert problems[-1]["code"] == "more_problems"
    assert "49001" in problems[-1]["en"]


def test_a_body_beyond_the_limit_is_refused_declared_or_not(client: Client) -> None:
    much = b'"' + b"x" * JSON_LIMIT_BYTES + b'"'
    declared = client.post("/v1/notes", content=much, headers={"Content-Type": "application/json"})
    streamed = client.post(
        "/v1/notes", content=iter([much[:9], much[9:]]), headers={"Content-Type": "application/json"}
    )
    announced = client.post(
        "/v1/notes", content=b"{}", headers={"Content-Type": "application/json", "Content-Length": "1000001"}
    )
    assert (declared.status_code, streamed.status_code, announced.status_code) == (413, 413, 413)
    assert declared.headers["content-type"] == PROBLEM


def test_an_unknown_failure_is_answered_without_its_secrets_and_logged_once(
    client: Client, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = client.post("/v1/notes", json={"subject": "broken"})
    assert answer.status_code == 500
    assert "Anne" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    logged = capsys.readouterr().out
    assert logged.count("request_failed") == 1
    assert str(answer.json()["correlation_id"]) in logged


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer not-a-token", "Bearer ik_unknown"])
def test_bad_credentials_are_not_let_in(client: Client, header: str) -> None:
    answer = client.get("/v1/notes/one", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == PROBLEM


def test_without_credentials_one_is_told_to_send_some(app: FastAPI) -> None:
    answer = Client(app).get("/v1/notes/one")
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (401, "credentials_missing")


def test_a_role_that_may_not_is_told_so(client: Client, keys: tuple[Path, Path]) -> None:
    token = mint(keys[0], "tests", Role.EMPLOYER, "e-1")
    answer = client.get("/v1/notes/one", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (403, "role_not_allowed")


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("PUT", "/v1/notes", 405)])
def test_unknown_addresses_are_problems_too(client: Client, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)


def test_every_answer_carries_the_security_headers(client: Client) -> None:
    for path in ("/live", "/v1/notes/none", "/nowhere"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers


def test_every_route_says_who_may_call_it(app: FastAPI) -> None:
    found = {(o.method, o.path): o for o in operations(app)}
    assert all(o.guarded for o in found.values())
    assert {key for key, o in found.items() if o.roles is None} == {
        ("GET", "/live"),
        ("GET", "/ready"),
        ("DELETE", "/v1/notes/{subject}"),
    }
    assert found["POST", "/v1/notes"].roles == {Role.ADVISOR, Role.PARTNER}


def test_an_unguarded_route_is_found_out(settings: Settings) -> None:
    forgotten = APIRouter()

    @forgotten.get("/v1/forgotten")
    def forget() -> None: ...

    app = make_api(settings, title="Forgotten", routers=[forgotten])
    assert [o.path for o in operations(app) if not o.guarded] == ["/v1/forgotten"]


def test_metrics_name_templates_and_want_an_operator(client: Client, keys: tuple[Path, Path]) -> None:
    client.get("/v1/notes/some-secret-subject")
    assert client.get("/metrics").status_code == 403
    token = mint(keys[0], "tests", Role.OPERATOR, "o-1")
    text = client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).text
    assert 'interconnexion_http_requests_total{method="GET",route="/v1/notes/{subject}",status="404"}' in text
    assert "some-secret-subject" not in text


def test_the_description_tells_our_refusals(client: Client) -> None:
    document = client.get("/openapi.json").json()
    responses = document["paths"]["/v1/notes"]["post"]["responses"]
    assert responses["422"] == {"$ref": "#/components/responses/422"}
    assert set(document["components"]["responses"]["422"]["content"]) == {PROBLEM}
    assert "ProblemDocument" in document["components"]["schemas"]
    assert "ProblemShown" in document["components"]["schemas"]


def test_without_its_database_a_service_lives_and_says_what_it_waits_for(
    settings: Settings, keys: tuple[Path, Path]
) -> None:
    nowhere = settings.model_copy(update={"intake_database_url": SecretStr("postgresql://nobody@127.0.0.1:9/none")})
    vars(nowhere).pop("database_url", None)
    token = mint(keys[0], "tests", Role.ADVISOR, "advisor-1")
    app = make_api(nowhere, title="Notes", routers=[small_api.router])
    with Client(app, headers={"Authorization": f"Bearer {token}"}) as client:
        assert client.get("/live").status_code == 200
        ready = client.get("/ready")
        assert ready.status_code == 503
        assert ready.json() == {
            "status": "starting",
            "waiting_for": [
                {"fr": "La base de données ne répond pas encore.", "en": "The database does not answer yet."}
            ],
        }
        early = client.post("/v1/notes", json={"subject": "one"})
        assert (early.status_code, early.json()["problems"][0]["code"]) == (503, "starting")
        app.state.readiness.reached = True
        app.state.db.pool.timeout = 0.2
        gone = client.post("/v1/notes", json={"subject": "one"})
        assert (gone.status_code, gone.json()["problems"][0]["code"]) == (503, "database_unavailable")
        assert gone.headers["retry-after"]
        assert client.get("/ready").json()["status"] == "unavailable"
