"""One function per thing that can happen. Each runs in its caller's transaction; every fact about a person is handled
under the lock of her case."""

from datetime import date
from uuid import UUID, uuid4

from services.retention import store
from services.retention.domain import plan as planning
from services.retention.domain.employments import (
    Employment,
    EmploymentState,
    Unresolved,
    check_end,
    employment_that_ended,
)
from services.retention.domain.plan import Subsidy
from services.retention.domain.tasks import ContactMade, Task, TaskState, after_contact, check_contact
from services.retention.domain.templates import template_in_force, template_of_version
from services.retention.store import Candidate
from shared import clock
from shared.db import Tx
from shared.errors import NotFound, NotYet
from shared.events.intake import CandidateAdmitted, CandidateErased, EmploymentEndReported
from shared.events.matching import CandidateHired, HireCancelled
from shared.events.parts import PlannedTask
from shared.events.retention import (
    ContactRecorded,
    EmploymentEnded,
    FollowUpPlanned,
    FollowUpReplanned,
    FollowUpTaskDue,
)
from shared.events.subsidies import SubsidyApproved, SubsidyEnded
from shared.log import get_logger
from shared.messaging.erasure import forget_case
from shared.messaging.outbox import publish
from shared.timers import Due, cancel_timers, set_timer

FOLLOW_UP_TASK = "follow_up_task"  # the kind of timer that makes a task due
log = get_logger()


# -- facts from other services ----------------------------------------------------------------------------------------


def assign_advisor(tx: Tx, event: CandidateAdmitted) -> None:
    """Her tasks stand in her advisor's list, those planned before we knew her too."""
    if store.is_forgotten(tx, event.candidate_id):
        return
    store.save_candidate(tx, Candidate(event.candidate_id, event.file_number, event.advisor_id))
    store.assign_open_tasks(tx, event.candidate_id, event.advisor_id)


def plan_follow_up(tx: Tx, event: CandidateHired) -> None:
    """An employment, its plan on both sides, and a timer for each task."""
    forgotten = store.is_forgotten(tx, event.candidate_id)
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
    if not store.add_employment(tx, employment) or forgotten:
        return
    tasks = _wanted_tasks(tx, employment)
    store.add_tasks(tx, tasks)
    for task in tasks:
        _set_timer(tx, task)
    publish(
        tx,
        FollowUpPlanned(
            plan_id=employment.plan_id,
            hire_id=event.hire_id,
            candidate_id=event.candidate_id,
            employer_id=event.employer_id,
            tasks=tuple(_planned(task) for task in tasks),
        ),
    )


def cancel_follow_up(tx: Tx, event: HireCancelled) -> None:
    """The hire fell through: nobody calls about a job that never began. Nothing is said: matching has said it."""
    employment = store.find_employment(tx, event.hire_id)
    if employment is None or not employment.is_open:
        return
    store.cancel_employment(tx, event.hire_id)
    _cancel_tasks(tx, event.hire_id, "hire_cancelled")


def follow_subsidy(tx: Tx, event: SubsidyApproved) -> None:
    """Both sides are called before and after the subsidy ends.

    The approval travels on another topic than the hire and may come first. It is kept as a row that the hire finds,
    rather than made to wait (NotYet): nothing is decided by it alone, and a waiting event would hold up every later
    fact of the same person. Either order gives the same tasks; the tests try both.
    """
    if store.is_forgotten(tx, event.candidate_id) or store.find_subsidy(tx, event.request_id):
        return
    ends_on = planning.subsidy_ends_on(event.starts_on, event.weeks)
    store.save_subsidy(tx, Subsidy(event.request_id, event.hire_id, event.candidate_id, ends_on, event.decided_on))
    replan(tx, event.hire_id, "subsidy_approved")


def follow_subsidy_end(tx: Tx, event: SubsidyEnded) -> None:
    """An end earlier than approved moves the contacts around it; an end on its day, or with the job, moves nothing."""
    subsidy = store.find_subsidy(tx, event.request_id)
    if subsidy is None or event.ended_on >= subsidy.ends_on:
        return
    ended = Subsidy(event.request_id, event.hire_id, event.candidate_id, event.ended_on, event.ended_on)
    store.save_subsidy(tx, ended)
    replan(tx, event.hire_id, "subsidy_ended")


def end_reported_employment(tx: Tx, event: EmploymentEndReported) -> None:
    """A report names the employer, not the hire: find which employment it ends."""
    if store.is_forgotten(tx, event.candidate_id):
        return
    found = employment_that_ended(store.list_employments(tx, event.candidate_id), event.employer_id, event.ended_on)
    if found is Unresolved.ALREADY_ENDED:
        log.info("end_of_employment_known_already", report_id=str(event.report_id))
    elif found is Unresolved.NONE_KNOWN:
        raise NotYet(
            CandidateHired.type,
            fr="Une fin d'emploi est annoncée, mais aucun emploi ouvert n'est connu chez cet employeur : l'embauche "
            "est peut-être en route. Si elle n'arrive pas, notez l'embauche ou écartez cette annonce.",
            en="The end of a job was reported, but no open job with this employer is known: the hire may be on its "
            "way. If it does not come, record the hire or set this report aside.",
        )
    elif found is Unresolved.SEVERAL_OPEN:
        raise NotYet(
            CandidateHired.type,
            fr="Une fin d'emploi est annoncée, mais la personne a plusieurs emplois ouverts chez cet employeur : "
            "mettez fin au bon emploi, à la date annoncée, puis reprenez.",
            en="The end of a job was reported, but the person has several open jobs with this employer: end the right "
            "one, on the reported day, then resume.",
        )
    elif isinstance(found, Employment):
        _end(tx, found, event.candidate_id, event.ended_on, event.reason)


