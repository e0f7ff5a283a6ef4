"""The audit chain on a real database: whatever is done to sealed rows is found, and nothing is found when nothing was
done, however commands overlap."""

import asyncio
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import count
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings

from shared import audit
from shared.audit import Head, Sealer, heads, verify
from shared.db import Cause, Database, transaction_on
from shared.messaging.erasure import forget_case
from tests.audit.tampering import EDITS, KINDS, SEALS, Tampering, as_superuser, fill, tamperings
from tests.databases import Databases
from tests.servers import Servers

Connection = psycopg.Connection[Any]
ROWS = 1000


@dataclass
class Chain:
    url: str
    admin_url: str
    heads: list[Head]
    positions: dict[str, list[int]]
    free: dict[str, list[int]]


@pytest.fixture(scope="module")
def chain(databases: Databases, real: Servers) -> Chain:
    """1,000 look-ups and a third as many facts, sealed in blocks of uneven size."""
    url = databases.fresh("intake")
    with psycopg.connect(url) as conn:
        for part in (1, 250, 7, 400, 300, 42):
            fill(conn, part)
            conn.commit()
            assert Sealer("intake").seal(conn)
        assert verify(conn, "intake") == []
        positions = {
            "name_lookups": [p for (p,) in conn.execute("SELECT position FROM name_lookups ORDER BY 1")],
            "journal": [p for (p,) in conn.execute("SELECT position FROM journal ORDER BY 1")],
        }
        free = {trail: sorted({-1, 0, *range(1, held[-1])} - {*held}) for trail, held in positions.items()}
        assert len(positions["name_lookups"]) == ROWS
        exported = heads(conn, "intake")
    return Chain(url, real.admin_url, exported, positions, free)


def each_kind() -> Iterator[Tampering]:
    """Every kind and every way at least once."""
    for trail in ("name_lookups", "journal"):
        for kind in KINDS:
            yield Tampering(trail, kind, 0, 5, 0)
        for which in range(len(EDITS[trail])):
            yield Tampering(trail, "edit", 17, 0, which)
        for which in range(len(SEALS)):
            yield Tampering(trail, "seal", which, 0, which)


@settings(
    max_examples=400, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tampering=tamperings)
def found_whatever_is_done(chain: Chain, tampering: Tampering) -> None:
    with as_superuser(chain.admin_url, chain.url) as conn:
        tampering.do(conn, chain.positions[tampering.trail], chain.free[tampering.trail])
        found = verify(conn, "intake")
        assert {f.trail for f in found} == {tampering.trail}
        assert all(f.fr and f.en for f in found)


for _one in each_kind():
    found_whatever_is_done = example(tampering=_one)(found_whatever_is_done)


def test_any_deletion_edit_insertion_or_swap_in_a_thousand_rows_is_found(chain: Chain) -> None:
    found_whatever_is_done(chain)


def test_a_block_says_what_was_done_to_it(chain: Chain) -> None:
    for kind, code in {"delete": "rows_missing", "insert": "rows_added", "edit": "rows_changed"}.items():
        with as_superuser(chain.admin_url, chain.url) as conn:
            Tampering("name_lookups", kind, 300, 0, 0).do(
                conn, chain.positions["name_lookups"], chain.free["name_lookups"]
            )
            (finding,) = verify(conn, "intake")
            assert (finding.service, finding.code) == ("intake", code)
            assert finding.block is not None


@pytest.mark.parametrize("cut", [1, 3, 6])
def test_a_chain_that_was_cut_off_is_found_by_whoever_holds_an_earlier_head(chain: Chain, cut: int) -> None:
    with as_superuser(chain.admin_url, chain.url) as conn:
        conn.execute(
            """DELETE FROM name_lookups WHERE position >=
               (SELECT first_position FROM audit_seals WHERE trail = 'name_lookups' AND block = %s)""",
            (7 - cut,),
        )
        conn.execute("DELETE FROM audit_seals WHERE trail = 'name_lookups' AND block >= %s", (7 - cut,))
        assert verify(conn, "intake") == [], "what is left is whole in itself"
        assert [(f.trail, f.code) for f in verify(conn, "intake", chain.heads)] == [("name_lookups", "head_unknown")]


