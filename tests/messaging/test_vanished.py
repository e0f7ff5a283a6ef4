"""A machine goes from the network without a word. What it held in the database must not be held for the two hours after
which Linux asks by itself whether somebody is still there: the relay's lock, above all."""

import os
import socket
import time
from pathlib import Path

import psycopg
import pytest

from shared.connections import STEADY
from shared.db import Database
from shared.messaging.relay import RELAY_LOCK
from tests.messaging.vanishing import vanish
from tests.servers import Servers

WITHIN_S = 25.0


@pytest.fixture
def url(real: Servers) -> str:
    return real.create_database(f"vanished_{os.getpid()}")


def test_the_lock_of_a_relay_whose_machine_is_gone_is_free_again_within_seconds(url: str) -> None:
    gone = psycopg.connect(url, autocommit=True, **STEADY)
    gone.execute("SELECT pg_advisory_lock(%s, %s)", RELAY_LOCK)
    end = socket.socket(fileno=os.dup(gone.fileno()))
    if not vanish(end):
        pytest.skip("this account may not take a socket from the network (CAP_NET_ADMIN)")
    with Path(os.devnull).open() as nothing:
        os.dup2(nothing.fileno(), gone.fileno())
    end.close()  # the last descriptor: the socket is gone, nothing was sent
    with psycopg.connect(url, autocommit=True) as next_one:
        began = time.monotonic()
        while not _has_lock(next_one):
            assert time.monotonic() - began < WITHIN_S, "the lock is held for somebody who is gone"
            time.sleep(0.25)
    gone.close()


def _has_lock(conn: psycopg.Connection[tuple[bool]]) -> bool:
    row = conn.execute("SELECT pg_try_advisory_lock(%s, %s)", RELAY_LOCK).fetchone()
    return bool(row and row[0])


def test_every_connection_of_a_service_asks_whether_the_other_side_is_there(url: str) -> None:
    database = Database(url, "intake")
    database.open()
    try:
        with database.pool.connection() as conn:
            shown = conn.execute("SHOW tcp_keepalives_idle").fetchone()
        assert shown == ("5",)
    finally:
        database.close()
