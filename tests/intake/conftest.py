"""Intake's database for tests that roll back, and its API on a database of its own for tests that commit."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from services.intake.main import app
from services.intake.settings import IntakeSettings
from shared.http import Role
from tests.api_client import Client, ready
from tests.databases import Databases, transaction_fixture
from tests.intake.api_calls import Headers
from tests.intake.people import ADVISOR
from tests.signing import Keys, headers_of, make_keys

tx = transaction_fixture("intake")

As = Callable[..., Headers]


@pytest.fixture(scope="session")
def signing_keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return make_keys(tmp_path_factory.mktemp("intake-keys"))


@pytest.fixture(scope="session")
def database_url(databases: Databases) -> str:
    return databases.fresh("intake")


@pytest.fixture(scope="session")
def client(database_url: str, signing_keys: Keys) -> Iterator[Client]:
    settings = IntakeSettings(
        intake_database_url=SecretStr(database_url),
        tokens_jwks_file=signing_keys[1],
        tokens_issuer="tests",
        INTERCONNEXION_ENV="test",
    )
    with ready(app(settings)) as running:
        yield running


@pytest.fixture(scope="session")
def as_(signing_keys: Keys) -> As:
    """The headers of a caller: ``as_(Role.ADVISOR, advisor_id)``."""
    return partial(headers_of, signing_keys)


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
