"""Both ministries in one process, with the real subsidies API: asked and answered, approved, claimed and paid; a French
course. Intake is down."""

import asyncio
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from pydantic import SecretStr

from deploy.local.ministry.desks import DESKS
from deploy.local.ministry.examining import examine_claim, examine_course
from deploy.local.ministry.ledger import Ledger
from services.subsidies.consumers import CONSUMES, TIMERS
from shared.http import Role
from shared.messaging.firing import fire_due_timers
from shared.messaging.inbox import Inbox
from tests.databases import Databases, envelope_of
from tests.ministry.programme import Programme
from tests.ministry.test_sandbox import Sandbox, free_port, sandbox, wait_until
from tests.ministry.test_together import Subsidies
from tests.subsidies.conftest import offset_to
from tests.subsidies.facts import TODAY, Case


@pytest.fixture
def clock_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    def set_clock(day: date) -> None:
        path = tmp_path / f"clock-{day}.json"
        path.write_text(json.dumps({"offset_seconds": offset_to(day)}))
        monkeypatch.setenv("CLOCK_FILE", str(path))

    set_clock(TODAY)
    return set_clock


class Story:
    """One case told to the real API by a liaison, while the sandbox watches."""

    def __init__(self, subsidies: Subsidies, ministry: Sandbox) -> None:
        self.subsidies, self.ministry, self.case = subsidies, ministry, Case()
        self.headers = {"Authorization": f"Bearer {subsidies.token(Role.LIAISON)}"}

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = httpx.post(f"{self.subsidies.url}{path}", json=body, headers=self.headers)
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    def get(self, path: str) -> dict[str, Any]:
        shown: dict[str, Any] = httpx.get(f"{self.subsidies.url}{path}", headers=self.headers).json()
        return shown

    def until(self, path: str, state: str) -> dict[str, Any]:
        wait_until(lambda: self.get(path)["state"] == state, 20)
        return self.get(path)

    def hear(self, *events: Any) -> None:
        with psycopg.connect(self.subsidies.settings.database_url) as conn:
            for event in events:
                Inbox("subsidies", CONSUMES).handle_once(conn, envelope_of(event))
            while fire_due_timers(conn, "subsidies", TIMERS):
                pass

    def live(self, clock_on: Callable[[date], None]) -> None:
        about = f"/v1/requests/{self.subsidies.hear(self.case)}"
        self.post(f"{about}/confirmation", {"accurate": True})
        self.until(about, "information_requested")
        self.post(f"{about}/information", {"complete": True})
        self.until(about, "approved")
        clock_on(date(2026, 4, 13))
        self.hear(self.case.hours(date(2026, 3, 16), date(2026, 4, 12), "150"))
        (claim,) = self.get("/v1/claims")["claims"]
        self.post(f"/v1/claims/{claim['claim_id']}/submission", {"accurate": True})
        assert self.until(f"/v1/claims/{claim['claim_id']}", "paid")["paid_amount_cents"] == 241_500
        self.hear(self.case.consent(consent_id=uuid4(), recipient="mifi"))
        wanted = {"hire_id": str(self.case.hire_id), "hours": 60, "target_level": 4}
        course = f"/v1/french-courses/{self.post('/v1/french-courses', wanted)['course_id']}"
        self.post(f"{course}/confirmation", {"accurate": True})
        assert self.until(course, "approved")["approved_hours"] == 60


async def test_both_ministries_live_the_story(
    tmp_path: Path, databases: Databases, clock_on: Callable[[date], None]
) -> None:
    port = free_port()
    subsidies = Subsidies(tmp_path, databases, f"http://127.0.0.1:{port}")
    ministry = Sandbox(tmp_path, subsidies)
    ministry.settings = ministry.settings.model_copy(
        update={
            "port": port,
            "token": SecretStr(subsidies.token(Role.MINISTRY, "services_quebec")),
            "mifi_token": SecretStr(subsidies.token(Role.MINISTRY, "mifi")),
            "asks_every": 1,
        }
    )
    ministry.url = subsidies.settings.ministry_url
    with subsidies.running():
        await asyncio.to_thread(ministry.start)
        try:
            async with subsidies.telling():
                await asyncio.to_thread(Story(subsidies, ministry).live, clock_on)
            shown = (await asyncio.to_thread(httpx.get, f"{ministry.url}/v1/ledger")).json()
        finally:
            await asyncio.to_thread(ministry.stop)
    assert shown["plays"] == ["services_quebec", "mifi"]
    assert [[each["state"] for each in shown[kind]] for kind in ("requests", "claims", "courses")] == [
        ["acknowledged"]
    ] * 3
    assert "Exemple" not in str(shown)


def test_without_a_token_of_mifi_its_notices_wait_and_it_says_so(tmp_path: Path) -> None:
    with sandbox(tmp_path, Programme()) as ministry:
        course_id = str(uuid4())
        assert ministry.notify(course_id, kind="french_course.submitted").status_code == 422  # names no course
        assert ministry.notify_course(course_id).status_code == 202
        shown = httpx.get(f"{ministry.url}/v1/ledger").json()
    assert shown["plays"] == ["services_quebec"]
    assert [(each["course_id"], each["state"]) for each in shown["courses"]] == [(course_id, "received")]


def a_claim(**changes: Any) -> dict[str, Any]:
    line = {
        "from_on": "2026-03-16", "to_on": "2026-04-10", "days": 20, "hours": "150.00", "wage_cents": 2800,
        "rate": "0.70", "cap_cents": "1610.00", "amount_cents": 241_500,
    }  # fmt: skip
    known = {
        "claim_id": "c", "lines": [line], "amount_cents": 241_500, "cut_cents": 0,
        "submitted_at": "2026-04-13T13:00:00Z",
    }  # fmt: skip
    return known | changes


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, {"result": "paid", "amount_cents": 241_500}),
        ({"amount_cents": 100_000, "cut_cents": 141_500}, {"result": "paid", "amount_cents": 100_000}),
        ({"amount_cents": 250_000}, {"result": "corrected", "amount_cents": 241_500}),
        ({"amount_cents": 1}, {"result": "refused"}),
        ({"lines": None}, {"result": "refused"}),
    ],
)
def test_a_claim_is_recomputed_and_never_corrected_upwards(changes: dict[str, Any], said: dict[str, Any]) -> None:
    claim = a_claim(**changes)
    decision = DESKS["claim"].decide(claim, examine_claim(claim))
    assert said.items() <= decision.items()


@pytest.mark.parametrize(
    ("hours", "level", "passed"), [(60, 4, True), (0, 4, False), (1801, 4, False), (60, 13, False)]
)
def test_a_course_has_hours_and_a_level_there_is(hours: int, level: int, passed: bool) -> None:
    assert all(each.passed for each in examine_course({"hours": hours, "target_level": level})) is passed


def test_a_ledger_of_before_is_read(tmp_path: Path) -> None:
    (tmp_path / "ledger.json").write_text(json.dumps([{"request_id": "r", "state": "acknowledged", "answers": [200]}]))
    found = Ledger(tmp_path).find("r")
    assert found is not None
    assert (found.id, found.kind, found.answers) == ("r", "request", [200])
