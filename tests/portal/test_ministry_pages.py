"""Pages of a ministry's agent: requests to decide, claims to pay, French courses."""

from uuid import uuid4

import pytest

from tests.portal.browsing import send, status_of, whole_page
from tests.portal.everyone import LIAISON, Everyone, complete_papers, hire, live_the_story
from tests.portal.running import Json
from tests.portal.together import in_days


@pytest.fixture(scope="module")
def world(everyone_here: Everyone) -> Everyone:
    """A request with Services Québec, a course with MIFI."""
    live_the_story(everyone_here)
    hire(everyone_here)
    request = complete_papers(everyone_here)
    ids = everyone_here.ids
    ids["request"] = request["request_id"]
    everyone_here.tell("subsidies", f"/v1/requests/{ids['request']}/confirmation", {"accurate": True})
    body = {"hire_id": ids["hire"], "hours": 90, "target_level": 7}
    ids["course"] = everyone_here.tell("subsidies", "/v1/french-courses", body)["course_id"]
    everyone_here.tell("subsidies", f"/v1/french-courses/{ids['course']}/confirmation", {"accurate": True})
    return everyone_here


def request_now(world: Everyone) -> Json:
    return world.ask("subsidies", "GET", f"/v1/requests/{world.ids['request']}", by=LIAISON)


def test_the_list_says_what_to_decide_with_its_checks_amount_and_age(world: Everyone) -> None:
    page = whole_page(world, "ministry", "requests")["fr"]
    for said in ("Une demande attend votre décision", world.ids["file"], "Laiterie du Grand-Moulin", "18 675,00 $"):
        assert said in page
    assert "Rien dans cet état" in whole_page(world, "ministry", "requests", query="?state=refused")["fr"]
    assert "Aucune demande n’attend" in whole_page(world, "mifi", "requests")["fr"]


def test_a_request_shows_facts_conditions_and_computation_line_by_line(world: Everyone) -> None:
    page = whole_page(world, "ministry", "request", world.ids["request"])["fr"]
    for said in ("28,00 $ l’heure", "37,5 heures par semaine", "règle priime/", "16,60 $", "Assez d’heures par semaine",
                 "37,5 h ; au moins 15 h", "Lettre d’admissibilité", "Votre décision"):  # fmt: skip
        assert said in page
    assert "at least" not in page


def test_anothers_and_missing_requests_are_the_same_page(world: Everyone) -> None:
    assert status_of(world, "mifi", "request", world.ids["request"]) == 404
    assert status_of(world, "ministry", "request", uuid4()) == 404
    assert status_of(world, "ministry", "course", world.ids["course"]) == 404
    assert status_of(world, "employer", "request", world.ids["request"]) == 403


def test_a_decision_that_lacks_things_lists_them_all_and_keeps_the_answers(world: Everyone) -> None:
    status, page = send(world, "ministry", "request", world.ids["request"], do="decide", decision="refused")
    assert status == 422
    assert "Choisissez le motif du refus" in page
    status, page = send(world, "ministry", "request", world.ids["request"], do="decide", decision="approved")
    assert status == 422
    for said in ("Donnez le montant", "Donnez le nombre de semaines", "Donnez le premier jour"):
        assert said in page
    more = {"amount": "99999", "weeks": "30", "starts_on": request_now(world)["starts_on"]}
    status, page = send(world, "ministry", "request", world.ids["request"], do="decide", decision="approved", **more)
    assert status == 422, "never more than was asked"
    assert request_now(world)["state"] == "submitted"


def test_a_question_goes_to_the_company_and_its_answer_comes_back(world: Everyone) -> None:
    path = world.ids["request"]
    assert send(world, "ministry", "request", path, do="decide", decision="ask")[0] == 422
    asked: Json = {"do": "decide", "decision": "ask", "questions": ["job_offer"], "note": "Une copie signée"}
    assert send(world, "ministry", "request", path, **asked)[0] == 303
    assert "Une copie signée" in whole_page(world, "employer", "subsidy", path)["fr"]
    assert "Le ministère demande" in whole_page(world, "employer", "to_do")["fr"]
    assert send(world, "employer", "subsidy", path, do="information")[0] == 422
    assert send(world, "employer", "subsidy", path, do="information", complete="1", information="La voici")[0] == 303
    assert "La voici" in whole_page(world, "ministry", "request", path)["fr"]


