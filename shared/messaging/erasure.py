"""Forget a case in the kernel's own tables. The service deletes its own rows beside it."""

from shared.db import Tx
from shared.http.idempotency import forget_answers


def forget_case(tx: Tx, key: str) -> None:
    """Remove the payloads of all that was journalled, waits, was discarded or answered about a key, and its timers.
    Ids, types and versions stay, so that counts and version chains stay whole. Publish ``CandidateErased`` after it.
    """
    tx.lock(key)
    tx.run("UPDATE journal SET data = NULL WHERE key = %s AND data IS NOT NULL", (key,))
    tx.run("DELETE FROM waiting_keys WHERE key = %s", (key,))
    tx.run("UPDATE waiting_decisions SET data = NULL WHERE key = %s", (key,))
    tx.run("DELETE FROM timers WHERE key = %s", (key,))
    forget_answers(tx, key)
