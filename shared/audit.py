"""The audit chain: whatever was once recorded cannot be deleted, edited, inserted or swapped unnoticed.

Two kinds of rows are sealed: what a service published (``journal``, without the payload, which an erasure removes) and
who looked at a person (intake's ``name_lookups``). Sealing runs beside the worker and never on the path of a command:
every few seconds the rows that are settled are closed in a block whose hash holds the hash of the block before.
``docs/decisions/0008-audit-chain.md`` says why it is done this way, and what it cannot find.
"""

import asyncio
import hashlib
import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby, pairwise
from typing import Any

import psycopg
from psycopg.rows import class_row

from shared.db import Cause, Database, Tx, transaction_on
from shared.log import get_logger
from shared.sql import columns_of, places_of

SEAL_EVERY_S = 5.0
BLOCK = 1000
"""The most rows of a block: as near as a finding can point."""
SEALER_LOCK = (4, 3)
TRAILS: Mapping[str, tuple[str, ...]] = {
    "intake": ("journal", "name_lookups"),
    "matching": ("journal",),
    "subsidies": ("journal",),
    "retention": ("journal",),
    "portal": (),  # publishes nothing
}
"""Service → the tables it seals; each has a ``position`` that grows."""
# A row as it is hashed: JSON, so that no two rows look alike and no line break stands in it.
_LINES = {
    "journal": """SELECT position, json_build_array(position, event_id, type, key, subject, version, occurred_at,
                         written_at, correlation_id, causation_id, actor)::text FROM journal""",
    "name_lookups": """SELECT position, json_build_array(position, at, actor, organisation, purpose, asked, shown)::text
                       FROM name_lookups""",
}
_LAST = {trail: f"SELECT coalesce(max(position), 0) FROM {trail}" for trail in _LINES}
_SHOWN_IN_UTC = "SET LOCAL TimeZone = 'UTC'"
log = get_logger()


@dataclass(frozen=True)
class Seal:
    """A closed block: every row after the block before, up to ``last_position``."""

    trail: str
    block: int
    first_position: int
    last_position: int
    row_count: int
    sealed_at: datetime
    hash: str


@dataclass(frozen=True)
class Finding:
    """Something that cannot be if nobody touched the tables. ``block`` None: no one block."""

    service: str
    trail: str
    block: int | None
    code: str
    fr: str
    en: str


@dataclass(frozen=True)
class Head:
    """The newest seal of a trail. Kept elsewhere, it shows later that nothing was cut off or rewritten."""

    service: str
    trail: str
    block: int
    last_position: int
    hash: str


@dataclass(frozen=True)
class Horizon:
    """``through`` is settled once none of ``writers`` runs any more: who had a lower position and had not committed is
    among them (virtual transaction ids)."""

    through: int
    writers: frozenset[str]


@dataclass
class Sealer:
    """Seals a service's trails; remembers from round to round for which transactions it waits."""

    service: str
    waits: dict[str, Horizon] = field(default_factory=dict)

    def seal(self, conn: psycopg.Connection[Any]) -> list[Seal]:
        """Close what is settled; the new blocks. Nothing while another worker seals. Never waits."""
        made: list[Seal] = []
        for trail in TRAILS[self.service]:
            while block := self._close(conn, trail):
                made.append(block)
                if block.row_count < BLOCK:
                    break
        return made

    def _close(self, conn: psycopg.Connection[Any], trail: str) -> Seal | None:
        with transaction_on(conn, self.service, Cause()) as tx:
            if not tx.value("SELECT pg_try_advisory_xact_lock(%s, %s)", SEALER_LOCK):
                return None
            head = _newest(tx.conn, trail)
            sealed = head.last_position if head else 0
            horizon = self.waits.pop(trail, None)
            if horizon is None or horizon.through <= sealed:
                through = tx.value(_LAST[trail])  # before the writers are listed, never after
                horizon = Horizon(through, _writers(tx, trail) if through > sealed else frozenset())
            if horizon.through <= sealed:
                return None
            if horizon.writers & _writers(tx, trail):
                self.waits[trail] = horizon
                return None
            return _add(tx, trail, head, horizon.through)


