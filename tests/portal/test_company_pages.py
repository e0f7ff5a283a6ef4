"""Pages of an employer, and of the liaison who acts for it, among the real owners."""

from uuid import uuid4

import pytest

from services.portal.pages.companies.introduced import is_companys_move
from services.portal.pages.owners import OwnerDown, Owners
from shared.http import Role
from tests.portal.browsing import send, sign_in_as, status_of, whole_page
from tests.portal.everyone import LIAISON, Everyone, complete_papers, hire, live_the_story
from tests.portal.running import Json
from tests.portal.together import ADVISOR, in_days

OWN = ("to_do", "introduced", "vacancies", "vacancy_new", "subsidies", "newcomers", "french", "our_trainings")
TERMS = {"wage": "28,00", "hours_per_week": "37,5", "starts_on": in_days(7).isoformat(), "permanent": "yes"}


@pytest.fixture(scope="module")
def world(everyone_here: Everyone) -> Everyone:
    live_the_story(everyone_here)
    return everyone_here


@pytest.fixture(scope="module")
def introduction(world: Everyone) -> str:
    return world.ids["introduction"]


@pytest.fixture(scope="module")
def hired(world: Everyone) -> Everyone:
    hire(world)
    return world


def asked(world: Everyone, owner: str, path: str) -> Json:
    return world.ask(owner, "GET", path, by=LIAISON)


@pytest.mark.parametrize("place", OWN)
def test_a_page_of_a_company_renders_in_both_languages_for_itself_and_its_liaison(world: Everyone, place: str) -> None:
    whole_page(world, "employer", place)
    whole_page(world, "liaison", f"company_{place}", world.ids["employer"])


def test_a_liaison_begins_at_the_list_of_companies(world: Everyone) -> None:
    assert "Laiterie du Grand-Moulin" in whole_page(world, "liaison", "companies")["fr"]


def test_pages_of_a_company_are_not_for_other_roles(world: Everyone) -> None:
    assert status_of(world, "ministry", "to_do") == 403
    assert status_of(world, "employer", "company_to_do", world.ids["other_employer"]) == 404
    assert status_of(world, "liaison", "to_do") == 404, "a liaison says for which company"


def test_an_empty_form_of_a_vacancy_lists_every_problem_at_once_and_keeps_the_answers(world: Everyone) -> None:
    status, page = send(world, "employer", "vacancy_new", wage_min="vingt", hours_per_week="37,5")
    assert status == 422
    for said in ("Donnez le métier", "Écrivez un nombre", "Donnez le salaire le plus haut", "Choisissez le lieu"):
        assert said in page
    sign_in_as(world, "employer")
    kept = world.browser.post("/fr/postes/nouveau", data={"wage_min": "vingt"}).text
    assert 'value="vingt"' in kept
    assert 'aria-invalid="true"' in kept


def test_what_the_owner_refuses_stands_beside_its_field_in_the_language_of_the_page(world: Everyone) -> None:
    answers: Json = {"occupation": "1", "openings": "0", "wage_min": "30", "wage_max": "20", "hours_per_week": "37,5",
               "permanent": "yes", "municipality": "laval"}  # fmt: skip
    status, french = send(world, "employer", "vacancy_new", **answers)
    assert status == 422
    assert "au moins un poste" in french
    _, english = send(world, "employer", "vacancy_new", language="en", **answers)
    assert "Between 1 and 500 openings" in english


def test_a_vacancy_is_posted_changed_and_closed(world: Everyone) -> None:
    answers: Json = {
        "occupation": "31301",
        "openings": "2",
        "wage_min": "31,00",
        "wage_max": "39",
        "hours_per_week": "36,25",
        "permanent": "yes",
        "municipality": "laval",
        "french_speaking": "8",
        "licences": ["oiiq"],
    }
    assert send(world, "employer", "vacancy_new", **answers)[0] == 303
    path = f"/v1/employers/{world.ids['employer']}/vacancies"
    posted = next(v for v in asked(world, "intake", path)["vacancies"] if v["occupation"] == "31301")
    assert (posted["wage_min_cents"], posted["hours_per_week"]) == (3100, "36.25")
    assert (posted["french_required"]["speaking"], posted["licences_required"]) == (8, ["oiiq"])
    shown = whole_page(world, "employer", "vacancy", posted["vacancy_id"])["fr"]
    assert "Soins infirmiers" in shown
    assert (
        send(world, "employer", "vacancy", posted["vacancy_id"], do="change", **answers | {"openings": "3"})[0] == 303
    )
    assert send(world, "employer", "vacancy", posted["vacancy_id"], do="close")[0] == 422
    assert send(world, "employer", "vacancy", posted["vacancy_id"], do="close", end_reason="filled")[0] == 303
    now = asked(world, "intake", f"{path}/{posted['vacancy_id']}")
    assert (now["openings"], now["end_reason"]) == (3, "filled")
    assert status_of(world, "other_employer", "vacancy", posted["vacancy_id"]) == 404


