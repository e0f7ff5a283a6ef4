"""Pages of a retention advisor: today, contacts, calls, signals, support, the job and its changes."""

from uuid import uuid4

import pytest

from shared.http import Role
from tests.portal.browsing import send, status_of, whole_page
from tests.portal.everyone import Everyone, hire, live_the_story, tasks
from tests.portal.running import Json
from tests.portal.together import ADVISOR, in_days

BY = (Role.RETENTION_ADVISOR, ADVISOR)


@pytest.fixture(scope="module")
def world(everyone_here: Everyone) -> Everyone:
    """Rola has worked for three weeks and nobody has called yet."""
    live_the_story(everyone_here)
    hire(everyone_here)
    everyone_here.live(30)
    return everyone_here


def signals(world: Everyone, state: str = "open") -> list[Json]:
    found: list[Json] = world.ask("retention", "GET", f"/v1/signals?state={state}", by=BY)["items"]
    return found


def test_today_says_what_is_late_in_words_and_why_now(world: Everyone) -> None:
    page = whole_page(world, "retention", "today")
    assert "jours de retard" in page["fr"]
    assert "Pourquoi maintenant : " in page["fr"]
    assert "days late" in page["en"]
    assert "Un seul appel à Laiterie du Grand-Moulin" in page["fr"], "contacts of one company are one call"
    whole_page(world, "retention", "today", query="?all=true")


def test_pages_of_the_follow_up_are_not_for_companies(world: Everyone) -> None:
    for place in ("today", "signals", "supports"):
        assert status_of(world, "employer", place) == 403
    assert status_of(world, "retention", "task", uuid4()) == 404
    assert status_of(world, "retention", "employment", uuid4()) == 404
    assert status_of(world, "retention", "call", uuid4()) == 404
    assert status_of(world, "retention", "signal", uuid4()) == 404


def test_a_contact_is_moved_put_off_and_handed_over_each_with_its_own_problems(world: Everyone) -> None:
    task = tasks(world, "planned", "employee")[0]["task_id"]
    whole_page(world, "retention", "task", task)
    status, page = send(world, "retention", "task", task, do="move")
    assert status == 422
    assert "Donnez le jour" in page
    assert "Choisissez un motif" in page
    status, page = send(world, "retention", "task", task, do="move", new_day="2020-01-06", move_reason="away")
    assert status == 422, "a day that has gone"
    assert send(world, "retention", "task", task, do="snooze")[0] == 422
    assert send(world, "retention", "task", task, do="handover", advisor_typed="personne")[0] == 422
    other = str(uuid4())
    assert send(world, "retention", "task", task, do="handover", advisor_typed=other)[0] == 303
    assert world.ask("retention", "GET", f"/v1/tasks/{task}", by=BY)["advisor_id"] == other


def test_two_sides_that_disagree_raise_a_signal_that_opens_support(world: Everyone) -> None:
    today = in_days(0).isoformat()
    hers = tasks(world, "due", "employee")[0]["task_id"]
    status, page = send(world, "retention", "task", hers, do="contact", held_on="hier")
    assert status == 422
    assert "Dites si vous avez joint quelqu’un" in page
    assert "Écrivez une date complète" in page
    told = {"do": "contact", "result": "reached", "held_on": today, "outlook": "1", "note": "Horaire trop lourd"}
    assert send(world, "retention", "task", hers, **told)[0] == 303
    together = [task for task in tasks(world, "due", "employer") if task["group_id"]]
    call = together[0]["group_id"]
    whole_page(world, "retention", "call", call)
    assert send(world, "retention", "call", call, do="call")[0] == 422
    said = {f"outlook_{task['task_id']}": "5" for task in together}
    assert send(world, "retention", "call", call, do="call", result="reached", held_on=today, **said)[0] == 303
    (signal,) = signals(world)
    assert "Les deux côtés voient l’avenir autrement" in whole_page(world, "retention", "signals")["fr"]
    page_of_it = whole_page(world, "retention", "signal", signal["signal_id"])["fr"]
    assert "1 sur 5" in page_of_it
    assert "Horaire trop lourd" not in whole_page(world, "manager", "signal", signal["signal_id"])["fr"]
    assert send(world, "retention", "signal", signal["signal_id"], do="support")[0] == 422
    assert send(world, "retention", "signal", signal["signal_id"], do="support", support="mediation")[0] == 303
    assert "Médiation, Rola Khazzouni" in whole_page(world, "retention", "supports")["fr"]
    assert send(world, "retention", "signal", signal["signal_id"], do="close")[0] == 422
    assert send(world, "retention", "signal", signal["signal_id"], do="close", closure="support_opened")[0] == 303
    assert signals(world) == []
    whole_page(world, "retention", "signals", query="?state=closed")
    (support,) = world.ask("retention", "GET", "/v1/supports", by=BY)["items"]
    closing = {"do": "close", "support_id": support["support_id"]}
    assert send(world, "retention", "supports", **closing)[0] == 422
    closing |= {f"outcome_{support['support_id']}": "settled"}
    assert send(world, "retention", "supports", **closing)[0] == 303
    assert "Réglé" in whole_page(world, "retention", "supports", query="?state=closed")["fr"]


def test_who_is_not_reached_gets_a_next_try(world: Everyone) -> None:
    task = tasks(world, "due", "employee")[0]["task_id"]
    told = {"do": "contact", "result": "not_reached", "held_on": in_days(0).isoformat()}
    assert send(world, "retention", "task", task, **told)[0] == 303
    assert world.ask("retention", "GET", f"/v1/tasks/{task}", by=BY)["state"] == "not_reached"


def test_an_advancement_is_recorded_and_stands_in_the_history_of_the_job(world: Everyone) -> None:
    job = world.ids["hire"]
    status, page = send(world, "retention", "employment", job, do="change", wage="beaucoup")
    assert status == 422
    for said in ("Dites ce qui change", "Écrivez un nombre", "Donnez les heures par semaine"):
        assert said in page
    file = world.ask("retention", "GET", f"/v1/employments/{job}", by=BY)
    changed = {
        "do": "change",
        "change": "advancement",
        "effective_on": in_days(0).isoformat(),
        "occupation": "11101",
        "wage": "32,00",
        "hours_per_week": "37,5",
        "starts_on": file["starts_on"],
        "permanent": "yes",
    }
    assert send(world, "retention", "employment", job, **changed)[0] == 303
    page = whole_page(world, "retention", "employment", job)["fr"]
    assert "Promotion" in page
    assert "Avant : 28,00 $ l’heure" in page
    assert "Avancement" in whole_page(world, "manager", "person", world.ids["candidate"])["fr"]


def test_the_end_of_a_job_is_recorded_once_its_day_and_reason_are_given(world: Everyone) -> None:
    job = world.ids["hire"]
    status, page = send(world, "retention", "employment", job, do="end")
    assert status == 422
    assert "Donnez le jour" in page
    ended = {"do": "end", "ended_on": in_days(0).isoformat(), "end_reason": "resigned"}
    assert send(world, "retention", "employment", job, **ended)[0] == 303
    assert "Terminé le" in whole_page(world, "retention", "employment", job)["fr"]
