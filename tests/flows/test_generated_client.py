"""A client in another language, generated from docs/openapi/intake.json, sends the quickstart to the running system."""

import json
import os
import subprocess
from typing import Any

import pytest

from shared.tokens import Role
from tests.architecture.tree import ROOT
from tests.flows.running import Running
from tests.notes import note

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("system")]
PARTNERS = ROOT / "docs" / "partners"
NOT_GENERATED = 77


def _sent(running: Running, key: str, *command: str) -> subprocess.CompletedProcess[str]:
    settings = {"INTAKE_URL": running.system.urls["intake"], "PARTNER_KEY": key}
    return subprocess.run(command, env=os.environ | settings, capture_output=True, text=True, timeout=400)


def _answers(ran: subprocess.CompletedProcess[str]) -> list[Any]:
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_a_generated_client_sends_the_quickstart(running: Running, pytestconfig: pytest.Config) -> None:
    """The same events as quickstart.sh: an event is known by its id and its content, so the answers are the same."""
    wire, manager = running.wire(), running.system.token(Role.MANAGER, "someone")
    partner = wire.send(manager, "POST", "intake", "/v1/partners", {"name": "Un collège", "kind": "college"})
    issued = wire.send(manager, "POST", "intake", f"/v1/partners/{partner['partner_id']}/keys")
    ran = _sent(running, issued["key"], str(PARTNERS / "client" / "run"))
    if ran.returncode == NOT_GENERATED:
        note(pytestconfig, ran.stderr.strip())
        pytest.skip(ran.stderr.strip())
    referred, completed, updates = _answers(ran)
    assert referred["events"][0]["candidate_id"] == completed["events"][0]["candidate_id"]
    assert updates["updates"] == []
    assert _answers(_sent(running, issued["key"], "bash", str(PARTNERS / "quickstart.sh"))) == [
        referred, completed, updates,
    ]  # fmt: skip