def test_a_person_stands_there_without_a_name_until_the_company_says_yes(world: Everyone, introduction: str) -> None:
    page = whole_page(world, "employer", "introduced_one", introduction)["fr"]
    assert "Nom caché" in page
    assert "Khazzouni" not in page
    assert "Pourquoi cette personne" in page
    assert "À vous" in whole_page(world, "employer", "introduced")["fr"]
    assert status_of(world, "other_employer", "introduced_one", introduction) == 404
    assert status_of(world, "employer", "introduced_one", uuid4()) == 404
    assert send(world, "employer", "introduced_one", introduction, do="answer")[0] == 422
    status, said = send(world, "employer", "introduced_one", introduction, do="answer", answer="no")
    assert status == 422
    assert "Choisissez le motif du non" in said
    assert send(world, "employer", "introduced_one", introduction, do="answer", answer="yes")[0] == 303
    assert "Rola Khazzouni" in whole_page(world, "employer", "introduced_one", introduction)["fr"]


def test_an_offer_shows_what_it_may_bring_before_it_is_made(world: Everyone, introduction: str) -> None:
    one = asked(world, "matching", f"/v1/introductions/{introduction}")
    if one["state"] == "candidate_agreed":
        send(world, "employer", "introduced_one", introduction, do="answer", answer="yes")
    today = in_days(0).isoformat()
    assert send(world, "employer", "introduced_one", introduction, do="meeting_day", meets_on=today)[0] == 303
    assert send(world, "employer", "introduced_one", introduction, do="meeting", held_on=today)[0] == 303
    assert send(world, "employer", "introduced_one", introduction, do="feedback")[0] == 422
    assert send(world, "employer", "introduced_one", introduction, do="feedback", mark_skills="5")[0] == 303
    status, page = send(world, "employer", "introduced_one", introduction, do="estimate", **TERMS)
    assert status == 200
    assert "18 675,00 $" in page
    assert asked(world, "matching", f"/v1/introductions/{introduction}")["offer"] is None, "an estimate sends nothing"
    status, page = send(world, "employer", "introduced_one", introduction, do="offer", wage="28,001")
    assert status == 422
    assert "au cent près" in page
    assert "Donnez le premier jour" in page
    assert send(world, "employer", "introduced_one", introduction, do="offer", **TERMS)[0] == 303
    offer = asked(world, "matching", f"/v1/introductions/{introduction}")["offer"]
    assert offer["terms"]["wage_cents"] == 2800


def test_a_form_sent_twice_takes_effect_once(world: Everyone) -> None:
    sign_in_as(world, "employer")
    answers = {"nonce": uuid4().hex, "occupation": "72106", "openings": "1", "wage_min": "26", "wage_max": "28",
               "hours_per_week": "40", "permanent": "yes", "municipality": "laval"}  # fmt: skip
    assert [world.browser.post("/fr/postes/nouveau", data=answers).status_code for _ in range(2)] == [303, 303]
    path = f"/v1/employers/{world.ids['employer']}/vacancies"
    assert sum(v["occupation"] == "72106" for v in asked(world, "intake", path)["vacancies"]) == 1


def test_a_part_whose_owner_is_down_is_missing_and_the_page_says_which(world: Everyone) -> None:
    state = world.browser.app.state  # type: ignore[attr-defined]
    kept: Owners = state.owners

    class Down(Owners):
        def send(self, owner, method, path, **more):  # type: ignore[no-untyped-def]
            if owner == "subsidies":
                raise OwnerDown(owner)
            return kept.send(owner, method, path, **more)

    state.owners = Down({})
    try:
        assert "ce service ne répond pas" in whole_page(world, "employer", "to_do")["fr"]
    finally:
        state.owners = kept


