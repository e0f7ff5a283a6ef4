"""`make look` finds the pages by their links; what it takes to look is optional."""

import re
import sys
from pathlib import Path

import httpx
import pytest

from deploy.local.demo.wire import System
from deploy.look import __main__ as look
from deploy.look.examples import Examples
from deploy.look.pages import Viewer, never_seen, pages_of, place_of
from deploy.look.plan import USUAL, shapes_of, wrong_shapes_of
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


def test_the_usual_looks_reach_every_shape_after_eight_pages() -> None:
    assert all(
        set(USUAL) < set(shapes_of("usual", number)) and len(shapes_of("usual", number)) == 5 for number in range(8)
    )
    assert {shape for number in range(8) for shape in shapes_of("usual", number)} == set(shapes_of("full", 0))
    assert len(shapes_of("full", 0)) == 12
    assert [str(shape) for shape in shapes_of("quick", 3)] == ["fr-dark-320", "en-light-1280"]
    assert {shape.width for shape in shapes_of("usual", 0, [390])} == {390}
    assert {*wrong_shapes_of("usual", 0), *wrong_shapes_of("usual", 1)} == set(wrong_shapes_of("full", 0))


def test_a_role_begins_with_what_the_owner_has_to_show_it() -> None:
    one = {
        "request_id": "r",
        "claim_id": "c",
        "course_id": "f",
        "employer_id": "e",
        "sent_by": "dossier",
        "code": "code",
    }
    lists = {"/v1/requests": "requests", "/v1/claims": "claims", "/v1/french-courses": "courses", "/v1/links": "links"}

    def owner(request: httpx.Request) -> httpx.Response:
        if request.headers["authorization"] == "Bearer nobody":
            return httpx.Response(403)
        return httpx.Response(200, json={lists[request.url.path]: [one, one]})

    system = System({"subsidies": "http://subsidies", "intake": "http://intake"}, "issuer", Path("key"), Path("clock"))
    with httpx.Client(transport=httpx.MockTransport(owner)) as client:
        examples = Examples(system, client)
        ministry = list(examples.of(Viewer("m", Role.MINISTRY, "token")))
        liaison = set(examples.of(Viewer("l", Role.LIAISON, "token")))
        assert examples.employers(Viewer("l", Role.LIAISON, "token")) == ["e"]
        assert list(examples.of(Viewer("x", Role.EMPLOYER, "nobody"))) == []
        assert list(examples.of(Viewer("a", Role.ADVISOR, "token"))) == ["/fr/recherche"]
        assert examples.link(Viewer("m", Role.MANAGER, "token"))[:2] == ["/fr/r/code", "/fr/r/code/merci"]
    assert ministry == ["/fr/ministere/demandes/r", "/fr/ministere/reclamations/c", "/fr/ministere/cours-de-francais/f"]
    assert {"/fr/entreprises/e/subventions/r", "/fr/entreprises/e/recrues", "/fr/dossiers-papier/r"} <= liaison


def test_without_the_optional_tools_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["look"])
    monkeypatch.setitem(sys.modules, "deploy.look.browser", None)
    assert look.main() == 2
    said = capsys.readouterr()
    assert "make look-install" in said.out + said.err
