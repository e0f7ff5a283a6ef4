"""A ministry that misbehaves: it takes a notice and forgets it, fails or falls silent after the effect, decides before
it has acknowledged, and decides twice. Patches of the sandbox, in its own process."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random
from typing import Any

_LONGER_THAN_WE_WAIT_S = 11.0  # shared.webhooks.sending.TIMEOUT_S is 10
_SLOW_S = 1.0
WAYS = ("forgets", "fails_after_effect", "silent_after_effect", "decides_before_acknowledging", "decides_twice")


def misbehave() -> None:
    from deploy.local.ministry import app, office

    chance = Random(os.environ.get("CHAOS_SEED", "0"))  # dice
    control = Path(os.environ["CHAOS_CONTROL"])
    original = app.make_app

    def make_app(settings: Any) -> Any:
        made = original(settings)
        made.add_middleware(Misbehaving, chance=chance, control=control)
        return made

    app.make_app = make_app
    handle = office.Office._handle

    async def handle_and_again(self: Any, entry: Any, desk: Any) -> None:
        await handle(self, entry, desk)
        if is_bad(control) and entry.kind == "request" and entry.decision and chance.random() < 0.3:
            note(control, "decides_twice")
            await self._decide_again(entry, desk, entry.decision)

    office.Office._handle = handle_and_again  # type: ignore[method-assign]


def is_bad(control: Path) -> bool:
    return (control / "ministry-is-bad").exists()


def turns_good(control: Path, after: int = 10, within_s: float = 60.0) -> None:
    """Used by the harness: it is another's system and is not mended with ours. It misbehaves until it has done so some
    times more, or for so long: most notices are sent when all else is well again."""
    switch, before, until = control / "ministry-is-bad", _times(control), time.monotonic() + within_s
    switch.touch()
    while _times(control) < before + after and time.monotonic() < until:
        time.sleep(0.5)
    switch.unlink(missing_ok=True)


def _times(control: Path) -> int:
    noted = control / "ministry"
    return len(noted.read_text().split()) if noted.exists() else 0


def note(control: Path, way: str) -> None:
    with (control / "ministry").open("a") as file:
        file.write(way + "\n")


class Misbehaving:
    def __init__(self, app: Any, chance: Random, control: Path) -> None:
        self.app, self.chance, self.control = app, chance, control

    async def __call__(self, scope: Any, receive: Any, send: Callable[[Any], Awaitable[None]]) -> None:
        notice = scope["type"] == "http" and scope["method"] == "POST" and scope["path"].endswith("/notifications")
        if not notice or not is_bad(self.control) or self.chance.random() < 0.3:
            await self.app(scope, receive, send)
            return
        way = self.chance.choice(WAYS[:4])
        note(self.control, way)
        if way == "forgets":
            await _answer(send, 202)
            return
        said: list[Any] = []

        async def keep(message: Any) -> None:
            said.append(message)

        await self.app(scope, receive, keep)
        if way == "fails_after_effect":
            await _answer(send, 500)
            return
        await asyncio.sleep(_LONGER_THAN_WE_WAIT_S if way == "silent_after_effect" else _SLOW_S)
        for message in said:
            await send(message)


async def _answer(send: Callable[[Any], Awaitable[None]], status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": b"{}"})
