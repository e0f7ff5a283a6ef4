"""An open page learns of a fact within a second, and one task watches for all pages."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from services.portal.pages.board import Board
from services.portal.pages.live import Watch
from services.portal.store.pulse import give_sign_of_life
from shared.db import Database
from shared.http import Role
from tests.portal.conftest import Headers
from tests.portal.story import Story, at, tell


@pytest.fixture(scope="module")
def address(app: FastAPI) -> Iterator[str]:
    """The portal on a real port: a stream never ends, so it needs a real server."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=2))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]})
        thread.start()
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        for _ in range(200):
            try:
                if httpx.get(f"{url}/ready").status_code == 200:
                    break
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        yield url
        server.should_exit = True
        thread.join()
    app.state.names.close()


def admit_somebody(database: Database) -> None:
    story = Story()
    story.admitted(at("2026-03-01"))
    with database.transaction() as tx:
        tell(tx, story.said)


def parts(stream: Iterator[str]) -> Iterator[dict[str, str]]:
    kind = ""
    for line in stream:
        if line.startswith("event: "):
            kind = line.removeprefix("event: ")
        elif line.startswith("data: ") and kind == "parts":
            yield json.loads(line.removeprefix("data: "))


def test_a_new_number_reaches_an_open_page_within_a_second(address: str, database: Database, token: Headers) -> None:
    with httpx.stream("GET", f"{address}/fr/programme/live", headers=token(Role.MANAGER), timeout=10) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        told = parts(answer.iter_lines())
        before = int(next(told)["n-admitted"])
        waits = []
        for n in range(1, 6):
            committed = time.monotonic()
            threading.Thread(target=admit_somebody, args=(database,)).start()
            while int(next(told)["n-admitted"]) != before + n:
                pass
            waits.append(time.monotonic() - committed)
    assert max(waits) < 1.0


def test_a_stream_is_only_for_those_who_may_see_the_page(address: str, token: Headers) -> None:
    assert httpx.get(f"{address}/fr/programme/live", headers=token(Role.PARTNER)).status_code == 403
    assert httpx.get(f"{address}/fr/programme/live").status_code == 303


async def test_many_pages_are_served_by_one_look_at_the_database(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = Board(database)
    watch = Watch(board)
    looks = 0
    read = board._read

    def counted(last: object) -> object:
        nonlocal looks
        looks += 1
        return read(last)  # type: ignore[arg-type]

    monkeypatch.setattr(board, "_read", counted)
    streams = [watch.listen("fr" if n % 2 else "en") for n in range(20)]
    for stream in streams:
        await anext(stream)
    looks = 0
    await asyncio.to_thread(admit_somebody, database)
    heard = await asyncio.gather(*(anext(stream) for stream in streams))
    assert len(set(heard)) == 2, "each language is rendered once"
    assert all("event: toast" in message for message in heard)
    assert looks <= 4
    for stream in streams:
        await stream.aclose()  # type: ignore[attr-defined]
    await asyncio.sleep(0.6)
    assert watch._task is not None
    assert watch._task.done(), "nobody listens: nobody looks"


async def test_a_stopping_process_ends_its_streams(database: Database) -> None:
    watch = Watch(Board(database))
    stream = watch.listen("fr")
    await anext(stream)
    watch.close()
    rest = [message async for message in stream]
    assert all(message.startswith(":") for message in rest)


def test_the_stamp_says_live_late_or_stopped(database: Database) -> None:
    board = Board(database)
    with database.transaction() as tx:
        give_sign_of_life(tx)
        tx.run(
            """INSERT INTO facts_received VALUES (0, 1, clock_timestamp(), 0)
               ON CONFLICT (slot) DO UPDATE SET last_at = clock_timestamp()"""
        )
        tx.run("UPDATE facts_received SET last_delay_s = 0, last_at = clock_timestamp()")
    assert board.current().pulse.freshness == "live"
    with database.transaction() as tx:
        tx.run("UPDATE facts_received SET last_delay_s = 240")
    time.sleep(0.5)
    assert board.current().pulse.freshness == "late"
    with database.transaction() as tx:
        tx.run("UPDATE signs_of_life SET at = at - interval '5 minutes'")
    time.sleep(0.5)
    assert board.current().pulse.freshness == "stopped"
    with database.transaction() as tx:
        tx.run("DELETE FROM signs_of_life")
