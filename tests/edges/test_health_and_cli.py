import json
import time
from pathlib import Path

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


def test_without_a_clock_file_time_does_not_move(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CLOCK_FILE", raising=False)
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(app, ["clock", "advance", "14d"]).exit_code == 1


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
