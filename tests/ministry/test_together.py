"""The real subsidies API, its delivery of notices and the real sandbox, over HTTP. Intake is down."""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import uvicorn
from pydantic import SecretStr

from services.subsidies.consumers import CONSUMES
from services.subsidies.main import app
from services.subsidies.settings import SubsidiesSettings
from services.subsidies.worker import endpoints
from shared.db import Cause, Database, transaction_on
from shared.http import Role
from shared.messaging.inbox import Inbox
from shared.tokens import generate_development_keys, mint
from shared.webhooks import delivery_loop
from tests.databases import Databases, envelope_of
from tests.ministry.test_sandbox import SECRET, Sandbox, free_port, wait_until
from tests.subsidies.acts import PAPERS, register
from tests.subsidies.conftest import offset_to
from tests.subsidies.facts import AMOUNT, TODAY, Case


class Subsidies:
    """Its API on a port of its own."""

    def __init__(self, folder: Path, databases: Databases, ministry_url: str) -> None:
        self.keys = folder / "private.pem"
        generate_development_keys(self.keys, folder / "jwks.json")
        self.settings = SubsidiesSettings(
            subsidies_database_url=SecretStr(databases.fresh("subsidies")),
            tokens_jwks_file=folder / "jwks.json",
            tokens_issuer="tests",
            intake_url="http://127.0.0.1:1",  # nobody listens
            ministry_url=ministry_url,
            ministry_webhook_secret=SecretStr(SECRET),
            INTERCONNEXION_ENV="test",
        )
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def token(self, role: Role, organisation: str | None = None) -> str:
        return mint(self.keys, "tests", role, f"{role}-1", organisation)

    @contextmanager
    def running(self) -> Iterator[None]:
        server = uvicorn.Server(uvicorn.Config(app(self.settings), port=self.port, log_level="warning"))
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            wait_until(lambda: server.started and httpx.get(f"{self.url}/ready").status_code == 200)
            yield
        finally:
            server.should_exit = True
            thread.join(10)

    @asynccontextmanager
    async def telling(self) -> AsyncIterator[None]:
        db = Database(self.settings.database_url, "subsidies")
        db.open()
        loop = asyncio.create_task(delivery_loop(db, endpoints(self.settings)))
        try:
            yield
        finally:
            loop.cancel()
            await asyncio.gather(loop, return_exceptions=True)
            await asyncio.to_thread(db.close)

    def hear(self, case: Case) -> str:
        with psycopg.connect(self.settings.database_url) as conn:
            for event in case.everything():
                Inbox("subsidies", CONSUMES).handle_once(conn, envelope_of(event))
            with transaction_on(conn, "subsidies", Cause()) as tx:
                for kind in PAPERS:
                    register(tx, case, kind)
            asked = "SELECT request_id FROM requests WHERE hire_id = %s AND measure = 'priime'"
            row = conn.execute(asked, (case.hire_id,)).fetchone()
            assert row
            return str(row[0])

    def confirm(self, request_id: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token(Role.LIAISON)}"}
        return httpx.post(f"{self.url}/v1/requests/{request_id}/confirmation", json={"accurate": True}, headers=headers)

    def journal(self) -> Counter[str]:
        with psycopg.connect(self.settings.database_url) as conn:
            return Counter(type_.split(".")[2] for (type_,) in conn.execute("SELECT type FROM journal").fetchall())


@pytest.fixture
def _today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "clock.json").write_text(json.dumps({"offset_seconds": offset_to(TODAY)}))
    monkeypatch.setenv("CLOCK_FILE", str(tmp_path / "clock.json"))


@pytest.mark.usefixtures("_today")
@pytest.mark.parametrize(
    ("behaviour", "answers"), [("normal", [200]), ("decide_twice", [200, 200, 409]), ("answer_then_forget", [200])]
)
async def test_a_confirmed_request_comes_back_approved_once(
    tmp_path: Path, databases: Databases, behaviour: Any, answers: list[int]
) -> None:
    port = free_port()
    subsidies = Subsidies(tmp_path, databases, f"http://127.0.0.1:{port}")
    ministry = Sandbox(tmp_path, subsidies, behaviour=behaviour, poll_s=0.5)
    token = SecretStr(subsidies.token(Role.MINISTRY, "services_quebec"))
    ministry.settings = ministry.settings.model_copy(update={"port": port, "token": token})
    ministry.url = subsidies.settings.ministry_url
    with subsidies.running():
        await asyncio.to_thread(ministry.start)
        try:
            request_id = await asyncio.to_thread(subsidies.hear, Case())
            with ThreadPoolExecutor(8) as pool:  # many clicks at once: one request goes out
                assert {a.status_code for a in pool.map(subsidies.confirm, [request_id] * 24)} == {200}
            async with subsidies.telling():
                await asyncio.to_thread(
                    wait_until, lambda: ministry.ledger().get(request_id, {}).get("answers") == answers
                )
            entry = ministry.ledger()[request_id]
        finally:
            await asyncio.to_thread(ministry.stop)
    assert (entry["decision"]["decision"], entry["decision"]["amount_cents"]) == ("approved", AMOUNT)
    assert subsidies.journal() == {"subsidy_assessed": 2, "subsidy_requested": 1, "subsidy_approved": 1}
