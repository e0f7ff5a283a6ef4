"""A read model is made anew from the owners' journals while the old one serves, and takes its place in one transaction
(docs/decisions/0007). A service that has one says so in its module ``rebuild.py``."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from shared.db import Tx
from shared.messaging.inbox import Subscription


@dataclass(frozen=True)
class ReadModel:
    """``tables``: all that handlers of ``consumes`` write. ``finish`` runs once, just before the new tables take the
    old ones' place: unqualified names are the new tables, ``public.`` the old; nothing is received meanwhile."""

    service: str
    consumes: tuple[Subscription, ...]
    tables: tuple[str, ...]
    finish: Callable[[Tx], None]

    @property
    def publishers(self) -> list[str]:
        return sorted({line.event.publisher for line in self.consumes})


def read_model_of(service: str) -> ReadModel:
    """Raises ModuleNotFoundError for a service that has none."""
    model: ReadModel = import_module(f"services.{service}.rebuild").READ_MODEL
    return model


def replay_topic_of(publisher: str) -> str:
    """Where a service publishes its journal again, for rebuilds."""
    return f"{publisher}.replay"