_COLUMNS = columns_of(Seal)
_SEALS = f"SELECT {_COLUMNS} FROM audit_seals WHERE trail = %s ORDER BY block"
WRITERS = """SELECT virtualtransaction FROM pg_locks
             WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()
               AND relation = %s::regclass
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
"""Transactions that are writing to a table: whoever waits for them needs no right to lock it, and holds nobody up."""
_NEWEST = _SEALS + " DESC LIMIT 1"


async def keep_sealed(database: Database) -> None:
    """Runs beside a worker for ever. Each new head goes to the log, which leaves the machine."""
    sealer = Sealer(database.service)

    def round_() -> list[Seal]:
        with database.pool.connection() as conn:
            return sealer.seal(conn)

    while True:
        try:
            for seal in await asyncio.to_thread(round_):
                log.info("audit_sealed", trail=seal.trail, block=seal.block, rows=seal.row_count, hash=seal.hash)
        except psycopg.Error as fault:  # PoolTimeout is one; the next round finds the same rows
            log.warning("audit_not_sealed", error=type(fault).__name__)
        await asyncio.sleep(SEAL_EVERY_S)


def heads(conn: psycopg.Connection[Any], service: str) -> list[Head]:
    newest = [(trail, _newest(conn, trail)) for trail in TRAILS[service]]
    return [Head(service, trail, seal.block, seal.last_position, seal.hash) for trail, seal in newest if seal]


def unsealed(conn: psycopg.Connection[Any], service: str) -> dict[str, int]:
    """Trail → how many positions stand behind its last seal: what the chain does not cover yet."""
    sealed = {head.trail: head.last_position for head in heads(conn, service)}
    last = {trail: (conn.execute(_LAST[trail]).fetchone() or (0,))[0] for trail in TRAILS[service]}
    return {trail: last[trail] - sealed.get(trail, 0) for trail in last}


def verify(conn: psycopg.Connection[Any], service: str, known: Iterable[Head] = ()) -> list[Finding]:
    """Compute every block again from the rows themselves; what does not fit. ``known``: heads exported earlier, by
    which a chain that was cut off or computed anew is found. Reads every row once, a few thousand at a time."""
    with conn.transaction():
        conn.execute(_SHOWN_IN_UTC)
        return [finding for trail in TRAILS[service] for finding in _verify(conn, service, trail, list(known))]


def _verify(conn: psycopg.Connection[Any], service: str, trail: str, known: list[Head]) -> Iterator[Finding]:
    # the seals are read before the rows: a block sealed in between is not missed
    seals = conn.cursor(row_factory=class_row(Seal)).execute(_SEALS, (trail,)).fetchall()
    with conn.cursor(name=f"audit_{trail}") as rows:
        rows.itersize = 5000
        rows.execute(_LINES[trail] + " ORDER BY position")
        for before, seal, lines in _blocks(seals, rows):
            if seal.block != (before.block + 1 if before else 1):
                yield Finding(service, trail, seal.block, "seals_missing", *_words("seals_missing", seal))
            if code := _differs(before, seal, lines):
                yield Finding(service, trail, seal.block, code, *_words(code, seal, len(lines)))
    hashes = {seal.block: seal.hash for seal in seals}
    for head in known:
        if (head.service, head.trail) == (service, trail) and hashes.get(head.block) != head.hash:
            yield Finding(service, trail, head.block, "head_unknown", *_words("head_unknown", head))


def _blocks(seals: Sequence[Seal], rows: Iterable[tuple[int, str]]) -> Iterator[tuple[Seal | None, Seal, list[str]]]:
    """Each seal with the one before it and the rows that it must hold."""
    lasts = [seal.last_position for seal in seals]
    held = groupby(rows, key=lambda row: bisect_left(lasts, row[0]))
    at, group = next(held, (len(seals), iter(())))
    for number, (before, seal) in enumerate(pairwise([None, *seals])):
        lines: list[str] = []
        if at == number:
            lines = [line for _, line in group]
            at, group = next(held, (len(seals), iter(())))
        assert seal is not None
        yield before, seal, lines


def _differs(before: Seal | None, seal: Seal, lines: list[str]) -> str | None:
    if len(lines) < seal.row_count:
        return "rows_missing"
    if len(lines) > seal.row_count:
        return "rows_added"
    return None if _hash_of(before, seal, lines) == seal.hash else "rows_changed"


def _hash_of(before: Seal | None, seal: Seal, lines: Iterable[str]) -> str:
    """Of the hash before, of what the seal says of itself, and of its rows, a line each."""
    said = json.dumps([seal.trail, seal.block, seal.first_position, seal.last_position, seal.row_count,
                       seal.sealed_at.astimezone(UTC).isoformat()])  # fmt: skip
    digest = hashlib.sha256()
    for line in (before.hash if before else "", said, *lines):
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def _add(tx: Tx, trail: str, head: Seal | None, through: int) -> Seal | None:
    """The next block after ``head``, at most ``BLOCK`` rows."""
    tx.run(_SHOWN_IN_UTC)
    sealed = head.last_position if head else 0
    rows = tx.conn.execute(
        _LINES[trail] + " WHERE position > %s AND position <= %s ORDER BY position LIMIT %s", (sealed, through, BLOCK)
    ).fetchall()
    if not rows:
        return None
    at: datetime = tx.value("SELECT now()")
    block = (head.block if head else 0) + 1
    seal = Seal(trail, block, rows[0][0], rows[-1][0], len(rows), at, "")
    seal = replace(seal, hash=_hash_of(head, seal, (line for _, line in rows)))
    tx.run(f"INSERT INTO audit_seals ({_COLUMNS}) VALUES ({places_of(Seal)})", asdict(seal))
    return seal


def _newest(conn: psycopg.Connection[Any], trail: str) -> Seal | None:
    cursor = conn.cursor(row_factory=class_row(Seal))
    return cursor.execute(_NEWEST, (trail,)).fetchone()


def _writers(tx: Tx, trail: str) -> frozenset[str]:
    """Transactions that may have taken a position: writing locks the table before it takes one, until the end."""
    return frozenset(row[0] for row in tx.conn.execute(WRITERS, (trail,)))


def _words(code: str, about: Seal | Head, there: int = 0) -> tuple[str, str]:
    """What was found, in French and English."""
    if isinstance(about, Head):
        return (
            f"Le bloc {about.block}, exporté plus tôt, n'est plus dans la chaîne : elle a été coupée ou refaite.",
            f"Block {about.block}, exported earlier, is no longer in the chain: it was cut off or made anew.",
        )
    where = f"{about.first_position}–{about.last_position}"
    return {
        "seals_missing": (
            f"Des sceaux manquent avant le bloc {about.block} (positions {where}).",
            f"Seals are missing before block {about.block} (positions {where}).",
        ),
        "rows_missing": (
            f"Des lignes ont été retirées entre {where} : {there} au lieu de {about.row_count}.",
            f"Rows were removed between {where}: {there} instead of {about.row_count}.",
        ),
        "rows_added": (
            f"Des lignes ont été ajoutées entre {where} : {there} au lieu de {about.row_count}.",
            f"Rows were added between {where}: {there} instead of {about.row_count}.",
        ),
        "rows_changed": (
            f"Des lignes entre {where}, ou le sceau du bloc {about.block}, ont été modifiées.",
            f"Rows between {where}, or the seal of block {about.block}, were changed.",
        ),
    }[code]
