"""Signals: an explained reason for concern becomes a dated task, and is closed with what was done."""

from uuid import UUID

from services.retention.domain.employments import Employment
from services.retention.domain.questions import asks_for_help
from services.retention.domain.signals import (
    RULES,
    TRIES_WITHOUT_ANSWER,
    Absence,
    ClosedBecause,
    Concern,
    Signal,
    closed,
    often_absent,
    sides_disagree,
    signal_id_of,
    task_of,
)
from services.retention.domain.tasks import ContactMade, Task
from services.retention.handlers.standing import advisor_of, drop_task_timers, set_task_timer, tell_plan
from services.retention.store import candidates, contacts, employments, signals, tasks
from shared import clock
from shared.db import Tx
from shared.events.intake import AbsenceReported
from shared.events.retention import SignalRaised
from shared.messaging.outbox import publish


def watch_absence(tx: Tx, event: AbsenceReported) -> None:
    """Keep the absence, and look whether there are many. It may come before its hire, which then looks itself."""
    if candidates.is_forgotten(tx, event.candidate_id):
        return
    absence = Absence(event.report_id, event.from_on)
    if not signals.add_absence(tx, absence, event.candidate_id, event.employer_id, event.to_on):
        return
    for employment in employments.list_employments(tx, event.candidate_id):
        if employment.employer_id == event.employer_id:
            look_at_absences(tx, employment)


def look_at_absences(tx: Tx, employment: Employment) -> None:
    if not employment.is_open:
        return
    uncounted = signals.list_uncounted_absences(tx, employment.person, employment.employer_id, employment.starts_on)
    concern = often_absent(uncounted)
    if concern and raise_signal(tx, employment, concern):
        signals.count_absences_in(tx, signal_id_of(employment.hire_id, concern), concern.about)


def look_at_contact(tx: Tx, task: Task, contact_id: UUID, made: ContactMade, *, by_oneself: bool) -> None:
    """What a contact just recorded may be a sign of: the sides disagree, nobody answers, help is asked for."""
    employment = employments.find_employment(tx, task.hire_id)
    if employment is None or not employment.is_open:
        return
    found: list[Concern | None] = []
    if made.outlook is not None:
        found.append(sides_disagree(contacts.list_outlooks(tx, task.hire_id)))
    if by_oneself and asks_for_help(task.side, made.answers):
        found.append(Concern("help_asked", ("asked_in_own_answers",), (contact_id,), task.side))
    if made.result == "not_reached":
        tries = contacts.list_failed_tries(tx, task.task_id)
        if len(tries) == TRIES_WITHOUT_ANSWER:
            found.append(Concern("silence", ("three_tries_without_answer",), tuple(tries), task.side))
    for concern in found:
        if concern:
            raise_signal(tx, employment, concern)


def raise_signal(tx: Tx, employment: Employment, concern: Concern) -> bool:
    """Once per employment and what it rests on, and one of a kind at a time; False when it stands already. The advisor
    gets a task."""
    today = clock.local_date(tx.now)
    signal_id = signal_id_of(employment.hire_id, concern)
    signal = Signal(
        signal_id=signal_id,
        hire_id=employment.hire_id,
        candidate_id=employment.person,
        employer_id=employment.employer_id,
        kind=concern.kind,
        reasons=concern.reasons,
        about=concern.about,
        rule_version=RULES,
        raised_on=today,
        task_id=signal_id,  # a signal has one task: the two share their id, so that neither can double
    )
    if not signals.add_signal(tx, signal):
        return False
    task = task_of(signal, employment.plan_id, concern.side, advisor_of(tx, employment), today)
    tasks.add_tasks(tx, [task])
    set_task_timer(tx, task)
    publish(
        tx,
        SignalRaised(
            signal_id=signal_id,
            hire_id=employment.hire_id,
            candidate_id=employment.person,
            employer_id=employment.employer_id,
            kind=concern.kind,
            reasons=concern.reasons,
            raised_on=today,
        ),
    )
    tell_plan(tx, employment, "signal_raised")
    return True


def close_signal(tx: Tx, signal_id: UUID, done: ClosedBecause, note: str | None, by: str) -> Signal:
    """An advisor says what was done about it; its task is done with it. Raises NotFound, SignalClosed."""
    today = clock.local_date(tx.now)
    signal = closed(signals.lock_signal(tx, signal_id), done, note, by, today)
    signals.save_closure(tx, signal)
    task = tasks.find_task(tx, signal.task_id)
    if task and task.is_open:
        tasks.save_task(tx, task.done(today))
        drop_task_timers(tx, [task.task_id])
        employment = employments.find_employment(tx, signal.hire_id)
        if employment:
            tell_plan(tx, employment, "signal_closed")
    return signal
