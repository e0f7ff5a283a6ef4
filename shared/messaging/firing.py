"""Fires the timers that have come due in programme time: each once, in the transaction that acts on it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg

from shared import clock
from shared.db import Cause, transaction_on
from shared.log import get_logger
from shared.messaging.inbox import reason, unusable
from shared.timers import Due, Timer

FAILURES_BEFORE_PARKING = 5
log = get_logger()


def fire_due_timers(
    conn: psycopg.Connection[Any],
    service: str,
    timers: tuple[Timer, ...],
    wake: Callable[[], None] | None = None,
    limit: int = 100,
) -> int:
    """Fire what is due, oldest first; the number looked at. Raises only when the database cannot be used."""
    handlers = {timer.kind: timer.handler for timer in timers}
    with transaction_on(conn, service, Cause()) as tx:
        due = tx.conn.execute(
            """SELECT id, kind, key, about, due_at, correlation_id, causation_id FROM timers
               WHERE parked_at IS NULL AND due_at <= %s AND (retry_at IS NULL OR retry_at <= now()) AND kind = ANY(%s)
               ORDER BY due_at LIMIT %s""",
            (clock.now(), list(handlers), limit),
        ).fetchall()
    for id_, kind, key, about, due_at, correlation_id, causation_id in due:
        cause = Cause(correlation_id, causation_id, f"service:{service}")
        try:
            with transaction_on(conn, service, cause, wake=wake) as tx:
                tx.timer = kind
                tx.lock(key)
                if tx.run("DELETE FROM timers WHERE id = %s AND due_at <= %s", (id_, tx.now)):
                    handlers[kind](tx, Due(kind, key, about, due_at))
        except Exception as problem:  # a timer that fails is kept and tried again, whatever the fault
            if unusable(conn, problem):
                raise
            log.error("timer_failed", kind=kind, error=type(problem).__name__)
            _keep(conn, service, id_, problem)
    return len(due)


def _keep(conn: psycopg.Connection[Any], service: str, id_: UUID, problem: Exception) -> None:
    with transaction_on(conn, service, Cause()) as tx:
        tx.run(
            """UPDATE timers SET failures = failures + 1, retry_at = now() + interval '1 second' * 2 ^ failures,
                                 error = %s, parked_at = CASE WHEN failures + 1 >= %s THEN now() END WHERE id = %s""",
            (reason(problem).error or str(problem), FAILURES_BEFORE_PARKING, id_),
        )
