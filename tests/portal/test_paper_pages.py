"""Requests that went out on paper: the dossier is printed, staff enter what the letter says."""

from uuid import uuid4

import pytest

from tests.portal.browsing import send, sign_in_as, status_of, whole_page
from tests.portal.everyone import LIAISON, Everyone, complete_papers, hire, live_the_story
from tests.portal.running import Json
from tests.portal.together import in_days


@pytest.fixture(scope="module")
def world(everyone_here: Everyone) -> Everyone:
    """Services Québec is not connected yet: the request goes out as a dossier."""
    live_the_story(everyone_here)
    hire(everyone_here)
    ids = everyone_here.ids
    ids["request"] = complete_papers(everyone_here)["request_id"]
    everyone_here.owners["subsidies"].app.state.settings.services_quebec_by = "dossier"  # type: ignore[attr-defined]
    everyone_here.tell("subsidies", f"/v1/requests/{ids['request']}/confirmation", {"accurate": True})
    return everyone_here


def request_now(world: Everyone) -> Json:
    return world.ask("subsidies", "GET", f"/v1/requests/{world.ids['request']}", by=LIAISON)


def test_what_went_out_on_paper_is_listed_and_its_dossier_is_printed(world: Everyone) -> None:
    request = world.ids["request"]
    for role in ("liaison", "manager"):
        page = whole_page(world, role, "on_paper")["fr"]
        assert "18 675,00 $" in page
        assert "Services Québec" in page
    assert "Aucun" not in page
    assert (
        "Inscrire la décision reçue"
        in whole_page(world, "liaison", "company_subsidy", world.ids["employer"], request)["fr"]
    )
    own = whole_page(world, "employer", "subsidy", request)["fr"]
    assert "part sur papier" in own
    assert "Inscrire" not in own, "staff enter it, not the company"
    sign_in_as(world, "liaison")
    for language, words in (("fr", "Calcul, ligne par ligne"), ("en", "Computation, line by line")):
        folder = {"fr": "/fr/dossiers-papier/{}/imprimer", "en": "/en/paper-files/{}/print"}[language]
        answer = world.browser.get(folder.format(request))
        assert answer.status_code == 200
        assert words in answer.text
        assert world.ids["file"] in answer.text
        assert "style-src 'sha256-" in answer.headers["content-security-policy"]


def test_the_page_is_for_staff_and_anothers_and_missing_are_the_same(world: Everyone) -> None:
    for role in ("employer", "ministry", "retention"):
        assert status_of(world, role, "on_paper_one", world.ids["request"]) == 403
    assert status_of(world, "liaison", "on_paper_one", uuid4()) == 404
    assert status_of(world, "other_employer", "dossier", world.ids["request"]) == 404
    assert status_of(world, "liaison", "dossier", uuid4()) == 404


def test_everything_a_letter_lacks_is_said_at_once_at_its_field_and_what_was_typed_stays(world: Everyone) -> None:
    path = world.ids["request"]
    status, page = send(world, "liaison", "on_paper_one", path, do="decide")
    assert status == 422
    for said in ("numéro de la lettre", "la date de la lettre", "ce que la lettre décide"):
        assert said in page
    wrong = {"decision": "approved", "reference": "L-2026-88", "dated_on": in_days(3).isoformat(),
             "amount": "99 999", "weeks": "53", "note": "Lettre pliée"}  # fmt: skip
    status, page = send(world, "liaison", "on_paper_one", path, do="decide", **wrong)
    assert status == 422
    for said in ("d’un jour à venir", "Jamais plus que demandé : 18 675,00 $", "Jamais plus que demandé : 30 semaines",
                 "Donnez le premier jour"):  # fmt: skip
        assert said in page
    sign_in_as(world, "liaison")
    kept = world.browser.post(f"/en/paper-files/{path}", data=wrong).text
    for typed in ('value="L-2026-88"', 'value="99 999"', "Lettre pliée", 'aria-invalid="true"', 'id="amount-e"'):
        assert typed in kept
    status, page = send(world, "liaison", "on_paper_one", path, decision="refused", reference="L 1", dated_on="hier")
    assert status == 422
    for said in ("Choisissez le motif du refus", "date"):
        assert said in page
    assert request_now(world)["state"] == "submitted"


def test_what_the_owner_refuses_stands_at_its_field(world: Everyone) -> None:
    said = {"decision": "refused", "reference": "L 1", "dated_on": in_days(0).isoformat(), "refusal": "budget_used"}
    sign_in_as(world, "liaison")
    answer = world.browser.post(f"/fr/dossiers-papier/{world.ids['request']}", data={"nonce": "n", **said})
    assert answer.status_code == 422
    assert 'id="reference-e"' in answer.text, "a number with a space in it"


def test_an_entered_approval_is_the_ministrys_and_says_who_entered_it(world: Everyone) -> None:
    request = request_now(world)
    letter = {"decision": "approved", "reference": "L-2026-88", "dated_on": in_days(0).isoformat(),
              "amount": "18 000,00", "weeks": "28", "starts_on": request["starts_on"]}  # fmt: skip
    status, leads_to = send(world, "liaison", "on_paper_one", world.ids["request"], do="decide", **letter)
    assert (status, leads_to) == (303, "/fr/dossiers-papier")
    decided = request_now(world)
    assert (decided["state"], decided["approved_amount_cents"], decided["approved_weeks"]) == ("approved", 1800000, 28)
    assert "Aucun dossier papier" in whole_page(world, "liaison", "on_paper")["fr"]
    assert "18 000,00 $" in whole_page(world, "manager", "on_paper_one", world.ids["request"])["fr"]
    assert send(world, "liaison", "on_paper_one", world.ids["request"], **letter | {"reference": "L-2"})[0] == 422
