"""Which pages there are to look at: for each role one example of every place that its links lead to, found by following
them on the running system as that role."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import httpx

from deploy.local.demo.actors import staff_id
from deploy.local.demo.wire import System
from services.portal.pages.addresses import SIGN_IN
from services.portal.pages.places import PLACES, RAILS
from services.portal.pages.session import COOKIE, MINISTRIES
from shared.tokens import Role

_SUBJECTS = {
    Role.MANAGER: "manager",
    Role.ADVISOR: "advisor",
    Role.RETENTION_ADVISOR: "advisor",
    Role.LIAISON: "liaison",
    Role.OPERATOR: "operator",
}
_CHOSEN = {Role.PARTNER: 1, Role.EMPLOYER: 1, Role.CANDIDATE: 3}
"""Of whom the sign-in page offers, how many to look through the eyes of."""
_EACH = 1  # examples of one place


@dataclass(frozen=True)
class Viewer:
    """Somebody who is signed in. ``name``: for files and reports."""

    name: str
    role: Role | None
    token: str | None

    @property
    def cookies(self) -> dict[str, str]:
        return {COOKIE: self.token} if self.token else {}


@dataclass(frozen=True)
class Page:
    viewer: Viewer
    place: str
    path: dict[str, str]  # by language


class _Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.options: dict[str, list[str]] = {}
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and (href := given.get("href")):
            self.hrefs.append(href)
        elif tag == "select":
            self._select = given.get("id") or ""
        elif tag == "option" and (value := given.get("value")):
            self.options.setdefault(self._select, []).append(value)


def viewers(system: System, client: httpx.Client) -> list[Viewer]:
    """One for each role and ministry; partners, companies and people as the sign-in page offers them."""
    offered = _Links(client.get(SIGN_IN["fr"]).text).options
    found = [Viewer("visitor", None, None)]
    for role, subject in _SUBJECTS.items():
        found.append(Viewer(role.value, role, system.token(role, staff_id(subject))))
    for code in MINISTRIES:
        found.append(Viewer(f"ministry-{code}", Role.MINISTRY, system.token(Role.MINISTRY, "look", code)))
    for role, most in _CHOSEN.items():
        for number, who in enumerate(offered.get(f"who-{role}", ())[:most], start=1):
            subject, organisation = (who, None) if role is Role.CANDIDATE else ("look", who)
            found.append(Viewer(f"{role}-{number}", role, system.token(role, subject, organisation)))
    return found


def pages_of(viewer: Viewer, client: httpx.Client, examples: Iterable[str] = ()) -> Iterator[Page]:
    """Breadth first from ``examples`` and the rail, by the links on the French pages."""
    waiting = [*examples, *(PLACES[item.place].fr for item in RAILS.get(viewer.role, ()))] if viewer.role else [
        SIGN_IN["fr"], *examples]  # fmt: skip
    seen: dict[str, int] = {}
    while waiting:
        path = waiting.pop(0)
        known = place_of(path)
        if known is None or seen.get(known[0], 0) >= _EACH:
            continue
        answer = client.get(path, headers={"Cookie": f"{COOKIE}={viewer.token}"} if viewer.token else {})
        if answer.status_code != httpx.codes.OK:
            continue
        seen[known[0]] = seen.get(known[0], 0) + 1
        yield Page(viewer, known[0], {"fr": path, "en": PLACES[known[0]].en.format(**known[1])})
        waiting += [href.partition("?")[0].partition("#")[0] for href in _Links(answer.text).hrefs]


def place_of(path: str) -> tuple[str, dict[str, Any]] | None:
    """(place, its ids) of a French path; those without an id first, for an id may look like a word."""
    for name, place in sorted(PLACES.items(), key=lambda item: item[1].fr.count("{")):
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(place.fr))
        if found := re.fullmatch(pattern, path):
            return name, found.groupdict()
    return None


def never_seen(found: Sequence[Page]) -> list[str]:
    """Places of no viewer: the data that is there leads to none of them."""
    return sorted(set(PLACES) - {page.place for page in found})
