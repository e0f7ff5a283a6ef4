import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from shared.cli import app, duration
from shared.health import Readiness, Waiting, health_app
from shared.tokens import verify
from tests.api_client import Client

BUS = Waiting("Kafka ne répond pas.", "Kafka does not answer.")


def test_a_worker_says_what_it_waits_for_until_it_is_ready() -> None:
    waiting = [BUS]
    client = Client(health_app(lambda: waiting))
    assert client.get("/live").json() == {"status": "live"}
    assert client.get("/ready").status_code == 503
    assert client.get("/ready").json() == {
        "status": "starting",
        "waiting_for": [{"fr": "Kafka ne répond pas.", "en": "Kafka does not answer."}],
    }
    waiting.clear()
    assert client.get("/ready").json() == {"status": "ready"}
    waiting.append(BUS)
    assert client.get("/ready").json()["status"] == "unavailable"
    assert "interconnexion_parked_keys" in client.get("/metrics").text


def test_starting_ends_after_the_time_allowed() -> None:
    readiness = Readiness(lambda: [BUS], within_s=0.01)
    time.sleep(0.02)
    assert readiness.answer()[1]["status"] == "unavailable"


def test_the_clock_moves_forward_for_everyone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOCK_FILE", str(tmp_path / "clock.json"))
    assert CliRunner().invoke(app, ["clock", "advance", "1d12h"]).exit_code == 0
    assert json.loads((tmp_path / "clock.json").read_text()) == {"offset_seconds": 129600.0}
    assert "(+1 day, 12:00:00)" in CliRunner().invoke(app, ["clock", "show"]).output
    moved = CliRunner().invoke(app, ["clock", "advance", "12h", "--json"])
    assert json.loads(moved.stdout)["ahead_s"] == 172800


def test_without_a_clock_file_time_does_not_move(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CLOCK_FILE", raising=False)
    monkeypatch.chdir(tmp_path)
    refused = CliRunner().invoke(app, ["clock", "advance", "14d", "--json"])
    assert refused.exit_code == 5
    assert json.loads(refused.stderr)["problems"][0]["code"] == "real_time"
    assert json.loads(CliRunner().invoke(app, ["clock", "show", "--json"]).stdout)["ahead_s"] == 0


@pytest.mark.parametrize("text", ["", "d", "14", "-1d", "1y", "1d 2h", "999999d"])
def test_a_length_of_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        duration(text)


def test_a_development_token_is_minted(keys: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKENS_DEVELOPMENT_KEY_FILE", str(keys[0]))
    monkeypatch.setenv("TOKENS_ISSUER", "tests")
    result = CliRunner().invoke(app, ["token", "ministry", "agent-1", "--organisation", "services_quebec"])
    caller = verify(result.output.strip(), keys[1], "tests")
    assert (caller.actor, caller.organisation) == ("ministry:agent-1", "services_quebec")
    told = json.loads(CliRunner().invoke(app, ["token", "operator", "7", "--hours", "1", "--json"]).stdout)
    assert verify(told["token"], keys[1], "tests").actor == "operator:7"


def test_without_a_key_no_token_is_minted_and_the_remedy_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TOKENS_DEVELOPMENT_KEY_FILE", str(tmp_path / "nowhere.pem"))
    refused = CliRunner().invoke(app, ["token", "operator", "7"])
    assert refused.exit_code == 3
    assert "make up" in refused.stderr


def test_settings_that_are_refused_are_told_and_not_raised(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("INTERCONNEXION_ENV", "production")
    monkeypatch.setenv("CLOCK_FILE", str(tmp_path / "clock.json"))
    refused = CliRunner().invoke(app, ["clock", "show"])
    assert refused.exit_code == 3
    assert "refused in production" in refused.stderr


def _commands(group: Any) -> Iterator[list[str]]:
    for name, one in group.commands.items():
        yield from ([name, *rest] for rest in _commands(one)) if hasattr(one, "commands") else iter([[name]])


def test_every_command_answers_programs_too() -> None:
    every = [*_commands(typer.main.get_command(app))]
    assert ["parked", "fix"] in every
    for command in every:
        assert "--json" in CliRunner().invoke(app, [*command, "--help"], terminal_width=200).output, command


def test_the_version_is_told() -> None:
    assert CliRunner().invoke(app, ["version", "--json"]).stdout.startswith('{\n "version": "0.')
