"""Journal, outbox and inbox on a real PostgreSQL, without a broker."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event
from cloudevents.core.formats.json import JSONFormat

from shared.db import Cause, Tx, transaction_on
from shared.events.base import read_envelope
from shared.events.intake import CandidateErased, CandidateWithdrawn
from shared.events.matching import HireCancelled
from shared.messaging.erasure import forget_case
from shared.messaging.inbox import Inbox, Outcome, on
from shared.messaging.line import Line, StopTheLine
from shared.messaging.outbox import NotTheOwner, publish
from shared.messaging.relay import JournalRow
from tests.databases import Databases, envelope_of, transaction_fixture

tx = transaction_fixture("intake")


@pytest.fixture
def url(databases: Databases) -> str:
    return databases.fresh("intake")


@pytest.fixture
def conn(url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(url, autocommit=True) as conn:
        yield conn


def withdrawn(candidate: UUID, reason: str = "moved") -> CandidateWithdrawn:
    return CandidateWithdrawn(candidate_id=candidate, reason=reason)


def test_a_published_event_stands_in_journal_and_outbox_with_its_cause(tx: Tx) -> None:
    candidate = uuid4()
    first = publish(tx, withdrawn(candidate))
    second = publish(tx, withdrawn(candidate, "again"))
    rows = tx.conn.execute(
        "SELECT event_id, subject, version, correlation_id FROM journal JOIN outbox USING (position) ORDER BY position"
    ).fetchall()
    subject = f"candidate/{candidate}"
    assert rows == [
        (first.event_id, subject, 1, tx.cause.correlation_id),
        (second.event_id, subject, 2, tx.cause.correlation_id),
    ]


def test_a_transaction_that_fails_has_said_nothing(conn: psycopg.Connection) -> None:
    def fail() -> None:
        with transaction_on(conn, "intake", Cause()) as tx:
            publish(tx, withdrawn(uuid4()))
            raise RuntimeError("after publishing")

    with pytest.raises(RuntimeError):
        fail()
    counted = (
        "SELECT (SELECT count(*) FROM journal), (SELECT count(*) FROM outbox), (SELECT count(*) FROM subject_versions)"
    )
    assert conn.execute(counted).fetchone() == (0, 0, 0)


def test_only_the_owner_publishes(tx: Tx) -> None:
    with pytest.raises(NotTheOwner):
        publish(tx, HireCancelled(hire_id=uuid4(), candidate_id=uuid4(), employer_id=uuid4(), reason="x"))


def test_many_publishers_about_one_case_leave_versions_without_gap_in_outbox_order(url: str) -> None:
    candidate = uuid4()

    def publish_ten(_: int) -> None:
        with psycopg.connect(url) as mine:
            for _ in range(10):
                with transaction_on(mine, "intake", Cause()) as tx:
                    publish(tx, withdrawn(candidate))
                    time.sleep(0.001)  # so that transactions overlap

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(publish_ten, range(8)))
    with psycopg.connect(url) as conn:
        versions = conn.execute("SELECT version FROM outbox JOIN journal USING (position) ORDER BY position").fetchall()
    assert [v for (v,) in versions] == list(range(1, 81))


def test_the_lock_of_a_key_makes_the_second_publisher_wait_for_the_first_commit(url: str) -> None:
    candidate, events = uuid4(), list[str]()

    def second() -> None:
        with psycopg.connect(url) as mine, transaction_on(mine, "intake", Cause()) as tx:
            publish(tx, withdrawn(candidate))
            events.append("second published")

    with psycopg.connect(url) as mine, psycopg.connect(url, autocommit=True) as watching:
        with transaction_on(mine, "intake", Cause()) as tx:
            publish(tx, withdrawn(candidate))
            thread = threading.Thread(target=second)
            thread.start()
            waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            end = time.monotonic() + 10
            while watching.execute(waiting).fetchone() != (1,):
                assert time.monotonic() < end, "nobody contends for the lock"
                time.sleep(0.01)
            events.append("first commits")
        thread.join(10)
    assert events == ["first commits", "second published"]


def test_commands_that_touch_several_cases_never_wait_for_each_other(url: str) -> None:
    keys = [str(uuid4()) for _ in range(6)]

    def touch(turn: int) -> None:
        with psycopg.connect(url) as mine:
            for _ in range(20):
                with transaction_on(mine, "intake", Cause()) as tx:
                    tx.lock(*(keys if turn % 2 else reversed(keys)))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(touch, range(6)))  # a deadlock would raise


@pytest.mark.parametrize(
    "statement", ["DELETE FROM journal", "UPDATE journal SET data = '{}'", "UPDATE journal SET version = 9"]
)
def test_the_journal_is_append_only(tx: Tx, statement: str) -> None:
    publish(tx, withdrawn(uuid4()))
    with pytest.raises(psycopg.errors.RaiseException), tx.conn.transaction():
        tx.conn.execute(statement)  # type: ignore[call-overload]


def test_on_the_wire_an_event_is_what_the_cloudevents_library_reads() -> None:
    candidate = uuid4()
    envelope = envelope_of(withdrawn(candidate), causation_id=uuid4(), actor="advisor:x")
    message = KafkaMessage(headers=dict(envelope.headers()), key=envelope.key.encode(), value=envelope.data or b"")
    read = from_binary_event(message, JSONFormat())
    assert read.get_id() == str(envelope.id)
    assert read.get_type() == "interconnexion.intake.candidate_withdrawn.v1"
    assert read.get_source() == "/services/intake"
    assert read.get_subject() == f"candidate/{candidate}"
    assert read.get_data() == {"candidate_id": str(candidate), "reason": "moved"}
    assert read_envelope(envelope.key.encode(), envelope.headers(), envelope.data) == envelope


def test_what_the_relay_sends_is_what_was_published(tx: Tx) -> None:
    event = withdrawn(uuid4())
    said = publish(tx, event)
    position, *rest = (
        tx.conn.execute(
            "SELECT position, data, occurred_at, event_id, type, subject, version, key, correlation_id FROM journal"
        ).fetchone()
        or ()
    )
    names = ["id", "type", "subject", "version", "key", "correlation_id"]
    row = JournalRow(
        position, rest[0], rest[1], causation_id=None, actor=None, **dict(zip(names, rest[2:], strict=True))
    )
    envelope = row.envelope("intake")
    assert envelope.id == said.event_id
    assert envelope.event() == event


# receiving


def test_a_failing_handler_leaves_no_rows_of_its_own(conn: psycopg.Connection) -> None:
    def fail(tx: Tx, event: HireCancelled) -> None:
        publish(tx, withdrawn(event.candidate_id))
        raise RuntimeError

    inbox = Inbox("intake", (on(HireCancelled, fail),))
    event = HireCancelled(hire_id=uuid4(), candidate_id=uuid4(), employer_id=uuid4(), reason="x")
    assert inbox.handle_once(conn, envelope_of(event)) is Outcome.FAILED
    assert conn.execute("SELECT count(*) FROM journal").fetchone() == (0,)
    assert conn.execute("SELECT count(*) FROM waiting_events").fetchone() == (1,)


@pytest.mark.parametrize(("age_days", "outcome"), [(1, Outcome.HANDLED), (500, Outcome.DUPLICATE)])
def test_after_thirteen_months_an_old_version_is_a_duplicate_though_its_id_is_forgotten(
    conn: psycopg.Connection, age_days: int, outcome: Outcome
) -> None:
    inbox = Inbox("intake", (on(HireCancelled, lambda tx, event: None),))
    event = HireCancelled(hire_id=uuid4(), candidate_id=uuid4(), employer_id=uuid4(), reason="x")
    inbox.handle_once(conn, envelope_of(event, version=2))
    conn.execute("DELETE FROM inbox")  # as the pruning of ids does
    then = datetime.now(UTC) - timedelta(days=age_days)
    assert inbox.handle_once(conn, envelope_of(event, version=1, time=then)) is outcome


def test_a_deadlock_is_tried_again_at_once(conn: psycopg.Connection) -> None:
    tries = []

    def deadlock_first(tx: Tx, event: HireCancelled) -> None:
        tries.append(event)
        if len(tries) == 1:
            raise psycopg.errors.DeadlockDetected

    inbox = Inbox("intake", (on(HireCancelled, deadlock_first),))
    event = HireCancelled(hire_id=uuid4(), candidate_id=uuid4(), employer_id=uuid4(), reason="x")
    assert inbox.handle_once(conn, envelope_of(event)) is Outcome.HANDLED
    assert len(tries) == 2


# forgetting


def test_a_forgotten_case_leaves_no_payload_and_its_erasure_is_still_said(tx: Tx) -> None:
    candidate = uuid4()
    publish(tx, withdrawn(candidate, "canary"))
    forget_case(tx, str(candidate))
    day = date(2026, 11, 24)
    publish(tx, CandidateErased(candidate_id=candidate, requested_on=day, gone_from_log_on=day))
    rows = tx.conn.execute("SELECT type, version, data IS NULL FROM journal ORDER BY position").fetchall()
    assert rows == [(CandidateWithdrawn.type, 1, True), (CandidateErased.type, 2, False)]


def test_an_erasure_passes_a_waiting_key_and_purges_it(conn: psycopg.Connection) -> None:
    def never(tx: Tx, event: CandidateWithdrawn) -> None:
        raise RuntimeError

    def erase(tx: Tx, event: CandidateErased) -> None:
        forget_case(tx, str(event.candidate_id))

    candidate, day = uuid4(), date(2026, 11, 24)
    inbox = Inbox("matching", (on(CandidateWithdrawn, never), on(CandidateErased, erase)))
    assert inbox.handle_once(conn, envelope_of(withdrawn(candidate))) is Outcome.FAILED
    erased = CandidateErased(candidate_id=candidate, requested_on=day, gone_from_log_on=day)
    assert inbox.handle_once(conn, envelope_of(erased)) is Outcome.HANDLED
    assert conn.execute("SELECT count(*) FROM waiting_events").fetchone() == (0,)


# stopping the line


def test_the_line_stops_at_the_eleventh_of_two_hundred_keys_and_not_for_one_key_that_fails_often() -> None:
    line = Line()
    for _ in range(50):
        line.note("always the same", failed=True)
    for number in range(9):
        line.note(f"failing {number}", failed=True)
    for number in range(100):
        line.note(f"sound {number}", failed=False)
    with pytest.raises(StopTheLine):
        line.note("the eleventh", failed=True)


def test_failures_further_apart_than_two_hundred_keys_do_not_stop_the_line() -> None:
    line = Line()
    for number in range(1000):
        line.note(str(number), failed=number % 25 == 0)
