"""What stands beside every page of a role: its links, and the number of things that wait behind each."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from fastapi import Request
from psycopg_pool import PoolTimeout

from services.portal.pages.places import HOMES, PLACES, RAILS
from services.portal.pages.words import Language
from shared.db import Database, Tx
from shared.tokens import Caller

Counter = Callable[[Tx, Caller], int]
_COUNTERS: dict[str, Counter] = {}


@dataclass(frozen=True)
class RailLink:
    name: str
    path: str
    count: int | None


def counter(name: str) -> Callable[[Counter], Counter]:
    """``@counter("referrals")``: counts, from the read models, what waits behind the rail items that name it."""

    def register(counts: Counter) -> Counter:
        _COUNTERS[name] = counts
        return counts

    return register


def rail_of(request: Request, viewer: Caller | None, language: Language) -> tuple[RailLink, ...]:
    """Empty for who is not signed in. Without the database the links stand without their counts."""
    if viewer is None:
        return ()
    items = RAILS.get(viewer.role, ())
    wanted = {item.count for item in items if item.count and item.count in _COUNTERS}
    counts: dict[str, int] = {}
    if wanted:
        db: Database = request.app.state.db
        with contextlib.suppress(psycopg.Error, PoolTimeout), db.transaction() as tx:
            counts = {name: _COUNTERS[name](tx, viewer) for name in wanted}
    return tuple(
        RailLink(item.place, PLACES[item.place].path(language), counts.get(item.count or "")) for item in items
    )


def home_of(viewer: Caller | None, language: Language) -> str:
    """Where a role begins; the programme for who is not known."""
    return PLACES[HOMES.get(viewer.role, "programme") if viewer else "programme"].path(language)
