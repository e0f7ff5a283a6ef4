import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from shared.http import Role
from shared.settings import Settings
from shared.tokens import mint
from tests.edges.small_api import wait_until


def test_a_stopping_process_finishes_the_request_under_way(settings: Settings, keys: tuple[Path, Path]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "INTAKE_DATABASE_URL": settings.database_url,
        "INTAKE_API_PORT": str(port),
        "TOKENS_JWKS_FILE": str(keys[1]),
        "TOKENS_ISSUER": "tests",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.edges.serve_small_api"], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Authorization": f"Bearer {mint(keys[0], 'tests', Role.ADVISOR, 'advisor-1')}"},
        ) as client:
            wait_until(lambda: is_ready(client), 30)
            with ThreadPoolExecutor(1) as pool:
                nap = pool.submit(client.post, "/v1/notes", json={"subject": "nap"})
                time.sleep(0.2)
                process.send_signal(signal.SIGTERM)
                answer = nap.result()
        output, _ = process.communicate(timeout=15)
    finally:
        process.kill()
    assert answer.status_code == 201
    assert "server" not in answer.headers
    lines = [json.loads(line) for line in output.splitlines()]
    (request,) = [line for line in lines if line["event"] == "request" and line["method"] == "POST"]
    assert (request["result"], request["route"], request["actor"]) == ("201", "/v1/notes", "advisor:advisor-1")
    assert request["correlation_id"] == answer.headers["x-correlation-id"]
    assert {line["service"] for line in lines} == {"intake"}


def is_ready(client: httpx.Client) -> bool:
    try:
        return client.get("/ready").status_code == 200
    except httpx.TransportError:
        return False