def test_a_chain_that_was_made_anew_is_found_by_whoever_holds_an_earlier_head(chain: Chain) -> None:
    with as_superuser(chain.admin_url, chain.url) as conn:
        conn.execute("UPDATE name_lookups SET actor = 'advisor:nobody' WHERE position = %s", (
            chain.positions["name_lookups"][500],
        ))  # fmt: skip
        conn.execute("DELETE FROM audit_seals WHERE trail = 'name_lookups'")
        assert Sealer("intake").seal(conn)
        assert verify(conn, "intake") == []
        assert [f.code for f in verify(conn, "intake", chain.heads)] == ["head_unknown"]


def test_all_rows_gone_is_found(chain: Chain) -> None:
    with as_superuser(chain.admin_url, chain.url) as conn:
        conn.execute("TRUNCATE name_lookups")
        assert [f.code for f in verify(conn, "intake")] == ["rows_missing"] * 6


def test_heads_of_another_service_or_still_in_the_chain_say_nothing(chain: Chain) -> None:
    with psycopg.connect(chain.url) as conn:
        assert verify(conn, "intake", [*chain.heads, replace(chain.heads[0], service="matching", hash="x")]) == []


def test_an_erasure_takes_payloads_and_leaves_the_chain_whole(chain: Chain) -> None:
    with psycopg.connect(chain.url) as conn:
        with transaction_on(conn, "intake", Cause()) as tx:
            key = tx.value("SELECT key FROM journal WHERE data IS NOT NULL LIMIT 1")
            forget_case(tx, key)
        assert verify(conn, "intake") == []


@pytest.mark.parametrize("zone", ["America/Toronto", "Asia/Kolkata"])
def test_the_session_has_no_say_in_the_hash(chain: Chain, zone: str) -> None:
    with psycopg.connect(chain.url, options=f"-c TimeZone={zone}") as conn:
        assert verify(conn, "intake") == []


# -- commands that overlap --------------------------------------------------------------------------------------------


def look_up(conn: Connection) -> None:
    conn.execute(
        "INSERT INTO name_lookups (at, actor, purpose, asked, shown) VALUES (now(), 'advisor:a', 'report', '{}', %s)",
        ([uuid4()],),
    )


def sealed(conn: Connection) -> int:
    row = conn.execute("SELECT coalesce(sum(row_count), 0) FROM audit_seals WHERE trail = 'name_lookups'").fetchone()
    conn.commit()
    return int(row[0]) if row else 0


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_a_seal_waits_for_who_has_a_lower_position_and_has_not_committed(databases: Databases, end: str) -> None:
    url, sealer = databases.fresh("intake"), Sealer("intake")
    with psycopg.connect(url) as slow, psycopg.connect(url) as fast, psycopg.connect(url) as conn:
        look_up(slow)
        look_up(fast)
        fast.commit()
        assert sealer.seal(conn) == []
        look_up(fast)  # who comes later is not waited for
        getattr(slow, end)()
        (seal,) = sealer.seal(conn)
        assert seal.row_count == (2 if end == "commit" else 1)
        fast.commit()
        (seal,) = sealer.seal(conn)
        assert seal.row_count == 1
        assert verify(conn, "intake") == []
        assert sealer.seal(conn) == []


