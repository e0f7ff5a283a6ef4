"""Tries waiting keys again: the same handlers, the same lock on the key, one transaction per event."""

from typing import Any

import psycopg

from shared.db import Cause, Tx, transaction_on
from shared.errors import NotYet
from shared.messaging import waiting
from shared.messaging.inbox import Inbox, Outcome, log_problem, reason, unusable
from shared.messaging.waiting import WaitingEvent

Connection = psycopg.Connection[Any]


def retry_due_keys(conn: Connection, inbox: Inbox, limit: int = 50) -> dict[str, Outcome]:
    """Work through the keys that are due. Raises only when the database cannot be used."""
    with transaction_on(conn, inbox.service, Cause()) as tx:
        keys = waiting.due_keys(tx, limit)
    return {key: retry_key(conn, inbox, key) for key in keys}


def retry_key(conn: Connection, inbox: Inbox, key: str) -> Outcome:
    """Work off one key's queue in order until it is empty or something in it cannot be handled."""
    outcome = Outcome.DUPLICATE
    while True:
        with transaction_on(conn, inbox.service, Cause()) as tx:
            tx.lock(key)
            event = _next_event(tx, key)
        if event is None:
            return outcome
        outcome = _attempt(conn, inbox, event)
        if outcome is not Outcome.HANDLED:
            return outcome


def _next_event(tx: Tx, key: str) -> WaitingEvent | None:
    """The first event of the queue; or, when that one waits for a fact which has come in behind it, that fact (after
    earlier events of the fact's own subject, so that versions stay in order)."""
    if not waiting.is_due(tx, key):
        return None
    queue = waiting.queue_of(tx, key)
    if not queue:
        return None
    wanted = tx.value("SELECT waits_for FROM waiting_keys WHERE key = %s", (key,))
    fact = next((e for e in queue[1:] if e.type == wanted), None)
    if fact is None:
        return queue[0]
    return next(e for e in queue if e.subject == fact.subject and e.publisher == fact.publisher)


def _attempt(conn: Connection, inbox: Inbox, event: WaitingEvent) -> Outcome:
    envelope = event.envelope()
    try:
        with inbox.transaction(conn, envelope) as tx:
            tx.lock(event.key)
            if not tx.value(
                "SELECT 1 FROM waiting_events WHERE position = %s AND data IS NOT DISTINCT FROM %s FOR UPDATE",
                (event.position, event.data),
            ):
                return Outcome.DUPLICATE  # another worker, or a person who corrected it, was faster
            inbox.handle(tx, envelope)
            waiting.handled(tx, event)
            tx.result = "handled_later"
            return Outcome.HANDLED
    except Exception as problem:  # as in inbox.py: whatever the fault, the event stays kept
        if unusable(conn, problem):
            raise
        with transaction_on(conn, inbox.service, Cause()) as tx:
            tx.lock(event.key)
            waiting.tried(tx, event.key, reason(problem))
        log_problem(envelope, problem)
        return Outcome.WAITING if isinstance(problem, NotYet) else Outcome.FAILED
