"""So that the job lasts: contacts that disagree, help that is opened, an advancement."""

from collections.abc import Sequence
from datetime import timedelta

from deploy.local.demo.afterwards import live_until
from deploy.local.demo.answers import Signal, Task
from deploy.local.demo.tale import Did, Tale, days, dollars
from shared import clock

_STAYS, _DOUBTS, _CONTENT = 5, 2, 4  # does this side think that it will last, 1 to 5
_RAISE_CENTS = 350


def both_sides_are_called(tale: Tale) -> Sequence[Did]:
    """Before the first day, her advisor calls both sides: all is well."""
    return _call(tale, "before_start", employee=_CONTENT, employer=_CONTENT)


def after_two_weeks_they_disagree(tale: Tale) -> Sequence[Did]:
    """After two weeks she thinks that it will last, and her employer does not: one explained signal is raised."""
    first = min(task.due_on for task in tale.tasks if task.contact == "weeks_2")
    live_until(tale, first)
    called = _call(tale, "weeks_2", employee=_STAYS, employer=_DOUBTS)

    def raised() -> Signal | None:
        return next(iter(tale.retention.signals(tale.hire_id)), None)

    signal = tale.wire.wait("a signal is raised", raised)
    tale.signal_id = signal.signal_id
    reasons = ", ".join(each.fr for each in signal.reasons), ", ".join(each.en for each in signal.reasons)
    return [*called, Did("retention", f"signal : {signal.kind.fr} ({reasons[0]})",
                         f"signal: {signal.kind.en} ({reasons[1]})")]  # fmt: skip


def help_is_opened(tale: Tale) -> Sequence[Did]:
    """Her advisor opens intercultural support for both, and closes the signal with what was done."""
    tale.support_id = tale.retention.open_support(tale.hire_id, "intercultural", tale.signal_id)
    tale.retention.close_signal(tale.signal_id, "support_opened")
    return [
        Did("retention", "soutien interculturel ouvert, signal clos", "intercultural support opened, signal closed")
    ]


def help_has_helped(tale: Tale) -> Sequence[Did]:
    """At six weeks both sides think that it will last, and the support is closed."""
    live_until(tale, min(task.due_on for task in tale.tasks if task.contact == "weeks_6"))
    called = _call(tale, "weeks_6", employer=_CONTENT, employee=_STAYS)
    tale.retention.close_support(tale.support_id, "settled")
    return [*called, Did("retention", "soutien clos : réglé", "support closed: settled")]


def she_advances(tale: Tale) -> Sequence[Did]:
    """Three months in, she gets a better job at the same company."""
    day = tale.starts_on + timedelta(days=91)
    live_until(tale, day)
    wage = tale.terms.wage_cents + _RAISE_CENTS
    terms = {**tale.terms.model_dump(mode="json"), "wage_cents": wage}
    tale.retention.record_change(tale.hire_id, "advancement", day, terms)
    (fr, en), (le, on) = dollars(wage), days(day)
    return [Did("retention", f"avancement dès le {le} : {fr} l'heure", f"advancement from {on}: {en} an hour")]


def _call(tale: Tale, contact: str, **outlook: int) -> Sequence[Did]:
    """Both sides of one contact, in the order given, as soon as it stands in the advisor's list."""

    def due() -> list[Task] | None:
        mine = [t for t in tale.retention.due_tasks() if t.hire_id == tale.hire_id and t.contact == contact]
        return mine if {task.side for task in mine} == set(outlook) else None

    tasks = {task.side: task for task in tale.wire.wait("both are to be called", due)}
    for side, heard in outlook.items():
        note = "Appel de suivi, tout est dit en une minute."
        tale.retention.record_contact(tasks[side].task_id, clock.today(), outlook=heard, note=note)
    said = outlook["employee"], outlook["employer"]
    return [Did("retention", f"employée {said[0]} sur 5, employeur {said[1]} sur 5",
                f"employee {said[0]} of 5, employer {said[1]} of 5")]  # fmt: skip
