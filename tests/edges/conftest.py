"""A small API on a real database, with a development key pair."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from shared.settings import Settings
from shared.tokens import generate_development_keys
from tests.databases import Databases


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("keys")
    private, public = folder / "private.pem", folder / "jwks.json"
    generate_development_keys(private, public)
    return private, public


@pytest.fixture(scope="module")
def settings(databases: Databases, keys: tuple[Path, Path]) -> Settings:
    url = databases.fresh("intake")
    return Settings(
        service="intake",
        intake_database_url=SecretStr(url),
        tokens_jwks_file=keys[1],
        tokens_issuer="tests",
        INTERCONNEXION_ENV="test",
    )