def forget_candidate(tx: Tx, event: CandidateErased) -> None:
    """Tasks, notes, timers and payloads go; her employments stay as a count. What comes late about her is not kept."""
    store.forget_person(tx, event.candidate_id)
    forget_case(tx, event.key)  # her timers too


# -- time -------------------------------------------------------------------------------------------------------------


def announce_due_task(tx: Tx, due: Due) -> None:
    """A task's day has come: it stands in the advisor's list, and once more for each next try."""
    task = store.find_task(tx, UUID(due.about))
    if task is None or not task.is_open or task.state is TaskState.DUE or task.due_on > clock.local_date(tx.now):
        return
    store.save_task(tx, task.fallen_due())
    publish(
        tx,
        FollowUpTaskDue(
            task_id=task.task_id,
            plan_id=task.plan_id,
            hire_id=task.hire_id,
            candidate_id=task.candidate_id,
            employer_id=task.employer_id,
            contact=task.contact,
            side=task.side,
            due_on=task.due_on,
            advisor_id=task.advisor_id,
        ),
    )


# -- commands ---------------------------------------------------------------------------------------------------------


def record_contact(tx: Tx, task_id: UUID, made: ContactMade, by: str) -> tuple[UUID, Task]:
    """What an advisor heard, or that nobody answered; the contact's id and the task as it stands now. Raises NotFound,
    Invalid, TaskClosed."""
    today = clock.local_date(tx.now)
    check_contact(made, today)
    task = after_contact(store.lock_task(tx, task_id), made, today)
    contact_id = uuid4()
    store.add_contact(tx, contact_id, task_id, made, by)
    store.save_task(tx, task)
    if task.is_open:
        _set_timer(tx, task)
    else:
        cancel_timers(tx, FOLLOW_UP_TASK, [task_id])
    publish(
        tx,
        ContactRecorded(
            contact_id=contact_id,
            task_id=task_id,
            hire_id=task.hire_id,
            candidate_id=task.candidate_id,
            employer_id=task.employer_id,
            side=task.side,
            result=made.result,
            held_on=made.held_on,
            next_try_on=task.due_on if task.is_open else None,
        ),
    )
    return contact_id, task


def end_employment(tx: Tx, hire_id: UUID, ended_on: date, reason: str) -> Employment:
    """An advisor learned that a job ended. Raises NotFound, EmploymentClosed, Invalid."""
    found = store.find_employment(tx, hire_id)
    if found is None or found.candidate_id is None:
        raise NotFound
    tx.lock(str(found.candidate_id))
    employment = store.find_employment(tx, hire_id)
    if employment is None or employment.candidate_id is None:  # she was forgotten meanwhile
        raise NotFound
    check_end(employment, ended_on, clock.local_date(tx.now))
    _end(tx, employment, employment.candidate_id, ended_on, reason)
    return employment


# -- what several of them do ------------------------------------------------------------------------------------------


def replan(tx: Tx, hire_id: UUID, cause: str) -> None:
    """Bring an open employment's tasks to what its facts now ask for, and say so if anything moved. Nothing to do for
    a hire not known yet: it is planned with everything known when it arrives."""
    employment = store.find_employment(tx, hire_id)
    if employment is None or employment.candidate_id is None or not employment.is_open:
        return
    changes = planning.replan(store.list_tasks(tx, hire_id), _wanted_tasks(tx, employment), cause)
    if not changes:
        return
    store.add_tasks(tx, changes.added)
    for task in changes.moved + changes.dropped:
        store.save_task(tx, task)
    for task in changes.added + changes.moved:
        _set_timer(tx, task)
    cancel_timers(tx, FOLLOW_UP_TASK, [task.task_id for task in changes.dropped])
    publish(
        tx,
        FollowUpReplanned(
            plan_id=employment.plan_id,
            hire_id=hire_id,
            candidate_id=employment.candidate_id,
            employer_id=employment.employer_id,
            cause=cause,
            tasks=tuple(_planned(task) for task in store.list_tasks(tx, hire_id) if task.is_open),
        ),
    )


def _wanted_tasks(tx: Tx, employment: Employment) -> list[Task]:
    candidate = employment.candidate_id and store.find_candidate(tx, employment.candidate_id)
    contacts = planning.plan_contacts(
        employment.starts_on,
        employment.hired_on,
        template_of_version(employment.rule_version),
        store.list_subsidies(tx, employment.hire_id),
    )
    return planning.tasks_of(employment, contacts, candidate.advisor_id if candidate else None)


def _end(tx: Tx, employment: Employment, candidate_id: UUID, ended_on: date, reason: str) -> None:
    store.end_employment(tx, employment.hire_id, ended_on, reason)
    _cancel_tasks(tx, employment.hire_id, "employment_ended")
    publish(
        tx,
        EmploymentEnded(
            hire_id=employment.hire_id,
            candidate_id=candidate_id,
            employer_id=employment.employer_id,
            ended_on=ended_on,
            reason=reason,
        ),
    )


def _cancel_tasks(tx: Tx, hire_id: UUID, reason: str) -> None:
    cancel_timers(tx, FOLLOW_UP_TASK, store.cancel_open_tasks(tx, hire_id, reason))


def _set_timer(tx: Tx, task: Task) -> None:
    """Due at the start of its day, America/Toronto. A day already past fires at once."""
    at = clock.start_of_day(task.due_on)
    set_timer(tx, FOLLOW_UP_TASK, key=str(task.candidate_id), about=task.task_id, at=at)


def _planned(task: Task) -> PlannedTask:
    return PlannedTask(task_id=task.task_id, contact=task.contact, side=task.side, due_on=task.due_on)
