"""What batches leave is what events leave one by one; and the tables are the same tables afterwards."""

import random
from uuid import uuid4

import psycopg
import pytest

from deploy.schemas import released
from services.portal.consumers import CONSUMES
from services.portal.rebuild import READ_MODEL
from shared.events.base import Envelope
from shared.rebuilding import tables
from shared.rebuilding.receiving import Abandoned, Arrived, Receiver
from shared.rebuilding.run import receiver_on
from tests.portal.other_facts import everything_else
from tests.portal.rola import rola
from tests.portal.story import Said
from tests.rebuilding.beside import envelopes, live, rebuild, rows, shown

KEPT = {
    "alembic_version": "how far the database is migrated",
    "journal": "the portal says nothing",
    "outbox": "the same",
    "subject_versions": "the same",
    "timers": "the portal has none",
    "idempotency_keys": "what commands answered, which no journal says",
    "waiting_decisions": "what persons decided about facts that could not be handled",
    "signs_of_life": "the worker's, not a fact's",
    "rebuilds": "when this was done",
}


def many() -> list[Envelope]:
    """Ten people's facts, mixed as they come in, each person's in order; then one of every kind ever released."""
    stories = [rola().said for _ in range(5)] + [everything_else().said for _ in range(5)]
    dice, mixed = random.Random(4), list[Said]()
    while stories := [story for story in stories if story]:
        mixed.append(dice.choice(stories).pop(0))
    golden = {one.message().id: one.message() for one in released()}
    return [*envelopes(mixed), *golden.values()]


@pytest.fixture
def never_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the batch was not received together")

    monkeypatch.setattr(Receiver, "_one_by_one", refuse)


@pytest.mark.parametrize("batch", [1, 17, 10_000])
def test_batches_leave_what_single_events_leave(url: str, batch: int, never_one_by_one: None) -> None:
    heard = many()
    live(url, heard)
    before, page = rows(url), shown(url)
    assert {table for table, found in before.items() if not found} == {
        "inbox_offsets",
        "waiting_keys",
        "waiting_events",
    }
    rebuild(url, heard, batch)
    assert rows(url) == before
    assert shown(url) == page


def test_every_kind_of_fact_is_in_these_stories() -> None:
    """Else a handler that asks something would slow every rebuild down, and nobody would see it."""
    assert {line.event.type for line in CONSUMES} <= {one.type for one in many()}


def test_a_journal_sent_twice_counts_once(url: str) -> None:
    heard = envelopes(rola().said)
    live(url, heard)
    before = rows(url)
    rebuild(url, [*heard, *heard], 10)
    assert rows(url) == before


