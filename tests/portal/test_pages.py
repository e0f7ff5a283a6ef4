"""The pages as a browser gets them: words, names, who may see, and what is never kept."""

import re
from html.parser import HTMLParser

import pytest
from fastapi import FastAPI

from services.portal.domain.numbers import Number
from services.portal.pages import CONTENT_SECURITY_POLICY
from shared.db import Database
from shared.http import Role
from shared.http.callers import operations
from tests.api_client import Client
from tests.portal.conftest import Headers, Intake
from tests.portal.other_facts import everything_else
from tests.portal.rola import rola
from tests.portal.story import Story, at, tell

VIEWERS = (Role.MANAGER, Role.ADVISOR, Role.RETENTION_ADVISOR)


@pytest.fixture(scope="module")
def story(database: Database, intake: Intake) -> Story:
    """Rola, with names that only intake knows, and another person; and somebody erased."""
    told = rola()
    intake.people[str(told.candidate_id)] = ("Rola", "Khazzouni")
    for said in told.said:
        if hasattr(said.event, "employer_id"):
            intake.companies[str(said.event.employer_id)] = "Laiterie du Grand-Moulin"
    with database.transaction() as tx:
        tell(tx, told.said)
        tell(tx, everything_else().said)
    return told


@pytest.fixture(scope="module")
def erased(database: Database, story: Story) -> Story:
    gone = rola(year=2025)
    gone.erased(at("2026-01-05"))
    with database.transaction() as tx:
        tell(tx, gone.said)
    return gone


@pytest.fixture(autouse=True)
def intake_answers(intake: Intake) -> None:
    intake.status = 200
    intake.asked.clear()


