"""The new tables beside the old ones: a schema of their own, and the moment at which they take the old ones' place."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

from shared.connections import STEADY
from shared.db import Cause, transaction_on
from shared.errors import Problem, Refused
from shared.rebuilding import ReadModel

ONE_AT_A_TIME = (4, 5)
RECEIVING = ("inbox", "inbox_heads", "inbox_offsets", "waiting_keys", "waiting_events")
Connection = psycopg.Connection[Any]
Offsets = Mapping[tuple[str, int], int]


def connect(url: str) -> Connection:
    """Where unqualified names are the new tables; what is not rebuilt is found in public."""
    conn = psycopg.connect(url, autocommit=True, application_name="interconnexion-rebuild", **STEADY)
    conn.execute("SET search_path = rebuilding, public")
    return conn


def prepare(conn: Connection, model: ReadModel, places: Offsets) -> UUID:
    """Empty new tables without indexes, whatever an earlier attempt left; the id of this one. ``places``: from where
    live topics will be read. Raises Refused when another rebuild is under way. The lock is the connection's."""
    attempt = uuid4()
    free = conn.execute("SELECT pg_try_advisory_lock(%s, %s)", ONE_AT_A_TIME).fetchone()
    if not free or not free[0]:
        raise Refused(Problem("", "rebuild_under_way", "Une reconstruction est déjà en cours.",
                              "A rebuild is already under way."))  # fmt: skip
    with conn.transaction():
        conn.execute("DROP SCHEMA IF EXISTS rebuilding CASCADE")
        conn.execute("CREATE SCHEMA rebuilding")
        for table in _tables(model):
            name = sql.Identifier(table)
            conn.execute(sql.SQL("CREATE TABLE rebuilding.{} (LIKE public.{} INCLUDING ALL EXCLUDING INDEXES)")
                         .format(name, name))  # fmt: skip
        for (statement,) in conn.execute(_KEYS, [_tables(model)]).fetchall():
            conn.execute(statement)
        for (topic, partition), offset in places.items():
            conn.execute("INSERT INTO inbox_offsets VALUES (%s, %s, %s)", (topic, partition, offset))
        conn.execute("CREATE TABLE rebuilding.attempt (id uuid PRIMARY KEY)")
        conn.execute("INSERT INTO rebuilding.attempt VALUES (%s)", (attempt,))
    return attempt


def make_indexes(url: str, model: ReadModel) -> None:
    """Those that filling does without, under their own names; two at a time."""

    def carry_out(statement: Any) -> None:
        with connect(url) as conn:
            conn.execute(statement)

    with connect(url) as conn:
        statements = [statement for (statement,) in conn.execute(_INDEXES, [_tables(model)]).fetchall()]
    analyses = [sql.SQL("ANALYZE rebuilding.{}").format(sql.Identifier(table)) for table in _tables(model)]
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(carry_out, statement) for statement in (*statements, *analyses)]:
            done.result()


_KEYS = """
    SELECT format('ALTER TABLE rebuilding.%%I ADD CONSTRAINT %%I %%s', t.relname, c.conname,
                  replace(pg_get_constraintdef(c.oid), ' public.', ' rebuilding.'))
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
    WHERE t.relnamespace = 'public'::regnamespace AND t.relname = ANY(%s) AND c.contype IN ('p', 'u', 'f')
    ORDER BY c.contype = 'f', c.conname"""

_INDEXES = """
    SELECT replace(pg_get_indexdef(i.indexrelid), ' ON public.', ' ON rebuilding.')
    FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
    WHERE t.relnamespace = 'public'::regnamespace AND t.relname = ANY(%s)
      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u'))"""


def places_of(conn: Connection, schema: str) -> dict[tuple[str, int], int]:
    """Up to where each live partition was received."""
    found = conn.execute(
        sql.SQL("SELECT topic, partition, next_offset FROM {}.inbox_offsets").format(sql.Identifier(schema))
    )
    return {(topic, partition): offset for topic, partition, offset in found.fetchall()}


