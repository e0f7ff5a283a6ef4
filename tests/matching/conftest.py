"""A matching database rolled back after each test; one that commits for routes."""

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from services.matching.main import app as matching_app
from services.matching.settings import MatchingSettings
from shared.db import Database
from tests.api_client import Client, ready
from tests.databases import Databases, transaction_fixture
from tests.matching.story import Story
from tests.signing import Keys

tx = transaction_fixture("matching")


@pytest.fixture(scope="module")
def settings(databases: Databases, keys: Keys) -> MatchingSettings:
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
def client(api: FastAPI) -> Iterator[Client]:
    with ready(api) as running:
        yield running


@pytest.fixture
def story(client: Client, database: Database, token: Callable[..., dict[str, str]]) -> Story:
    return Story(client, database, token)
