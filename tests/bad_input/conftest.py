"""Every owning service's API on a database of its own, with callers of every role."""

from collections.abc import Iterator
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from time import monotonic, sleep

import pytest
from pydantic import SecretStr

from shared.settings import ServiceName, Settings
from shared.tokens import generate_development_keys
from tests.api_client import Client
from tests.bad_input.asking import Asked
from tests.databases import Databases

OWNERS: tuple[ServiceName, ...] = ("intake", "matching", "subsidies", "retention")


@pytest.fixture(scope="session")
def asked(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Asked]]:
    folder = tmp_path_factory.mktemp("bad-input-keys")
    generate_development_keys(folder / "private.pem", folder / "jwks.json")
    with ExitStack() as running:
        services: dict[str, Asked] = {}
        for name in OWNERS:
            url = databases.fresh(name)
            app = import_module(f"services.{name}.main").app(_settings(name, url, folder / "jwks.json"))
            client = running.enter_context(Client(app, raise_server_exceptions=False))
            _wait_for(client)
            services[name] = Asked(name, app, client, url, folder / "private.pem")
        yield services


def _settings(name: ServiceName, url: str, jwks: Path) -> Settings:
    found = import_module(f"services.{name}.settings")
    kind: type[Settings] = getattr(found, f"{name.capitalize()}Settings", Settings)
    settings = kind(service=name, tokens_jwks_file=jwks, tokens_issuer="tests", INTERCONNEXION_ENV="test")
    return settings.model_copy(update={f"{name}_database_url": SecretStr(url)})


def _wait_for(client: Client) -> None:
    until = monotonic() + 30
    while client.get("/ready").status_code != 200:
        assert monotonic() < until, "the service never became ready"
        sleep(0.05)
