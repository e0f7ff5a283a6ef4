"""What every fact about a person leaves."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.portal.store import erasing, projection
from shared.db import Tx
from shared.events.base import Event


def record(tx: Tx, candidate_id: UUID, event: Event, *kept: str, **more: Any) -> None:
    """An entry in the person's timeline: the ``kept`` fields of the event and ``more`` (plain JSON), all that is needed
    to word it and nothing else."""
    facts = {**event.model_dump(mode="json", include=set(kept)), **more}
    projection.add_to_timeline(tx, candidate_id, event.type.split(".")[2], facts)
    erasing.keep_only_counts_of_erased(tx, candidate_id)
    projection.count_fact(tx, event.key)


def happened_at(tx: Tx) -> datetime:
    """When the fact being handled happened, in programme time."""
    assert tx.message is not None
    return tx.message.time


def version_of(tx: Tx) -> int:
    """The place of the fact being handled among those of its subject."""
    assert tx.message is not None
    return tx.message.version
