"""A portal database rolled back after each test; one that commits, behind pages; an intake that gives names."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from services.portal.main import app as portal_app
from services.portal.settings import PortalSettings
from shared.db import Database
from shared.http import Role
from tests.api_client import Client, ready
from tests.databases import Databases, transaction_fixture
from tests.portal.everyone import Everyone, everyone
from tests.portal.together import Together, together
from tests.signing import Keys, headers_of, make_keys

tx = transaction_fixture("portal")
Headers = Callable[[Role], dict[str, str]]


class Intake(ThreadingHTTPServer):
    """Stands for intake's POST /v1/names: gives the names it was told, remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Names)
        self.people: dict[str, tuple[str, str]] = {}
        self.companies: dict[str, str] = {}
        self.asked: list[dict[str, object]] = []
        self.status = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Names(BaseHTTPRequestHandler):
    server: Intake

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append({**asked, "authorization": self.headers["Authorization"]})
        people = [i for i in asked["candidate_ids"] if i in self.server.people]
        companies = [i for i in asked["employer_ids"] if i in self.server.companies]
        body = json.dumps(
            {
                "candidates": [
                    {"candidate_id": i, "given_name": self.server.people[i][0], "family_name": self.server.people[i][1]}
                    for i in people
                ],
                "employers": [{"employer_id": i, "name": self.server.companies[i]} for i in companies],
            }
        ).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def intake() -> Iterator[Intake]:
    server = Intake()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def settings(databases: Databases, keys: Keys, intake: Intake) -> PortalSettings:
    return PortalSettings(
        portal_database_url=SecretStr(databases.fresh("portal")),
        tokens_jwks_file=keys[1],
        tokens_development_key_file=keys[0],
        tokens_issuer="tests",
        intake_url=intake.url,
        names_timeout_s=1.0,
        INTERCONNEXION_ENV="test",
    )


@pytest.fixture(scope="module")
def app(settings: PortalSettings) -> FastAPI:
    return portal_app(settings)


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[Client]:
    with ready(app, follow_redirects=False) as running:
        yield running
    app.state.names.close()
    app.state.owners.close()


@pytest.fixture(scope="module")
def database(settings: PortalSettings) -> Iterator[Database]:
    """The database behind the pages, to fill; each transaction commits."""
    opened = Database(settings.database_url, "portal")
    opened.open()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def token(keys: Keys) -> Headers:
    """``token(role)``: the headers of someone in it."""
    return lambda role: headers_of(keys, role, uuid4())


@pytest.fixture(scope="session")
def world(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Together]:
    """The portal between the real intake and the real matching."""
    with together(databases, make_keys(tmp_path_factory.mktemp("keys-of-all"))) as running:
        yield running


@pytest.fixture(scope="module")
def everyone_here(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everyone]:
    """The portal among all four owners, in a programme time of its own."""
    folder = tmp_path_factory.mktemp("keys-of-everyone")
    with everyone(databases, make_keys(folder), folder / "clock.json") as running:
        yield running
