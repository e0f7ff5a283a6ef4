"""What a browser does at the portal among all owners: pages in both languages, forms, whose a page is."""

import re
from typing import Any

from services.portal.pages.places import PLACES
from shared.http import Role
from tests.portal.everyone import Everyone
from tests.portal.test_pages import Text
from tests.portal.together import ADVISOR, nonce


def sign_in_as(world: Everyone, role: str) -> None:
    """By what the story knows: the company that hires, Services Québec, MIFI, an advisor, a liaison, a manager."""
    who: dict[str, tuple[Any, ...]] = {
        "employer": (Role.EMPLOYER, "someone", world.ids["employer"]),
        "other_employer": (Role.EMPLOYER, "someone", world.ids["other_employer"]),
        "liaison": (Role.LIAISON, ADVISOR),
        "ministry": (Role.MINISTRY, "someone", "services_quebec"),
        "mifi": (Role.MINISTRY, "someone", "mifi"),
        "retention": (Role.RETENTION_ADVISOR, ADVISOR),
        "manager": (Role.MANAGER, ADVISOR),
        "operator": (Role.OPERATOR, ADVISOR),
    }
    world.sign_in(*who[role])


def whole_page(world: Everyone, role: str, place: str, *ids: object, query: str = "") -> dict[str, str]:
    """The words of a place in each language: rendered, nothing inline, no hole in the text."""
    sign_in_as(world, role)
    words = {}
    for language in ("fr", "en"):
        path = PLACES[place].path(language, *ids) + query
        answer = world.browser.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        page = Text(answer.text)
        assert page.inline == 0, path
        assert not re.search(r"\{\w+\}|\b(None|Undefined)\b|\.,", page.text), path
        words[language] = page.text
    return words


def send(
    world: Everyone, role: str, place: str, /, *ids: object, language: str = "fr", **answers: Any
) -> tuple[int, str]:
    """A form of a place: (status, words of the page or where it leads)."""
    sign_in_as(world, role)
    answer = world.browser.post(PLACES[place].path(language, *ids), data={"nonce": nonce(), **answers})
    world.carry()
    if answer.status_code == 303:
        return 303, answer.headers["location"]
    return answer.status_code, Text(answer.text).text


def status_of(world: Everyone, role: str, place: str, *ids: object) -> int:
    sign_in_as(world, role)
    status: int = world.browser.get(PLACES[place].path("fr", *ids)).status_code
    return status
