"""A retention database, and the API on one that commits."""

from collections.abc import Iterator

import psycopg
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from services.retention.main import app as retention_app
from services.retention.settings import RetentionSettings
from tests.api_client import Client, ready
from tests.databases import Databases, transaction_fixture
from tests.signing import Keys

tx = transaction_fixture("retention")


@pytest.fixture(scope="module")
def settings(databases: Databases, keys: Keys) -> RetentionSettings:
    return RetentionSettings(
        retention_database_url=SecretStr(databases.fresh("retention")),
        tokens_jwks_file=keys[1],
        tokens_issuer="tests",
        INTERCONNEXION_ENV="test",
    )


@pytest.fixture(scope="module")
def api(settings: RetentionSettings) -> FastAPI:
    return retention_app(settings)


@pytest.fixture(scope="module")
def stored(settings: RetentionSettings) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """The API's database, to fill and to look at; every statement commits."""
    with psycopg.connect(settings.database_url, autocommit=True) as conn:
        yield conn


@pytest.fixture(scope="module")
def running(api: FastAPI) -> Iterator[Client]:
    with ready(api) as client:
        yield client
