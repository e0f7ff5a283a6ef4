"""An advisor's pages and the person's own, between the real intake and the real matching."""

import re
from uuid import uuid4

import pytest

from shared import clock
from shared.http import Role
from tests.portal.running import Json
from tests.portal.test_partner_pages import whole
from tests.portal.together import ADVISOR, Together, in_days, nonce


@pytest.fixture(scope="module")
def person(world: Together) -> Json:
    """Admitted, three companies proposed by the plan or by hand, two offers open."""
    for number, wage in enumerate((3125, 2940, 2800)):
        world.vacancy(("Aérostructures Nordet", "Emballages Vimontaux", "Plasturgie Rochemaure")[number], wage)
    referral = world.admitted()
    world.carry()
    return referral


@pytest.fixture
def advisor(world: Together) -> None:
    world.sign_in(Role.ADVISOR, ADVISOR)


def act(world: Together, path: str, **answers: object) -> tuple[int, str]:
    answer = world.browser.post(path, data={"nonce": nonce(), **answers})
    return answer.status_code, answer.text


@pytest.mark.usefixtures("advisor")
def test_every_page_of_an_advisor_renders_whole_in_both_languages(world: Together, person: Json) -> None:
    referral, candidate = person["referral_id"], person["candidate_id"]
    for path in ("recommandations", "mes-personnes", "mes-personnes?of=all", "presentations", "presentations?of=all",
                 "ateliers", f"recommandations/{referral}", f"accompagnement/{candidate}"):  # fmt: skip
        whole(world, f"/fr/{path}")
        other = re.search(r'<link rel="alternate" hreflang="en" href="([^"]+)"', world.browser.get(f"/fr/{path}").text)
        assert other is not None
        assert other[1].startswith("/en/")
        whole(world, other[1].replace("&amp;", "&"))


@pytest.mark.usefixtures("advisor")
def test_a_referral_is_admitted_with_what_is_unknown_accepted_by_name(world: Together) -> None:
    referral = world.referral(months_in_field_quebec=None)
    path = f"/fr/recommandations/{referral['referral_id']}"
    assert "Rola Khazzouni" in whole(world, "/fr/recommandations")
    page = whole(world, path)
    assert "Critères encore inconnus" in page
    status, text = act(world, path, do="admit")
    assert status == 422
    assert "Rien n’est parti" in text
    codes = re.findall(r'name="unknown" value="(\w+)"', world.browser.get(path).text)
    assert act(world, path, do="admit", unknown=codes)[0] == 303
    assert "Accueillie" in whole(world, path)


@pytest.mark.usefixtures("advisor")
def test_a_referral_is_refused_with_a_reason(world: Together) -> None:
    referral = world.referral()
    path = f"/en/referrals/{referral['referral_id']}"
    assert act(world, path, do="close")[0] == 422
    assert act(world, path, do="close", answer="refused:found_work")[0] == 422
    assert act(world, path, do="close", answer="redirected:mifi")[0] == 303
    assert "Directed elsewhere" in whole(world, path)


@pytest.mark.usefixtures("advisor")
def test_an_advisor_accompanies_a_person(world: Together, person: Json) -> None:
    path = f"/fr/accompagnement/{person['candidate_id']}"
    assert act(world, path, do="plan", steps=["cv", "introductions"], agreed_on=clock.today().isoformat())[0] == 303
    assert "Plan enregistré" in whole(world, path)
    assert act(world, path, do="coaching", held_on="hier", minutes="")[0] == 422
    assert act(world, path, do="coaching", held_on=clock.today().isoformat(), minutes="60", topics=["cv"])[0] == 303
    opened = act(world, "/fr/ateliers", workshop="interview", held_on=in_days(9).isoformat(), minutes="120", places="8")
    assert opened[0] == 303
    session = re.search(r'<option value="([0-9a-f-]{36})">Entrevue', world.browser.get(path).text)
    assert session is not None
    assert act(world, path, do="workshop", session_id=session[1])[0] == 303
    assert "Rola Khazzouni" in whole(world, f"/fr/ateliers?session={session[1]}")
    assert act(world, path, do="consent", purpose="send_to_ministry")[0] == 303
    world.carry()
    listed = whole(world, "/fr/mes-personnes")
    assert "Une séance de coaching." in listed
    assert act(world, path, do="something")[0] == 404
    assert world.browser.get(f"/fr/accompagnement/{uuid4()}").status_code == 404