@contextmanager
def nothing_received(conn: Connection) -> Iterator[None]:
    """A transaction in which the worker stands still at its next event, having written nothing of it; readers read
    on. Whatever it received before is committed and seen."""
    with conn.transaction():
        conn.execute("SET LOCAL lock_timeout = '5s'")
        conn.execute("LOCK TABLE public.inbox, public.waiting_keys, public.waiting_events IN SHARE ROW EXCLUSIVE MODE")
        yield


def take_their_place(conn: Connection, model: ReadModel, facts: int, seconds: float) -> bool:
    """Within ``nothing_received``: the new tables become the ones that are read; the old ones go. Readers wait for it,
    some milliseconds. False when somebody reads for long: they were waited for 0.2 s, less than anyone notices and
    less than PostgreSQL takes to call it a deadlock, and nothing has changed."""
    old, new = (
        sql.SQL(", ").join(sql.Identifier(schema, table) for table in _tables(model))
        for schema in ("public", "rebuilding")
    )
    try:
        with transaction_on(conn, model.service, Cause()) as tx:
            for statement in _LAST_OF_THE_OLD:
                conn.execute(statement)
            model.finish(tx)
            conn.execute("SET LOCAL lock_timeout = '200ms'")
            conn.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(new))  # autovacuum may be at work
            conn.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(old))
            conn.execute(sql.SQL("DROP TABLE {}").format(old))
            for table in _tables(model):
                conn.execute(sql.SQL("ALTER TABLE rebuilding.{} SET SCHEMA public").format(sql.Identifier(table)))
            conn.execute("DROP SCHEMA rebuilding CASCADE")
            conn.execute("INSERT INTO rebuilds (facts, seconds) VALUES (%s, %s)", (facts, seconds))
        return True
    except psycopg.errors.LockNotAvailable:
        return False


# What waits for a person and stands in no journal (somebody else's message, say) waits on; what a person took out
# meanwhile stays out.
_LAST_OF_THE_OLD = (
    """DELETE FROM waiting_events WHERE event_id IN
         (SELECT event_id FROM public.waiting_decisions WHERE decision = 'discarded')""",
    "DELETE FROM waiting_keys k WHERE NOT EXISTS (SELECT FROM waiting_events e WHERE e.key = k.key)",
    """INSERT INTO waiting_keys SELECT * FROM public.waiting_keys k WHERE EXISTS (
         SELECT FROM public.waiting_events e WHERE e.key = k.key
           AND NOT EXISTS (SELECT FROM inbox i WHERE i.event_id = e.event_id)) ON CONFLICT DO NOTHING""",
    """INSERT INTO waiting_events (key, event_id, type, publisher, subject, version, occurred_at, correlation_id,
                                   causation_id, actor, data, queued_at)
       SELECT key, event_id, type, publisher, subject, version, occurred_at, correlation_id, causation_id, actor, data,
              queued_at
       FROM public.waiting_events e WHERE NOT EXISTS (SELECT FROM inbox i WHERE i.event_id = e.event_id)
       ORDER BY position""",
    """INSERT INTO inbox (event_id, type, key) SELECT event_id, type, key FROM waiting_events ON CONFLICT DO NOTHING""",
)


def drop_abandoned(conn: Connection) -> bool:
    """Removes what a rebuild that died left, which no erasure reaches; whether there was anything."""
    if not conn.execute("SELECT 1 WHERE to_regnamespace('rebuilding') IS NOT NULL").fetchone():
        return False
    with conn.transaction():
        free = conn.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", ONE_AT_A_TIME).fetchone()
        if not free or not free[0]:
            return False
        conn.execute("DROP SCHEMA IF EXISTS rebuilding CASCADE")
    return True


def _tables(model: ReadModel) -> Sequence[str]:
    return [*RECEIVING, *model.tables]
