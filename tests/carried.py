"""What a run really carried: every message, as the topics hold it, and who handled what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shared.events.base import Envelope


@dataclass(frozen=True, order=True)
class Handled:
    """A service's handler took in an event of this type, to its end. ``place``: ``handlers.facts:assess_subsidies``, or
    nothing where only the service is known."""

    type: str
    service: str
    place: str = ""


@dataclass
class Carried:
    messages: list[Envelope] = field(default_factory=list)
    handled: set[Handled] = field(default_factory=set)

    def said(self) -> set[tuple[str, str]]:
        """(type, service that published it)."""
        return {(each.type, each.publisher) for each in self.messages}

    def heard(self) -> set[tuple[str, str]]:
        """(type, service that handled it)."""
        return {(each.type, each.service) for each in self.handled}

    @classmethod
    def together(cls, runs: Iterable["Carried"]) -> "Carried":
        whole = cls()
        for run in runs:
            whole.messages += run.messages
            whole.handled |= run.handled
        return whole


def headers_of(envelope: Envelope) -> Mapping[str, str]:
    """The Kafka headers as text."""
    return {name: value.decode() for name, value in envelope.headers()}
