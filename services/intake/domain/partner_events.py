"""Events of partners' systems (CloudEvents 1.0): which content one (partner, source, id) stands for, for ever."""

import hashlib
import json
from typing import Any

from shared.errors import Invalid, Problem


class EventIdReused(Invalid):
    """The same source and id came with another content: it is another fact, so it needs another id."""


def event_id_reused() -> EventIdReused:
    return EventIdReused(
        Problem(
            "/id",
            "event_id_reused",
            "Cet identifiant a déjà servi, avec la même source, pour un autre contenu : donnez-en un nouveau.",
            "This id came before, from the same source, with another content: give a new one.",
        )
    )


def event_hash(source: str, event_id: str) -> str:
    """What is kept of a partner's own words for an event: free text that might name somebody is not."""
    return _sha256([source, event_id])


def content_hash(type_: str, data: Any) -> str:
    """Of the fact itself; the order of its fields, and the moment or way in which it was sent, do not matter."""
    return _sha256([type_, data])


def _sha256(value: Any) -> str:
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()
