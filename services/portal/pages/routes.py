"""Puts a page at its address in both languages."""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter

from services.portal.pages.places import PLACES

F = TypeVar("F", bound=Callable[..., Any])


def show(router: APIRouter, place: str, *guards: Any) -> Callable[[F], F]:
    """``@show(router, "refer")``: the function answers GET there. ``guards``: ``public()`` for an open page."""
    return _at(router, place, "GET", guards)


def send(router: APIRouter, place: str, *guards: Any) -> Callable[[F], F]:
    """The function takes the forms of the page, which post to its own address."""
    return _at(router, place, "POST", guards)


def _at(router: APIRouter, place: str, method: str, guards: tuple[Any, ...]) -> Callable[[F], F]:
    def register(function: F) -> F:
        for path in (PLACES[place].fr, PLACES[place].en):
            router.add_api_route(
                path, function, methods=[method], response_model=None, dependencies=list(guards),
                include_in_schema=False,
            )  # fmt: skip
        return function

    return register
