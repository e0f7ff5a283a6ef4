"""The sandbox over real HTTP, against a scripted programme."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import httpx
import pytest
import uvicorn
from pydantic import SecretStr

from deploy.local.ministry.app import make_app
from deploy.local.ministry.settings import MinistrySettings
from shared.webhooks import new_secret, sign
from tests.ministry.programme import Programme, a_request, programme

ROOT = Path(__file__).parent.parent.parent
SECRET = new_secret()


class HasUrl(Protocol):
    """Where the programme answers."""

    url: str


class Sandbox:
    """On a port of its own, in a thread of ours."""

    def __init__(self, folder: Path, programme: HasUrl, **more: Any) -> None:
        self.settings = MinistrySettings(
            port=free_port(),
            folder=folder,
            token=SecretStr("a-token"),
            webhook_secret=SecretStr(SECRET),
            delay_s=0.01,
            subsidies_url=programme.url,
            **{"poll_s": 0, "mifi_token": None, **more},
        )
        self.url = f"http://127.0.0.1:{self.settings.port}"

    def start(self) -> None:
        config = uvicorn.Config(make_app(self.settings), port=self.settings.port, log_level="warning")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        wait_until(lambda: self._server.started)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)

    def ledger(self) -> dict[str, dict[str, Any]]:
        shown = httpx.get(f"{self.url}/v1/ledger").json()
        return {entry["request_id"]: entry for entry in shown["requests"]}

    def notify(self, request_id: str, kind: str = "subsidy_request.submitted", **changes: Any) -> httpx.Response:
        body = json.dumps({"type": kind, "timestamp": "2026-04-02T13:00:00Z", "data": {"request_id": request_id}})
        headers = sign([changes.pop("secret", SECRET)], f"m-{uuid4()}", body, **changes)
        return httpx.post(f"{self.url}/v1/notifications", content=body, headers=headers)

    def notify_course(self, course_id: str) -> httpx.Response:
        body = json.dumps({"type": "french_course.submitted", "data": {"course_id": course_id}})
        headers = sign([SECRET], f"m-{uuid4()}", body)
        return httpx.post(f"{self.url}/v1/mifi/notifications", content=body, headers=headers)


class SandboxProcess(Sandbox):
    """As it really runs: ``python -m deploy.local.ministry``, told by environment variables."""

    def start(self) -> None:
        told = {
            "MINISTRY_PORT": str(self.settings.port),
            "MINISTRY_FOLDER": str(self.settings.folder),
            "MINISTRY_TOKEN": "a-token",
            "MINISTRY_WEBHOOK_SECRET": SECRET,
            "MINISTRY_DELAY_S": "0.01",
            "SUBSIDIES_URL": self.settings.subsidies_url,
        }
        command = [sys.executable, "-m", "deploy.local.ministry"]
        self.process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **told})
        wait_until(self._is_ready, 20)

    def _is_ready(self) -> bool:
        assert self.process.poll() is None
        try:
            return httpx.get(f"{self.url}/ready", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    def stop(self, number: int = signal.SIGTERM) -> None:
        self.process.send_signal(number)
        self.process.wait(10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(holds: Callable[[], bool], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.02)


@pytest.fixture
def scripted() -> Iterator[Programme]:
    with programme() as running:
        yield running


@contextmanager
def sandbox(folder: Path, scripted: Programme, **more: Any) -> Iterator[Sandbox]:
    running = Sandbox(folder, scripted, **more)
    running.start()
    try:
        yield running
    finally:
        running.stop()


def test_a_request_that_holds_up_is_approved_as_asked_with_its_own_token(tmp_path: Path, scripted: Programme) -> None:
    request = a_request()
    request_id = scripted.add(request)
    with sandbox(tmp_path, scripted) as ministry:
        assert ministry.notify(request_id).status_code == 202
        wait_until(lambda: ministry.ledger()[request_id]["state"] == "acknowledged")
        assert ministry.notify(request_id).status_code == 202  # a redelivery
        time.sleep(0.1)
        assert "Exemple" not in httpx.get(f"{ministry.url}/v1/ledger").text
    ((about, said),) = scripted.decisions
    assert (about, said.decision) == (request.request_id, "approved")
    assert (said.amount_cents, said.weeks, said.starts_on) == (request.amount_cents, 30, request.starts_on)
    assert scripted.tokens == {"Bearer a-token"}
    assert "Exemple" not in (tmp_path / "ledger.json").read_text()


def test_a_request_that_does_not_add_up_is_refused_with_the_reason(tmp_path: Path, scripted: Programme) -> None:
    request_id = scripted.add(a_request(amount_cents=1))
    with sandbox(tmp_path, scripted) as ministry:
        ministry.notify(request_id)
        wait_until(lambda: ministry.ledger()[request_id]["state"] == "acknowledged")
    ((_, said),) = scripted.decisions
    assert (said.decision, said.reason) == ("refused", "computation_differs")
    assert said.note
    assert said.note.startswith("sum: lines")


def test_only_what_is_signed_with_the_secret_and_in_time_is_taken(tmp_path: Path, scripted: Programme) -> None:
    now = datetime.now(UTC)
    with sandbox(tmp_path, scripted) as ministry:
        assert ministry.notify(str(uuid4()), secret=new_secret()).status_code == 401
        for away in (timedelta(seconds=-330), timedelta(seconds=330)):
            assert ministry.notify(str(uuid4()), at=now + away).status_code == 401
        assert httpx.post(f"{ministry.url}/v1/notifications", content=b"{}").status_code == 401
        assert httpx.post(f"{ministry.url}/v1/notifications", content=b"x" * 20_000).status_code == 413
        assert ministry.notify(str(uuid4()), kind="something.else").status_code == 422
        assert ministry.ledger() == {}


def test_the_decision_is_sent_until_it_is_acknowledged(tmp_path: Path, scripted: Programme) -> None:
    request_id = scripted.add(a_request())
    scripted.failures, scripted.decide_answers = 2, [500, 503, 401, 200]
    with sandbox(tmp_path, scripted) as ministry:
        ministry.notify(request_id)
        wait_until(lambda: ministry.ledger()[request_id]["state"] == "acknowledged", 20)
    assert len(scripted.decisions) == 4
    assert len({said for _, said in scripted.decisions}) == 1


def test_a_killed_process_loses_nothing_and_sends_the_very_same_decision(tmp_path: Path, scripted: Programme) -> None:
    request_id = scripted.add(a_request())
    scripted.decide_answers = [503] * 1000
    ministry = SandboxProcess(tmp_path, scripted)
    ministry.start()
    try:
        ministry.notify(request_id)
        wait_until(lambda: bool(scripted.decisions))
    finally:
        ministry.stop(signal.SIGKILL)
    scripted.decide_answers = []
    scripted.requests[request_id] |= {"amount_cents": 7}  # it would decide otherwise now
    ministry.start()
    try:
        wait_until(lambda: ministry.ledger()[request_id]["state"] == "acknowledged")
    finally:
        ministry.stop()
    assert len({said for _, said in scripted.decisions}) == 1


def test_a_request_that_ended_before_it_was_looked_at_is_left_alone(tmp_path: Path, scripted: Programme) -> None:
    ended, unknown = scripted.add(a_request(state="ended", end_reason="employment_ended")), str(uuid4())
    with sandbox(tmp_path, scripted) as ministry:
        ministry.notify(ended)
        ministry.notify(ended, kind="subsidy_request.ended")
        ministry.notify(unknown)
        wait_until(lambda: {e["state"] for e in ministry.ledger().values()} == {"nothing_to_decide"})
        assert ministry.ledger()[ended]["ended"] is True
    assert scripted.decisions == []


def test_a_decision_the_programme_will_not_take_is_kept_as_such(tmp_path: Path, scripted: Programme) -> None:
    request_id = scripted.add(a_request())
    scripted.decide_answers = [409]
    with sandbox(tmp_path, scripted) as ministry:
        ministry.notify(request_id)
        wait_until(lambda: ministry.ledger()[request_id]["state"] == "not_taken")
        assert ministry.ledger()[request_id]["answers"] == [409]


def test_misbehaving_it_decides_twice(tmp_path: Path, scripted: Programme) -> None:
    request_id = scripted.add(a_request())
    scripted.decide_answers = [200, 200, 409]
    with sandbox(tmp_path, scripted, behaviour="decide_twice") as ministry:
        ministry.notify(request_id)
        wait_until(lambda: ministry.ledger()[request_id]["answers"] == [200, 200, 409])
    assert [said.decision for _, said in scripted.decisions] == ["approved", "approved", "refused"]


def test_misbehaving_it_forgets_notices_and_finds_the_request_by_asking(tmp_path: Path, scripted: Programme) -> None:
    with sandbox(tmp_path, scripted, behaviour="answer_then_forget", poll_s=0.3) as ministry:
        assert ministry.notify(str(uuid4())).status_code == 202
        assert ministry.ledger() == {}
        request_id = scripted.add(a_request())
        wait_until(lambda: ministry.ledger().get(request_id, {}).get("state") == "acknowledged")
