"""Looking at deliveries, and sending again: one, or a range."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.db import Tx
from shared.errors import NotFound
from shared.webhooks.deliveries import COLUMNS
from shared.webhooks.records import Attempt, Delivery


def list_deliveries(
    tx: Tx, *, endpoint: str | None = None, state: str | None = None, about: str | None = None, limit: int = 100
) -> list[Delivery]:
    """Newest first."""
    return tx.rows(
        Delivery,
        f"""SELECT {COLUMNS} FROM webhook_deliveries
            WHERE (%(endpoint)s::text IS NULL OR endpoint = %(endpoint)s)
              AND (%(state)s::text IS NULL OR state = %(state)s) AND (%(about)s::text IS NULL OR about = %(about)s)
            ORDER BY position DESC LIMIT %(limit)s""",
        {"endpoint": endpoint, "state": state, "about": about, "limit": limit},
    )


def list_attempts(tx: Tx, delivery_id: UUID) -> list[Attempt]:
    """In order."""
    return tx.rows(
        Attempt,
        "SELECT delivery_id, number, at, status, error, ms FROM webhook_attempts WHERE delivery_id = %s ORDER BY at",
        (delivery_id,),
    )


def replay(tx: Tx, delivery_ids: Sequence[UUID]) -> int:
    """Send these again with their ids, from the first attempt on; how many. Raises NotFound when one of them is
    unknown, or its body was erased."""
    touched = tx.run(
        """UPDATE webhook_deliveries SET state = 'pending', attempts = 0, next_at = now(), leased_until = NULL
           WHERE id = ANY(%s) AND body IS NOT NULL""",
        (list(delivery_ids),),
    )
    if touched != len(set(delivery_ids)):
        raise NotFound
    return touched


def replay_range(tx: Tx, endpoint: str, since: datetime, until: datetime) -> int:
    """Send again everything queued for ``endpoint`` in [since, until), PostgreSQL's time; how many."""
    return tx.run(
        """UPDATE webhook_deliveries SET state = 'pending', attempts = 0, next_at = now(), leased_until = NULL
           WHERE endpoint = %s AND created_at >= %s AND created_at < %s AND body IS NOT NULL""",
        (endpoint, since, until),
    )


def resume_endpoint(tx: Tx, endpoint: str) -> bool:
    """Send again to a receiver that had said 410; False when it had not."""
    return bool(tx.run("DELETE FROM webhook_endpoints_gone WHERE endpoint = %s", (endpoint,)))
