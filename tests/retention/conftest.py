"""A retention database, a programme clock that stands where a test wants it, and keys for tokens."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from services.retention.main import app as retention_app
from services.retention.settings import RetentionSettings
from shared.clock import PROGRAMME_ZONE
from shared.http import Role
from shared.tokens import generate_development_keys, mint
from tests.databases import Databases, transaction_fixture

tx = transaction_fixture("retention")


@pytest.fixture
def clock_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """``clock_at(day, hour=9)``: programme time is now that hour of that day, America/Toronto."""

    def set_clock(day: date, hour: int = 9) -> None:
        moment = datetime(day.year, day.month, day.day, hour, tzinfo=PROGRAMME_ZONE)
        path = tmp_path / f"clock-{moment:%Y%m%d%H}.json"
        path.write_text(json.dumps({"offset_seconds": (moment - datetime.now(UTC)).total_seconds()}))
        monkeypatch.setenv("CLOCK_FILE", str(path))

    return set_clock


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("keys")
    generate_development_keys(folder / "private.pem", folder / "jwks.json")
    return folder / "private.pem", folder / "jwks.json"


@pytest.fixture(scope="module")
def settings(databases: Databases, keys: tuple[Path, Path]) -> RetentionSettings:
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
def token(keys: tuple[Path, Path]) -> Callable[[Role, str], dict[str, str]]:
    """``token(role, subject)``: the headers of such a caller."""

    def headers(role: Role, subject: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {mint(keys[0], 'tests', role, subject)}"}

    return headers
