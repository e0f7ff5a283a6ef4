"""The real intake API in a process of its own, and the requests that P1 and P2 send to it."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import httpx

from deploy.local.ports import free_port
from services.intake.handlers.partners import add_partner, issue_key
from shared.db import Cause, Database
from tests.bench.http_client import post
from tests.intake.api_calls import body
from tests.signing import make_keys

ROOT = Path(__file__).resolve().parents[2]
PATH = "/v1/referrals"


@dataclass(frozen=True)
class Partner:
    """A partner's system with its key."""

    partner_id: UUID
    key: str

    def referral(self) -> bytes:
        """One more person: nobody is like another."""
        person = {"given_name": "Rola", "family_name": "Exemple", "email": f"{uuid4().hex}@example.org"}
        return json.dumps(body(person=person)).encode()

    def request(self, port: int, sent: bytes | None = None, correlation_id: UUID | None = None) -> bytes:
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": uuid4().hex}
        if correlation_id:
            headers["X-Correlation-ID"] = str(correlation_id)
        return post(port, PATH, sent or self.referral(), headers)


def a_partner(url: str) -> Partner:
    database = Database(url, "intake")
    database.open()
    try:
        with database.transaction(Cause(actor="manager:bench")) as tx:
            added = add_partner(tx, "Un organisme du quartier", "community_body")
            return Partner(added.partner_id, issue_key(tx, added.partner_id).key)
    finally:
        database.close()


@contextmanager
def process(module: str, bootstrap: str, databases: Mapping[str, str], **more: str) -> Iterator["Process"]:
    """``python -m module`` of a service, ready. ``databases``: URLs by service."""
    folder = Path(tempfile.mkdtemp(prefix="interconnexion-bench-"))
    _, public = make_keys(folder)
    service, port = module.split(".")[1] if module.startswith("services.") else "bare", free_port()
    env = {
        **os.environ,
        "INTERCONNEXION_ENV": "test",
        "KAFKA_BOOTSTRAP_SERVERS": bootstrap,
        "TOKENS_JWKS_FILE": str(public),
        "FAUST_DATADIR": str(folder),
        f"{service.upper()}_API_PORT": str(port),
        f"{service.upper()}_WORKER_PORT": str(port),
        "PYTHONPATH": str(ROOT),
        **{f"{name.upper()}_DATABASE_URL": url for name, url in databases.items()},
        **more,
    }
    with (folder / "log").open("wb") as log:
        started = subprocess.Popen([sys.executable, "-m", module], env=env, cwd=ROOT, stdout=log, stderr=log)
    running = Process(started, port, folder / "log")
    try:
        running.wait_ready()
        yield running
    finally:
        started.kill()
        started.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Process:
    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def wait_ready(self, seconds: float = 60) -> None:
        """Raises TimeoutError with the end of its log."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if httpx.get(f"http://127.0.0.1:{self.port}/ready", timeout=1).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.02)
        raise TimeoutError(self.log.read_text()[-3000:])
