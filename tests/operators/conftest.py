"""An installation as an operator finds it: five service databases, given by the environment as in production."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from typer.testing import CliRunner

from shared.cli import app
from shared.operators.places import SERVICES
from tests.databases import Databases


class Said(NamedTuple):
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Said]


class Installation:
    """Its databases; ``rows`` asks one of them, each statement a transaction of its own."""

    def __init__(self, urls: dict[str, str]) -> None:
        self.urls = urls

    def rows(self, service: str, sql: str, *params: Any) -> list[Any]:
        with psycopg.connect(self.urls[service], autocommit=True) as conn:
            done = conn.execute(sql, params)
            return done.fetchall() if done.description else []


@pytest.fixture
def run() -> Run:
    """``run("parked", "list", stdin="…")``: as typed by an operator."""

    def invoke(*words: object, stdin: str | None = None) -> Said:
        result = CliRunner().invoke(app, [str(word) for word in words], input=stdin)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Said(result.exit_code, result.stdout, result.stderr)

    return invoke


@pytest.fixture(scope="module")
def urls(databases: Databases) -> dict[str, str]:
    return {service: databases.fresh(service) for service in SERVICES}


@pytest.fixture
def installed(urls: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Installation:
    monkeypatch.chdir(tmp_path)  # no .env and no running system of the person who runs the tests
    monkeypatch.delenv("CLOCK_FILE", raising=False)
    for service, url in urls.items():
        monkeypatch.setenv(f"{service.upper()}_DATABASE_URL", url)
    return Installation(urls)
