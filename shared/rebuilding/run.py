"""The course of a rebuild: note where the live topics end; the owners publish their journals again; fill; catch up with
what was said meanwhile; take the old tables' place."""

import asyncio
import multiprocessing
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from shared.errors import Problem, Unavailable
from shared.events.base import topic_of
from shared.messaging.inbox import Inbox
from shared.rebuilding import ReadModel, read_model_of, replay_topic_of, tables
from shared.rebuilding.gathering import Arrived, Connection, NotTogether, Receiver
from shared.rebuilding.reading import Place, Spans, ends_of, read

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
            live = asyncio.run(ends_of(self._bootstrap, [topic_of(p) for p in self._model.publishers]))
            tables.prepare(keeper, self._model, live)
            starts = asyncio.run(ends_of(self._bootstrap, self._replays))
            self._timed("republish", lambda: self._republish_all(republish))
            ends = asyncio.run(ends_of(self._bootstrap, self._replays))
            spans = {place: (starts.get(place, 0), end) for place, end in ends.items()}
            self._timed("fill", lambda: self._fill(spans))
            self._timed("index", lambda: tables.make_indexes(keeper, self._model))
            facts, stood = self._timed("swap", lambda: self._swap(keeper, began))
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

    def _fill(self, spans: Spans) -> None:
        """A process for each share of partition numbers: a key has the same number on every topic."""
        total = sum(end - start for start, end in spans.values())
        spawn = multiprocessing.get_context("spawn")
        done = spawn.Value("q", 0)
        shares = [{p: s for p, s in spans.items() if p[1] % self._processes == n} for n in range(self._processes)]
        children = [
            spawn.Process(target=fill, args=(self._model.service, self._url, self._bootstrap, share, done), daemon=True)
            for share in shares
            if any(start < end for start, end in share.values())
        ]
        for child in children:
            child.start()
        while any(child.is_alive() for child in children):
            children[0].join(0.2) if children[0].is_alive() else time.sleep(0.05)
            self._say("fill", done.value, total)
            if any(child.exitcode for child in children):
                break
        if failed := [child for child in children if child.exitcode != 0]:
            for child in children:
                child.terminate()
            raise _failed(f"a process that fills ended with {failed[0].exitcode}")
        self._say("fill", done.value, total)

    def _swap(self, keeper: Connection, began: float) -> tuple[int, float]:
        """Catch up, stop the worker, receive the last few, take the old tables' place; again while any of it fails."""
        until = time.monotonic() + SWAP_WITHIN_S
        with tables.connect(self._url) as conn:
            receiver = receiver_on(conn, self._model)
            while time.monotonic() < until:
                ends = asyncio.run(ends_of(self._bootstrap, [topic_of(p) for p in self._model.publishers]))
                self._catch_up(conn, receiver.receive, ends)
                stood = time.monotonic()
                with tables.nothing_received(keeper):
                    last = tables.places_of(keeper, "public")
                    ends = asyncio.run(ends_of(self._bootstrap, [topic_of(p) for p in self._model.publishers]))
                    goal = {place: min(offset, ends.get(place, 0)) for place, offset in last.items()}
                    if self._behind(conn, goal) > CLOSE_ENOUGH or not self._last_ones(conn, receiver, goal):
                        continue
                    facts = (conn.execute("SELECT count(*) FROM inbox").fetchone() or (0,))[0]
                    if tables.take_their_place(keeper, self._model, facts, time.monotonic() - began):
                        return facts, time.monotonic() - stood
                time.sleep(0.2)
        raise _failed("somebody reads for so long that the new tables find no moment to take their place")

    def _behind(self, conn: Connection, goal: Mapping[Place, int]) -> int:
        have = tables.places_of(conn, "rebuilding")
        return sum(max(0, end - have.get(place, 0)) for place, end in goal.items())

    def _catch_up(self, conn: Connection, take: Callable[[Sequence[Arrived]], None], ends: Mapping[Place, int]) -> None:
        have = tables.places_of(conn, "rebuilding")
        spans = {place: (have.get(place, 0), end) for place, end in ends.items() if have.get(place, 0) < end}
        if spans:
            asyncio.run(read(self._bootstrap, spans, take, live=True))

    def _last_ones(self, conn: Connection, receiver: Receiver, goal: Mapping[Place, int]) -> bool:
        """While the worker stands still only the fast way is open: the inbox' own takes the lock of a key, which the
        worker may hold. False when an event needs that way."""
        try:
            self._catch_up(conn, receiver.receive_together, goal)
        except NotTogether:
            return False
        return True


def fill(service: str, url: str, bootstrap: str, spans: Spans, done: Any) -> None:
    """A process of its own: receives these spans of replay topics. ``done`` counts for all."""
    with tables.connect(url) as conn:
        receiver = receiver_on(conn, read_model_of(service))

        def take(batch: Sequence[Arrived]) -> None:
            receiver.receive(batch)
            with done.get_lock():
                done.value += len(batch)

        conn.execute("SET synchronous_commit = off")
        asyncio.run(read(bootstrap, spans, take, live=False))


def receiver_on(conn: Connection, model: ReadModel) -> Receiver:
    discarded = conn.execute("SELECT event_id FROM waiting_decisions WHERE decision = 'discarded'").fetchall()
    return Receiver(conn, Inbox(model.service, model.consumes), (id_ for (id_,) in discarded))


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