def test_a_subsidy_is_completed_confirmed_and_shown_to_no_other_company(hired: Everyone) -> None:
    request = complete_papers(hired)
    hired.ids["request"] = request["request_id"]
    page = whole_page(hired, "employer", "subsidy", request["request_id"])["fr"]
    assert "18 675,00 $" in page
    assert status_of(hired, "other_employer", "subsidy", request["request_id"]) == 404
    assert "subvention à confirmer" in whole_page(hired, "employer", "to_do")["fr"]
    assert send(hired, "employer", "subsidy", request["request_id"], do="document")[0] == 422
    assert send(hired, "employer", "subsidy", request["request_id"], do="confirm")[0] == 422
    assert send(hired, "employer", "subsidy", request["request_id"], do="confirm", accurate="1")[0] == 303
    assert asked(hired, "subsidies", f"/v1/requests/{request['request_id']}")["state"] == "submitted"


def test_a_french_course_is_proposed_and_confirmed(hired: Everyone) -> None:
    status, page = send(hired, "employer", "french", do="propose", hours="beaucoup")
    assert status == 422
    assert "Choisissez la personne" in page
    assert (
        send(hired, "employer", "french", do="propose", hire=hired.ids["hire"], hours="90", target_level="7")[0] == 303
    )
    course = asked(hired, "subsidies", "/v1/french-courses")["courses"][0]
    whole_page(hired, "employer", "french_course", course["course_id"])
    assert status_of(hired, "other_employer", "french_course", course["course_id"]) == 404
    assert send(hired, "employer", "french_course", course["course_id"], do="confirm", accurate="1")[0] == 303
    assert asked(hired, "subsidies", f"/v1/french-courses/{course['course_id']}")["state"] == "submitted"


def test_a_company_tells_of_an_absence_of_its_newcomer_and_of_no_other(hired: Everyone) -> None:
    hired.live(8)
    page = whole_page(hired, "employer", "newcomer", hired.ids["hire"])["fr"]
    assert "Rola Khazzouni" in page
    assert status_of(hired, "other_employer", "newcomer", hired.ids["hire"]) == 404
    assert send(hired, "employer", "newcomer", hired.ids["hire"], do="absence")[0] == 422
    day = in_days(0).isoformat()
    assert send(hired, "employer", "newcomer", hired.ids["hire"], do="absence", absent_from=day)[0] == 303
    assert send(hired, "employer", "newcomer", hired.ids["hire"], do="change")[0] == 422
    status, _ = send(hired, "employer", "newcomer", hired.ids["hire"], do="answers", outlook="4", q_needs_help="yes")
    assert status == 303
    signals = hired.ask("retention", "GET", "/v1/signals", by=(Role.RETENTION_ADVISOR, ADVISOR))["items"]
    assert [signal["kind"]["code"] for signal in signals] == ["help_asked"]


def test_a_company_enrols_in_a_training_and_leaves_it(world: Everyone) -> None:
    body = {"topic": "diversity_management", "held_on": in_days(20).isoformat(), "minutes": 90, "places": 12}
    session = world.tell("intake", "/v1/trainings", body, (Role.MANAGER,))["session_id"]
    assert send(world, "employer", "our_trainings", do="join", session=session)[0] == 422
    joined = {"do": "join", "session": session, f"persons_{session}": "3"}
    assert send(world, "employer", "our_trainings", **joined)[0] == 303
    assert "3 personnes inscrites" in whole_page(world, "employer", "our_trainings")["fr"]
    assert send(world, "employer", "our_trainings", do="leave", session=session)[0] == 303


@pytest.mark.parametrize(
    ("state", "waits_for", "expected"),
    [
        ("candidate_agreed", "employer", True),
        ("meeting_set", "date", False),
        ("meeting_set", "programme", True),
        ("offered", "candidate", False),
    ],
)
def test_whose_move_it_is_follows_state_and_day(state: str, waits_for: str, expected: bool) -> None:
    assert is_companys_move({"state": state, "waits_for": waits_for}) is expected
