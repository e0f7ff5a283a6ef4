"""Spans to an OpenTelemetry collector, OTLP over HTTP. The only file that imports OpenTelemetry (extra ``traces``)."""

import threading

from opentelemetry import trace as api
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.util.instrumentation import InstrumentationScope

from shared.observing.spans import Span

CLOSE_WITHIN_S = 2.0


class Collector:
    """Sends batches in a thread of the SDK's; what does not fit its queue is dropped there and never waited for."""

    def __init__(self, process: str) -> None:
        self._processor = BatchSpanProcessor(OTLPSpanExporter())
        self._resource = Resource.create({"service.name": process})
        self._scope = InstrumentationScope("interconnexion")

    def write(self, span: Span) -> None:
        trace = span.trace.int
        self._processor.on_end(
            ReadableSpan(
                span.name,
                _context(trace, span.id),
                _context(trace, span.parent) if span.parent else None,
                self._resource,
                span.attributes,
                links=[api.Link(_context(*span.link))] if span.link else (),
                kind=api.SpanKind[span.kind.upper()],
                status=api.Status(api.StatusCode.ERROR, span.error) if span.error else api.Status(),
                start_time=span.began_ns,
                end_time=span.ended_ns,
                instrumentation_scope=self._scope,
            )
        )

    def close(self) -> None:
        """A collector that is away must not hold up the end of a process."""
        last = threading.Thread(target=self._processor.shutdown, daemon=True)
        last.start()
        last.join(CLOSE_WITHIN_S)


def _context(trace: int, span: int) -> api.SpanContext:
    return api.SpanContext(trace, span, is_remote=True, trace_flags=api.TraceFlags(api.TraceFlags.SAMPLED))