def test_every_table_is_made_anew_or_kept_for_a_reason(url: str) -> None:
    with psycopg.connect(url) as conn:
        found = {name for (name,) in conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    assert found == {*READ_MODEL.tables, *tables.RECEIVING, *KEPT}


def test_the_new_tables_are_like_the_old_to_the_name_of_an_index(url: str) -> None:
    before = _structure(url)
    rebuild(url, envelopes(rola().said))
    assert _structure(url) == before
    rebuild(url, envelopes(rola().said))
    assert _structure(url) == before


def _structure(url: str) -> list[tuple[str, ...]]:
    with psycopg.connect(url) as conn:
        return conn.execute(
            """SELECT 'index', indexdef FROM pg_indexes WHERE schemaname = 'public'
               UNION ALL SELECT 'constraint', conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
               FROM pg_constraint WHERE connamespace = 'public'::regnamespace
               UNION ALL SELECT 'column', concat_ws(' ', table_name, ordinal_position, column_name, data_type,
                 column_default, is_nullable, is_identity) FROM information_schema.columns WHERE table_schema = 'public'
               UNION ALL SELECT 'schema', nspname FROM pg_namespace WHERE nspname = 'rebuilding' ORDER BY 1, 2"""
        ).fetchall()


def test_what_is_left_of_a_rebuild_that_died_goes(url: str) -> None:
    with tables.connect(url) as died:
        tables.prepare(died, READ_MODEL, {})
        with psycopg.connect(url, autocommit=True) as worker:
            assert not tables.drop_abandoned(worker), "it is under way"
    with psycopg.connect(url, autocommit=True) as worker:
        assert tables.drop_abandoned(worker)
        assert not tables.drop_abandoned(worker)
        assert worker.execute("SELECT to_regnamespace('rebuilding')").fetchone() == (None,)


def test_a_process_that_outlives_its_rebuild_writes_nothing(url: str) -> None:
    """Neither into another's new tables, nor into those that serve."""
    facts = [Arrived(one) for one in envelopes(rola().said)]
    with tables.connect(url) as conn:
        with tables.connect(url) as died:
            orphan = receiver_on(conn, READ_MODEL, tables.prepare(died, READ_MODEL, {}))
            orphan.receive(facts[:5])
        with psycopg.connect(url, autocommit=True) as worker:
            assert tables.drop_abandoned(worker)
        with pytest.raises(Abandoned):
            orphan.receive(facts[5:])
        with tables.connect(url) as another:
            tables.prepare(another, READ_MODEL, {})
            with pytest.raises(Abandoned):
                orphan.receive(facts[5:])
            assert another.execute("SELECT count(*) FROM rebuilding.inbox").fetchone() == (0,)
    assert {table for table, found in rows(url).items() if found} == set()


def test_somebody_who_reads_for_long_is_not_disturbed(url: str) -> None:
    heard = envelopes(rola().said)
    live(url, heard)
    before = rows(url)
    with tables.connect(url) as keeper, psycopg.connect(url) as reader:
        assert reader.execute("SELECT count(*) FROM people").fetchone() == (1,)
        tables.prepare(keeper, READ_MODEL, {})
        with tables.nothing_received(keeper):
            assert not tables.take_their_place(keeper, READ_MODEL, 0, 0.0)
        assert reader.execute("SELECT count(*) FROM hires").fetchone() == (1,)
    assert rows(url) == before


def test_an_event_that_cannot_be_read_waits_with_its_key_and_everyone_else_is_there(url: str) -> None:
    heard = many()
    spoilt = heard[60]
    broken = type(spoilt)(**{**vars(spoilt), "id": uuid4(), "data": b'{"not": "ours"}'})
    facts = [*heard[:60], broken, *heard[60:]]
    live(url, facts)
    before = rows(url)
    assert len(before["waiting_keys"]) == 1
    rebuild(url, facts, 100)
    after = rows(url)
    waiting = {table: (before.pop(table), after.pop(table)) for table in ("waiting_keys", "waiting_events")}
    assert after == before
    for _, (old, new) in waiting.items():
        assert len(old) == len(new)
    assert {row[0] for row in waiting["waiting_keys"][1]} == {spoilt.key}


def test_what_a_person_took_out_stays_out_and_what_is_in_no_journal_waits_on(url: str) -> None:
    heard = envelopes(rola().said)
    stranger = type(heard[0])(**{**vars(heard[0]), "id": uuid4(), "key": "nobody", "data": b"poison"})
    taken_out = heard[-1]
    live(url, [*heard[:-1], stranger])
    with psycopg.connect(url) as conn:
        conn.execute(
            """INSERT INTO waiting_decisions (key, decision, decided_by, event_id)
               VALUES (%s, 'discarded', 'test:1', %s)""",
            (taken_out.key, taken_out.id),
        )
        conn.execute("INSERT INTO inbox (event_id, type, key) VALUES (%s, %s, %s)",
                     (taken_out.id, taken_out.type, taken_out.key))  # fmt: skip
        conn.execute(
            """INSERT INTO inbox_heads VALUES (%s, %s, %s)
               ON CONFLICT (publisher, subject) DO UPDATE SET version = excluded.version""",
            (taken_out.publisher, taken_out.subject, taken_out.version),
        )
    before = rows(url)
    rebuild(url, heard)
    after = rows(url)
    assert [row[0] for row in after["waiting_keys"]] == ["nobody"]
    assert after["waiting_events"][0][1:] == before["waiting_events"][0][1:]
    for table in ("waiting_keys", "waiting_events"):
        del before[table], after[table]
    assert after == before
