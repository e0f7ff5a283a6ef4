"""What a person sees of what waits, and does about it: keys whose events wait (messaging/waiting.py) and timers that
failed until they were parked, told alike to the command line, the API and the portal's Health page."""

import re

from shared.db import Tx
from shared.messaging import waiting
from shared.messaging.waiting import WaitingKey
from shared.waiting_words import TIMER, TIMER_FAILED

DECIDES = re.compile(r"[a-z_]+:[A-Za-z0-9._-]+")
"""Who decides: a role and an id, never a name."""


def list_all(tx: Tx, state: str | None = None, limit: int | None = None) -> list[WaitingKey]:
    """Keys that wait, or are parked, and after them timers that are parked, longest first; all unless ``limit``."""
    keys = waiting.list_keys(tx, state, limit)
    return keys if state == "waiting" else [*keys, *_parked_timers(tx, limit)]


def count_timers(tx: Tx) -> int:
    return int(tx.value("SELECT count(*) FROM timers WHERE parked_at IS NOT NULL"))


def _parked_timers(tx: Tx, limit: int | None) -> list[WaitingKey]:
    return tx.rows(
        WaitingKey,
        """SELECT key, 'parked' AS state, parked_at AS since, extract(epoch FROM now() - parked_at)::float AS waits_s,
                  parked_at AS next_at, failures AS attempts, failures, NULL::text AS waits_for, %(fr)s AS why_fr,
                  %(en)s AS why_en, error, 0 AS events, id AS first_id, %(timer)s || kind AS first_type,
                  due_at AS first_at
           FROM timers WHERE parked_at IS NOT NULL ORDER BY parked_at, id LIMIT %(limit)s""",
        {"fr": TIMER_FAILED.fr, "en": TIMER_FAILED.en, "timer": TIMER, "limit": limit},
    )


def resume(tx: Tx, key: str, by: str) -> int:
    """Try everything of a key again now: how many events and timers. Raises NotFound."""
    tx.lock(key)
    timers = tx.run(
        "UPDATE timers SET parked_at = NULL, failures = 0, retry_at = NULL WHERE key = %s AND parked_at IS NOT NULL",
        (key,),
    )
    if timers and waiting.state_of(tx, key) is None:
        waiting.note(tx, key, "resumed", by, None)
        return timers
    return timers + waiting.resume(tx, key, by)
