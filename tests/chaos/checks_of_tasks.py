"""Judges C10: the follow-up tasks are exactly those that the plan's rule gives for what was published: the hire, its
subsidies and their early ends, whatever came first, twice or late. The rule itself is retention's own; what it gives is
held against dates worked out by hand in test_oracle.py."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from services.retention.domain.plan import Subsidy, plan_contacts, subsidy_ends_on
from services.retention.domain.templates import template_in_force
from tests.chaos.evidence import Evidence

Contact = tuple[str, str, str, str]
"""contact, side, request ("-" for none), planned day"""


@dataclass
class Hire:
    """What was published of one hire."""

    hire_id: str
    key: str
    starts_on: date
    hired_on: date
    subsidies: dict[str, Subsidy] = field(default_factory=dict)
    over: bool = False
    unclear: bool = False
    """An erasure took a payload that the plan rests on."""

    def contacts(self) -> Counter[Contact]:
        wanted = plan_contacts(
            self.starts_on, self.hired_on, template_in_force(self.hired_on), list(self.subsidies.values())
        )
        return Counter((c.contact, c.side, str(c.request_id or "-"), str(c.due_on)) for c in wanted)


def c10_tasks_are_the_plan(e: Evidence) -> Iterator[str]:
    if "retention" not in e.inboxes:
        return
    standing: dict[str, Counter[Contact]] = {}
    open_tasks: Counter[str] = Counter()
    for row in e.stack.rows("retention", "SELECT * FROM tasks WHERE contact <> 'signal'"):
        id_, request = str(row["hire_id"]), str(row["request_id"] or "-")
        open_tasks[id_] += row["open"]
        if row["state"] != "cancelled":
            standing.setdefault(id_, Counter())[row["contact"], row["side"], request, str(row["planned_on"])] += 1
    hires = hires_of(e)
    for hire_id in open_tasks.keys() - hires.keys():
        yield f"C10 there are tasks of hire {hire_id}, which nobody published"
    for hire in hires.values():
        if hire.key in e.erased or hire.unclear:
            continue
        if hire.over:
            if open_tasks[hire.hire_id]:
                yield f"C10 hire {hire.hire_id} is over and {open_tasks[hire.hire_id]} tasks are open"
            continue
        found, wanted = standing.get(hire.hire_id, Counter()), hire.contacts()
        if found != wanted:
            yield f"C10 hire {hire.hire_id}: tasks too many {list(found - wanted)}, missing {list(wanted - found)}"


def hires_of(e: Evidence) -> dict[str, Hire]:
    """From the journals, publisher by publisher: within one the order is that of publishing."""
    hires: dict[str, Hire] = {}
    for publisher in ("matching", "subsidies", "retention"):
        for row in e.journals.get(publisher, ()):
            act = _ACTS.get(row["type"].split(".")[2])
            if act and row["data"] is not None:
                act(hires, row["key"], json.loads(row["data"]))
            elif act:
                for hire in hires.values():
                    hire.unclear |= hire.key == row["key"]
    return hires


def _hired(hires: dict[str, Hire], key: str, told: dict[str, Any]) -> None:
    starts_on, hired_on = date.fromisoformat(told["terms"]["starts_on"]), date.fromisoformat(told["hired_on"])
    hires[told["hire_id"]] = Hire(told["hire_id"], key, starts_on, hired_on)


def _over(hires: dict[str, Hire], _: str, told: dict[str, Any]) -> None:
    if told["hire_id"] in hires:
        hires[told["hire_id"]].over = True


def _approved(hires: dict[str, Hire], _: str, told: dict[str, Any]) -> None:
    ends_on = subsidy_ends_on(date.fromisoformat(told["starts_on"]), told["weeks"])
    _subsidy(hires, told, ends_on, date.fromisoformat(told["decided_on"]))


def _ended(hires: dict[str, Hire], _: str, told: dict[str, Any]) -> None:
    """Only an end earlier than approved moves anything."""
    hire, ended_on = hires.get(told["hire_id"]), date.fromisoformat(told["ended_on"])
    known = hire.subsidies.get(told["request_id"]) if hire else None
    if known and ended_on < known.ends_on:
        _subsidy(hires, told, ended_on, ended_on)


def _subsidy(hires: dict[str, Hire], told: dict[str, Any], ends_on: date, known_on: date) -> None:
    hire = hires.get(told["hire_id"])
    if hire:
        request_id, hire_id, candidate_id = (UUID(told[name]) for name in ("request_id", "hire_id", "candidate_id"))
        hire.subsidies[told["request_id"]] = Subsidy(request_id, hire_id, candidate_id, ends_on, known_on)


def _changed(hires: dict[str, Hire], _: str, told: dict[str, Any]) -> None:
    if told["kind"] == "start_moved" and told["hire_id"] in hires:
        hires[told["hire_id"]].starts_on = date.fromisoformat(told["terms"]["starts_on"])


_ACTS: dict[str, Callable[[dict[str, Hire], str, dict[str, Any]], None]] = {
    "candidate_hired": _hired, "hire_cancelled": _over, "employment_ended": _over, "subsidy_approved": _approved,
    "subsidy_ended": _ended, "employment_changed": _changed,
}  # fmt: skip


def c10_nothing_is_planned_twice(e: Evidence) -> Iterator[str]:
    if "retention" not in e.inboxes:
        return
    for row in e.stack.rows(
        "retention",
        """SELECT hire_id, contact, side, count(*) AS n FROM tasks WHERE open
           GROUP BY hire_id, contact, side, request_id HAVING count(*) > 1""",
    ):
        yield f"C10 hire {row['hire_id']}: {row['n']} open tasks for {row['contact']} with the {row['side']}"
    plans = Counter(ev["subject"] for ev in e.events.values() if ev["type"].endswith("follow_up_planned.v1"))
    for subject, count in plans.items():
        if count > 1:
            yield f"C10 {subject} was planned {count} times"


TASKS: tuple[Callable[[Evidence], Iterator[str]], ...] = (c10_tasks_are_the_plan, c10_nothing_is_planned_twice)
