"""One referral is followed across services: whatever a command led to is one trace, each part under what caused it, and
nobody is named in it."""

from collections import Counter
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from deploy.local.demo.script import STEPS
from deploy.local.demo.tale import Tale
from deploy.traces.reading import Seen, read, traces_about
from deploy.traces.tree import tree
from shared.observing.spans import of_event, of_transaction
from tests.flows.running import Running, live

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("system")]
SERVER, CLIENT, PRODUCER, CONSUMER = 2, 3, 4, 5


def test_one_referral_is_followed_across_services_and_nobody_is_named(running: Running) -> None:
    tale = running.tell()
    canaries = [f"Canarie{uuid4().hex[:6]}", f"Serin{uuid4().hex[:6]}", "514-555-0187"]
    tale.person = replace(tale.person, given_name=canaries[0], family_name=canaries[1], phone=canaries[2])
    live(tale, STEPS)
    trace = command(tale, "/choice")
    journal = [row | {"service": name} for name in running.databases for row in rows(running, name, trace)]
    wanted = {of_event(row["event_id"]) for row in journal}
    tale.wire.wait("its trace is whole", lambda: wanted <= {int(s.id, 16) for s in spans_of(running, trace)} and {
        "portal-worker", "retention-worker", "subsidies-worker", "intake-worker"
    } <= {s.service for s in spans_of(running, trace) if s.kind == CONSUMER})  # fmt: skip
    spans = spans_of(running, trace)

    assert {span.service.removesuffix("-worker") for span in spans} == {*running.databases}
    by_id = {span.id: span for span in spans}
    (root,) = [span for span in spans if span.parent is None]
    assert root.name.startswith("POST /v1/")
    assert root.name.endswith("/choice")
    assert [span for span in spans if span.parent and span.parent not in by_id] == [], "a parent is missing"
    assert all(by_id[span.parent].began_ms <= span.began_ms for span in spans if span.parent)
    for row in journal:  # every fact was sent by the transaction that said it
        sent = by_id[f"{of_event(row['event_id']):016x}"]
        said_by = of_transaction(row["service"], trace, row["occurred_at"])
        assert (sent.kind, sent.parent) == (PRODUCER, f"{said_by:016x}")
        assert by_id[f"{said_by:016x}"].service.startswith(row["service"])
    for span in spans:
        if span.kind == CONSUMER:
            assert span.parent is not None
            assert by_id[span.parent].attributes["messaging.message.id"] == span.attributes["messaging.message.id"]
    lines = list(tree(spans))
    assert len(lines) == len(spans)
    assert not [line for line in lines if line.startswith("?")]

    of_the_case = traces_about(everything(running), tale.candidate_id)
    assert len(of_the_case) > 10, "each command about her began one"
    kinds = Counter(span.kind for spans in of_the_case.values() for span in spans)
    assert kinds[CLIENT] >= 1, "the notice to the ministry"
    assert any(span.name.startswith("webhook ") for spans in of_the_case.values() for span in spans)
    text = (running.stack.folder / "traces.jsonl").read_text().lower()
    assert tale.candidate_id in text, "the search reads what is there"
    companies = [company.name for company in tale.companies]
    assert [canary for canary in (*canaries, *companies) if canary.lower() in text] == []
    exposed = "".join(metrics_of(running, service) for service in running.databases).lower()
    assert 'interconnexion_events_handled_total{consumer="portal"' in exposed, "the search reads what is there"
    assert [canary for canary in (*canaries, *companies, tale.candidate_id) if canary.lower() in exposed] == []


def metrics_of(running: Running, service: str) -> str:
    """What its worker tells Prometheus."""
    port = running.stack.env[f"{service.upper()}_WORKER_PORT"]
    return httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=5, trust_env=False).text


def command(tale: Tale, path: str) -> UUID:
    """The correlation id of the command at ``path``: the id of its trace."""
    return UUID(str(next(said for said in tale.wire.said if said.path.endswith(path)).correlation_id))


def rows(running: Running, service: str, trace: UUID) -> list[dict[str, Any]]:
    return running.rows(service, "SELECT event_id, occurred_at FROM journal WHERE correlation_id = %s", trace)


def everything(running: Running) -> list[Seen]:
    return read(running.stack.folder / "traces.jsonl")


def spans_of(running: Running, trace: UUID) -> list[Seen]:
    return traces_about(everything(running), str(trace)).get(trace.hex, [])
