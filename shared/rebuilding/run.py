"""The course of a rebuild: note where the live topics end; the owners publish their journals again; fill; catch up with
what was said meanwhile; take the old tables' place."""

import asyncio
import gc
import multiprocessing
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import Any
from uuid import UUID

import psycopg
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from shared.errors import Problem, Unavailable
from shared.events.base import topic_of
from shared.messaging.inbox import Inbox
from shared.rebuilding import ReadModel, read_model_of, replay_topic_of, tables
from shared.rebuilding.reading import Place, Spans, ends_of, read
from shared.rebuilding.receiving import Abandoned, Arrived, Connection, NotTogether, Receiver

CLOSE_ENOUGH = 200  # events still to receive while the worker stands still
SWAP_WITHIN_S = 300.0
Say = Callable[[str, int, int], None]
Republish = Callable[[str, Callable[[int, int], None]], object]
"""Has one publisher send its journal to its replay topic; tells how far it is."""


@dataclass(frozen=True)
class Rebuilt:
    """``facts``: received into the new tables. ``swap_s``: how long the worker stood still. ``steps``: seconds each."""

    service: str
    facts: int
    seconds: float
    swap_s: float
    steps: Mapping[str, float]


class Rebuild:
    """One rebuild of ``model`` in the database at ``url``. ``say(step, done, total)`` hears of its progress."""

    def __init__(self, model: ReadModel, url: str, bootstrap: str, say: Say, processes: int = 2) -> None:
        self._model = model
        self._url = url
        self._bootstrap = bootstrap
        self._say = say
        self._processes = processes
        self._steps: dict[str, float] = {}
        self._replays = [replay_topic_of(publisher) for publisher in model.publishers]

    def run(self, republish: Republish) -> Rebuilt:
        """Raises Refused when one is under way, Unavailable when something fails: then nothing has changed."""
        began = time.monotonic()
        with tables.connect(self._url) as keeper:
            attempt = tables.prepare(keeper, self._model, self._live_ends())
            starts = asyncio.run(ends_of(self._bootstrap, self._replays))
            self._timed("republish", lambda: self._republish_all(republish))
            ends = asyncio.run(ends_of(self._bootstrap, self._replays))
            spans = {place: (starts.get(place, 0), end) for place, end in ends.items()}
            self._timed("fill", lambda: self.fill(spans, attempt))
            self._timed("index", lambda: tables.make_indexes(self._url, self._model))
            facts, stood = self._timed("swap", lambda: self._swap(keeper, attempt, began))
            asyncio.run(_forget(self._bootstrap, ends))
        return Rebuilt(self._model.service, facts, time.monotonic() - began, stood, self._steps)

    def _timed(self, step: str, act: Callable[[], Any]) -> Any:
        began = time.monotonic()
        done = act()
        self._steps[step] = round(time.monotonic() - began, 3)
        return done

    def _republish_all(self, republish: Republish) -> None:
        for publisher in self._model.publishers:
            republish(publisher, lambda done, total, who=publisher: self._say(who, done, total))  # type: ignore[misc]

    def fill(self, spans: Spans, attempt: UUID) -> None:
        """From replay topics; each process takes some partition numbers, for a key has the same on all."""
        total = sum(end - start for start, end in spans.values())
        spawn = multiprocessing.get_context("spawn")
        done = spawn.Value("q", 0)
        shares = [{p: s for p, s in spans.items() if p[1] % self._processes == n} for n in range(self._processes)]
        where = (self._model.service, self._url, self._bootstrap, attempt)
        children = [
            spawn.Process(target=fill, args=(*where, share, done), daemon=True)
            for share in shares
            if any(start < end for start, end in share.values())
        ]
        for child in children:
            child.start()
        while running := [child.sentinel for child in children if child.is_alive()]:
            wait(running, timeout=0.2)
            self._say("fill", done.value, total)
            if any(child.exitcode for child in children):
                break
        if failed := [child for child in children if child.exitcode != 0]:
            for child in children:
                child.terminate()
            raise _failed(f"a process that fills ended with {failed[0].exitcode}")
        self._say("fill", done.value, total)

    def _swap(self, keeper: Connection, attempt: UUID, began: float) -> tuple[int, float]:
        """Catch up, stop the worker, receive the last few, take the old tables' place; again while any of it fails."""
        until = time.monotonic() + SWAP_WITHIN_S
        with tables.connect(self._url) as conn:
            receiver = receiver_on(conn, self._model, attempt)
            while time.monotonic() < until:
                self._catch_up(conn, receiver.receive, self._live_ends())
                stood = time.monotonic()
                with suppress(psycopg.errors.LockNotAvailable), tables.nothing_received(keeper):
                    facts = self._complete(keeper, conn, receiver)
                    if facts is not None and tables.take_their_place(keeper, self._model, facts, stood - began):
                        return facts, time.monotonic() - stood
                time.sleep(0.2)
        raise _failed("somebody reads for so long that the new tables find no moment to take their place")

    def _complete(self, keeper: Connection, conn: Connection, receiver: Receiver) -> int | None:
        """While the worker stands still: receive all that it has received; how many facts there are now. None when
        that is more than a moment's work. Only the fast way is open: the inbox' own takes the lock of a key, which
        the worker may hold."""
        ends = self._live_ends()
        goal = {place: min(offset, ends.get(place, 0)) for place, offset in tables.places_of(keeper, "public").items()}
        have = tables.places_of(conn, "rebuilding")
        if sum(max(0, end - have.get(place, 0)) for place, end in goal.items()) > CLOSE_ENOUGH:
            return None
        try:
            self._catch_up(conn, receiver.receive_together, goal)
        except NotTogether:
            return None
        return int((conn.execute("SELECT count(*) FROM inbox").fetchone() or (0,))[0])

    def _live_ends(self) -> dict[Place, int]:
        return asyncio.run(ends_of(self._bootstrap, [topic_of(p) for p in self._model.publishers]))

    def _catch_up(self, conn: Connection, take: Callable[[Sequence[Arrived]], None], ends: Mapping[Place, int]) -> None:
        have = tables.places_of(conn, "rebuilding")
        spans = {place: (have.get(place, 0), end) for place, end in ends.items() if have.get(place, 0) < end}
        if spans:
            asyncio.run(read(self._bootstrap, spans, take, live=True))


