"""Processes are killed while a story is lived: the supervisor starts them again, and the story comes out the same."""

from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from deploy.local.demo import story, subsidy
from deploy.local.demo.script import STEPS
from deploy.local.demo.tale import Did, Tale
from tests.flows.running import Running

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("system")]

KILLED_BEFORE: dict[Callable[[Tale], Sequence[Did]], tuple[str, ...]] = {
    story.companies_ask_for_people: ("matching-worker", "intake-worker"),
    story.she_says_yes_to_all: ("matching",),
    story.she_chooses: ("subsidies-worker", "retention-worker", "portal-worker"),
    subsidy.the_employer_confirms: ("ministry",),
}
SAID = {
    "intake": {"referral_received": 1, "consent_given": 4, "referral_changed": 1, "candidate_admitted": 1,
               "referral_closed": 1, "action_plan_agreed": 1, "coaching_held": 1, "workshop_attended": 1},
    "matching": {"introduction_proposed": 3, "introduction_answered": 6, "meeting_held": 3, "offer_made": 2,
                 "choice_made": 1, "candidate_hired": 1, "introduction_closed": 2},
    "subsidies": {"subsidy_assessed": 2, "subsidy_requested": 1, "subsidy_approved": 1},
}  # fmt: skip
TASKS = 16


def test_killing_each_worker_during_the_story_changes_nothing(running: Running) -> None:
    tale = running.tell()
    before = {name: running.stack.pids(name) for name in running.stack.urls}
    numbers = tale.manager.numbers()
    for step in STEPS:
        for name in KILLED_BEFORE.get(step.live, ()):
            assert running.stack.kill(name), f"{name} was not running"
        step.live(tale)
    killed = {name for names in KILLED_BEFORE.values() for name in names}
    tale.wire.wait("all are ready again", lambda: all(each.ready for each in running.stack.health()), seconds=60)
    assert {name for name in before if running.stack.pids(name) != before[name]} == killed

    everything_was_said_once(running, tale)
    assert len(tale.tasks) == len({t.task_id for t in tale.tasks}) == TASKS
    assert len(running.said("retention", tale.candidate_id, "follow_up_planned")) == 1
    at_the_ministry = running.at_the_ministry(tale)
    assert (at_the_ministry["state"], at_the_ministry["answers"]) == ("acknowledged", [200])
    assert tale.request is not None
    assert tale.request.state == "approved"
    assert tale.request.approved_amount_cents == at_the_ministry["decision"]["amount_cents"]
    moved = {"admitted": numbers["admitted"] + 1, "supported": numbers["supported"] + len(tale.companies)}
    tale.wire.wait("the numbers are exact", lambda: tale.manager.numbers() == numbers | moved)
    for service in running.databases:
        assert running.rows(service, "SELECT key FROM waiting_keys WHERE key = %s", tale.candidate_id) == []


def everything_was_said_once(running: Running, tale: Tale) -> None:
    """Each fact exactly as often as in a story without faults; versions of each subject without a gap."""
    for service, counts in SAID.items():
        said = running.journal(service, tale.candidate_id)
        assert Counter(row["type"] for row in said) == counts
        versions: dict[str, list[int]] = {}
        for row in said:
            versions.setdefault(row["subject"], []).append(row["version"])
        assert all(each == list(range(1, len(each) + 1)) for each in versions.values())