def test_a_seal_that_did_not_wait_would_be_found_wrong(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the wait is for."""
    monkeypatch.setattr(audit, "_writers", lambda tx, trail: frozenset())
    url = databases.fresh("intake")
    with psycopg.connect(url) as slow, psycopg.connect(url) as fast, psycopg.connect(url) as conn:
        look_up(slow)
        look_up(fast)
        fast.commit()
        assert Sealer("intake").seal(conn)
        slow.commit()
        assert [f.code for f in verify(conn, "intake")] == ["rows_added"]


def test_two_sealers_make_one_chain_of_all_that_was_committed(databases: Databases) -> None:
    url, stop, kept = databases.fresh("intake"), threading.Event(), count()

    def write(seed: int) -> None:
        chance = random.Random(seed)  # dice
        with psycopg.connect(url) as conn:
            for _ in range(120):
                for _ in range(chance.randint(1, 3)):
                    look_up(conn)
                    if chance.random() < 0.3:
                        conn.execute("SELECT pg_sleep(%s)", (chance.random() / 50,))
                if chance.random() < 0.2:
                    conn.rollback()
                else:
                    conn.commit()
                    next(kept)

    def seal() -> None:
        sealer = Sealer("intake")
        with psycopg.connect(url) as conn:
            while not stop.wait(0.002):
                sealer.seal(conn)

    with ThreadPoolExecutor(6) as pool:
        sealing = [pool.submit(seal) for _ in range(2)]
        for writer in [pool.submit(write, seed) for seed in range(4)]:
            writer.result()
        stop.set()
        for each in sealing:
            each.result()
    with psycopg.connect(url) as conn:
        Sealer("intake").seal(conn)
        assert verify(conn, "intake") == []
        rows = conn.execute("SELECT count(*) FROM name_lookups").fetchone()
        assert rows
        assert sealed(conn) == rows[0] >= next(kept) > 100
        blocks = conn.execute("SELECT count(*) FROM audit_seals").fetchone()
        assert blocks
        assert blocks[0] > 5, "sealed while they wrote"


def test_beside_a_worker_it_goes_on_sealing_and_waits_out_a_database_that_refuses(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "SEAL_EVERY_S", 0.05)
    url = databases.fresh("intake")
    database = Database(url, "intake", connections=2)
    database.open()

    async def while_it_runs() -> None:
        sealing = asyncio.create_task(audit.keep_sealed(database))
        with psycopg.connect(url, autocommit=True) as conn:
            for row in (1, 2):
                look_up(conn)
                if row == 2:
                    conn.execute("ALTER TABLE audit_seals RENAME TO audit_seals_away")
                    await asyncio.sleep(0.3)
                    assert not sealing.done()
                    conn.execute("ALTER TABLE audit_seals_away RENAME TO audit_seals")
                for _ in range(100):
                    if sealed(conn) == row:
                        break
                    await asyncio.sleep(0.05)
                assert sealed(conn) == row
        sealing.cancel()

    try:
        asyncio.run(while_it_runs())
    finally:
        database.close()


def test_a_backlog_is_sealed_in_blocks_of_a_thousand(databases: Databases) -> None:
    with psycopg.connect(databases.fresh("intake")) as conn:
        conn.execute(
            """INSERT INTO name_lookups (at, actor, purpose, asked, shown)
               SELECT now(), 'advisor:' || n, 'report', '{}', '{}' FROM generate_series(1, 2300) AS n"""
        )
        conn.commit()
        assert [seal.row_count for seal in Sealer("intake").seal(conn)] == [1000, 1000, 300]
        assert verify(conn, "intake") == []


def test_what_is_not_sealed_yet_is_counted(databases: Databases) -> None:
    with psycopg.connect(databases.fresh("intake")) as conn:
        assert audit.unsealed(conn, "intake") == {"journal": 0, "name_lookups": 0}
        look_up(conn)
        look_up(conn)
        assert audit.unsealed(conn, "intake") == {"journal": 0, "name_lookups": 2}


@pytest.mark.parametrize("change", ["UPDATE audit_seals SET hash = ''", "DELETE FROM audit_seals",
                                    "TRUNCATE audit_seals", "TRUNCATE journal CASCADE",
                                    "UPDATE journal SET data = NULL, actor = 'x'"])  # fmt: skip
def test_seals_and_journal_refuse_change(databases: Databases, change: str) -> None:
    with psycopg.connect(databases.fresh("intake")) as conn:
        fill(conn, 3)
        conn.commit()
        assert Sealer("intake").seal(conn)
        with pytest.raises(psycopg.errors.RaiseException):
            conn.execute(change)
