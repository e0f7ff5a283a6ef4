"""A span, and the ids that are computed rather than kept. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Literal
from uuid import UUID

Kind = Literal["internal", "server", "client", "producer", "consumer"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")


@dataclass(frozen=True, slots=True)
class Span:
    """One thing that was done. ``trace`` is the correlation id; moments are real time in nanoseconds since 1970.
    Attributes are ids, codes and numbers. ``error``: the class of what was raised. ``link``: a trace and span of
    somebody else's."""

    name: str
    kind: Kind
    trace: UUID
    id: int
    parent: int | None
    began_ns: int
    ended_ns: int
    attributes: Mapping[str, str | int] = field(default_factory=dict)
    error: str | None = None
    link: tuple[int, int] | None = None


def of_transaction(service: str, correlation_id: UUID, now: datetime) -> int:
    """The span of the transaction of ``service`` that stands for the moment ``now`` (programme time). What it published
    carries all three in its envelope, so whoever reads an event knows the span that said it."""
    microseconds = (now - EPOCH) // timedelta(microseconds=1)
    said = f"{service}/{correlation_id.hex}/{microseconds}".encode()
    return int.from_bytes(blake2b(said, digest_size=8).digest()) or 1


def of_event(event_id: UUID) -> int:
    """The span in which an event was sent; the parent of everything that handles it."""
    return (event_id.int & 0xFFFF_FFFF_FFFF_FFFF) or 1


def traceparent(trace: UUID, span: int) -> str:
    """W3C Trace Context, level 1 § 3.2."""
    return f"00-{trace.hex}-{span:016x}-01"


def read_traceparent(given: str | None) -> tuple[int, int] | None:
    """Trace and span; None of what does not follow the specification, or is all zeros."""
    found = _TRACEPARENT.fullmatch(given or "")
    trace, span = (int(part, 16) for part in found.groups()) if found else (0, 0)
    return (trace, span) if trace and span else None
