"""A list that can grow is shown a page at a time, and nothing is shown twice or left out."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from fastapi import FastAPI, Request

from services.portal.pages import paging
from services.portal.pages.owners import Owners
from services.portal.pages.paging import Paged, cut, get_all, page_of
from shared.errors import NotFound
from shared.http import Role
from tests.portal.test_partner_pages import whole
from tests.portal.together import ADVISOR, Together

NUMBERS = [f"{n:03}" for n in range(7)]


def request_for(query: str, owners: Owners | None = None) -> Request:
    app = FastAPI()
    app.state.owners = owners
    state = {"correlation_id": "c"}
    return Request({"type": "http", "query_string": query.encode(), "headers": [], "app": app, "state": state})


@pytest.fixture
def owner() -> Iterator[Owners]:
    """An owner of seven things, who refuses a place that is none."""

    def answer(asked: httpx.Request) -> httpx.Response:
        query = dict(parse_qsl(asked.url.query.decode()))
        if not query.get("after", "000").isdecimal():
            return httpx.Response(422, json={"problems": []})
        left = [n for n in NUMBERS if n > query.get("after", "")]
        page, limit = left[: int(query["limit"])], int(query["limit"])
        more = page[-1] if len(left) > limit else None
        return httpx.Response(200, json={"things": [{"n": n, "of": query.get("of")} for n in page], "next": more})

    with httpx.Client(transport=httpx.MockTransport(answer), base_url="http://owner") as client:
        yield Owners({"intake": client})


def walk(first: str, show: Any) -> list[Paged[Any]]:
    """Every page, by the links a person would follow."""
    pages = [show(first)]
    while pages[-1].more:
        pages.append(show(pages[-1].more.removeprefix("?")))
    return pages


def test_pages_of_an_owners_list_show_everything_once(owner: Owners) -> None:
    pages = walk("of=mine", lambda q: page_of(request_for(q, owner), "intake", "/v1/things", "things", limit=3, of="a"))
    assert [one["n"] for page in pages for one in page.items] == NUMBERS
    assert [len(page.items) for page in pages] == [3, 3, 1]
    assert [page.first for page in pages] == [None, "?of=mine", "?of=mine"]
    assert (pages[0].more, pages[-1].more) == ("?of=mine&after=002", None)


def test_two_lists_of_a_page_keep_their_own_places(owner: Owners) -> None:
    def show(query: str) -> Paged[Any]:
        return page_of(request_for(query, owner), "intake", "/v1/things", "things", at="b_after", limit=4)

    assert [one["n"] for one in show("after=005").items] == NUMBERS[:4]
    assert show("after=005").more == "?after=005&b_after=003"
    assert [one["n"] for one in show("after=005&b_after=003").items] == NUMBERS[4:]


def test_a_place_that_is_none_is_not_found(owner: Owners) -> None:
    with pytest.raises(NotFound):
        page_of(request_for("after=nowhere", owner), "intake", "/v1/things", "things")


def test_everything_at_once_asks_page_by_page(owner: Owners) -> None:
    found = get_all(request_for("", owner), "intake", "/v1/things", "things", limit=2)
    assert [one["n"] for one in found] == NUMBERS


def test_rows_of_our_own_are_cut_where_the_last_page_ended_even_when_rows_came_or_went(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(paging, "PAGE", 3)
    rows = [("1", n) for n in NUMBERS]
    pages = walk("stage=x", lambda q: cut(request_for(q), rows, lambda row: row))
    assert [row for page in pages for row in page.items] == rows
    second = pages[0].more or ""
    changed = [("0", "new"), *rows[:2], *rows[3:]]
    assert cut(request_for(second.removeprefix("?")), changed, lambda row: row).items == rows[3:6]


def test_my_people_and_the_board_are_shown_a_page_at_a_time(world: Together, monkeypatch: pytest.MonkeyPatch) -> None:
    """With pages of two instead of fifty."""
    admitted = {world.admitted()["candidate_id"] for _ in range(3)}
    world.carry()
    monkeypatch.setattr(paging, "PAGE", 2)
    world.sign_in(Role.ADVISOR, ADVISOR)
    for path in ("/fr/mes-personnes?of=all", "/en/introductions?of=all"):
        seen: list[str] = []
        following: str | None = path
        while following:
            whole(world, following)
            page = world.browser.get(following).text
            listed = re.findall(r'<h3><a href="/(?:fr/accompagnement|en/accompaniment)/([0-9a-f-]{36})"', page)
            assert 0 < len(listed) <= 2
            seen += listed
            link = re.search(r'<a class="button button-second" href="(\?[^"]+)"', page)
            following = path.partition("?")[0] + link[1].replace("&amp;", "&") if link else None
        assert len(seen) == len(set(seen))
        assert admitted <= set(seen)
