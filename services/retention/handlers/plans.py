"""A plan follows the hire, and what is known of its subsidies."""

from services.retention.domain import plan as planning
from services.retention.domain.employments import Employment, EmploymentState
from services.retention.domain.plan import Subsidy
from services.retention.domain.templates import template_in_force
from services.retention.handlers.employments import job_terms, look_again
from services.retention.handlers.milestones import drop_milestones, set_milestones
from services.retention.handlers.signals import look_at_absences
from services.retention.handlers.standing import cancel_tasks, planned, replan, set_task_timer, wanted_tasks
from services.retention.store import candidates, employments, signals, tasks
from shared import clock
from shared.db import Tx
from shared.events.matching import CandidateHired, HireCancelled
from shared.events.retention import FollowUpPlanned
from shared.events.subsidies import SubsidyApproved, SubsidyEnded
from shared.messaging.outbox import publish


def plan_follow_up(tx: Tx, event: CandidateHired) -> None:
    """An employment, its plan on both sides, and a timer for each task and milestone."""
    forgotten = candidates.is_forgotten(tx, event.candidate_id)
    employment = Employment(
        hire_id=event.hire_id,
        plan_id=planning.plan_id_of(event.hire_id),
        candidate_id=None if forgotten else event.candidate_id,
        employer_id=event.employer_id,
        source=event.source,
        starts_on=event.terms.starts_on,
        hired_on=event.hired_on,
        rule_version=template_in_force(event.hired_on).version,
        state=EmploymentState.OPEN,
    )
    if not employments.add_employment(tx, employment) or forgotten:
        return
    terms = job_terms(event.terms)
    employments.add_terms(tx, event.hire_id, "hired", min(event.hired_on, terms.starts_on), terms)
    wanted = wanted_tasks(tx, employment)
    tasks.add_tasks(tx, wanted)
    for task in wanted:
        set_task_timer(tx, task)
    set_milestones(tx, employment)
    publish(
        tx,
        FollowUpPlanned(
            plan_id=employment.plan_id,
            hire_id=event.hire_id,
            candidate_id=event.candidate_id,
            employer_id=event.employer_id,
            tasks=planned(wanted),
        ),
    )
    look_at_absences(tx, employment)
    look_again(tx, event.candidate_id, event.employer_id)


def cancel_follow_up(tx: Tx, event: HireCancelled) -> None:
    """The hire fell through: nobody calls about a job that never began. Nothing is said: matching has said it."""
    employment = employments.find_employment(tx, event.hire_id)
    if employment is None or not employment.is_open:
        return
    employments.cancel_employment(tx, event.hire_id)
    cancel_tasks(tx, event.hire_id, "hire_cancelled")
    signals.close_all(tx, event.hire_id, "hire_cancelled", clock.local_date(tx.now))
    drop_milestones(tx, employment)
    if employment.candidate_id is not None:
        look_again(tx, employment.candidate_id, employment.employer_id)


def follow_subsidy(tx: Tx, event: SubsidyApproved) -> None:
    """Both sides are called before and after the subsidy ends.

    The approval travels on another topic than the hire and may come first. It is kept as a row that the hire finds,
    rather than made to wait (NotYet): nothing is decided by it alone, and a waiting event would hold up every later
    fact of the same person. Either order gives the same tasks; the tests try both.
    """
    if candidates.is_forgotten(tx, event.candidate_id) or employments.find_subsidy(tx, event.request_id):
        return
    ends_on = planning.subsidy_ends_on(event.starts_on, event.weeks)
    subsidy = Subsidy(event.request_id, event.hire_id, event.candidate_id, ends_on, event.decided_on)
    employments.save_subsidy(tx, subsidy)
    replan(tx, event.hire_id, "subsidy_approved")


def follow_subsidy_end(tx: Tx, event: SubsidyEnded) -> None:
    """An end earlier than approved moves the contacts around it; an end on its day, or with the job, moves nothing."""
    subsidy = employments.find_subsidy(tx, event.request_id)
    if subsidy is None or event.ended_on >= subsidy.ends_on:
        return
    ended = Subsidy(event.request_id, event.hire_id, event.candidate_id, event.ended_on, event.ended_on)
    employments.save_subsidy(tx, ended)
    replan(tx, event.hire_id, "subsidy_ended")
