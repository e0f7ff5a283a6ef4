"""A person's file, folded from her timeline. Pure."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import permutations

import pytest

from services.portal.domain.person import Fact, PersonFile, file_as_of
from services.portal.pages.lanes import lanes
from tests.portal.other_facts import everything_else
from tests.portal.rola import rola
from tests.portal.story import Said, Story, at


def facts_of(story: Story) -> list[Fact]:
    """As the timeline keeps them; more fields than it keeps do no harm here."""
    return [fact_of(said) for said in story.said if hasattr(said.event, "candidate_id")]


def fact_of(said: Said) -> Fact:
    kept = said.event.model_dump(mode="json")
    if "profile" in kept:
        kept["french"] = kept["profile"]["french"]
    return Fact(
        said.event_id, said.time, said.event.publisher, said.event.type.split(".")[2], kept, said.cause, said.actor
    )


def file_of(story: Story, moment: datetime) -> PersonFile:
    return file_as_of(facts_of(story), moment)


@pytest.mark.parametrize(
    ("day", "stage", "subsidy"),
    [
        ("2026-02-14", "incomplete", None),
        ("2026-03-04", "admitted", None),
        ("2026-05-01", "introduced", None),
        ("2026-06-03", "choosing", None),
        ("2026-06-12", "hired", "may_apply"),
        ("2026-06-17", "hired", "requested"),
        ("2026-06-30", "employed", "approved"),
    ],
)
def test_the_file_says_where_she_stood_on_a_day(day: str, stage: str, subsidy: str | None) -> None:
    file = file_of(rola(), at(day, 20))
    assert file.stage is not None
    assert file.stage.code == stage
    assert (file.subsidy.code if file.subsidy else None) == subsidy


def test_what_came_later_is_not_in_a_file_as_of_a_day() -> None:
    file = file_of(rola(), at("2026-05-20", 20))
    assert max(fact.at for fact in file.happened) <= at("2026-05-20", 20)
    assert file.hire is None
    assert file.ahead == ()


def test_planned_contacts_are_one_line_for_both_sides_and_go_when_made() -> None:
    before = file_of(rola(), at("2026-06-22"))
    planned = [(f.facts["contact"], f.facts["side"]) for f in before.ahead if f.kind == "contact_planned"]
    assert planned == [("before_start", "both"), ("weeks_2", "both"), ("weeks_6", "both"), ("months_3", "both")]
    after = file_of(rola(), at("2026-06-23", 20))
    assert next(f.facts["side"] for f in after.ahead if f.kind == "contact_planned") == "employee"


def test_a_contact_not_made_by_its_day_is_late() -> None:
    file = file_of(rola(), at("2026-06-25"))
    assert [f.overdue for f in file.ahead if f.kind == "contact_planned"] == [True, False, False, False]


def test_a_plan_stops_with_the_job() -> None:
    story = rola()
    hire = next(s for s in story.said if s.event.type.endswith("candidate_hired.v1"))
    story.ended(at("2026-07-20"), hire, "2026-07-20")
    file = file_of(story, at("2026-07-21"))
    assert [f for f in file.ahead if f.kind == "contact_planned"] == []
    assert file.stage is not None
    assert file.stage.code == "job_ended"


def test_the_portal_shows_how_she_moved_the_numbers_and_will() -> None:
    hired = file_of(rola(), at("2026-06-10"))
    assert [f.kind for f in hired.happened if f.service == "portal"] == ["counted_admitted"]
    assert [(f.kind, f.on) for f in hired.ahead if f.service == "portal"] == [("first_day_planned", date(2026, 6, 29))]
    working = file_of(rola(), at("2026-07-01"))
    assert [f.kind for f in working.happened if f.service == "portal"] == ["counted_admitted", "counted_employed"]


def test_a_hire_reported_after_its_first_day_counts_from_the_moment_it_was_known() -> None:
    story = Story()
    story.admitted(at("2026-03-01"))
    hire = story.hired(at("2026-05-05"), "2026-05-01")
    counted = next(f for f in file_of(story, at("2026-06-01")).happened if f.kind == "counted_employed")
    assert (counted.at, counted.cause) == (hire.time, hire.event_id)


def test_agreements_are_yes_no_or_never_asked() -> None:
    said = {a.purpose: a.given for a in file_of(rola(), at("2026-06-30")).agreements}
    assert said == {
        "introduce_without_name": True,
        "share_file_with_employer": None,
        "send_to_ministry": True,
        "tell_sender_outcome": True,
    }
    taken_back = {a.purpose: a.given for a in file_of(everything_else(), at("2026-06-30")).agreements}
    assert taken_back["share_file_with_employer"] is False


def test_unknown_french_is_none_and_never_zero() -> None:
    french = file_of(rola(), at("2026-06-30")).french
    assert french is not None
    assert french.levels["writing"] is None


def test_facts_of_one_moment_read_in_the_order_of_the_story_whatever_order_they_came_in() -> None:
    facts = [f for f in facts_of(rola()) if f.on == date(2026, 6, 9)]
    kinds = {
        tuple(f.kind for f in file_as_of(order, at("2026-06-09", 20)).happened)
        for order in list(permutations(facts))[:500]
    }
    assert kinds == {
        (
            "choice_made",
            "introduction_closed",
            "introduction_closed",
            "candidate_hired",
            "subsidy_assessed",
            "follow_up_planned",
        )
    }


def test_a_vertical_stroke_stands_where_one_service_made_another_act() -> None:
    file = file_of(rola(), at("2026-06-23", 20))
    picture = lanes(file, file)
    y = {lane.service: lane.y for lane in picture.lanes}
    assert {(stroke.y1, stroke.y2) for stroke in picture.strokes} == {
        (y["intake"], y["matching"]),
        (y["intake"], y["portal"]),
        (y["matching"], y["retention"]),
        (y["matching"], y["subsidies"]),
    }
    assert all(0 <= mark.x <= 100 for lane in picture.lanes for mark in lane.marks)
    assert (picture.start, picture.end) == (date(2026, 2, 1), date(2026, 9, 30))


def test_a_day_on_which_everything_happened_is_widened_and_effects_stand_under_their_cause() -> None:
    story = rola()
    story.said = [replace(s, time=at("2026-06-09") + timedelta(minutes=n)) for n, s in enumerate(story.said)]
    file = file_of(story, at("2026-06-20"))
    picture = lanes(file, file)
    assert picture.widened
    matching = next(lane for lane in picture.lanes if lane.service == "matching")
    assert len(matching.marks) > 10, "facts of one day do not hide each other"
    assert [mark.x for mark in matching.marks] == sorted(mark.x for mark in matching.marks)
    marked = {(lane.y, mark.x) for lane in picture.lanes for mark in lane.marks}
    assert all({(s.y1, s.x), (s.y2, s.x)} <= marked for s in picture.strokes), "strokes run from mark to mark"
    xs = [tick.x for tick in picture.ticks]
    assert xs == sorted(xs)
    assert max(mark.x for mark in matching.marks) < picture.shown_day


def test_the_picture_keeps_its_scale_whatever_day_is_shown() -> None:
    whole = file_of(rola(), at("2026-06-23"))
    then = lanes(file_of(rola(), at("2026-05-01")), whole)
    now = lanes(whole, whole)
    assert then.ticks == now.ticks
    assert {m for lane in then.lanes for m in lane.marks if not m.planned} <= {
        m for lane in now.lanes for m in lane.marks
    }


def test_a_new_plan_replaces_the_old_one() -> None:
    file = file_of(rola(), at("2026-06-27"))
    assert [f.facts["contact"] for f in file.ahead if f.kind == "contact_planned"] == [
        "weeks_2",
        "weeks_6",
        "months_3",
        "before_subsidy_end",
    ]
