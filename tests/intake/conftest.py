"""Intake's database for tests that roll back, and its API on a database of its own for tests that commit."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from services.intake.main import app
from services.intake.settings import IntakeSettings
from shared.http import Role
from shared.tokens import generate_development_keys, mint
from tests.api_client import Client
from tests.databases import Databases, transaction_fixture
from tests.intake.api_calls import Headers
from tests.intake.people import ADVISOR

tx = transaction_fixture("intake")

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


@pytest.fixture(scope="session")
def advisor(as_: As) -> Headers:
    return as_(Role.ADVISOR, ADVISOR)


@pytest.fixture(scope="session")
def liaison(as_: As) -> Headers:
    return as_(Role.LIAISON, uuid4())


@pytest.fixture
def new_partner(client: Client, as_: As) -> Any:
    def connect() -> Headers:
        manager = as_(Role.MANAGER, "manager-1")
        partner = client.post("/v1/partners", json={"name": "Un organisme", "kind": "community_body"}, headers=manager)
        key = client.post(f"/v1/partners/{partner.json()['partner_id']}/keys", headers=manager)
        assert (partner.status_code, key.status_code) == (201, 201)
        return {"Authorization": f"Bearer {key.json()['key']}"}

    return connect


@pytest.fixture
def partner(new_partner: Any) -> Headers:
    headers: Headers = new_partner()
    return headers
