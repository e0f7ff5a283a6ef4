"""Faults of the broker and the database: killed, stopped, connections ended, and a disk that is full."""

import signal
import time
from random import Random

import psycopg

from tests.chaos.breaker import Act, Breaker, until


def broker_kill(breaker: Breaker, _: Random) -> str | None:
    pids = breaker.stack.kill("kafka")
    breaker.kills["kafka"] += bool(pids)
    return "kafka" if pids else None


def broker_stop(breaker: Breaker, _: Random) -> str | None:
    return "kafka" if breaker.stack.kill("kafka", signal.SIGTERM) else None


def database_stop(breaker: Breaker, _: Random) -> str | None:
    """SIGQUIT is PostgreSQL's immediate shutdown: as a crash, with recovery from the log."""
    pids = breaker.stack.kill("postgres", signal.SIGQUIT)
    breaker.kills["postgres"] += bool(pids)
    return "postgres" if pids else None


def disk_full(breaker: Breaker, chance: Random) -> str | None:
    """The disk of PostgreSQL's log is filled while it writes: at the first segment that finds no room the server
    panics, and cannot come back, however often it is started, before there is room again."""
    disk = breaker.stack.small_disk
    if disk is None or not breaker.one_disk.acquire(blocking=False):
        return None
    try:
        before = breaker.stack.pids("postgres")
        disk.fill()
        panicked = until(lambda: _no_room(breaker), 15)
        time.sleep(chance.uniform(1, 5))
    finally:
        disk.free()
        breaker.one_disk.release()
    breaker.kills["postgres"] += panicked
    return f"{before} panicked" if panicked else None


def _no_room(breaker: Breaker) -> bool:
    """Ask for one segment of the log after the other, until the server cannot give one."""
    try:
        with psycopg.connect(breaker.stack.admin_url, autocommit=True, connect_timeout=3) as admin:
            while True:
                admin.execute("SELECT pg_logical_emit_message(true, 'chaos', 'full')")
                admin.execute("SELECT pg_switch_wal()")
    except psycopg.OperationalError:
        return not breaker.stack.pids("postgres") or "No space left" in breaker.stack.tail("postgres", 60)


def backends(breaker: Breaker, chance: Random) -> str | None:
    share = chance.choice([0.2, 0.6, 1.0])
    try:
        with psycopg.connect(breaker.stack.admin_url, autocommit=True, connect_timeout=3) as admin:
            done = admin.execute(
                """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                   WHERE application_name LIKE 'interconnexion-%%' AND random() < %s""",
                (share,),
            ).fetchone()
    except psycopg.OperationalError:
        return None
    return f"{done[0] if done else 0} connections"


ACTS: dict[str, Act] = {
    "broker kill": broker_kill, "broker stop": broker_stop, "database stop": database_stop, "disk full": disk_full,
    "backends": backends,
}  # fmt: skip