class Text(HTMLParser):
    """The words of a page, and the addresses it asks for."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.assets: list[str] = []
        self.inline = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("link", "script", "img") and (address := given.get("href") or given.get("src")):
            if given.get("rel") != "alternate":
                self.assets.append(address)
        elif tag in ("script", "style"):
            self.inline += 1
        self.inline += sum(name == "style" or name.startswith("on") for name in given)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).replace("\u00a0", " ").split())


def pages_of(story: Story, language: str) -> list[str]:
    people = {"fr": "personnes", "en": "people"}[language]
    search = {"fr": "recherche", "en": "search"}[language]
    return [
        f"/{language}/programme",
        *(f"/{language}/programme/{number}" for number in Number),
        f"/{language}/{people}/{story.candidate_id}",
        f"/{language}/{people}/{story.candidate_id}?date=2026-05-20",
        f"/{language}/{people}/{story.candidate_id}?date=2020-01-01",
        f"/{language}/{people}/{story.candidate_id}?date=hier",
        f"/{language}/{search}",
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("role", VIEWERS)
def test_every_page_renders_whole_in_each_language_for_each_viewer(
    client: Client, token: Headers, story: Story, erased: Story, language: str, role: Role
) -> None:
    for path in pages_of(story, language):
        answer = client.get(path, headers=token(role))
        assert answer.status_code == 200, path
        page = Text(answer.text)
        assert f'<html lang="{language}-CA">' in answer.text
        assert page.inline == 0, "strict CSP: nothing inline"
        assert not re.search(r"\{\w+\}|\b(None|Undefined)\b", page.text), path
        assert not re.search(r"\b(fact|detail|code|stage|error|list|tally|funnel)\.[a-z_]+", page.text), path
        other = {"fr": "en", "en": "fr"}[language]
        assert f'hreflang="{other}"' in answer.text
        switch = re.search(r'<link rel="alternate" hreflang="\w+" href="([^"]+)"', answer.text)
        assert switch is not None
        assert client.get(switch[1].replace("&amp;", "&"), headers=token(role)).status_code == 200, switch[1]


def test_the_pulse_shows_the_numbers_with_their_definitions_and_leads_to_the_cases(
    client: Client, token: Headers, story: Story, erased: Story
) -> None:
    answer = client.get("/fr/programme", headers=token(Role.MANAGER))
    values = dict(re.findall(r'id="n-(\w+)" data-fresh>(\d+)<', answer.text))
    listed = client.get("/v1/numbers", headers=token(Role.MANAGER)).json()["numbers"]
    assert values == {each["number"]: str(each["value"]) for each in listed}
    for each in listed:
        assert f'href="/fr/programme/{each["number"]}"' in answer.text
        assert each["definition"]["fr"] in answer.text
        cases = client.get(f"/fr/programme/{each['number']}", headers=token(Role.MANAGER)).text
        assert cases.count("<tr>") - 1 == each["value"]


def test_the_funnel_by_api_is_the_one_of_the_page(client: Client, token: Headers, story: Story) -> None:
    seen = client.get("/v1/funnel", headers=token(Role.MANAGER)).json()
    numbers = client.get("/v1/numbers", headers=token(Role.MANAGER)).json()["numbers"]
    values = {each["number"]: each["value"] for each in numbers}
    assert (seen["admitted"], seen["employed"]) == (values["admitted"], values["employed"])
    assert seen["referred"] >= seen["admitted"] >= seen["hired"] >= seen["employed"]
    assert seen["promise"]["introduced"] >= seen["promise"]["kept"]
    assert seen["hires"]["chosen"] >= 1, "Rola chose among her companies"
    assert client.get("/v1/funnel", headers=token(Role.PARTNER)).status_code == 403
    assert client.get("/v1/funnel").status_code == 401


def test_a_person_is_shown_by_name_with_her_companies_and_one_look_up(
    client: Client, token: Headers, story: Story, intake: Intake
) -> None:
    page = Text(client.get(f"/fr/personnes/{story.candidate_id}", headers=token(Role.ADVISOR)).text)
    assert "Rola Khazzouni" in page.text
    assert "Embauche chez Laiterie du Grand-Moulin" in page.text
    assert len(intake.asked) == 1
    asked = intake.asked[0]
    assert asked["purpose"] == "accompaniment"
    assert asked["candidate_ids"] == [str(story.candidate_id)]
    assert str(asked["authorization"]).startswith("Bearer ")


@pytest.mark.parametrize(
    ("status", "words"), [(500, "L’accueil, qui garde les noms, ne répond pas"), (403, "Votre rôle ne permet pas")]
)
def test_without_names_a_page_shows_file_numbers_and_says_so(
    client: Client, token: Headers, story: Story, intake: Intake, status: int, words: str
) -> None:
    intake.status = status
    page = Text(client.get(f"/fr/personnes/{story.candidate_id}", headers=token(Role.MANAGER)).text)
    assert "Dossier 2026-0318" in page.text
    assert words in page.text
    assert "Khazzouni" not in page.text


def test_no_name_is_stored_in_the_portals_database(
    client: Client, token: Headers, story: Story, database: Database
) -> None:
    client.get(f"/fr/personnes/{story.candidate_id}", headers=token(Role.ADVISOR))
    client.get("/fr/programme/employed", headers=token(Role.ADVISOR))
    with database.transaction() as tx:
        tables = tx.conn.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchall()
        for (table,) in tables:
            stored = tx.conn.execute(f'SELECT t::text FROM "{table}" t').fetchall()
            assert not [row for (row,) in stored if "Rola" in row or "Khazzouni" in row or "Laiterie" in row], table


def test_the_timeline_of_an_erased_person_is_gone_while_totals_stay(
    client: Client, token: Headers, erased: Story
) -> None:
    answer = client.get(f"/fr/personnes/{erased.candidate_id}", headers=token(Role.ADVISOR))
    assert answer.status_code == 410
    assert "Ce dossier a été effacé" in answer.text
    assert client.get(f"/v1/people/{erased.candidate_id}/timeline", headers=token(Role.ADVISOR)).status_code == 404
    assert "Dossier effacé à la demande de la personne" in client.get(
        "/fr/programme/admitted", headers=token(Role.MANAGER)
    ).text  # fmt: skip


def test_a_file_is_found_by_its_number(client: Client, token: Headers, story: Story) -> None:
    found = client.get("/fr/recherche?q=2026-0318", headers=token(Role.ADVISOR))
    assert (found.status_code, found.headers["location"]) == (303, f"/fr/personnes/{story.candidate_id}")
    missing = client.get("/fr/recherche?q=2026-9999", headers=token(Role.ADVISOR))
    assert missing.status_code == 404
    assert "Aucun dossier ne porte le numéro 2026-9999" in missing.text
    assert (
        client.get("/fr/recherche?q=%3Cb%3E", headers=token(Role.ADVISOR)).text.count("<b>") == 1
    )  # the viewer's role


@pytest.mark.parametrize("role", [role for role in Role if role not in VIEWERS])
def test_other_roles_are_told_in_words_that_they_may_not(
    client: Client, token: Headers, story: Story, role: Role
) -> None:
    for path in ("/fr/programme", "/en/programme/employed", f"/fr/personnes/{story.candidate_id}"):
        answer = client.get(path, headers=token(role))
        assert answer.status_code == 403
        assert answer.headers["content-type"].startswith("text/html")
    assert client.get("/v1/numbers", headers=token(role)).status_code == 403


def test_unknown_pages_and_people_are_told_in_words(client: Client, token: Headers) -> None:
    for path in (
        "/fr/rien",
        "/en/people/00000000-0000-4000-8000-000000000000",
        "/fr/programme/rien",
        "/fr/personnes/7",
    ):
        answer = client.get(path, headers=token(Role.ADVISOR))
        assert answer.status_code in (404, 422)
        assert answer.headers["content-type"].startswith("text/html"), path


def test_systems_keep_problem_json(client: Client, token: Headers) -> None:
    assert client.get("/v1/numbers").status_code == 401
    assert client.get("/v1/numbers").headers["content-type"] == "application/problem+json"
    for moment in ("hier", "0.5", "1772000000"):  # seconds since 1970 are no written moment
        wrong = client.get(f"/v1/numbers?as_of={moment}", headers=token(Role.MANAGER))
        assert (wrong.status_code, wrong.headers["content-type"]) == (422, "application/problem+json")


def test_numbers_can_be_asked_as_of_a_past_moment(client: Client, token: Headers, story: Story) -> None:
    def employed(moment: str) -> int:
        answer = client.get("/v1/numbers", params={"as_of": moment}, headers=token(Role.ADVISOR)).json()
        assert answer["as_of"].startswith(moment[:10])
        return int(next(n["value"] for n in answer["numbers"] if n["number"] == "employed"))

    assert employed("2026-06-29T12:00:00Z") == employed("2026-06-28T12:00:00Z") + 1


def test_a_timeline_in_json_says_what_made_what_happen(client: Client, token: Headers, story: Story) -> None:
    answer = client.get(f"/v1/people/{story.candidate_id}/timeline", headers=token(Role.ADVISOR)).json()
    hired = next(f for f in answer["facts"] if f["kind"] == "candidate_hired")
    planned = next(f for f in answer["facts"] if f["kind"] == "follow_up_planned")
    assert planned["cause"] == hired["event_id"]


def test_the_first_view_is_small_and_asks_nobody_else(client: Client, token: Headers, story: Story) -> None:
    answer = client.get("/fr/programme", headers={**token(Role.MANAGER), "accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["cache-control"] == "private, no-store"
    assets = Text(answer.text).assets
    assert all(address.startswith("/static/") for address in assets)
    assert len(set(assets)) + 1 <= 6
    weight = int(answer.headers["content-length"])
    for address in set(assets):
        sent = client.get(address, headers={"accept-encoding": "gzip"})
        assert "immutable" in sent.headers["cache-control"]
        weight += int(sent.headers["content-length"])
    assert weight < 60_000
    assert client.get("/static/portal.css").status_code == 404


def test_every_route_says_who_may_call_it(app: FastAPI) -> None:
    found = {(o.method, o.path): o for o in operations(app)}
    assert [path for path, operation in found.items() if not operation.guarded] == []
    opened = {path for (_, path), operation in found.items() if operation.roles is None}
    assert opened == {
        *("/live", "/ready", "/", "/fr", "/en", "/static/{name}", "/connexion", "/sign-in", "/quitter", "/sign-out"),
        *("/fr/r/{code}", "/en/r/{code}", "/fr/r/{code}/merci", "/en/r/{code}/thank-you"),  # the page behind a link
    }
