"""Every metric of a process, in one registry. Labels are codes and templates: never a name, an id or an asked path."""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

HTTP_REQUESTS = Counter(
    "interconnexion_http_requests", "Requests answered", ("route", "method", "status"), registry=REGISTRY
)
HTTP_SECONDS = Histogram(
    "interconnexion_http_request_seconds", "Time to answer", ("route", "method"), buckets=_SECONDS, registry=REGISTRY
)
EVENTS_HANDLED = Counter(
    "interconnexion_events_handled", "Events received, by outcome", ("consumer", "type", "result"), registry=REGISTRY
)
BACKLOGS = Counter(
    "interconnexion_backlogs",
    "Batches of a backlog: received together, passed over because all was known, or taken apart",
    ("consumer", "result"),
    registry=REGISTRY,
)
EVENT_SECONDS = Histogram(
    "interconnexion_event_seconds", "Time to handle", ("consumer", "type"), buckets=_SECONDS, registry=REGISTRY
)
LAG = Gauge("interconnexion_lag", "Messages not yet taken", ("topic", "partition"), registry=REGISTRY)
OLDEST_UNPROCESSED_SECONDS = Gauge(
    "interconnexion_oldest_unprocessed_seconds",
    "Age of the oldest message not yet handled; how long nothing was handled, when none could even be taken",
    ("topic",),
    registry=REGISTRY,
)
OFFSET_JUMPS = Counter(
    "interconnexion_offset_jumps", "Messages were passed over", ("topic", "partition"), registry=REGISTRY
)
OFFSETS_AGAIN = Counter(
    "interconnexion_offsets_again", "Messages that came again", ("topic", "partition"), registry=REGISTRY
)
OUTBOX_ROWS = Gauge("interconnexion_outbox_rows", "Events not yet sent", registry=REGISTRY)
OUTBOX_OLDEST_SECONDS = Gauge("interconnexion_outbox_oldest_seconds", "Age of the oldest of them", registry=REGISTRY)
RELAY_LOCK_HELD = Gauge(
    "interconnexion_relay_lock_held", "1: this process is the relay of its service", ("service",), registry=REGISTRY
)
WAITING_KEYS = Gauge("interconnexion_waiting_keys", "Keys that wait for a fact or a retry", registry=REGISTRY)
PARKED_KEYS = Gauge("interconnexion_parked_keys", "Keys that wait for a person", registry=REGISTRY)
OLDEST_UNHANDLED_SECONDS = Gauge(
    "interconnexion_oldest_unhandled_seconds", "Age of the oldest waiting or parked key", registry=REGISTRY
)
PARKED_TIMERS = Gauge("interconnexion_parked_timers", "Timers that failed too often", registry=REGISTRY)
VERSION_JUMPS = Counter("interconnexion_version_jumps", "A version of a subject was skipped", registry=REGISTRY)
VERSION_INVERSIONS = Counter("interconnexion_version_inversions", "A version came after a later one", registry=REGISTRY)
WEBHOOK_ATTEMPTS = Counter(
    "interconnexion_webhook_attempts", "Attempts to deliver, by outcome", ("endpoint", "result"), registry=REGISTRY
)
WEBHOOK_DELIVERIES = Gauge(
    "interconnexion_webhook_deliveries",
    "Webhook messages: pending, those of them that failed before, exhausted",
    ("endpoint", "state"),
    registry=REGISTRY,
)
WEBHOOK_ENDPOINT_GONE = Gauge(
    "interconnexion_webhook_endpoint_gone", "1: said 410, nothing is sent to it", ("endpoint",), registry=REGISTRY
)
LOG_LINES_HELD_BACK = Counter(
    "interconnexion_log_lines_held_back", "Log lines of a kind that came too often", ("logger",), registry=REGISTRY
)
SPANS_DROPPED = Counter("interconnexion_spans_dropped", "Spans that could not be written", registry=REGISTRY)


def exposition() -> bytes:
    """The text that /metrics answers."""
    return generate_latest(REGISTRY)
