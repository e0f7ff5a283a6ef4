"""The limit of P4: the statements one by one on one psycopg connection, a transaction each, and nothing else."""

import time
from typing import Any

import psycopg

from tests.bench.work import STATEMENTS


def rate(url: str, work: list[dict[str, Any]]) -> float:
    """Transactions a second."""
    with psycopg.connect(url, autocommit=True) as conn:
        started = time.perf_counter()
        for each in work:
            with conn.transaction():
                for statement in STATEMENTS:
                    conn.execute(statement.encode(), each).fetchone()
        return len(work) / (time.perf_counter() - started)
