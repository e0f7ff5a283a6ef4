"""Matching and subsidies alone, as real processes on a real broker and database: a hire becomes a request that the
ministry approves. Neither needs intake, retention or the portal to run; only what they have said. `make
test-containers` demands that both servers are the containers of docker-compose.yml."""

import os
import subprocess
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from unittest.mock import patch
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest

from deploy.local.demo.actors import monday_after
from deploy.local.demo.answers import Request
from deploy.local.demo.sides import Employer
from deploy.local.demo.wire import System
from deploy.local.processes import PROCESSES, SERVICES
from deploy.local.stack import Stack
from shared import clock
from shared.events.intake import HireReported
from shared.events.parts import Terms
from tests import compose
from tests.databases import Databases, envelope_of
from tests.flows.running import Running
from tests.notes import note
from tests.servers import Servers, containers_demanded
from tests.subsidies.facts import Case

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("pair")]
PAIR = tuple(p for p in PROCESSES if p.name in {"matching-worker", "subsidies", "subsidies-worker", "ministry"})
NOWHERE = "http://127.0.0.1:1"


@pytest.fixture(scope="module")
def pair(own_broker: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Both services and the sandbox; the three others are not there, and nobody can call them."""
    urls = {service: databases.fresh(service) for service in ("matching", "subsidies")}
    given = {
        f"{service.upper()}_DATABASE_URL": urls.get(service, "postgresql://nobody@127.0.0.1:1/") for service in SERVICES
    }
    given |= {f"{service.upper()}_URL": NOWHERE for service in SERVICES}
    given |= {"KAFKA_BOOTSTRAP_SERVERS": own_broker, "MINISTRY_DELAY_S": "0.05", "BROKER_SESSION_TIMEOUT_S": "2"}
    stack = Stack(tmp_path_factory.mktemp("pair"), processes=PAIR)
    with patch.dict(os.environ, given):
        stack.start()
    try:
        env = stack.env
        key, clock_file = Path(env["TOKENS_DEVELOPMENT_KEY_FILE"]), Path(env["CLOCK_FILE"])
        system = System(stack.urls, env["TOKENS_ISSUER"], key, clock_file)
        yield Running(stack, system, urls, own_broker, str(stack.laps))
    finally:
        stack.stop()


@pytest.fixture
def running(pair: Running, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setenv("CLOCK_FILE", str(pair.system.clock_file))
    yield pair
    pair.finish()


def hire_told(running: Running, case: Case, starts_on: date, *, times: int = 1) -> None:
    """What intake would say of a person, her company, her agreement and her job; the last one, `times` times."""
    told = HireReported(
        report_id=uuid4(),
        candidate_id=case.candidate_id,
        employer_id=case.employer_id,
        terms=Terms(
            occupation="11101", wage_cents=2800, hours_per_week=Decimal("37.5"), starts_on=starts_on, permanent=True
        ),
        in_field=True,
        reported_by="employer",
    )
    facts = [envelope_of(fact) for fact in (case.admitted(), case.registered(), case.consent())]
    running.send([*facts, *[envelope_of(told)] * times])


def the_hire(running: Running, case: Case) -> UUID:
    wait = running.wire().wait
    said = wait("matching hires", lambda: running.said("matching", str(case.candidate_id), "candidate_hired"))
    return UUID(said[0]["data"]["hire_id"])


def test_a_hire_told_to_matching_becomes_a_request_that_the_ministry_approves(
    running: Running, pytestconfig: pytest.Config
) -> None:
    case, today = Case(), clock.today()
    hire_told(running, case, monday_after(today, weeks=1))
    hire_id = the_hire(running, case)
    wire = running.wire()
    company = Employer(wire, str(case.employer_id))

    def request_where(state: str) -> Request | None:
        return next((r for r in company.requests(str(hire_id)) if r.state == state and r.overlaps_with is None), None)

    request = wire.wait("subsidies assesses the hire", lambda: request_where("draft"))
    for missing in request.missing:
        if missing.startswith("document:"):
            company.register_document(request.request_id, missing.removeprefix("document:"), today)
    wire.wait("the request is ready", lambda: request_where("ready"))
    company.confirm(request.request_id)
    decided = wire.wait("the ministry decides", lambda: request_where("approved"))
    assert decided.approved_amount_cents == request.amount_cents
    kinds = [row["type"] for row in running.journal("subsidies", str(case.candidate_id))]
    assert kinds.index("subsidy_assessed") < kinds.index("subsidy_requested") < kinds.index("subsidy_approved")
    note(pytestconfig, f"pair ready {running.start}; " + ", ".join(f"{w.what} {w.ms:.0f} ms" for w in wire.waits))


def test_a_hire_told_twice_is_hired_and_assessed_once(running: Running) -> None:
    case = Case()
    hire_told(running, case, monday_after(clock.today(), weeks=1), times=2)
    the_hire(running, case)
    last = Case()
    hire_told(running, last, monday_after(clock.today(), weeks=1))
    wait, key = running.wire().wait, str(last.candidate_id)
    wait("what came after is assessed", lambda: running.said("subsidies", key, "subsidy_assessed"))
    assert len(running.said("matching", str(case.candidate_id), "candidate_hired")) == 1
    measures = [row["data"]["measure"] for row in running.said("subsidies", str(case.candidate_id), "subsidy_assessed")]
    assert sorted(measures) == sorted(set(measures))


@pytest.mark.skipif(not containers_demanded(), reason="make test-containers")
def test_both_servers_are_the_containers_that_compose_describes(pair: Running, real: Servers) -> None:
    for name, port in (("kafka", pair.bootstrap.rpartition(":")[2]), ("postgres", urlsplit(real.admin_url).port)):
        seen = subprocess.run(
            ["docker", "ps", "--filter", f"publish={port}", "--format", "{{.Image}}"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert seen.stdout.split() == [compose.image(name)]