@pytest.mark.usefixtures("advisor")
def test_work_that_a_person_found_herself_is_told_like_any_hire(world: Together) -> None:
    julio = world.admitted()
    employer, _ = world.vacancy("Boréalis Logistique", 2600)
    world.carry()
    path = f"/fr/accompagnement/{julio['candidate_id']}"
    status, text = act(world, path, do="found_work", wage="vingt")
    assert status == 422
    wrong = re.findall(r'<li><a href="#([^"]+)">', text)
    assert wrong == ["employer_id", "job_occupation", "wage", "hours", "starts_on"]
    job = {"employer_id": employer, "job_occupation": "94105", "wage": "21,50", "hours": "40", "permanent": "yes",
           "starts_on": in_days(3).isoformat(), "in_field": "no"}  # fmt: skip
    assert act(world, path, do="found_work", **job)[0] == 303
    world.carry()
    world.sign_in(Role.ADVISOR, ADVISOR)
    assert "Boréalis Logistique" in whole(world, f"/fr/personnes/{julio['candidate_id']}")
    assert "embauchée" in whole(world, "/fr/mes-personnes?stage=hired")


@pytest.mark.usefixtures("advisor")
def test_opinions_after_a_meeting_and_the_choice_by_voice(world: Together, person: Json) -> None:
    """``person`` only so that vacancies are there."""
    other = world.admitted()
    world.carry()
    first, second = world.introductions(other["candidate_id"])[:2]
    for one in (first, second):
        world.offer(one)
    world.sign_in(Role.ADVISOR, ADVISOR)
    path = f"/fr/accompagnement/{other['candidate_id']}"
    about = {"do": "feedback", "introduction_id": first["introduction_id"]}
    assert act(world, path, **about, side="candidate")[0] == 422
    assert act(world, path, **about, side="candidate", **{f"wish-{first['introduction_id']}": "5"})[0] == 303
    assert "Envie d’y travailler 5" in whole(world, path)
    assert act(world, path, **about, side="somebody")[0] == 404
    assert "Rola Khazzouni choisit" in whole(world, "/fr/presentations")
    whole(world, "/en/introductions")
    assert act(world, path, do="choose")[0] == 422
    offer = re.search(r'name="offer_id" value="([0-9a-f-]{36})"', world.browser.get(path).text)
    assert offer is not None
    assert act(world, path, do="choose", offer_id=offer[1])[0] == 303
    world.carry()


def test_the_person_answers_chooses_and_sees_who_saw_her_file(world: Together, person: Json) -> None:
    candidate = person["candidate_id"]
    introductions = world.introductions(candidate)
    assert len(introductions) == 3, "the plan proposed three companies"
    world.sign_in(Role.CANDIDATE, candidate)
    for page in ("fr/mon-chemin", "fr/mon-choix", "fr/mon-dossier", "en/my-path", "en/my-choice", "en/my-file"):
        whole(world, f"/{page}")
    first, second, third = introductions
    assert "Aérostructures Nordet" in whole(world, "/fr/mon-chemin")
    assert act(world, "/fr/mon-chemin", do="yes", about=first["introduction_id"])[0] == 303
    assert "vous voulez rencontrer" in whole(world, "/fr/mon-chemin")
    assert act(world, "/fr/mon-chemin", do="yes", about=first["introduction_id"])[0] == 422
    no = {f"reason-{third['introduction_id']}": "too_far"}
    assert act(world, "/fr/mon-chemin", do="no", about=third["introduction_id"], **no)[0] == 303
    assert act(world, "/fr/mon-chemin", do="yes", about=str(uuid4()))[0] == 404
    for one in (first, second):
        world.offer(next(i for i in world.introductions(candidate) if i["introduction_id"] == one["introduction_id"]))
    world.sign_in(Role.CANDIDATE, candidate)
    assert "2 entreprises vous offrent un emploi" in whole(world, "/fr/mon-choix")
    status, text = act(world, "/fr/mon-choix", do="read")
    assert status == 422
    assert "Choisissez une offre." in text
    offer = re.search(r'name="offer_id" value="([0-9a-f-]{36})"', world.browser.get("/fr/mon-choix").text)
    assert offer is not None
    read = world.browser.post("/fr/mon-choix", data={"do": "read", "offer_id": offer[1]})
    assert read.headers["location"] == f"/fr/mon-choix?offer={offer[1]}"
    assert "Relisez, puis confirmez" in whole(world, read.headers["location"])
    assert act(world, "/fr/mon-choix", do="confirm", offer_id=offer[1])[0] == 303
    assert "Votre choix est enregistré" in whole(world, "/fr/mon-chemin")
    assert "2 offres étaient ouvertes" in whole(world, "/fr/mon-choix")
    world.carry()
    world.sign_in(Role.ADVISOR, ADVISOR)
    assert "embauchées" in whole(world, "/fr/mes-personnes")


