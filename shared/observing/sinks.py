"""Where spans go: a file of OTLP/JSON lines that a collector's otlpjsonfile receiver and ``python -m deploy.traces``
read, or an OpenTelemetry collector over HTTP (the extra ``traces``; every OTEL_* variable is the SDK's)."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shared import metrics
from shared.observing.spans import Span
from shared.settings import Settings

Write = Callable[[Span], None]
Close = Callable[[], None]
_KINDS = {"internal": 1, "server": 2, "client": 3, "producer": 4, "consumer": 5}
_ERROR = 2


class TracesNotPossible(RuntimeError):
    """OTEL_EXPORTER_OTLP_ENDPOINT is set, and the packages that can send there are not installed."""


def sink_of(process: str, settings: Settings) -> tuple[Write | None, Close]:
    """What writes a span (None when nothing is to be written), and what sends the last of them at the end of the
    process. Raises TracesNotPossible."""
    if settings.otel_exporter_otlp_endpoint:
        return _to_collector(process)
    return (_to_file(process, settings.traces_file) if settings.traces_file else None), _nothing


def _nothing() -> None:
    return None


def _to_file(process: str, file: Path) -> Write:
    """One line a span, at one stroke: all processes of an installation append to one file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def write(span: Span) -> None:
        try:
            os.write(descriptor, otlp_line(process, span).encode())
        except OSError:  # a full disk must not stop the service
            metrics.SPANS_DROPPED.inc()

    return write


def otlp_line(process: str, span: Span) -> str:
    """OTLP 1.x, JSON encoding: ids in hexadecimal, 64-bit numbers as text."""
    said: dict[str, Any] = {
        "traceId": span.trace.hex,
        "spanId": f"{span.id:016x}",
        "name": span.name,
        "kind": _KINDS[span.kind],
        "startTimeUnixNano": str(span.began_ns),
        "endTimeUnixNano": str(span.ended_ns),
        "attributes": [_attribute(key, value) for key, value in span.attributes.items()],
    }
    if span.parent:
        said["parentSpanId"] = f"{span.parent:016x}"
    if span.link:
        said["links"] = [{"traceId": f"{span.link[0]:032x}", "spanId": f"{span.link[1]:016x}"}]
    if span.error:
        said["status"] = {"code": _ERROR, "message": span.error}
    resource = {"attributes": [_attribute("service.name", process)]}
    scoped = {"scope": {"name": "interconnexion"}, "spans": [said]}
    return json.dumps({"resourceSpans": [{"resource": resource, "scopeSpans": [scoped]}]}) + "\n"


def _attribute(key: str, value: str | int) -> dict[str, Any]:
    return {"key": key, "value": {"stringValue": value} if isinstance(value, str) else {"intValue": str(value)}}


def _to_collector(process: str) -> tuple[Write, Close]:
    try:
        from shared.observing.collector import Collector  # OpenTelemetry's SDK: loaded by whoever asks for it alone
    except ImportError as missing:
        raise TracesNotPossible(
            "OTEL_EXPORTER_OTLP_ENDPOINT est réglé : installez l'extra « traces ». · "
            "OTEL_EXPORTER_OTLP_ENDPOINT is set: install the extra “traces”."
        ) from missing
    collector = Collector(process)
    return collector.write, collector.close
