"""Event, envelope and registry. On the wire an event is CloudEvents 1.0, Kafka binary mode: attributes in ``ce_*``
headers, JSON in the value, the case in the Kafka key."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

REGISTRY: dict[str, type["Event"]] = {}
Headers = Iterable[tuple[str, bytes]]


class Payload(BaseModel):
    """A part of an event. Reading is lenient: unknown fields are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Event(Payload):
    """One fact, past tense, naming nobody.

    ``class CandidateHired(Event, publisher="matching", key="candidate_id", subject="hire_id")``: ``key`` is the field
    whose value is the case (the Kafka key), ``subject`` the field that identifies the aggregate whose versions count.
    """

    type: ClassVar[str]
    publisher: ClassVar[str]
    key_field: ClassVar[str]
    subject_field: ClassVar[str]

    def __init_subclass__(cls, *, publisher: str, key: str, subject: str, version: int = 1) -> None:
        super().__init_subclass__()  # pydantic reads the fields later: __pydantic_init_subclass__ does the work

    @classmethod
    def __pydantic_init_subclass__(cls, *, publisher: str, key: str, subject: str, version: int = 1) -> None:  # type: ignore[override]  # the keywords are the declaration
        snake = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        cls.type = f"interconnexion.{publisher}.{snake}.v{version}"
        cls.publisher, cls.key_field, cls.subject_field = publisher, key, subject
        for field in (key, subject):
            if field not in cls.model_fields:
                raise TypeError(f"{cls.__name__} has no field {field!r}")
        REGISTRY[cls.type] = cls

    @property
    def key(self) -> str:
        """The case: all facts with one key stay in order on a topic, and are handled one at a time."""
        return str(getattr(self, self.key_field))

    @property
    def subject(self) -> str:
        """``hire/<id>``: the aggregate; its published versions are 1, 2, 3 … without gap."""
        return f"{self.subject_field.removesuffix('_id')}/{getattr(self, self.subject_field)}"


class NotAnEnvelope(ValueError):
    """The headers are not those of one of our events."""


class UnreadableEvent(ValueError):
    """A consumed event that this version of the code cannot read."""


class NewerEvent(UnreadableEvent):
    """A consumed event in a major version that this version of the code does not know."""


@dataclass(frozen=True)
class Envelope:
    """What stands around an event: CloudEvents attributes and our extensions. ``time`` is programme time (UTC)."""

    id: UUID
    type: str
    publisher: str
    subject: str
    version: int
    key: str
    time: datetime
    correlation_id: UUID
    causation_id: UUID | None
    actor: str | None
    data: bytes | None

    @property
    def topic(self) -> str:
        return topic_of(self.publisher)

    def event(self) -> Event | None:
        """The event itself; None when its type is unknown here, or its payload was erased. Raises UnreadableEvent,
        which says which fields are wrong and nothing of what they hold."""
        known = REGISTRY.get(self.type)
        if known is None or self.data is None:
            return None
        try:
            return known.model_validate_json(self.data)
        except ValidationError as unfit:
            wrong = sorted({f"{(*error['loc'], 'all')[0]} {error['type']}" for error in unfit.errors()})
        raise UnreadableEvent("; ".join(wrong))  # out here: whoever logs it must not find the payload behind it

    def headers(self) -> list[tuple[str, bytes]]:
        """Kafka headers, CloudEvents Kafka protocol binding 1.0.2 § 3.2 (binary content mode)."""
        pairs = {
            "ce_specversion": "1.0",
            "ce_id": str(self.id),
            "ce_source": f"/services/{self.publisher}",
            "ce_type": self.type,
            "ce_subject": self.subject,
            "ce_time": self.time.isoformat(),
            "ce_version": str(self.version),
            "ce_correlationid": str(self.correlation_id),
            "content-type": "application/json",
        }
        if self.causation_id:
            pairs["ce_causationid"] = str(self.causation_id)
        if self.actor:
            pairs["ce_actor"] = self.actor
        return [(name, value.encode()) for name, value in pairs.items()]


def read_envelope(key: bytes | None, headers: Headers | Mapping[str, bytes], value: bytes | None) -> Envelope:
    """The envelope of one Kafka message. Raises NotAnEnvelope with the reason."""
    pairs = {name: raw.decode() for name, raw in (headers.items() if isinstance(headers, Mapping) else headers)}
    try:
        causation = pairs.get("ce_causationid")
        return Envelope(
            id=UUID(pairs["ce_id"]),
            type=pairs["ce_type"],
            publisher=pairs["ce_source"].removeprefix("/services/"),
            subject=pairs["ce_subject"],
            version=int(pairs["ce_version"]),
            key=(key or b"").decode(),
            time=datetime.fromisoformat(pairs["ce_time"]),
            correlation_id=UUID(pairs["ce_correlationid"]),
            causation_id=UUID(causation) if causation else None,
            actor=pairs.get("ce_actor"),
            data=value or None,
        )
    except (KeyError, ValueError) as wrong:
        raise NotAnEnvelope(f"not one of our events: {wrong!r}") from wrong


def topic_of(publisher: str) -> str:
    """The topic on which a service publishes."""
    return f"{publisher}.events"
