"""Tells open pages what changed, by server-sent events. ONE task looks, renders each language once, and hands the parts
that changed to everyone who listens."""

import asyncio
import json
import signal
import threading
import time
from collections.abc import AsyncIterator
from types import FrameType

import psycopg
from psycopg_pool import PoolTimeout
from starlette.concurrency import run_in_threadpool

from services.portal.domain.numbers import Number
from services.portal.pages import board as boards
from services.portal.pages.addresses import Addresses
from services.portal.pages.board import Board, Snapshot
from services.portal.pages.programme_view import pulse_parts
from services.portal.pages.words import Language, words_in
from shared.log import describe, get_logger

STAMP_EVERY_S = 5.0
_RETRY_MS = 1000
_NOTHING = ": \n\n"  # a comment line: wakes a stream, says nothing
log = get_logger()


class Listener:
    """One open page."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.ended = False
        self.queue: asyncio.Queue[str] = asyncio.Queue(maxsize=20)

    def give(self, message: str) -> None:
        if not self.queue.full():  # a page that does not read gets the newest parts once it does
            self.queue.put_nowait(message)


class Watch:
    """Watches the board while somebody listens."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._listeners: set[Listener] = set()
        self._task: asyncio.Task[None] | None = None
        self._last: Snapshot | None = None
        self._told_at = 0.0
        self._closing = False
        self._hooked = False

    async def listen(self, language: Language) -> AsyncIterator[str]:
        """Server-sent events for one page: everything at once, then what changes."""
        listener = Listener(language)
        snapshot = await run_in_threadpool(self._board.current)
        self._close_when_the_process_stops()
        self._listeners.add(listener)
        if self._task is None or self._task.done():
            self._last = snapshot
            self._task = asyncio.create_task(self._watch(), name="watch")
        try:
            yield f"retry: {_RETRY_MS}\n\n" + _parts(await run_in_threadpool(pulse_parts, snapshot, language))
            while not (self._closing or listener.ended):
                yield await listener.queue.get()
        finally:
            self._listeners.discard(listener)

    def close(self) -> None:
        """End every stream: the pages connect again, to whoever answers then."""
        self._closing = True
        self._end_streams()

    def _end_streams(self) -> None:
        for listener in self._listeners:
            listener.ended = True
            listener.give(_NOTHING)

    def _close_when_the_process_stops(self) -> None:
        """uvicorn waits for open answers before it stops, and a stream never ends by itself."""
        if self._hooked or threading.current_thread() is not threading.main_thread():
            return
        self._hooked = True
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            before = signal.getsignal(number)

            def stop(received: int, frame: FrameType | None, then: object = before) -> None:
                loop.call_soon_threadsafe(self.close)
                if callable(then):
                    then(received, frame)

            signal.signal(number, stop)

    async def _watch(self) -> None:
        try:
            while self._listeners:
                await asyncio.sleep(boards.WATCH_EVERY_S)
                try:
                    await self._tell()
                except (psycopg.OperationalError, PoolTimeout) as fault:  # the pages stay open; tried again at once
                    log.warning("watch_waits_for_database", **describe(fault))
        finally:
            self._end_streams()

    async def _tell(self) -> None:
        snapshot = await run_in_threadpool(self._board.current)
        before, self._last = self._last, snapshot
        changed = before is None or _shown(before) != _shown(snapshot)
        if not changed and time.monotonic() - self._told_at < STAMP_EVERY_S:
            return
        self._told_at = time.monotonic()
        for language in {listener.language for listener in self._listeners}:
            message = _parts(await run_in_threadpool(pulse_parts, snapshot, language))
            if changed and before is not None:
                message += _toast(before, snapshot, language)
            for listener in [one for one in self._listeners if one.language == language]:
                listener.give(message)


def _shown(snapshot: Snapshot) -> object:
    pulse = snapshot.pulse
    return *snapshot.counted_from, snapshot.background_of, pulse.freshness, pulse.set_aside


def _parts(parts: dict[str, str]) -> str:
    return f"event: parts\ndata: {json.dumps(parts, ensure_ascii=False)}\n\n"


def _toast(before: Snapshot, now: Snapshot, language: Language) -> str:
    """The number that moved, in words; the one furthest along when several did."""
    t, to = words_in(language), Addresses(language)
    for number in reversed(Number):
        was, value = before.numbers.value(number), now.numbers.value(number)
        if was != value:
            key = f"toast.more.{number}" if value == was + 1 else f"toast.now.{number}"
            said = {"html": str(t.n(key, value)), "href": to.cases(number)}
            return f"event: toast\ndata: {json.dumps(said, ensure_ascii=False)}\n\n"
    return ""
