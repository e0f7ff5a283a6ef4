"""What someone could do who holds the database: every kind of change to sealed rows, by a superuser with the triggers
out of force."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, LiteralString
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from hypothesis import strategies as st

Connection = psycopg.Connection[Any]
EDITS: dict[str, tuple[LiteralString, ...]] = {
    "name_lookups": (
        "UPDATE name_lookups SET actor = actor || 'x' WHERE position = %s",
        "UPDATE name_lookups SET at = at + interval '1 microsecond' WHERE position = %s",
        "UPDATE name_lookups SET shown = '{}' WHERE position = %s",
        "UPDATE name_lookups SET asked = asked || gen_random_uuid() WHERE position = %s",
        "UPDATE name_lookups SET organisation = coalesce(organisation, '') || '-' WHERE position = %s",
        "UPDATE name_lookups SET purpose = purpose || ' ' WHERE position = %s",
        """WITH gone AS (DELETE FROM name_lookups WHERE position = %s RETURNING *)
           INSERT INTO name_lookups OVERRIDING SYSTEM VALUE
           SELECT -position, at, actor, organisation, purpose, asked, shown FROM gone""",
    ),
    "journal": (
        "UPDATE journal SET actor = coalesce(actor, '') || 'x' WHERE position = %s",
        "UPDATE journal SET key = key || 'x' WHERE position = %s",
        "UPDATE journal SET version = version + 1000000 WHERE position = %s",
        "UPDATE journal SET written_at = written_at - interval '1 second' WHERE position = %s",
        "UPDATE journal SET event_id = gen_random_uuid() WHERE position = %s",
    ),
}
_SWAP: dict[str, LiteralString] = {
    "name_lookups": """UPDATE name_lookups a SET at = b.at, actor = b.actor, organisation = b.organisation,
                              purpose = b.purpose, asked = b.asked, shown = b.shown
                       FROM name_lookups b WHERE (a.position, b.position) IN ((%(a)s, %(b)s), (%(b)s, %(a)s))""",
    "journal": """UPDATE journal a SET correlation_id = b.correlation_id, actor = b.actor, occurred_at = b.occurred_at
                  FROM journal b WHERE (a.position, b.position) IN ((%(a)s, %(b)s), (%(b)s, %(a)s))""",
}
_INSERT: dict[str, LiteralString] = {
    "name_lookups": """INSERT INTO name_lookups (position, at, actor, purpose, asked, shown) OVERRIDING SYSTEM VALUE
                       VALUES (%s, now(), 'advisor:nobody', 'report', '{}', '{}')""",
    "journal": """INSERT INTO journal (position, event_id, type, key, subject, version, occurred_at, correlation_id)
                  OVERRIDING SYSTEM VALUE
                  VALUES (%s, gen_random_uuid(), 't', 'k', gen_random_uuid()::text, 1, now(), gen_random_uuid())""",
}
_DELETE: dict[str, LiteralString] = {
    "name_lookups": "DELETE FROM name_lookups WHERE position BETWEEN %s AND %s",
    "journal": "DELETE FROM journal WHERE position BETWEEN %s AND %s",
}
SEALS: tuple[LiteralString, ...] = (
    "UPDATE audit_seals SET hash = repeat('0', 64) WHERE (trail, block) = (%s, %s)",
    "UPDATE audit_seals SET sealed_at = sealed_at + interval '1 second' WHERE (trail, block) = (%s, %s)",
    "UPDATE audit_seals SET row_count = row_count + 1 WHERE (trail, block) = (%s, %s)",
    "UPDATE audit_seals SET first_position = first_position - 1 WHERE (trail, block) = (%s, %s)",
)
"""Each to a seal that has another behind it or not."""


@dataclass(frozen=True)
class Tampering:
    """``at`` and ``other`` choose among the positions, ``which`` among the ways."""

    trail: str
    kind: str
    at: int
    other: int
    which: int

    def do(self, conn: Connection, positions: list[int], free: list[int]) -> None:
        here, there = positions[self.at % len(positions)], positions[self.other % len(positions)]
        match self.kind:
            case "delete":
                conn.execute(_DELETE[self.trail], (here, here))
            case "delete a range":
                conn.execute(_DELETE[self.trail], (min(here, there), max(here, there)))
            case "edit":
                ways = EDITS[self.trail]
                conn.execute(ways[self.which % len(ways)], (here,))
            case "insert":
                conn.execute(_INSERT[self.trail], (free[self.at % len(free)],))
            case "swap":
                if here == there:
                    there = positions[(self.other + 1) % len(positions)]
                conn.execute(_SWAP[self.trail], {"a": here, "b": there})
            case "seal":
                newest = _newest(conn, self.trail)
                conn.execute(SEALS[self.which % len(SEALS)], (self.trail, 1 + self.at % newest))
            case "remove a seal":
                below = 1 + self.at % (_newest(conn, self.trail) - 1)
                conn.execute("DELETE FROM audit_seals WHERE (trail, block) = (%s, %s)", (self.trail, below))


KINDS = ("delete", "delete a range", "edit", "insert", "swap", "seal", "remove a seal")
tamperings = st.builds(
    Tampering,
    trail=st.sampled_from(("name_lookups", "journal")),
    kind=st.sampled_from(KINDS),
    at=st.integers(0, 10_000),
    other=st.integers(0, 10_000),
    which=st.integers(0, 100),
)


def _newest(conn: Connection, trail: str) -> int:
    row = conn.execute("SELECT max(block) FROM audit_seals WHERE trail = %s", (trail,)).fetchone()
    return int(row[0]) if row else 0


@contextmanager
def as_superuser(admin_url: str, database_url: str) -> Iterator[Connection]:
    """In that database, triggers out of force; all is undone at the end."""
    there = urlunsplit(urlsplit(admin_url)._replace(path=urlsplit(database_url).path))
    with psycopg.connect(there) as conn:
        conn.execute("SET session_replication_role = replica")
        yield conn
        conn.rollback()


def fill(conn: Connection, count: int) -> None:
    """So many look-ups, and a third as many facts; every seventh position was taken and given up."""
    for number in range(count):
        if number % 7 == 0:
            conn.execute("SELECT nextval(pg_get_serial_sequence('name_lookups', 'position'))")
            conn.execute("SELECT nextval(pg_get_serial_sequence('journal', 'position'))")
        person = uuid4()
        conn.execute(
            """INSERT INTO name_lookups (at, actor, organisation, purpose, asked, shown)
               VALUES (now() + %s * interval '1 second', %s, %s, 'report', %s, %s)""",
            (number, f"advisor:{uuid4()}", None if number % 2 else "a|b\nc", [person, uuid4()], [person]),
        )
        if number % 3 == 0:
            conn.execute(
                """INSERT INTO journal (event_id, type, key, subject, version, occurred_at, correlation_id, actor, data)
                   VALUES (%s, 't', %s, %s, 1, now() + %s * interval '1 second', %s, %s, '{}')""",
                (uuid4(), str(person), f"candidate/{person}", number, uuid4(), None if number % 2 else f"a:{number}"),
            )
