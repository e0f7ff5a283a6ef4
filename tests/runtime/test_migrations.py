"""Two launchers may bring one database to the head of its history at the same moment."""

import subprocess
import sys
import time
from uuid import uuid4

import psycopg

from deploy.local.environment import ROOT
from deploy.local.migrations import at_head
from tests.servers import Servers

LOCK = (4, 1)
WAITING = """SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 4 AND objid = 1 AND NOT granted
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


def launcher(url: str) -> "subprocess.Popen[bytes]":
    code = f"from shared.migrate import upgrade; upgrade('intake', {url!r})"
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE)


def test_two_launchers_contend_and_one_migrates(real: Servers) -> None:
    """Alembic reads where the history stands after it has the lock, and keeps the lock to the end."""
    url = real.create_database(f"migrated_{uuid4().hex[:8]}")
    with psycopg.connect(url, autocommit=True) as first, psycopg.connect(url, autocommit=True) as watching:
        first.execute("SELECT pg_advisory_lock(%s, %s)", LOCK)
        launchers = [launcher(url), launcher(url)]
        end = time.monotonic() + 60
        while watching.execute(WAITING).fetchone() != (2,):
            assert time.monotonic() < end, "the launchers do not contend for the lock"
            time.sleep(0.05)
        assert not at_head("intake", url)
        first.execute("SELECT pg_advisory_unlock(%s, %s)", LOCK)
    said = [each.communicate(timeout=60)[1].decode() for each in launchers]
    assert ([each.returncode for each in launchers], said) == ([0, 0], ["", ""])
    assert at_head("intake", url)
