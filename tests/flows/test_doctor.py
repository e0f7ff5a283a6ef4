"""Doctor on the whole running system: green while all is well, and told which worker it is that no longer reads."""

import json
import signal
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.local.processes import SERVICES
from shared.cli import app
from tests.flows.running import Running
from tests.messaging.running import until

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("system")]
NOT_OURS_TO_JUDGE = {
    "database.role": "copies of a migrated database, which PostgreSQL opens to every role of the test server",
    "bus.topics": "other tests make topics on the same broker",
    "waiting.keys": "left by other tests on purpose",
}


@pytest.fixture
def installed(running: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    """As ``make up`` leaves it: doctor reads the settings of the running system."""
    for name, value in running.stack.env.items():
        monkeypatch.setenv(name, value)
    return running


def ill() -> list[dict[str, Any]]:
    findings = json.loads(CliRunner().invoke(app, ["doctor", "--json"]).stdout)["findings"]
    assert len([one for one in findings if one["check"] == "running"]) == 2 * len(SERVICES)
    return [one for one in findings if one["state"] != "green" and one["check"] not in NOT_OURS_TO_JUDGE]


def test_all_is_green_until_a_worker_stands_still_and_again_when_it_goes_on(installed: Running) -> None:
    until(lambda: ill() == [], 30, lambda: json.dumps(ill(), indent=1))
    assert installed.stack.kill("retention-worker", signal.SIGSTOP)
    try:
        said = {("bus.groups", "retention", "broken"), ("running", "retention-worker", "broken")}
        until(lambda: said <= {(one["check"], one["about"], one["state"]) for one in ill()}, 40, lambda: str(ill()))
    finally:
        installed.stack.kill("retention-worker", signal.SIGCONT)
    until(lambda: ill() == [], 60, lambda: json.dumps(ill(), indent=1))