def fill(service: str, url: str, bootstrap: str, attempt: UUID, spans: Spans, done: Any) -> None:
    """A process of its own: receives these spans of replay topics. ``done`` counts for all."""
    parent = multiprocessing.parent_process()
    with tables.connect(url) as conn:
        receiver = receiver_on(conn, read_model_of(service), attempt)

        def take(batch: Sequence[Arrived]) -> None:
            if not (parent and parent.is_alive()):
                raise Abandoned
            receiver.receive(batch)
            with done.get_lock():
                done.value += len(batch)

        conn.execute("SET synchronous_commit = off")
        gc.set_threshold(200_000)  # a batch is many objects and no cycles: looking for them takes a tenth of the time
        asyncio.run(read(bootstrap, spans, take, live=False))


def receiver_on(conn: Connection, model: ReadModel, attempt: UUID) -> Receiver:
    discarded = conn.execute("SELECT event_id FROM waiting_decisions WHERE decision = 'discarded'").fetchall()
    return Receiver(conn, Inbox(model.service, model.consumes), attempt, (id_ for (id_,) in discarded if id_))


async def _forget(bootstrap: str, ends: Mapping[Place, int]) -> None:
    """The copies of journals have served."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=10_000)
    try:
        await admin.start()
        await admin.delete_records({TopicPartition(*place): RecordsToDelete(end) for place, end in ends.items() if end})
    finally:
        await admin.close()


def _failed(why: str) -> Unavailable:
    return Unavailable(Problem("", "rebuild_failed", f"La reconstruction a échoué, rien n'a changé : {why}.",
                               f"The rebuild failed, nothing has changed: {why}."))  # fmt: skip
