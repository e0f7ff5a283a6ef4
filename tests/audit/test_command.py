"""``interconnexion audit`` on real databases: its exit code, its JSON, and heads that were kept."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner, Result

from shared.audit import Sealer
from shared.cli import app
from tests.audit.tampering import as_superuser, fill
from tests.databases import Databases
from tests.servers import Servers

Run = Callable[..., Result]


@pytest.fixture
def url(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> str:
    """Of intake; the other services have theirs, with nothing in it."""
    urls = {service: databases.fresh(service) for service in ("intake", "matching", "subsidies", "retention", "portal")}
    for service, one in urls.items():
        monkeypatch.setenv(f"{service.upper()}_DATABASE_URL", one)
    with psycopg.connect(urls["intake"]) as conn:
        fill(conn, 9)
        conn.commit()
        assert Sealer("intake").seal(conn)
    return urls["intake"]


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["audit", *words])


def test_an_intact_chain_is_said_to_be_so(url: str) -> None:
    assert url
    answer = run("verify", "--json")
    assert answer.exit_code == 0, answer.output
    said: dict[str, Any] = json.loads(answer.stdout)
    assert said["intact"] is True
    trails = {(one["service"], one["trail"]): one for one in said["trails"]}
    assert trails.keys() == {("intake", "journal"), ("intake", "name_lookups"), ("matching", "journal"),
                             ("subsidies", "journal"), ("retention", "journal")}  # fmt: skip
    looked = trails["intake", "name_lookups"]
    assert (looked["block"], looked["unsealed"], looked["held"]) == (1, 0, False), "a test's service owns its tables"
    assert "intact" in run("verify").stdout


def test_a_change_is_told_in_both_languages_with_an_exit_code_of_its_own(url: str, real: Servers) -> None:
    with as_superuser(real.admin_url, url) as conn:
        conn.execute("DELETE FROM name_lookups WHERE position = (SELECT min(position) FROM name_lookups)")
        conn.commit()
    answer = run("verify", "--service", "intake")
    assert answer.exit_code == 1
    assert "retirées" in answer.stdout
    assert "removed" in answer.stdout
    (trail,) = [one for one in json.loads(run("verify", "--json").stdout)["trails"] if not one["intact"]]
    assert [f["code"] for f in trail["findings"]] == ["rows_missing"]


def test_heads_that_were_kept_show_that_a_chain_was_cut_off(url: str, real: Servers, tmp_path: Path) -> None:
    kept = tmp_path / "heads.json"
    kept.write_text(run("heads", "--json").stdout)
    assert run("verify", "--heads", str(kept)).exit_code == 0
    with as_superuser(real.admin_url, url) as conn:
        conn.execute("DELETE FROM name_lookups")
        conn.execute("DELETE FROM audit_seals WHERE trail = 'name_lookups'")
        conn.commit()
    assert run("verify").exit_code == 0
    answer = run("verify", "--heads", str(kept))
    assert answer.exit_code == 1
    assert "exported earlier" in answer.stdout


@pytest.mark.parametrize(("content", "code"), [(None, 4), ("{}}", 5), ('[{"no": "head"}]', 5)])
def test_a_file_that_holds_no_heads_is_refused_in_words(tmp_path: Path, content: str | None, code: int) -> None:
    file = tmp_path / "heads.json"
    if content is not None:
        file.write_text(content)
    answer = run("verify", "--heads", str(file))
    assert answer.exit_code == code
    assert "Traceback" not in answer.output
