"""``interconnexion outbox``: what each service has said and the broker has not yet, and whether a relay sends it."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated

import typer

from shared.db import Tx
from shared.messaging.relay import RELAY_LOCK
from shared.operators.fixing import PUBLISHED
from shared.operators.places import Service, ask_each
from shared.operators.screen import AsJson, Exit, leave_when_away, show_rows

PUBLISHERS = tuple(module.__name__.rpartition(".")[2] for module in PUBLISHED)
OLDER_THAN_S = 60.0
COLUMNS = {
    "service": "service",
    "rows": "à envoyer / to send",
    "oldest_s": "plus ancien, s / oldest, s",
    "relays": "relais / relay holds the lock",
    "last_published_at": "dernier parti / last published",
}
OlderThan = Annotated[
    float, typer.Option("--older-than", min=0, help="Sortie 1 si le plus ancien l'est plus / exit 1 beyond, seconds.")
]


@dataclass(frozen=True)
class OutboxLine:
    """``oldest_s``: seconds since the oldest row was written; ``relays``: sessions that hold the relay's lock (1 is
    right); ``last_published_at``: when the newest event that went out had been written."""

    service: str
    rows: int
    oldest_s: float | None
    relays: int
    last_published_at: datetime | None


def outbox(service: Service = "", older_than: OlderThan = OLDER_THAN_S, as_json: AsJson = False) -> None:
    """Ce qui reste à envoyer. / What is still to send, per service; exit 1 when the oldest is older than allowed."""
    rows, away = ask_each(service, lambda tx: [asdict(look(tx))] if tx.service in PUBLISHERS else [])
    show_rows(rows, COLUMNS, "Ce service ne publie rien. / This service publishes nothing.", as_json=as_json)
    leave_when_away(away, as_json=as_json)
    if any((row["oldest_s"] or 0) > older_than for row in rows):
        raise typer.Exit(Exit.ATTENTION)


def look(tx: Tx) -> OutboxLine:
    rows, oldest, first = tx.conn.execute(
        """SELECT count(*), extract(epoch FROM now() - min(written_at))::float, min(position)
           FROM outbox JOIN journal USING (position)"""
    ).fetchone() or (0, None, None)
    last = tx.value(
        "SELECT written_at FROM journal WHERE %(first)s::bigint IS NULL OR position < %(first)s ORDER BY position DESC"
        " LIMIT 1",
        {"first": first},
    )
    return OutboxLine(tx.service, rows, oldest, relays(tx), last)


def relays(tx: Tx) -> int:
    """How many sessions hold this database's relay lock."""
    return int(
        tx.value(
            """SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = %s AND objid = %s
               AND objsubid = 2 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())""",
            RELAY_LOCK,
        )
    )
