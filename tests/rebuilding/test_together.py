"""Many facts in one transaction, as the portal's worker receives a backlog: they leave what they leave one by one; and
whatever is out of the ordinary stores nothing, so that the inbox receives it by itself."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from services.portal.consumers import CONSUMES
from shared.db import Tx
from shared.events.base import Envelope
from shared.events.intake import VacancyPosted
from shared.messaging.inbox import Inbox, Outcome, Position, on
from shared.messaging.together import Batch, pass_over_known, receive_together
from tests.databases import Databases
from tests.portal.rola import rola
from tests.portal.story import at
from tests.rebuilding.beside import envelopes, rows, shown
from tests.rebuilding.test_erased import after_a_job_that_ended
from tests.rebuilding.test_same_rows import many

INBOX = Inbox("portal", CONSUMES)


def placed(heard: Sequence[Envelope]) -> list[tuple[Envelope, Position]]:
    """Each where the relay would have put it: by its key on one of six partitions, a subject's one after another."""
    offsets, versions, found = Counter[tuple[str, int]](), Counter[tuple[str, str]](), []
    for one in heard:
        topic, partition = f"{one.publisher}.events", sum(one.key.encode()) % 6
        versions[one.publisher, one.subject] += 1
        version = versions[one.publisher, one.subject]
        found.append((replace(one, version=version), Position(topic, partition, offsets[topic, partition])))
        offsets[topic, partition] += 1
    return found


def one_by_one(url: str, batch: Batch) -> list[Outcome]:
    with psycopg.connect(url, autocommit=True) as conn:
        return [INBOX.handle_once(conn, envelope, at_) for envelope, at_ in batch]


def together(url: str, batch: Batch, inbox: Inbox = INBOX) -> list[Outcome] | None:
    with psycopg.connect(url, autocommit=True) as conn:
        return receive_together(conn, inbox, batch)


@pytest.fixture
def other(databases: Databases) -> str:
    return databases.fresh("portal")


@pytest.mark.parametrize("size", [8, 31, 250])
def test_many_together_leave_what_they_leave_one_by_one(url: str, other: str, size: int) -> None:
    heard = placed([one for one in many() if "candidate_erased" not in one.type])
    first = one_by_one(url, heard)
    with psycopg.connect(other, autocommit=True) as conn:
        parts = [receive_together(conn, INBOX, heard[n : n + size]) for n in range(0, len(heard), size)]
    assert None not in parts
    assert [outcome for part in parts for outcome in part or ()] == first
    assert rows(other) == rows(url)
    assert places(other) == places(url)
    assert shown(other) == shown(url)


def places(url: str) -> list[Any]:
    with psycopg.connect(url) as conn:
        return conn.execute("SELECT * FROM inbox_offsets ORDER BY 1, 2").fetchall()


def test_what_comes_late_about_an_erased_person_leaves_only_counts(url: str, other: str) -> None:
    hers = after_a_job_that_ended()
    told = envelopes([*rola().said, *hers.said])
    cut = len(told) - 8
    (erasure,) = envelopes([hers.erased(at("2026-08-01"))])
    heard = placed([*told[:cut], erasure, *told[cut:]])
    one_by_one(url, heard)
    one_by_one(other, heard[: cut + 1])
    assert together(other, heard[cut + 1 :]) == [Outcome.HANDLED] * 8
    assert rows(other) == rows(url)


def _known(batch: Batch) -> Batch:
    return [*batch[:-1], batch[0]]


def _jumps(batch: Batch) -> Batch:
    last, place = batch[-1]
    return [*batch[:-1], (replace(last, version=last.version + 1), place)]


def _passed_over(batch: Batch) -> Batch:
    last, place = batch[-1]
    return [*batch[:-1], (last, replace(place, offset=place.offset + 1))]


def _poison(batch: Batch) -> Batch:
    last, place = batch[-1]
    return [*batch[:-1], (replace(last, data=b'{"not": "ours"}'), place)]


def _newer(batch: Batch) -> Batch:
    last, place = batch[-1]
    return [*batch[:-1], (replace(last, type=last.type.replace(".v1", ".v9")), place)]


def _erasing(batch: Batch) -> Batch:
    (erasure,) = envelopes([rola().erased(at("2026-08-01"))])
    return [*batch, (replace(erasure, version=1), Position("intake.events", 5, 0))]


@pytest.mark.parametrize("spoil", [_known, _jumps, _passed_over, _poison, _newer, _erasing])
def test_what_is_out_of_the_ordinary_stores_nothing(url: str, spoil: Callable[[Batch], Batch]) -> None:
    heard = placed(envelopes(rola().said))
    seen = one_by_one(url, heard[:4])
    assert seen == [Outcome.HANDLED] * 4
    before = rows(url), places(url)
    assert together(url, spoil(heard[4:])) is None
    assert (rows(url), places(url)) == before
    assert together(url, heard[4:]) == [Outcome.HANDLED] * len(heard[4:])
    assert together(url, heard[4:]) is None, "known, all of them"


def test_a_journal_said_again_is_passed_over_and_its_new_places_noted(url: str) -> None:
    heard = placed(envelopes(rola().said))
    one_by_one(url, heard[:-1])
    again = [(envelope, replace(place, offset=place.offset + 100)) for envelope, place in heard]
    before = rows(url)
    with psycopg.connect(url, autocommit=True) as conn:
        assert not pass_over_known(conn, again), "one of them is new"
        assert (rows(url), max(due for *_, due in places(url)) < 100) == (before, True)
        assert pass_over_known(conn, again[:-1])
    assert rows(url) == before
    assert {due for *_, due in places(url)} == {place.offset + 101 for place in last_of_each(heard[:-1])}


def last_of_each(batch: Batch) -> list[Position]:
    return list({(place.topic, place.partition): place for _, place in batch}.values())


def test_a_key_that_waits_is_left_to_the_inbox(url: str) -> None:
    heard = placed(envelopes(rola().said))
    broken = (replace(heard[3][0], data=b"{}"), heard[3][1])
    assert one_by_one(url, [*heard[:3], broken])[-1] is Outcome.FAILED
    assert together(url, heard[4:]) is None
    of_hers = next(one for one in heard[4:] if one[0].key == broken[0].key)
    assert one_by_one(url, [of_hers]) == [Outcome.QUEUED]


def test_a_handler_that_asks_is_left_to_the_inbox(url: str) -> None:
    def asks(tx: Tx, _: VacancyPosted) -> None:
        tx.value("SELECT 1")

    about = [one for one in many() if one.type == VacancyPosted.type]
    batch = placed([replace(about[0], id=uuid4()) for _ in range(8)])
    assert together(url, batch, Inbox("portal", (on(VacancyPosted, asks),))) is None
    assert together(url, batch) == [Outcome.HANDLED] * 8


def test_a_payload_that_is_gone_counts_as_received(url: str) -> None:
    heard = placed(envelopes(rola().said))
    batch = [(replace(envelope, data=None), place) for envelope, place in heard]
    assert together(url, batch) == [Outcome.ERASED] * len(batch)
    assert together(url, batch) is None


def test_a_database_that_is_gone_is_told(url: str) -> None:
    heard = placed(envelopes(rola().said))
    with psycopg.connect(url, autocommit=True) as conn:
        conn.close()
        with pytest.raises(psycopg.OperationalError):
            receive_together(conn, INBOX, heard)
