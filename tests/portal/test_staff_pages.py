"""Names of staff on pages: asked of intake's directory with the viewer's token, chosen from a list, kept nowhere."""

from uuid import uuid4

import pytest

from services.portal.pages.staff import Colleague, Staff, staff_for
from services.portal.pages.words import words_in
from services.portal.store.known import Known
from shared.http import Role
from tests.portal.browsing import send, sign_in_as, status_of, whole_page
from tests.portal.everyone import Everyone, hire, live_the_story, tasks
from tests.portal.together import ADVISOR

OTHER, GONE = str(uuid4()), str(uuid4())


@pytest.fixture(scope="module")
def world(everyone_here: Everyone) -> Everyone:
    live_the_story(everyone_here)
    hire(everyone_here)
    everyone_here.live(9)
    for id_, given, family in ((str(ADVISOR), "Anne-Lise", "Tremblette"), (OTHER, "Bao", "Nguyenville"),
                               (GONE, "Carole", "Partiette")):  # fmt: skip
        body = {"staff_id": id_, "given_name": given, "family_name": family, "role": "advisor"}
        everyone_here.ask("intake", "POST", "/v1/staff", body, by=(Role.MANAGER,))
    everyone_here.ask("intake", "PATCH", f"/v1/staff/{GONE}", {"active": False}, by=(Role.MANAGER,))
    return everyone_here


def test_the_team_shows_people_by_name_and_a_manager_enters_and_changes_them(world: Everyone) -> None:
    page = whole_page(world, "manager", "team")["fr"]
    assert "Anne-Lise T." in page
    assert str(ADVISOR)[:8] not in page
    assert "Carole Partiette Ne travaille plus ici" in page
    status, refused = send(world, "manager", "team", do="add", given_name="Dora", staff_id="12")
    assert status == 422
    for said in ("Écrivez le nom", "Choisissez le rôle", "identifiant est incomplet"):
        assert said in refused
    entered = {"do": "add", "given_name": "Dora", "family_name": "Nouvelange", "role": "liaison"}
    assert send(world, "manager", "team", **entered)[0] == 303
    assert "Dora Nouvelange" in whole_page(world, "manager", "team")["en"]
    taken = {**entered, "staff_id": OTHER}
    assert send(world, "manager", "team", **taken)[0] == 422


def test_one_entry_is_renamed_and_closed_and_is_the_managers_alone(world: Everyone) -> None:
    new = str(uuid4())
    body = {"staff_id": new, "given_name": "Éve", "family_name": "Faute", "role": "advisor"}
    world.ask("intake", "POST", "/v1/staff", body, by=(Role.MANAGER,))
    assert status_of(world, "liaison", "staff_member", new) == 403
    assert status_of(world, "manager", "staff_member", uuid4()) == 404
    assert "Éve Faute" in whole_page(world, "manager", "staff_member", new)["fr"]
    change = {"do": "change", "given_name": "Ève", "family_name": "Bonnemain", "role": "advisor", "active": "no"}
    assert send(world, "manager", "staff_member", new, **change) == (303, "/fr/equipe")
    page = whole_page(world, "manager", "staff_member", new)["fr"]
    assert "Ève Bonnemain" in page
    assert "Ne travaille plus ici" in page
    assert send(world, "manager", "staff_member", new, **{**change, "family_name": " "})[0] == 422


def test_a_contact_is_handed_over_to_a_person_chosen_from_a_list(world: Everyone) -> None:
    task = tasks(world, "planned")[0]["task_id"]
    page = whole_page(world, "retention", "task", task)
    assert "Anne-Lise T." in page["fr"]
    assert "Bao N." in page["fr"]
    assert "Carole P." not in page["fr"], "who left is given nothing new"
    assert "identifiant" not in page["fr"]
    assert send(world, "retention", "task", task, do="handover")[0] == 422
    assert send(world, "retention", "task", task, do="handover", advisor=OTHER)[0] == 303
    assert "Bao N." in whole_page(world, "retention", "task", task)["en"]


def test_an_advisor_gives_a_file_to_a_colleague(world: Everyone) -> None:
    candidate = world.ids["candidate"]
    world.sign_in(Role.ADVISOR, ADVISOR)
    path = f"/fr/accompagnement/{candidate}"
    assert "Accompagnement\u00a0: Anne-Lise T." in world.browser.get(path).text
    assert world.browser.post(path, data={"do": "advisor"}).status_code == 422
    assert world.browser.post(path, data={"do": "advisor", "advisor": OTHER}).status_code == 303
    world.carry()
    assert "Accompagnement\u00a0: Bao N." in world.browser.get(path).text
    everybody = world.browser.get("/fr/mes-personnes?of=all").text
    assert "Bao N." in everybody


def test_what_intake_does_not_answer_leaves_short_ids_and_the_page_stands(
    world: Everyone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.portal.pages.companies.team.staff_for", lambda request: Staff())
    page = whole_page(world, "manager", "team")["fr"]
    assert OTHER[:8] in page
    assert "Anne-Lise" not in page


def test_names_of_staff_are_in_no_event_and_in_no_database_but_intakes(world: Everyone) -> None:
    sign_in_as(world, "manager")
    named = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    for service, database in world.databases.items():
        with database.transaction() as tx:
            tables = [table for (table,) in tx.conn.execute(named).fetchall()]
            count = "SELECT count(*) FROM {} x WHERE x::text LIKE '%%Tremblette%%'"
            found = {table for table in tables if tx.value(count.format(table))}
        assert found == ({"vault_staff"} if service == "intake" else set()), service


def test_two_of_the_same_short_name_are_told_apart_and_choices_fall_back_on_ids() -> None:
    t = words_in("fr")
    one = Colleague("a" * 8, "Anne", "Tra", "advisor", True, "Anne T. (aaaa)")
    staff = Staff((one,), True, {one.id: one})
    assert staff.choices(t, ("advisor",)) == [("a" * 8, "Anne T. (aaaa)")]
    assert staff.choices(t, ("advisor",), without="a" * 8) == []
    assert staff_for.__doc__
    id_ = uuid4()
    assert Staff().choices(t, ("advisor",), [Known(id_, "3")]) == [
        (str(id_), f"Conseillère ou conseiller {str(id_)[:8]}")
    ]
