"""Every owning service's API on a database of its own, with callers of every role."""

from collections.abc import Iterator
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

import pytest
from pydantic import SecretStr

from shared.settings import ServiceName, Settings
from tests.api_client import ready
from tests.bad_input.asking import Asked
from tests.databases import Databases
from tests.signing import make_keys

OWNERS: tuple[ServiceName, ...] = ("intake", "matching", "subsidies", "retention")


@pytest.fixture(scope="session")
def asked(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Asked]]:
    private, public = make_keys(tmp_path_factory.mktemp("bad-input-keys"))
    with ExitStack() as running:
        services: dict[str, Asked] = {}
        for name in OWNERS:
            url = databases.fresh(name)
            app = import_module(f"services.{name}.main").app(_settings(name, url, public))
            client = running.enter_context(ready(app, raise_server_exceptions=False))
            services[name] = Asked(name, app, client, url, private)
        yield services


def _settings(name: ServiceName, url: str, jwks: Path) -> Settings:
    found = import_module(f"services.{name}.settings")
    kind: type[Settings] = getattr(found, f"{name.capitalize()}Settings", Settings)
    settings = kind(service=name, tokens_jwks_file=jwks, tokens_issuer="tests", INTERCONNEXION_ENV="test")
    return settings.model_copy(update={f"{name}_database_url": SecretStr(url)})
