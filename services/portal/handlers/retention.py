"""Facts from retention: the plan after a hire, its contacts, and the end of a job."""

from services.portal.handlers.record import happened_at, record, version_of
from services.portal.store import projection, team
from shared.db import Tx
from shared.events.retention import (
    ContactRecorded,
    EmploymentEnded,
    FollowUpPlanned,
    FollowUpReplanned,
    FollowUpTaskDue,
)


def show_plan(tx: Tx, event: FollowUpPlanned) -> None:
    _plan(tx, event)
    record(tx, event.candidate_id, event, "plan_id", "hire_id", "employer_id", "tasks")


def show_new_plan(tx: Tx, event: FollowUpReplanned) -> None:
    _plan(tx, event)
    record(tx, event.candidate_id, event, "plan_id", "hire_id", "employer_id", "tasks", "cause")


def show_due_task(tx: Tx, event: FollowUpTaskDue) -> None:
    projection.put_contact(tx, event.task_id, event.candidate_id, event.hire_id, announced_at=happened_at(tx))
    if event.advisor_id:
        team.put_task_advisor(tx, event.task_id, event.candidate_id, event.hire_id, event.advisor_id, version_of(tx))
    record(tx, event.candidate_id, event, "task_id", "contact", "side", "due_on", "employer_id")


def show_contact(tx: Tx, event: ContactRecorded) -> None:
    projection.put_contact(
        tx,
        event.task_id,
        event.candidate_id,
        event.hire_id,
        reached_on=event.held_on if event.result == "reached" else None,
        next_try_on=event.next_try_on,
    )
    record(tx, event.candidate_id, event, "task_id", "side", "result", "held_on", "employer_id", "next_try_on")


def count_end(tx: Tx, event: EmploymentEnded) -> None:
    projection.put_hire(tx, event.hire_id, event.candidate_id, event.employer_id, ended_on=event.ended_on)
    record(tx, event.candidate_id, event, "hire_id", "employer_id", "ended_on", "reason")


def _plan(tx: Tx, event: FollowUpPlanned | FollowUpReplanned) -> None:
    projection.put_plan(tx, event.plan_id, event.candidate_id, event.hire_id, version_of(tx), event.tasks)
