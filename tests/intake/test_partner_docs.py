"""What partners read is what the API takes: each example is sent, the quickstart is run."""

import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx
import pytest
import uvicorn
from pydantic import ValidationError

from services.intake.api.partner_events import TYPES
from tests.api_client import Client
from tests.architecture.tree import ROOT
from tests.intake.api_calls import Headers, Json

DOCS = ROOT / "docs" / "partners"
NEEDED_BY_THE_NEXT = {("person_referred", "person_ref")}  # optional, and used by the examples that follow


def examples(page: Path) -> list[Json]:
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", page.read_text(), re.DOTALL)]


EXAMPLES = examples(DOCS / "evenements.md")


def test_both_languages_show_every_type_with_the_same_examples() -> None:
    assert [e["type"] for e in EXAMPLES] == list(TYPES)
    assert examples(DOCS / "events.md") == EXAMPLES


def test_every_example_is_taken_in_the_order_of_the_page(client: Client, partner: Headers, advisor: Headers) -> None:
    for example in EXAMPLES:
        answer = client.post(
            "/v1/events", json=example, headers=partner | {"Content-Type": "application/cloudevents+json"}
        )
        assert answer.status_code == 200, (example["type"], answer.text)
        if example["type"].endswith("referral_completed"):
            _admit_unknown(client, advisor, answer.json()["events"][0]["candidate_id"])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e["type"].rpartition(".")[2])
def test_no_example_has_a_field_too_many(example: Json) -> None:
    name, model = example["type"].rpartition(".")[2], TYPES[example["type"]].data
    model.model_validate(example["data"])
    for field in example["data"]:
        if (name, field) in NEEDED_BY_THE_NEXT or field in ("employer", "agreement"):
            continue  # "employer" the first time; without "agreement" it is refused by the rules
        with pytest.raises(ValidationError):
            model.model_validate({f: v for f, v in example["data"].items() if f != field})


@pytest.fixture
def address(client: Client) -> Iterator[str]:
    """The same application behind a real server on a free port."""
    server = uvicorn.Server(uvicorn.Config(client.app, port=0, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    until = monotonic() + 20
    while not server.started and monotonic() < until:
        sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)


def test_the_quickstart_runs_as_it_stands(address: str, partner: Headers) -> None:
    script = DOCS / "quickstart.sh"
    commands = [line for line in script.read_text().splitlines() if line and not line.startswith("#")]
    assert len(commands) <= 10
    settings = {"INTAKE_URL": address, "PARTNER_KEY": partner["Authorization"].removeprefix("Bearer ")}
    ran = subprocess.run(["bash", script], env={**os.environ, **settings}, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    referred, completed, updates = (json.loads(line) for line in ran.stdout.splitlines())
    assert referred["events"][0]["candidate_id"] == completed["events"][0]["candidate_id"]
    assert updates == {"updates": [], "next_after": 0, "more": False}
    listed = httpx.get(f"{address}/v1/referrals", headers=partner).json()["referrals"]
    assert [r["referral_id"] for r in listed] == [referred["events"][0]["referral_id"]]


def _admit_unknown(client: Client, advisor: Headers, candidate_id: str) -> None:
    url = f"/v1/candidates/{candidate_id}"
    criteria: list[Any] = client.get(f"{url}/eligibility", headers=advisor).json()["criteria"]
    unknown = [c["code"] for c in criteria if c["result"] == "unknown"]
    admitted = client.post(
        f"{url}/admission", json={"unknown": unknown, "reason": "admitted_with_unknown"}, headers=advisor
    )
    assert admitted.status_code == 201, admitted.text
