"""Deliveries on a real database to a scripted receiver. PostgreSQL's time cannot be moved, so a test that needs later
makes a message due now."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from standardwebhooks.webhooks import Webhook

from shared.db import Database, Tx
from shared.errors import NotFound
from shared.webhooks import (
    Delivery,
    Endpoint,
    create_webhook_tables,
    delivery_loop,
    enqueue,
    forget_deliveries,
    list_attempts,
    list_deliveries,
    new_secret,
    replay,
    replay_range,
    resume_endpoint,
)
from shared.webhooks import deliveries as kept
from tests.databases import Databases
from tests.edges.sink import Answer, Sink, running_sink

SECRETS = (new_secret(), new_secret())


class Op:
    def __init__(self, conn: psycopg.Connection[Any]) -> None:
        self._conn = conn

    def execute(self, sqltext: str) -> object:
        return self._conn.execute(sqltext.encode())


@pytest.fixture(scope="module")
def module_db(databases: Databases) -> Iterator[Database]:
    url = databases.fresh("matching")
    with psycopg.connect(url) as conn:
        create_webhook_tables(Op(conn))
    db = Database(url, "matching")
    db.open()
    yield db
    db.close()


@pytest.fixture
def db(module_db: Database) -> Database:
    with module_db.transaction() as tx:
        tx.run("TRUNCATE webhook_deliveries, webhook_attempts, webhook_endpoints_gone")
    return module_db


@pytest.fixture
def sink() -> Iterator[Sink]:
    with running_sink() as sink:
        yield sink


@asynccontextmanager
async def delivering(db: Database, sink: Sink, workers: int = 1, **more: Any) -> AsyncIterator[None]:
    endpoints = more.pop("endpoints", {"ministry": Endpoint(sink.url, SECRETS, inside=True)})
    loops = [asyncio.create_task(delivery_loop(db, endpoints, **more)) for _ in range(workers)]
    try:
        yield
        assert not any(loop.done() for loop in loops)
    finally:
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)


async def until(true: Callable[[], object], within_s: float = 15) -> None:
    async with asyncio.timeout(within_s):
        while not await asyncio.to_thread(true):
            await asyncio.sleep(0.02)


def put(db: Database, about: str = "request-1", **body: Any) -> UUID:
    with db.transaction() as tx:
        return enqueue(tx, endpoint="ministry", type="subsidy_request.submitted", about=about, body=body)


def look(db: Database, message_id: UUID) -> Delivery:
    with db.transaction() as tx:
        (found,) = [d for d in list_deliveries(tx) if d.id == message_id]
        return found


def make_due(db: Database) -> None:
    with db.transaction() as tx:
        tx.run("UPDATE webhook_deliveries SET next_at = now() WHERE state = 'pending' AND leased_until IS NULL")


def state(db: Database, message_id: UUID, wanted: str) -> Callable[[], bool]:
    return lambda: look(db, message_id).state == wanted


async def test_a_message_refused_once_arrives_and_its_signature_is_good(db: Database, sink: Sink) -> None:
    sink.script = [Answer(500)]
    message = put(db, request_id="request-1")
    async with delivering(db, sink):
        await until(lambda: look(db, message).last_status == 500)
        waits = look(db, message).next_at - datetime.now(UTC)
        assert timedelta(seconds=2) < waits < timedelta(seconds=7)
        make_due(db)
        await until(state(db, message, "delivered"))
    assert sink.ids == [str(message)] * 2
    last = sink.received[-1]
    for secret in SECRETS:
        told = Webhook(secret).verify(last.body, last.headers)
    assert told["type"] == "subsidy_request.submitted"
    assert told["data"] == {"request_id": "request-1"}
    with db.transaction() as tx:
        attempts = list_attempts(tx, message)
    assert [(a.number, a.status, a.error) for a in attempts] == [(1, 500, "http_500"), (2, 200, None)]


def test_a_message_of_an_effect_that_did_not_happen_is_not_sent(db: Database) -> None:
    def fail() -> None:
        with db.transaction() as tx:
            enqueue(tx, endpoint="ministry", type="x", about="a", body={})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with db.transaction() as tx:
        assert list_deliveries(tx) == []


async def test_killed_between_sending_and_marking_it_is_sent_again_with_the_same_id(
    db: Database, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = put(db)

    def die(*args: object) -> None:
        raise RuntimeError("killed here")

    with monkeypatch.context() as killed:
        killed.setattr(kept, "mark_delivered", die)
        async with delivering(db, sink):
            await until(lambda: len(sink.received) == 1)
            await asyncio.sleep(0.2)
    assert look(db, message).state == "pending"
    with db.transaction() as tx:
        assert kept.endpoints_with_work(tx) == []  # its lease still runs: nobody else takes it
        tx.run("UPDATE webhook_deliveries SET leased_until = now() - interval '1 s'")
    async with delivering(db, sink):
        await until(state(db, message, "delivered"))
    assert sink.ids == [str(message)] * 2


async def test_two_workers_send_each_message_once(db: Database, sink: Sink) -> None:
    messages = [put(db, about=f"request-{n}") for n in range(60)]
    async with delivering(db, sink, workers=3):
        await until(lambda: len(sink.received) >= 60 and all(look(db, m).state == "delivered" for m in messages[-3:]))
        await asyncio.sleep(0.7)
    assert sorted(sink.ids) == sorted(str(m) for m in messages)


async def test_messages_about_one_thing_go_one_after_another(db: Database, sink: Sink) -> None:
    sink.script = [Answer(after_s=0.3), Answer(after_s=0.1)]
    messages = [put(db, about="request-1", number=n) for n in range(4)]
    async with delivering(db, sink, workers=2):
        await until(state(db, messages[-1], "delivered"))
    assert sink.ids == [str(m) for m in messages]
    for one, next_one in zip(sink.received, sink.received[1:], strict=False):
        assert one.ended <= next_one.began


async def test_a_refused_message_holds_only_what_is_about_the_same_thing(db: Database, sink: Sink) -> None:
    sink.script = [Answer(500)]
    first = put(db, about="request-1")
    async with delivering(db, sink):
        await until(lambda: look(db, first).last_status == 500)
        behind, other = put(db, about="request-1"), put(db, about="request-2")
        await until(state(db, other, "delivered"))
    assert look(db, behind).attempts == 0


async def test_retry_after_is_obeyed(db: Database, sink: Sink) -> None:
    sink.script = [Answer(429, {"Retry-After": "7200"})]
    message = put(db)
    async with delivering(db, sink):
        await until(lambda: look(db, message).last_status == 429)
    assert look(db, message).next_at > datetime.now(UTC) + timedelta(minutes=119)


async def test_gone_stops_the_endpoint_until_a_person_resumes_it(db: Database, sink: Sink) -> None:
    sink.script = [Answer(410)]
    given_up: list[UUID] = []
    message = put(db, about="request-1")
    async with delivering(db, sink, on_exhausted=lambda tx, delivery: given_up.append(delivery.id)):
        await until(state(db, message, "exhausted"))
        kept_back = put(db, about="request-2")
        await asyncio.sleep(0.8)
        assert look(db, kept_back).attempts == 0
        with db.transaction() as tx:
            assert resume_endpoint(tx, "ministry")
        await until(state(db, kept_back, "delivered"))
    assert given_up == [message]


async def test_a_redirect_is_not_followed(db: Database, sink: Sink) -> None:
    with running_sink() as elsewhere:
        sink.script = [Answer(307, {"Location": elsewhere.url})]
        message = put(db)
        async with delivering(db, sink):
            await until(lambda: look(db, message).last_status == 307)
        assert elsewhere.received == []
    assert look(db, message).state == "pending"


async def test_a_receiver_that_does_not_answer_in_time_is_a_failure(
    db: Database, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.webhooks.sending.TIMEOUT_S", 0.2)
    sink.script = [Answer(after_s=0.6)]
    message = put(db)
    async with delivering(db, sink):
        await until(lambda: look(db, message).last_error == "timeout")
    assert look(db, message).last_status is None


async def test_nobody_there_is_a_failure(db: Database, sink: Sink) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = {"ministry": Endpoint(f"http://127.0.0.1:{free.getsockname()[1]}/", SECRETS, inside=True)}
        message = put(db)
        async with delivering(db, sink, endpoints=nobody):
            await until(lambda: look(db, message).last_error == "ConnectError")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
async def test_an_address_inside_is_refused_when_the_connection_is_made(db: Database, sink: Sink, host: str) -> None:
    url = sink.url.replace("127.0.0.1", host)
    message = put(db)
    async with delivering(db, sink, endpoints={"ministry": Endpoint(url, SECRETS)}):
        await until(lambda: look(db, message).last_error == "ConnectError")
    assert sink.received == []


async def test_after_its_last_attempt_a_message_becomes_a_persons_task(db: Database, sink: Sink) -> None:
    sink.script = [Answer(500)]
    message = put(db)
    with db.transaction() as tx:
        tx.run("UPDATE webhook_deliveries SET attempts = 10")

    def make_task(tx: Tx, delivery: Delivery) -> None:
        tx.run("INSERT INTO subject_versions VALUES (%s, 1)", (f"task/{delivery.id}",))

    async with delivering(db, sink, on_exhausted=make_task):
        await until(state(db, message, "exhausted"))
    with db.transaction() as tx:
        assert tx.value("SELECT version FROM subject_versions WHERE subject = %s", (f"task/{message}",)) == 1


async def test_one_message_or_a_range_is_sent_again(db: Database, sink: Sink) -> None:
    began = datetime.now(UTC) - timedelta(minutes=1)
    messages = [put(db, about=f"request-{n}") for n in range(3)]
    async with delivering(db, sink):
        await until(lambda: all(look(db, m).state == "delivered" for m in messages))
        with db.transaction() as tx:
            assert replay(tx, [messages[1]]) == 1
        await until(lambda: sink.ids.count(str(messages[1])) == 2)
        await until(state(db, messages[1], "delivered"))
        with db.transaction() as tx:
            assert replay_range(tx, "ministry", began, datetime.now(UTC) + timedelta(minutes=1)) == 3
        await until(lambda: len(sink.received) == 7)
    with db.transaction() as tx, pytest.raises(NotFound):
        replay(tx, [uuid4()])


def test_an_erasure_leaves_no_body_and_sends_nothing_more(db: Database) -> None:
    done, pending, other = put(db, "erased", x=1), put(db, "erased", x=2), put(db, "kept", x=3)
    with db.transaction() as tx:
        tx.run("UPDATE webhook_deliveries SET state = 'delivered' WHERE id = %s", (done,))
        forget_deliveries(tx, ["erased"])
        left = {d.id: d.body and json.loads(d.body)["data"] for d in list_deliveries(tx)}
    assert left == {done: None, other: {"x": 3}}
    assert pending not in left


async def test_endpoints_may_be_read_from_the_database(db: Database, sink: Sink) -> None:
    message = put(db)
    async with delivering(db, sink, endpoints=lambda tx: {"ministry": Endpoint(sink.url, SECRETS, inside=True)}):
        await until(state(db, message, "delivered"))
