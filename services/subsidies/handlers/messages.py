"""What a ministry says counts once, by the id it chose, for ever."""

import hashlib
import json
from collections.abc import Mapping
from uuid import UUID

from services.subsidies import store
from services.subsidies.domain.request import SentBy
from services.subsidies.store import MinistryMessage
from shared.db import Tx
from shared.errors import Invalid, Problem, Refused


class MessageIdReused(Invalid):
    """The ministry used this id before, for something else."""


class MinistryConnected(Refused):
    """The ministry gives its answers itself: nobody enters them for it."""


def check_on_paper(sent_by: SentBy | None) -> None:
    """Raises MinistryConnected unless it went out as a dossier."""
    if sent_by != "dossier":
        raise MinistryConnected(
            Problem("", "ministry_connected", "Ce ministère répond lui-même ; sa réponse arrivera toute seule.",
                    "This ministry answers by itself; its answer will arrive on its own.")
        )  # fmt: skip


def is_repeated(tx: Tx, ministry: str, kind: str, message_id: str, about: UUID, content: Mapping[str, object]) -> bool:
    """Whether this very message was taken before. Locks its id. Raises MessageIdReused."""
    tx.lock(f"{kind}/{ministry}/{message_id}")
    known = store.find_message(tx, ministry, kind, message_id)
    if known is None:
        return False
    if known.about != about or known.content_hash != hash_of(content):
        raise MessageIdReused(
            Problem("", "message_id_reused", "Ce numéro a déjà servi pour autre chose.",
                    "This id was used before for something else.")
        )  # fmt: skip
    return True


def remember(tx: Tx, ministry: str, kind: str, message_id: str, about: UUID, content: Mapping[str, object]) -> None:
    store.add_message(tx, MinistryMessage(ministry, kind, message_id, about, hash_of(content), tx.now))


def hash_of(content: Mapping[str, object]) -> str:
    """Of all that was said: an erasure may take the words."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
