"""The same facts leave the same rows, in whatever order and however often they come."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.portal.consumers import CONSUMES
from shared.db import Tx
from shared.events import intake, matching, retention, subsidies
from shared.events.base import Event
from tests.portal.other_facts import everything_else
from tests.portal.rola import rola
from tests.portal.story import Said, Story, at, tell

TABLES = {
    "people": "candidate_id, file_number, referred_at, admitted_on, withdrawn_at, erased_at",
    "referrals": "referral_id, candidate_id, received_at, incomplete, outcome, closed_at",
    "introductions": "*",
    "hires": "*",
    "requests": "*",
    "plans": "*",
    "tasks": "*",
    "employers": "*",
    "employer_touches": "*",
    "timeline": "*",
}


def rows(tx: Tx) -> dict[str, list[Any]]:
    return {
        table: sorted(tx.conn.execute(f"SELECT {columns} FROM {table}").fetchall(), key=repr)
        for table, columns in TABLES.items()
    }


class _Enough(Exception):
    pass


def rows_after(tx: Tx, said: list[Said]) -> dict[str, list[Any]]:
    """What these facts leave in an empty database; it is empty again afterwards."""
    found: dict[str, list[Any]] = {}
    try:
        with tx.conn.transaction():
            tell(tx, said)
            found = rows(tx)
            raise _Enough
    except _Enough:
        return found


STORIES = {
    "rola": rola(),
    "everything else": everything_else(),
}
ERASED = rola()
ERASED.erased(at("2026-07-01"))


@pytest.mark.parametrize("name", STORIES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_leaves_the_same_rows(name: str, tx: Tx, data: st.DataObject) -> None:
    story = STORIES[name]
    order = data.draw(st.permutations(story.said))
    assert rows_after(tx, list(order)) == rows_after(tx, story.said)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(ERASED.said))
def test_an_erasure_leaves_the_same_counts_wherever_it_falls(tx: Tx, order: list[Said]) -> None:
    left = rows_after(tx, list(order))
    assert left == rows_after(tx, ERASED.said)
    assert left["timeline"] == left["tasks"] == left["plans"] == []


def test_a_fact_delivered_again_changes_nothing(tx: Tx) -> None:
    story = rola()
    tell(tx, story.said)
    once = rows(tx), tx.value("SELECT sum(received) FROM facts_received")
    tell(tx, story.said)
    assert (rows(tx), tx.value("SELECT sum(received) FROM facts_received")) == once


def test_the_portal_listens_to_everything_that_is_said() -> None:
    said = {
        event
        for module in (intake, matching, subsidies, retention)
        for event in vars(module).values()
        if isinstance(event, type) and issubclass(event, Event) and event is not Event
    }
    assert {line.event for line in CONSUMES} == said


def test_every_fact_received_is_counted_once(tx: Tx) -> None:
    tell(tx, rola().said)
    assert tx.value("SELECT sum(received) FROM facts_received") == len(STORIES["rola"].said)


def test_a_task_dropped_from_the_plan_no_longer_stands(tx: Tx) -> None:
    tell(tx, rola().said)
    standing = "SELECT count(*) FROM tasks t JOIN plans p ON p.plan_id = t.plan_id AND p.version = t.plan_version"
    assert tx.value(standing) == 7
    assert tx.value("SELECT count(*) FROM tasks") == 9


def test_a_failing_fact_leaves_no_rows(tx: Tx, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("services.portal.store.projection.count_fact", fail)
    story = Story()
    story.admitted(at("2026-03-01"))
    with pytest.raises(RuntimeError):
        tell(tx, story.said)
    assert all(found == [] for found in rows(tx).values())
