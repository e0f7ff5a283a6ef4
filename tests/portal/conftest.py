"""A portal database rolled back after each test; one that commits, behind pages; an intake that gives names."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from services.portal.main import app as portal_app
from services.portal.settings import PortalSettings
from shared.db import Database
from shared.http import Role
from shared.tokens import generate_development_keys, mint
from tests.api_client import Client
from tests.databases import Databases, transaction_fixture
from tests.portal.everyone import Everyone, everyone
from tests.portal.together import Together, together

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
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("keys")
    generate_development_keys(folder / "private.pem", folder / "jwks.json")
    return folder / "private.pem", folder / "jwks.json"


@pytest.fixture(scope="module")
def settings(databases: Databases, keys: tuple[Path, Path], intake: Intake) -> PortalSettings:
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


def until_ready(client: Client) -> None:
    for _ in range(100):
        if client.get("/ready").status_code == 200:
            return
        time.sleep(0.05)
    raise AssertionError("not ready within 5 s")


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[Client]:
    with Client(app, base_url="http://testserver", follow_redirects=False) as running:
        until_ready(running)
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
def token(keys: tuple[Path, Path]) -> Headers:
    """``token(role)``: the headers of such a caller."""

    def headers(role: Role) -> dict[str, str]:
        return {"Authorization": f"Bearer {mint(keys[0], 'tests', role, str(uuid4()))}"}

    return headers


@pytest.fixture(scope="session")
def world(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Together]:
    """The portal between the real intake and the real matching."""
    folder = tmp_path_factory.mktemp("keys-of-all")
    generate_development_keys(folder / "private.pem", folder / "jwks.json")
    with together(databases, (folder / "private.pem", folder / "jwks.json")) as running:
        yield running


@pytest.fixture(scope="module")
def everyone_here(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everyone]:
    """The portal among all four owners, in a programme time of its own."""
    folder = tmp_path_factory.mktemp("keys-of-everyone")
    generate_development_keys(folder / "private.pem", folder / "jwks.json")
    with everyone(databases, (folder / "private.pem", folder / "jwks.json"), folder / "clock.json") as running:
        yield running
