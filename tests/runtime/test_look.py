"""`make look` finds the pages by their links; what it takes to look is optional."""

import re
import sys

import httpx
import pytest

from deploy.look import __main__ as look
from deploy.look.pages import Viewer, never_seen, pages_of, place_of
from services.portal.pages.places import PLACES
from shared.http import Role

TASK = "/fr/taches/6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
SITE = {
    "/fr/aujourdhui": f'<a href="{TASK}">un</a><a href="{TASK[:-1]}0?x=1#y">deux</a><a href="/ailleurs">x</a>',
    TASK: '<a href="/fr/soutiens">soutiens</a><a href="/fr/emplois/12">refusé</a>',
    "/fr/soutiens": '<a href="/fr/aujourdhui">retour</a>',
}


def answer(request: httpx.Request) -> httpx.Response:
    assert request.headers["cookie"].endswith("=token")
    page = SITE.get(request.url.path)
    return httpx.Response(200 if page is not None else 403, text=page or "")


def test_one_example_of_every_place_that_links_lead_to_in_both_languages() -> None:
    with httpx.Client(transport=httpx.MockTransport(answer), base_url="http://portal") as client:
        found = list(pages_of(Viewer("retention_advisor", Role.RETENTION_ADVISOR, "token"), client))
    assert [page.place for page in found] == ["today", "supports", "task"]
    assert found[2].path == {"fr": TASK, "en": TASK.replace("/fr/taches", "/en/tasks")}
    assert "task" not in never_seen(found)
    assert "programme" in never_seen(found)


@pytest.mark.parametrize("place", sorted(PLACES))
def test_every_place_is_known_by_its_address(place: str) -> None:
    known = place_of(re.sub(r"\{\w+\}", "6f9619ff", PLACES[place].fr))
    assert known is not None
    assert known[0] == place
    assert set(known[1].values()) <= {"6f9619ff"}


def test_without_the_optional_tools_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["look"])
    monkeypatch.setitem(sys.modules, "deploy.look.browser", None)
    assert look.main() == 2
    said = capsys.readouterr()
    assert "make look-install" in said.out + said.err
