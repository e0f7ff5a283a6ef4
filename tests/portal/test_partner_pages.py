"""A partner's pages and the page behind a link, between the real intake and the real matching."""

import re
from uuid import uuid4

import pytest

from services.portal.pages.owners import OwnerDown, Owners
from shared.http import Role
from tests.portal.running import Json
from tests.portal.test_pages import Text
from tests.portal.together import Together, in_days, nonce


@pytest.fixture(scope="module")
def partner(world: Together) -> str:
    return world.partner("Caisse des Berges", "credit_union")


@pytest.fixture
def signed_in(world: Together, partner: str) -> None:
    world.sign_in(Role.PARTNER, "someone", partner)


def whole(world: Together, path: str) -> str:
    """The words of a page, whole and without anything inline."""
    answer = world.browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    page = Text(answer.text)
    assert page.inline == 0, path
    assert not re.search(r"\{\w+\}|\b(None|Undefined)\b", page.text), path
    return page.text


def refer(world: Together, **answers: object) -> Json:
    sent = {
        "given_name": "Thuy-Linh",
        "family_name": "Caodang",
        "reach": "450 555-0176",
        "agreed": "1",
        "purposes": ["tell_sender_outcome"],
        "diploma_from": "unknown",
        "nonce": nonce(),
    }
    answer = world.browser.post("/fr/recommander", data=sent | answers)
    return {"status": answer.status_code, "to": answer.headers.get("location", ""), "text": answer.text}


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize("path", ["/fr/recommander", "/en/refer", "/fr/mes-recommandations", "/en/my-referrals",
                                  "/fr/mes-liens", "/en/my-links", "/fr/ateliers", "/en/workshops"])  # fmt: skip
def test_every_page_of_a_partner_renders_whole(world: Together, path: str) -> None:
    whole(world, path)


@pytest.mark.usefixtures("signed_in")
def test_a_person_is_referred_completed_passed_on_and_withdrawn(world: Together) -> None:
    sent = refer(world)
    assert (sent["status"], sent["to"][:23]) == (303, "/fr/mes-recommandations")
    page = whole(world, sent["to"])
    assert "Recommandation envoyée. Numéro de suivi" in page
    assert "À compléter" in page
    assert "Recommandation envoyée." not in whole(world, sent["to"]), "told once"
    facts = {"do": "complete", "arrived_on": "2025-02-01", "months_in_field_quebec": "0", "nonce": nonce()}
    assert world.browser.post(sent["to"], data=facts).status_code == 303
    assert "Answers recorded" in whole(world, sent["to"].replace("/fr/mes-recommandations", "/en/my-referrals"))
    other = world.partner("Un autre organisme")
    passing = {"do": "pass_on", "to_partner_id": other, "nonce": nonce()}
    assert world.browser.post(sent["to"], data=passing).status_code == 303
    assert "Qui l’a accompagnée" in whole(world, sent["to"])
    late = world.browser.post(sent["to"], data={"do": "withdraw", "reason": "sender_withdrew", "nonce": nonce()})
    assert late.status_code == 422
    assert "Seul l’organisme qui tient cette recommandation" in late.text


@pytest.mark.usefixtures("signed_in")
def test_a_form_sent_twice_refers_once(world: Together) -> None:
    again = nonce()
    first, second = refer(world, nonce=again), refer(world, nonce=again)
    assert first["to"] == second["to"]


@pytest.mark.usefixtures("signed_in")
def test_everything_that_is_wrong_is_said_at_once_and_the_answers_are_kept(world: Together) -> None:
    sent = refer(world, given_name="", reach="450 555-017", agreed="", occupation="soudeur")
    assert sent["status"] == 422
    summary = re.findall(r'<li><a href="#([^"]+)">', sent["text"])
    assert summary == ["given_name", "reach", "agreed", "occupation"]
    for name in summary:
        assert f'id="{name}"' in sent["text"]
    assert 'value="450 555-017"' in sent["text"]
    assert 'value="soudeur"' in sent["text"]
    assert "Caodang" in sent["text"]
    world.sign_in(Role.PARTNER, "someone", world.partner("Nouveau"))
    english = world.browser.post("/en/refer", data={"given_name": "A", "nonce": nonce()})
    assert "things need correcting" in english.text
    assert "Nothing sent yet" in whole(world, "/en/my-referrals"), "nothing was kept"


@pytest.mark.usefixtures("signed_in")
def test_anothers_referral_is_not_found(world: Together) -> None:
    sent = refer(world)
    world.sign_in(Role.PARTNER, "someone", world.partner("Ailleurs"))
    for path in (sent["to"], f"/fr/mes-recommandations/{uuid4()}"):
        assert world.browser.get(path).status_code == 404
        assert world.browser.post(path, data={"do": "withdraw", "reason": "found_work"}).status_code == 404


@pytest.mark.usefixtures("signed_in")
def test_another_sites_form_does_nothing(world: Together) -> None:
    answer = world.browser.post("/fr/recommander", data={"given_name": "A"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


@pytest.mark.usefixtures("signed_in")
def test_when_the_owner_is_silent_the_page_says_so_and_keeps_the_answers(
    world: Together, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object, **__: object) -> None:
        raise OwnerDown("intake")

    monkeypatch.setattr(Owners, "send", silent)
    sent = refer(world)
    assert sent["status"] == 422
    assert "rien ne sera fait deux fois" in sent["text"]
    assert 'value="Caodang"' in sent["text"]
    assert world.browser.get("/fr/mes-recommandations").status_code == 503


@pytest.fixture(scope="module")
def code(world: Together, partner: str) -> str:
    world.sign_in(Role.PARTNER, "someone", partner)
    made = world.browser.post(
        "/fr/mes-liens", data={"label": "Comptoir Sainte-Dorothée", "expires_on": in_days(90).isoformat()}
    )
    assert made.status_code == 303
    found = re.search(r'href="/fr/r/([^"]+)"', world.browser.get("/fr/mes-liens").text)
    assert found is not None
    return found[1]


def test_a_link_lets_somebody_in_without_an_account(world: Together, code: str) -> None:
    world.browser.cookies.clear()
    assert "Caisse des Berges" in whole(world, f"/fr/r/{code}")
    assert "Refer someone" in whole(world, f"/en/r/{code}")
    sent = {"statement": "own_link", "given_name": "Rola", "family_name": "Khazzouni", "reach": "rola@example.org",
            "agreed": "1", "nonce": nonce()}  # fmt: skip
    answer = world.browser.post(f"/fr/r/{code}", data=sent)
    assert answer.status_code == 303
    assert re.search(r"Dossier 20\d\d-\d+", whole(world, answer.headers["location"]))
    for language in ("fr", "en"):
        assert world.browser.get(f"/{language}/r/nothing-here").status_code == 404


def test_a_link_names_everything_that_lacks(world: Together, code: str) -> None:
    world.browser.cookies.clear()
    answer = world.browser.post(f"/fr/r/{code}", data={"given_name": "Rola", "nonce": nonce()})
    assert answer.status_code == 422
    assert re.findall(r'<li><a href="#([^"]+)">', answer.text) == ["statement", "family_name", "reach", "agreed"]
    assert 'value="Rola"' in answer.text
