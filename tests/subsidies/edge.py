"""The subsidies API in-process on a database that commits, and a scripted intake over real HTTP."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from pydantic import SecretStr

from services.intake.api.names import LookUpNames, NamesView
from services.subsidies.consumers import CONSUMES
from services.subsidies.main import app as subsidies_app
from services.subsidies.settings import SubsidiesSettings
from shared.db import Cause, transaction_on
from shared.events.base import Event
from shared.http import Role
from shared.messaging.inbox import Inbox, Outcome
from tests.api_client import Client, ready
from tests.databases import Databases, envelope_of
from tests.signing import Keys, headers_of
from tests.subsidies.acts import PAPERS, register
from tests.subsidies.facts import AMOUNT, Case

Headers = dict[str, str]
Token = Callable[..., Headers]


class Intake:
    """Answers POST /v1/names by intake's own models; ``down`` answers 503; ``consents`` says whether she is shown."""

    def __init__(self) -> None:
        self.down = False
        self.consents = True
        self.asked: list[tuple[str, LookUpNames]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = LookUpNames.model_validate_json(self.rfile.read(int(self.headers["content-length"])))
                outer.asked.append((self.headers["authorization"], body))
                answer = outer.answer(body).model_dump_json().encode()
                self.send_response(503 if outer.down else 200)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, body: LookUpNames) -> NamesView:
        person = {"given_name": "Ines", "family_name": "Exemple", "phone": None, "email": None}
        company = {"name": "Atelier Exemple", "contact_name": None, "contact_phone": None, "contact_email": None}
        people = [{"candidate_id": id_, **person} for id_ in body.candidate_ids] if self.consents else []
        return NamesView.model_validate(
            {"candidates": people, "employers": [{"employer_id": id_, **company} for id_ in body.employer_ids]}
        )

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def intake() -> Iterator[Intake]:
    running = Intake()
    yield running
    running.close()


@pytest.fixture(scope="module")
def settings(databases: Databases, keys: Keys, intake: Intake) -> SubsidiesSettings:
    return SubsidiesSettings(
        subsidies_database_url=SecretStr(databases.fresh("subsidies")),
        tokens_jwks_file=keys[1],
        tokens_issuer="tests",
        intake_url=intake.url,
        INTERCONNEXION_ENV="test",
    )


@pytest.fixture(scope="module")
def client(settings: SubsidiesSettings) -> Iterator[Client]:
    with ready(subsidies_app(settings)) as running:
        yield running


@pytest.fixture(scope="module")
def token(keys: Keys) -> Token:
    """``token(role, organisation)``: the headers of such a caller."""

    def headers(role: Role, organisation: object = None) -> Headers:
        return headers_of(keys, role, f"{role}-1", organisation)

    return headers


@pytest.fixture
def ministry(token: Token, intake: Intake) -> Headers:
    intake.down, intake.consents = False, True
    intake.asked.clear()
    return token(Role.MINISTRY, "services_quebec")


@pytest.fixture
def conn(settings: SubsidiesSettings, intake: Intake) -> Iterator[psycopg.Connection[Any]]:
    intake.down, intake.consents = False, True  # whatever the test before asked of it
    with psycopg.connect(settings.database_url, autocommit=True) as conn:
        yield conn


@pytest.fixture
def case(conn: psycopg.Connection[Any]) -> Case:
    made = Case()
    for event in made.everything():
        assert Inbox("subsidies", CONSUMES).handle_once(conn, envelope_of(event)) is Outcome.HANDLED
    with transaction_on(conn, "subsidies", Cause()) as tx:
        for kind in PAPERS:
            register(tx, made, kind)
    return made


def path_of(conn: psycopg.Connection[Any], case: Case, rest: str = "") -> str:
    row = conn.execute(
        "SELECT request_id FROM requests WHERE hire_id = %s AND measure = 'priime'", (case.hire_id,)
    ).fetchone()
    assert row
    return f"/v1/requests/{row[0]}{rest}"


def confirmed(client: Client, conn: psycopg.Connection[Any], case: Case, token: Token) -> str:
    path = path_of(conn, case)
    answer = client.post(f"{path}/confirmation", json={"accurate": True}, headers=token(Role.LIAISON))
    assert answer.status_code == 200
    return path


def decision(**changes: Any) -> dict[str, Any]:
    known = {
        "decision_id": f"SQ-{uuid4()}",
        "decision": "approved",
        "amount_cents": AMOUNT,
        "weeks": 30,
        "starts_on": "2026-03-16",
        "decided_on": "2026-03-04",
    }
    return {name: value for name, value in (known | changes).items() if value is not None}


def hear(conn: psycopg.Connection[Any], *events: Event) -> None:
    """These facts come in, each once."""
    for event in events:
        Inbox("subsidies", CONSUMES).handle_once(conn, envelope_of(event))
