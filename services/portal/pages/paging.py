"""Lists that can grow are shown a page at a time: a page begins after the last line of the one before, whatever was
added or taken away meanwhile."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Request

from services.portal.pages import owners
from services.portal.pages.owners import Owner

PAGE = 50
_MOST_PAGES = 20
T = TypeVar("T")


@dataclass(frozen=True)
class Paged(Generic[T]):
    """``more``: the query of the following page, None on the last; ``first``: that of the first page, None on it."""

    items: Sequence[T]
    more: str | None = None
    first: str | None = None


def page_of(
    request: Request,
    owner: Owner,
    path: str,
    key: str,
    *,
    after: str = "after",
    next_key: str = "next",
    at: str | None = None,
    limit: int | None = None,
    **params: Any,
) -> Paged[dict[str, Any]]:
    """A page of an owner's list, from where the address says. ``after``, ``next_key``: the owner's names of a place;
    ``at``: the page's own, when it shows several lists. Raises what ``owners.get`` raises; NotFound for a place that is
    none."""
    name = at or after
    answer = owners.get(request, owner, path, **params, limit=limit or PAGE, **{after: request.query_params.get(name)})
    return _paged(request, answer[key], name, answer[next_key])


def get_all(
    request: Request, owner: Owner, path: str, key: str, *, next_key: str = "next", after: str = "after", **params: Any
) -> list[dict[str, Any]]:
    """All of an owner's list at once, for what is chosen from, counted or sorted otherwise; up to a bound that no such
    list should reach."""
    found: list[dict[str, Any]] = []
    place = None
    for _ in range(_MOST_PAGES):
        answer = owners.get(request, owner, path, **params, **{after: place})
        found += answer[key]
        place = answer[next_key]
        if place is None:
            break
    return found


def cut(request: Request, rows: Sequence[T], place: Callable[[T], tuple[str, ...]], *, at: str = "after") -> Paged[T]:
    """A page of ``rows``, which are sorted by ``place``: texts that compare as the rows do."""
    asked = request.query_params.get(at)
    start = tuple(asked.split("~")) if asked else ()
    left = [row for row in rows if place(row) > start]
    following = "~".join(place(left[PAGE - 1])) if len(left) > PAGE else None
    return _paged(request, left[:PAGE], at, following)


def _paged(request: Request, items: Sequence[T], name: str, following: object) -> Paged[T]:
    return Paged(
        items,
        _query(request, name, str(following)) if following is not None else None,
        _query(request, name, None) if name in request.query_params else None,
    )


def _query(request: Request, name: str, place: str | None) -> str:
    """This address's query with another place in the list, everything else as it is."""
    kept = [(key, value) for key, value in request.query_params.multi_items() if key != name]
    return "?" + urlencode(kept + ([(name, place)] if place is not None else []))
