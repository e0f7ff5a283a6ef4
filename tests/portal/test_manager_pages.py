"""Pages of the manager beside the pulse: team, partners, training of companies, health."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from services.portal.store import team
from services.portal.store.known import list_advisors
from shared.db import Tx
from shared.events.retention import EmploymentChanged, SupportOpened, TaskHandedOver
from shared.events.subsidies import FrenchCourseRequested
from shared.http import Role
from tests.portal.browsing import send, status_of, whole_page
from tests.portal.everyone import Everyone, hire, live_the_story
from tests.portal.rola import rola
from tests.portal.story import Story, at, tell, terms
from tests.portal.together import ADVISOR, in_days

PAGES = ("team", "partners", "trainings", "health")


@pytest.fixture(scope="module")
def world(everyone_here: Everyone) -> Everyone:
    live_the_story(everyone_here)
    hire(everyone_here)
    everyone_here.live(9)
    return everyone_here


@pytest.mark.parametrize("place", PAGES)
def test_a_managers_page_renders_in_both_languages_and_is_not_a_companys(world: Everyone, place: str) -> None:
    whole_page(world, "manager", place)
    assert status_of(world, "employer", place) == 403


def test_the_team_shows_whose_people_are_where_and_what_is_late(world: Everyone) -> None:
    page = whole_page(world, "manager", "team")["fr"]
    assert str(ADVISOR)[:8] in page
    assert "une personne" in page
    assert "en retard" in page


def test_partners_show_what_became_of_whom_they_sent(world: Everyone) -> None:
    page = whole_page(world, "manager", "partners")["fr"]
    assert "D’elles-mêmes" in page
    assert "100 %" in page


def test_health_says_which_service_answers_and_that_nothing_waits(world: Everyone) -> None:
    page = whole_page(world, "manager", "health")["fr"]
    assert page.count("Répond") >= 4
    assert "Rien n’attend" in page


def test_a_training_is_opened_attended_and_counts_the_company(world: Everyone) -> None:
    status, page = send(world, "manager", "trainings", do="open", minutes="deux heures")
    assert status == 422
    for said in ("Choisissez le sujet", "Donnez le jour", "Écrivez un nombre", "Donnez le nombre de places"):
        assert said in page
    opened = {"do": "open", "topic": "intercultural_communication", "held_on": in_days(0).isoformat(),
              "minutes": "120", "places": "20"}  # fmt: skip
    assert send(world, "manager", "trainings", **opened)[0] == 303
    (session,) = world.ask("intake", "GET", "/v1/trainings", by=(Role.MANAGER,))["trainings"]
    company = world.ids["other_employer"]
    body = {"employer_id": company, "persons": 2}
    world.tell("intake", f"/v1/trainings/{session['session_id']}/enrolments", body)
    assert "Emballages Vimontaux" in whole_page(world, "manager", "training", session["session_id"])["fr"]
    assert send(world, "manager", "training", session["session_id"], do="attendance")[0] == 422
    came = {"do": "attendance", f"came_{company}": "2"}
    assert send(world, "manager", "training", session["session_id"], **came)[0] == 303
    assert "1 formation" in whole_page(world, "manager", "supported")["fr"]


# -- the read models behind them --


def hired_story() -> tuple[Story, UUID, UUID]:
    """(story, hire, employer)"""
    story = Story()
    referral = story.referred(at("2026-03-02"))
    story.admitted(at("2026-03-05"), referral)
    hire_id, employer_id = uuid4(), uuid4()
    story.hired(at("2026-03-20"), "2026-04-06", hire_id=hire_id, employer_id=employer_id)
    return story, hire_id, employer_id


@pytest.mark.parametrize("backwards", [False, True])
def test_a_start_that_moved_moves_the_day_that_counts_in_whatever_order_facts_come(tx: Tx, backwards: bool) -> None:
    story, hire_id, employer_id = hired_story()
    moved = EmploymentChanged(
        hire_id=hire_id,
        candidate_id=story.candidate_id,
        employer_id=employer_id,
        effective_on=date(2026, 4, 13),
        kind="start_moved",
        terms=terms("2026-04-13"),
    )
    story.say(moved, at("2026-03-25"))
    tell(tx, story.said[::-1] if backwards else story.said)
    assert tx.value("SELECT starts_on FROM hires WHERE hire_id = %s", (hire_id,)) == date(2026, 4, 13)


def test_support_and_a_french_course_make_a_company_supported_once(tx: Tx) -> None:
    story, hire_id, employer_id = hired_story()
    about = {"hire_id": hire_id, "candidate_id": story.candidate_id, "employer_id": employer_id}
    said = SupportOpened(support_id=uuid4(), kind="hr", signal_id=None, opened_on=date(2026, 5, 4), **about)
    told = story.say(said, at("2026-05-04"))
    story.say(FrenchCourseRequested(course_id=uuid4(), hours=90, target_level=7, **about), at("2026-05-05"))
    tell(tx, [*story.said, told])
    kinds = tx.conn.execute("SELECT kind FROM employer_touches WHERE employer_id = %s ORDER BY 1", (employer_id,))
    assert [row[0] for row in kinds.fetchall()] == ["request", "support"]


def test_a_contact_handed_over_counts_for_the_other_advisor(tx: Tx) -> None:
    told = rola()
    tell(tx, told.said)
    day = date(2026, 6, 23)
    before = {load.advisor_id: load for load in team.list_loads(tx, day)}
    (mine,) = [advisor for advisor, load in before.items() if load.people]
    found = tx.conn.execute(
        """SELECT task_id, t.hire_id, due_on FROM tasks t JOIN plans p USING (plan_id)
           WHERE p.version = t.plan_version AND reached_on IS NULL ORDER BY due_on"""
    ).fetchone()
    assert found is not None
    task_id, hire_id, due_on = found
    other = uuid4()
    tell_over = Story()
    tell_over.candidate_id = told.candidate_id
    handed = TaskHandedOver(
        task_id=task_id, hire_id=hire_id, candidate_id=told.candidate_id, employer_id=uuid4(), advisor_id=other
    )
    tell_over.say(handed, at("2026-06-22"))
    tell(tx, tell_over.said)
    after = {load.advisor_id: load for load in team.list_loads(tx, due_on + timedelta(days=1))}
    assert after[other].late >= 1
    assert team.count_due_tasks(tx, other, due_on + timedelta(days=1)) == after[other].due
    assert mine in after
    assert list_advisors(tx)
