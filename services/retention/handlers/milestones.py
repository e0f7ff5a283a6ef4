"""Still employed on day 90, at 6 and 12 months: said by timers, once, and only while it is true."""

from datetime import date

from services.retention.domain.employments import Employment
from services.retention.domain.milestones import milestone_days, of_timer, timer_about
from services.retention.store import employments
from shared import clock
from shared.db import Tx
from shared.events.retention import MilestoneReached
from shared.messaging.outbox import publish
from shared.timers import Due, cancel_timers, set_timer

MILESTONE = "milestone"  # the kind of timer


def set_milestones(tx: Tx, employment: Employment) -> None:
    """A timer for each milestone not reached; moved when the start did."""
    reached = employments.list_milestones(tx, employment.hire_id)
    for milestone, day in milestone_days(employment.starts_on).items():
        if milestone not in reached:
            about = timer_about(employment.hire_id, milestone)
            set_timer(tx, MILESTONE, key=str(employment.person), about=about, at=clock.start_of_day(day))


def announce_milestone(tx: Tx, due: Due) -> None:
    """The day has come and the job goes on."""
    hire_id, _ = of_timer(due.about)
    employment = employments.find_employment(tx, hire_id)
    if employment is None or employment.candidate_id is None or not employment.is_open:
        return
    reach_milestones(tx, employment, clock.local_date(tx.now))


def reach_milestones(tx: Tx, employment: Employment, employed_until: date) -> None:
    """Say each milestone that the job had reached by then and that was not said."""
    for milestone, day in milestone_days(employment.starts_on).items():
        if day > employed_until or not employments.add_milestone(tx, employment.hire_id, milestone, day):
            continue
        publish(
            tx,
            MilestoneReached(
                hire_id=employment.hire_id,
                candidate_id=employment.person,
                employer_id=employment.employer_id,
                milestone=milestone,
                reached_on=day,
            ),
        )


def drop_milestones(tx: Tx, employment: Employment) -> None:
    about = [timer_about(employment.hire_id, milestone) for milestone in milestone_days(employment.starts_on)]
    cancel_timers(tx, MILESTONE, about)
