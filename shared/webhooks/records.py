"""Where messages go, and one message."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Endpoint:
    """A receiver. ``secrets`` (``whsec_…``, newest first): each signs, so a receiver can change keys without a gap.
    ``inside`` is for receivers the operator configured, which may have a private address; a URL that a partner typed
    in must be public https."""

    url: str
    secrets: tuple[str, ...] = field(repr=False)
    inside: bool = False


@dataclass(frozen=True)
class Delivery:
    """One message: ``id`` stays the same at each attempt, so the receiver can recognise it. ``body`` is None after an
    erasure. Times are PostgreSQL's."""

    id: UUID
    endpoint: str
    type: str
    about: str
    body: str | None
    state: str  # pending | delivered | exhausted
    attempts: int
    next_at: datetime
    last_status: int | None
    last_error: str | None
    created_at: datetime
    correlation_id: UUID


@dataclass(frozen=True)
class Attempt:
    """One try: the HTTP status, or a code for what prevented one."""

    delivery_id: UUID
    number: int
    at: datetime
    status: int | None
    error: str | None
    ms: int


@dataclass(frozen=True)
class EndpointState:
    """How delivery to one receiver stands. ``failing``: pending messages whose last attempt failed; ``gone``: it said
    410; ``oldest_s``: age of the oldest pending one in seconds; ``last_error``: a code."""

    endpoint: str
    pending: int
    failing: int
    exhausted: int
    gone: bool
    oldest_s: float | None
    last_error: str | None
