"""Ids that are computed, what goes over HTTP, what is written where, and that nothing is when nothing is asked for."""

import json
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from starlette.types import Receive, Scope, Send

from deploy.traces.reading import Seen, read, traces_about
from deploy.traces.tree import tree
from shared import metrics
from shared.db import Cause, Tx
from shared.events.base import Envelope
from shared.http.edge import Edge
from shared.observing import sinks, spans, traces
from shared.observing.spans import Span, of_event, of_transaction, read_traceparent, traceparent
from shared.settings import Settings

NOW = datetime(2026, 3, 2, 14, 0, 0, 123456, tzinfo=UTC)
TRACE = UUID("0af76519-16cd-43dd-8448-eb211c80319c")


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """Traces are written here."""
    where = tmp_path / "traces.jsonl"
    traces.begin_traces("intake", Settings(service="intake", traces_file=where))
    yield where
    traces.begin_traces("intake", Settings(service="intake"))


@pytest.fixture(autouse=True)
def nothing_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TRACES_FILE", "OTEL_EXPORTER_OTLP_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)


def envelope(**more: Any) -> Envelope:
    made = Envelope(
        id=uuid4(), type="interconnexion.intake.candidate_admitted.v1", publisher="intake", subject="candidate/1",
        version=1, key=str(uuid4()), time=NOW, correlation_id=TRACE, causation_id=None, actor=None, data=b"{}",
    )  # fmt: skip
    return replace(made, **more)


def test_the_span_of_a_transaction_follows_from_what_its_events_say_of_themselves() -> None:
    read_elsewhere = datetime.fromisoformat(NOW.isoformat()).astimezone(UTC)
    assert of_transaction("intake", TRACE, NOW) == of_transaction("intake", TRACE, read_elsewhere)
    others = {
        of_transaction("matching", TRACE, NOW),
        of_transaction("intake", uuid4(), NOW),
        of_transaction("intake", TRACE, NOW + timedelta(microseconds=1)),
    }
    assert len(others | {of_transaction("intake", TRACE, NOW)}) == 4


def test_ids_never_are_zero_which_the_specification_forbids() -> None:
    assert of_event(UUID(int=1 << 64)) == 1
    assert all(of_event(uuid4()) for _ in range(100))


@pytest.mark.parametrize(
    "given",
    [None, "", "00", "00-" + "0" * 32 + "-" + "1" * 16 + "-01", "00-" + "1" * 32 + "-" + "0" * 16 + "-01",
     "ff-" + "1" * 32 + "-" + "1" * 16 + "-01", "00-" + "G" * 32 + "-" + "1" * 16 + "-01",
     "00-" + "1" * 32 + "-" + "1" * 16 + "-01-more", "00-" + "A" * 32 + "-" + "1" * 16 + "-01"],
)  # fmt: skip
def test_what_is_no_traceparent_is_nothing(given: str | None) -> None:
    assert read_traceparent(given) is None


def test_a_traceparent_is_read_as_it_is_written() -> None:
    assert traceparent(TRACE, 0xB7AD6B7169203331) == "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    assert read_traceparent(traceparent(TRACE, 5)) == (TRACE.int, 5)


# off


def test_nothing_is_done_unless_asked_for() -> None:
    sending = traces.Sending()
    assert sending.begin(envelope()) == ()
    sending.end()
    assert traces.answering(TRACE, None, "/v1/x") is None
    assert traces.delivering("subsidies", TRACE, NOW.isoformat()) is None
    assert traces.outgoing(TRACE) == {}
    tx = Tx(None, "intake", NOW, Cause())  # type: ignore[arg-type]  # nothing is asked of it
    assert traces.around(tx) is traces._NOTHING


# requests


