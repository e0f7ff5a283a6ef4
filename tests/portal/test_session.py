"""Signing in and out: by role in development, nowhere else; only from our own page; back to our own pages."""

import re
from http.cookies import SimpleCookie
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr

from services.portal.main import app as portal_app
from services.portal.pages.session import CHOSEN_WITH, COOKIE
from services.portal.settings import PortalSettings
from shared.http import Role
from shared.tokens import mint, verify
from tests.api_client import Client, ready


@pytest.fixture(autouse=True)
def nobody_signed_in(client: Client) -> None:
    client.cookies.clear()


def sign_in(client: Client, role: str = "manager", next: str = "/fr/programme", **headers: str) -> tuple[int, str]:
    answer = client.post("/connexion", data={"role": role, "next": next}, headers=headers)
    return answer.status_code, answer.headers.get("location", "")


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/fr/programme", "/connexion?next=%2Ffr%2Fprogramme"),
        ("/en/programme/employed?after=1", "/sign-in?next=%2Fen%2Fprogramme%2Femployed%3Fafter%3D1"),
        ("/fr/programme/live", "/connexion?next=%2Ffr%2Fprogramme%2Flive"),
    ],
)
def test_a_browser_without_a_session_is_led_to_sign_in(client: Client, path: str, to: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, to)


def test_the_front_door_leads_to_the_pulse_in_the_readers_language(client: Client) -> None:
    def to(accepted: str) -> str:
        return str(client.get("/", headers={"accept-language": accepted}).headers["location"])

    assert to("") == "/fr/programme"
    assert to("es,de;q=0.5") == "/fr/programme"
    assert to("fr-CA,fr;q=0.9,en;q=0.8") == "/fr/programme"
    assert to("en-CA,en;q=0.9,fr;q=0.3") == "/en/programme"
    assert to("en;q=0, fr;q=0.1") == "/fr/programme"
    assert to("en;q=x") == "/fr/programme"
    assert client.get("/en").headers["location"] == "/en/programme"


def test_a_role_chosen_in_development_opens_the_pages(client: Client, settings: PortalSettings) -> None:
    form = client.get("/connexion?next=/fr/programme/admitted").text
    assert re.findall(r'name="role" value="(\w+)"', form) == [*CHOSEN_WITH]
    assert 'value="/fr/programme/admitted"' in form
    answer = client.post("/connexion", data={"role": "advisor", "next": "/fr/programme/admitted"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/fr/programme/admitted")
    cookie = SimpleCookie(answer.headers["set-cookie"])[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "lax"
    assert verify(cookie.value, settings.tokens_jwks_file, "tests").role == Role.ADVISOR
    assert client.get("/fr/programme/admitted").status_code == 200


def test_signing_out_ends_the_session(client: Client) -> None:
    sign_in(client)
    assert client.get("/fr/programme").status_code == 200
    answer = client.post("/quitter")
    assert (answer.status_code, answer.headers["location"]) == (303, "/connexion")
    client.cookies.clear()
    assert client.get("/fr/programme").status_code == 303


def test_a_session_that_ended_leads_to_sign_in_which_says_so(client: Client, keys: tuple[Path, Path]) -> None:
    client.cookies.set(COOKIE, mint(keys[0], "tests", Role.MANAGER, "someone", lifetime_s=-60))
    assert client.get("/fr/programme").status_code == 303
    assert "Votre session est finie" in client.get("/connexion").text


@pytest.mark.parametrize(
    "next",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "javascript:alert(1)",
        "/fr\r\nSet-Cookie: a=b",
        "",
    ],
)
def test_signing_in_never_leads_to_another_site(client: Client, next: str) -> None:
    assert sign_in(client, next=next) == (303, "/fr/programme")
    form = client.get("/connexion", params={"next": next}).text
    assert set(re.findall(r'name="next" value="([^"]*)"', form)) == {""}


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
    ],
)
def test_another_sites_form_signs_nobody_in_or_out(client: Client, headers: dict[str, str]) -> None:
    assert sign_in(client, **headers)[0] == 403
    assert client.post("/quitter", headers=headers).status_code == 403
    assert COOKIE not in client.cookies


def test_our_own_form_signs_in(client: Client) -> None:
    assert sign_in(client, **{"sec-fetch-site": "same-origin"})[0] == 303
    assert sign_in(client, origin="http://testserver")[0] == 303


@pytest.mark.parametrize("role", ["service", "someone", ""])
def test_no_other_role_can_be_chosen(client: Client, role: str) -> None:
    assert sign_in(client, role=role)[0] in (404, 422)


@pytest.mark.parametrize("role", CHOSEN_WITH)
def test_each_role_begins_at_its_own_page(client: Client, settings: PortalSettings, role: str) -> None:
    who = {"ministry": "mifi"}.get(role, str(uuid4()))
    answer = client.post("/sign-in", data={"role": role, "who": who})
    assert answer.status_code == 303
    home = answer.headers["location"]
    caller = verify(client.cookies[COOKIE], settings.tokens_jwks_file, "tests")
    kind = CHOSEN_WITH[Role(role)]
    assert (caller.role, caller.organisation) == (role, who if kind == "organisation" else None)
    assert kind != "subject" or caller.subject == who
    assert client.get("/en").headers["location"] == home


def test_a_link_fills_in_who_enters(client: Client) -> None:
    who = str(uuid4())
    form = client.get("/connexion", params={"role": "partner", "who": who}).text
    assert form.index('value="partner"') < form.index('value="manager"')
    assert who in form
    assert client.post("/connexion", data={"role": "partner", "who": "<script>"}).status_code == 404


def test_without_a_development_key_nobody_chooses_a_role(settings: PortalSettings) -> None:
    closed = PortalSettings(
        portal_database_url=SecretStr(settings.database_url),
        tokens_jwks_file=settings.tokens_jwks_file,
        tokens_issuer="tests",
        INTERCONNEXION_ENV="production",
    )
    app = portal_app(closed)
    with ready(app, follow_redirects=False) as client:
        page = client.get("/sign-in")
        assert "OpenID Connect" in page.text
        assert "<form" not in page.text
        assert client.post("/sign-in", data={"role": "manager"}).status_code == 404
    app.state.names.close()
    app.state.owners.close()
