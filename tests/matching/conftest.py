"""A matching database rolled back after each test; one that commits for routes; keys for tokens."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from services.matching.main import app as matching_app
from services.matching.settings import MatchingSettings
from shared.db import Database
from shared.http import Role
from shared.tokens import generate_development_keys, mint
from tests.api_client import Client
from tests.databases import Databases, transaction_fixture
from tests.matching.story import Story

tx = transaction_fixture("matching")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("keys")
    generate_development_keys(folder / "private.pem", folder / "jwks.json")
    return folder / "private.pem", folder / "jwks.json"


@pytest.fixture(scope="module")
def settings(databases: Databases, keys: tuple[Path, Path]) -> MatchingSettings:
    return MatchingSettings(
        matching_database_url=SecretStr(databases.fresh("matching")),
        tokens_jwks_file=keys[1],
        tokens_issuer="tests",
        INTERCONNEXION_ENV="test",
    )


@pytest.fixture(scope="module")
def api(settings: MatchingSettings) -> FastAPI:
    return matching_app(settings)


@pytest.fixture(scope="module")
def database(settings: MatchingSettings) -> Iterator[Database]:
    """The database of the routes, to fill and to look at; each transaction commits."""
    opened = Database(settings.database_url, "matching")
    opened.open()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def token(keys: tuple[Path, Path]) -> Callable[..., dict[str, str]]:
    """``token(role, subject, organisation)``: the headers of such a caller."""

    def headers(role: Role, subject: str = "someone", organisation: str | None = None) -> dict[str, str]:
        return {"Authorization": f"Bearer {mint(keys[0], 'tests', role, subject, organisation)}"}

    return headers


@pytest.fixture(scope="module")
def client(api: FastAPI) -> Iterator[Client]:
    with Client(api) as running:
        for _ in range(200):
            if running.get("/ready").status_code == 200:
                break
        yield running


@pytest.fixture
def story(client: Client, database: Database, token: Callable[..., dict[str, str]]) -> Story:
    return Story(client, database, token)
