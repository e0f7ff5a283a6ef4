"""Intake's database for tests that roll back, and its API on a database of its own for tests that commit."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from pydantic import SecretStr

from services.intake.main import app
from services.intake.settings import IntakeSettings
from shared.http import Role
from shared.tokens import generate_development_keys, mint
from tests.api_client import Client
from tests.databases import Databases, transaction_fixture

tx = transaction_fixture("intake")

Headers = dict[str, str]
As = Callable[..., Headers]


@pytest.fixture(scope="session")
def signing_keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("intake-keys")
    private, public = folder / "private.pem", folder / "jwks.json"
    generate_development_keys(private, public)
    return private, public


@pytest.fixture(scope="session")
def database_url(databases: Databases) -> str:
    return databases.fresh("intake")


@pytest.fixture(scope="session")
def client(database_url: str, signing_keys: tuple[Path, Path]) -> Iterator[Client]:
    settings = IntakeSettings(
        intake_database_url=SecretStr(database_url),
        tokens_jwks_file=signing_keys[1],
        tokens_issuer="tests",
        INTERCONNEXION_ENV="test",
    )
    with Client(app(settings)) as running:
        until = monotonic() + 20
        while running.get("/ready").status_code != 200 and monotonic() < until:
            sleep(0.05)
        yield running


@pytest.fixture(scope="session")
def as_(signing_keys: tuple[Path, Path]) -> As:
    """The headers of a caller: ``as_(Role.ADVISOR, advisor_id)``."""

    def headers(role: Role, subject: object, organisation: object = None) -> Headers:
        org = None if organisation is None else str(organisation)
        return {"Authorization": f"Bearer {mint(signing_keys[0], 'tests', role, str(subject), org)}"}

    return headers