def test_the_person_says_what_she_thought_of_a_meeting_and_the_company_never_reads_it(world: Together) -> None:
    world.vacancy("Cartonnerie Laflèche-Nord", 3300)
    candidate = world.admitted()["candidate_id"]
    world.carry()
    met = world.introductions(candidate)[0]  # any company: between equal scores ids decide which three she gets
    about, employer = met["introduction_id"], met["employer_id"]
    world.sign_in(Role.CANDIDATE, candidate)
    assert "Donner mon avis" not in whole(world, "/fr/mon-chemin"), "before they met"
    assert act(world, "/fr/mon-chemin", do="opinion", about=about, **{f"work-{about}": "5"})[0] == 422, "not met yet"
    world.offer(met)
    world.sign_in(Role.CANDIDATE, candidate)
    assert "Donner mon avis" in whole(world, "/fr/mon-chemin")
    assert "Give my opinion" in whole(world, "/en/my-path")
    status, text = act(world, "/fr/mon-chemin", do="opinion", about=about)
    assert (status, "Donnez au moins une note ou une remarque" in text) == (422, True)
    status, text = act(world, "/en/my-path", do="opinion", about=about, **{f"work-{about}": "9", f"team-{about}": "4"})
    assert status == 422
    assert f'href="#work-{about}"' in text
    other = str(uuid4())
    assert act(world, "/fr/mon-chemin", do="opinion", about=other, **{f"work-{other}": "5"})[0] == 404
    opinion = {f"work-{about}": "5", f"wish-{about}": "4", f"remarks-{about}": ["good_contact", "distance"]}
    assert act(world, "/fr/mon-chemin", do="opinion", about=about, **opinion)[0] == 303
    page = whole(world, "/fr/mon-chemin")
    for said in ("Votre avis", "5 sur 5", "c’est loin", "Changer mon avis"):
        assert said in page
    assert act(world, "/fr/mon-chemin", do="opinion", about=about, **{f"work-{about}": "2"})[0] == 303
    path = f"/v1/introductions/{about}"
    hers = world.ask("matching", "GET", path, by=(Role.CANDIDATE, candidate))["feedback"]
    assert [(one["side"], one["marks"]) for one in hers] == [("candidate", {"work": 2})], "told again, it is replaced"
    assert world.ask("matching", "GET", path, by=(Role.EMPLOYER, "e", employer))["feedback"] == []
    world.sign_in(Role.ADVISOR, ADVISOR)
    assert "Son avis" in whole(world, f"/fr/accompagnement/{candidate}")


def test_the_person_stops_a_sharing_and_has_everything_erased(world: Together) -> None:
    referral = world.admitted()
    world.carry()
    world.sign_in(Role.ADVISOR, ADVISOR)
    whole(world, f"/fr/accompagnement/{referral['candidate_id']}")
    world.sign_in(Role.CANDIDATE, referral["candidate_id"])
    page = world.browser.get("/fr/mon-dossier").text
    assert "Pour vous accompagner." in page
    consent = re.search(r'name="consent_id" value="([0-9a-f-]{36})"', page)
    assert consent is not None
    assert act(world, "/fr/mon-dossier", do="stop", consent_id=consent[1])[0] == 303
    assert act(world, "/fr/mon-dossier", do="agree", purpose="send_to_ministry")[0] == 303
    assert act(world, "/fr/mon-dossier", do="erase")[0] == 422
    status, text = act(world, "/fr/mon-dossier", do="erase", sure="1")
    assert (status, "Votre dossier est effacé" in text) == (200, True)
    world.sign_in(Role.CANDIDATE, referral["candidate_id"])
    assert world.browser.get("/fr/mon-chemin").status_code == 404
    world.carry()
    world.sign_in(Role.ADVISOR, ADVISOR)
    assert referral["candidate_id"] not in world.browser.get("/fr/mes-personnes?of=all").text


def test_another_role_is_told_that_the_page_is_not_its_own(world: Together, person: Json) -> None:
    world.sign_in(Role.CANDIDATE, person["candidate_id"])
    assert world.browser.get("/fr/recommandations").status_code == 403
    world.sign_in(Role.ADVISOR, ADVISOR)
    for path in ("/fr/mon-chemin", "/fr/mon-choix", "/fr/mon-dossier", "/fr/recommander", "/fr/mes-recommandations"):
        assert world.browser.get(path).status_code == 403