async def _asks_another(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that says what it would send along."""
    said = json.dumps(dict(traces.outgoing(scope["state"]["correlation_id"]))).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": said})


async def ask(headers: dict[str, str], path: str = "/v1/people/7") -> dict[str, str]:
    edge = Edge(_asks_another, content_security_policy="default-src 'none'", strict_transport=False)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="http://here") as client:
        return dict((await client.get(path, headers=headers)).json())


async def test_a_partners_trace_is_linked_and_ours_is_the_parent(file: Path) -> None:
    partners = "00-11111111111111111111111111111111-2222222222222222-01"
    await ask({"traceparent": partners, "X-Correlation-ID": str(TRACE)})
    sent = await ask({"traceparent": traceparent(TRACE, 7), "X-Correlation-ID": str(TRACE)})
    await ask({"traceparent": "nonsense"})
    foreign, ours, alone = (json.loads(line) for line in file.read_text().splitlines())
    (span,) = foreign["resourceSpans"][0]["scopeSpans"][0]["spans"]
    assert span["traceId"] == TRACE.hex, "the trace is ours: a partner does not choose it"
    assert span["links"] == [{"traceId": "1" * 32, "spanId": "2" * 16}]
    assert "parentSpanId" not in span
    assert span["name"] == "GET unmatched", "the template, never the path that was asked for"
    (child,) = ours["resourceSpans"][0]["scopeSpans"][0]["spans"]
    assert (child["parentSpanId"], child.get("links")) == (f"{7:016x}", None)
    assert sent == {"traceparent": f"00-{TRACE.hex}-{child['spanId']}-01"}
    (last,) = alone["resourceSpans"][0]["scopeSpans"][0]["spans"]
    assert "links" not in last


async def test_probes_are_not_traced(file: Path) -> None:
    await ask({}, "/ready")
    assert file.read_text() == ""


# what is said


def test_a_key_that_is_no_id_and_a_message_that_is_none_of_ours_are_not_repeated(file: Path) -> None:
    sending = traces.Sending()
    sending.begin(envelope(key="Zyxwvut Khazzouni"))
    sending.begin(envelope(type="Zyxwvut", subject="Khazzouni", key="Zyxwvut-Khazzouni-Zyxwvut-Khazzouni-"))
    sending.end()
    text = file.read_text()
    assert len(text.splitlines()) == 2
    assert "Zyxwvut" not in text
    assert "Khazzouni" not in text


def test_the_file_is_read_back_and_drawn_as_a_tree(file: Path) -> None:
    event = envelope()
    said_by = of_transaction("intake", TRACE, NOW)
    sending = traces.Sending()
    assert dict(sending.begin(event)) == dict.fromkeys(
        ("traceparent", "ce_traceparent"), f"00-{TRACE.hex}-{event.id.hex[16:]}-01".encode()
    )
    sending.end()
    traces._note(Span("POST /v1/people", "server", TRACE, 5, None, 10**9, 2 * 10**9, {"http.route": "/v1/people"}))
    traces._note(Span("transaction", "internal", TRACE, said_by, 5, 10**9 + 10, 10**9 + 20, {}, "KeyError"))
    with file.open("a") as being_written:
        being_written.write('{"resourceSpans": [')
    found = read(file)
    assert [span.name for span in found] == ["POST /v1/people", "transaction", "send candidate_admitted"]
    assert set(traces_about(found, str(TRACE))) == set(traces_about(found, event.key)) == {TRACE.hex}
    assert traces_about(found, str(uuid4())) == {}
    shown = list(tree(found))
    assert shown[0].startswith("POST /v1/people ")
    assert shown[1].startswith("└─ transaction ")
    assert shown[1].endswith("!KeyError")
    assert shown[2].startswith("   └─ send candidate_admitted ")


def test_a_tree_shows_a_span_whose_parent_is_missing_and_ends_in_a_ring() -> None:
    def seen(id_: str, parent: str | None) -> Seen:
        return Seen("t", id_, parent, id_, 1, "intake", 0.0, 1.0, {}, None)

    assert [line.split()[0] for line in tree([seen("a", None), seen("b", "gone")])] == ["a", "?"]
    assert len(list(tree([seen("a", None), seen("a", "a")]))) <= 4


def test_a_full_disk_does_not_stop_the_service() -> None:
    write = sinks._to_file("intake", Path("/dev/full"))
    before = _dropped()
    write(Span("x", "internal", TRACE, 1, None, 1, 2))
    assert _dropped() == before + 1


def _dropped() -> float:
    return float(metrics.SPANS_DROPPED._value.get())


# to a collector


class Collector:
    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                collector.received.append(({**self.headers, "path": self.path}, body))
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def test_a_collector_receives_the_same_span_over_otlp(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{collector.server.server_port}")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=ours")
    write, close = sinks.sink_of("intake-worker", Settings(service="intake"))
    assert write is not None
    span = Span(
        "handle candidate_hired", "consumer", TRACE, 0xABC, 0xDEF, 10, 20, {"interconnexion.result": "handled", "n": 3},
        "KeyError", (1, 2),
    )  # fmt: skip
    write(span)
    close()  # as at the end of the process: what is queued is sent
    ((headers, body),) = collector.received
    headers = {name.lower(): value for name, value in headers.items()}
    assert (headers["path"], headers["x-tenant"]) == ("/v1/traces", "ours")
    (resource,) = ExportTraceServiceRequest.FromString(body).resource_spans
    assert {a.key: a.value.string_value for a in resource.resource.attributes}["service.name"] == "intake-worker"
    (sent,) = resource.scope_spans[0].spans
    assert (sent.trace_id.hex(), sent.span_id.hex(), sent.parent_span_id.hex()) == (
        TRACE.hex,
        f"{0xABC:016x}",
        f"{0xDEF:016x}",
    )
    assert (sent.name, sent.kind, sent.start_time_unix_nano, sent.end_time_unix_nano) == (span.name, 5, 10, 20)
    assert {a.key for a in sent.attributes} == {"interconnexion.result", "n"}
    assert (sent.status.code, sent.status.message) == (2, "KeyError")
    assert sent.links[0].span_id.hex() == f"{2:016x}"

    written = json.loads(sinks.otlp_line("intake-worker", span))["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
    assert (written["traceId"], written["spanId"], written["kind"]) == (sent.trace_id.hex(), sent.span_id.hex(), 5)
    assert written["parentSpanId"] == sent.parent_span_id.hex()


def test_without_the_packages_a_process_says_so_and_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.delitem(sys.modules, "shared.observing.collector", raising=False)
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(sinks.TracesNotPossible, match="extra “traces”"):
        sinks.sink_of("intake", Settings(service="intake"))


def test_the_kinds_are_those_of_the_specification() -> None:
    assert set(sinks._KINDS) == set(spans.Kind.__args__)  # type: ignore[attr-defined]