def test_an_approval_reaches_the_owner_and_the_first_claim_is_paid(world: Everyone) -> None:
    request = request_now(world)
    terms = {"amount": "18 675,00", "weeks": "30", "starts_on": request["starts_on"]}
    assert send(world, "ministry", "request", world.ids["request"], do="decide", decision="approved", **terms)[0] == 303
    assert request_now(world)["approved_amount_cents"] == 1867500
    world.live(40)
    claim = world.ask("subsidies", "GET", "/v1/claims", by=LIAISON)["claims"][0]
    hours = {"do": "hours", "span": claim["missing"][0]["from_on"], "hours": "150", "hourly_wage": "28"}
    assert send(world, "employer", "claim", claim["claim_id"], do="hours", span=hours["span"])[0] == 422
    assert send(world, "employer", "claim", claim["claim_id"], **hours)[0] == 303
    assert "2 490,00 $" in whole_page(world, "employer", "claim", claim["claim_id"])["fr"]
    assert status_of(world, "other_employer", "claim", claim["claim_id"]) == 404
    assert send(world, "employer", "claim", claim["claim_id"], do="submit")[0] == 422
    assert send(world, "employer", "claim", claim["claim_id"], do="submit", accurate="1")[0] == 303
    assert "2 490,00 $" in whole_page(world, "ministry", "claims")["fr"]
    assert status_of(world, "mifi", "claim_to_pay", claim["claim_id"]) == 404
    whole_page(world, "ministry", "claim_to_pay", claim["claim_id"])
    status, page = send(world, "ministry", "claim_to_pay", claim["claim_id"], do="pay", result="corrected")
    assert status == 422
    assert "Donnez le montant corrigé" in page
    assert send(world, "ministry", "claim_to_pay", claim["claim_id"], do="pay", result="paid")[0] == 303
    paid = world.ask("subsidies", "GET", f"/v1/claims/{claim['claim_id']}", by=LIAISON)
    assert (paid["state"], paid["paid_amount_cents"]) == ("paid", 249000)
    assert "2 490,00 $" in whole_page(world, "employer", "subsidies")["en"].replace("$2,490.00", "2 490,00 $")


def test_mifi_asks_about_a_course_and_the_company_answers(world: Everyone) -> None:
    course = world.ids["course"]
    status, page = send(world, "mifi", "course", course, do="decide", decision="ask")
    assert status == 422
    assert "ce que l’entreprise doit fournir" in page
    status, page = send(world, "mifi", "course", course, do="decide", decision="ask", questions=["timetable", "other"])
    assert (status, "Dites dans la note" in page) == (422, True)
    asked: Json = {"do": "decide", "decision": "ask", "questions": ["timetable", "other"], "note": "Et le local ?"}
    assert send(world, "mifi", "course", course, **asked)[0] == 303
    assert world.ids["file"] in whole_page(world, "mifi", "courses", query="?state=information_requested")["fr"]
    assert "Le MIFI demande un renseignement" in whole_page(world, "employer", "to_do")["fr"]
    for role, place, ids in (
        ("employer", "french_course", (course,)),
        ("liaison", "company_french_course", (world.ids["employer"], course)),
    ):
        page = whole_page(world, role, place, *ids)["fr"]
        for said in ("Les jours et les heures du cours", "Et le local ?", "Répondre au MIFI"):
            assert said in page
    status, page = send(world, "employer", "french_course", course, do="information")
    assert status == 422
    for said in ("Écrivez votre réponse", "Confirmez que tout est fourni"):
        assert said in page
    answer = {"do": "information", "information": "Le mardi midi, sur place", "complete": "1"}
    assert send(world, "other_employer", "french_course", course, **answer)[0] == 404
    assert send(world, "employer", "french_course", course, **answer)[0] == 303
    assert "Le mardi midi, sur place" in whole_page(world, "mifi", "course", course)["fr"]
    assert "Répondu le" in whole_page(world, "employer", "french_course", course)["fr"]
    timeline = whole_page(world, "manager", "person", world.ids["candidate"])["fr"]
    assert "Le MIFI demande un renseignement sur le cours" in timeline
    assert "Renseignement sur le cours donné au MIFI" in timeline


def test_mifi_approves_a_course_and_the_company_records_its_hours(world: Everyone) -> None:
    course = world.ids["course"]
    assert world.ids["file"] in whole_page(world, "mifi", "courses")["fr"]
    whole_page(world, "mifi", "course", course)
    assert send(world, "mifi", "course", course, do="decide")[0] == 422
    assert send(world, "mifi", "course", course, do="decide", decision="approved", hours="80")[0] == 303
    assert send(world, "employer", "french_course", course, do="hours", held_hours="2,5")[0] == 422
    held = {"do": "hours", "held_hours": "2,5", "held_on": in_days(0).isoformat()}
    assert send(world, "employer", "french_course", course, **held)[0] == 303
    assert "2,5 sur 80" in whole_page(world, "employer", "french")["fr"]
