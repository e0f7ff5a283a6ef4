"""Follow-up of a whole programme: two weeks in, most people and their companies are called; where the two sides
disagree help is opened; some calls stay to be made."""

from collections.abc import Sequence

from deploy.local.demo.answers import Signal, Task
from deploy.local.demo.crew import Crew, unless_decided
from deploy.local.demo.crowd import chance, evenly
from deploy.local.demo.hiring import Hired
from shared import clock

CALLS, LATER = 38, 47
"""Days on which calls are made, and on which help has helped."""
_DISAGREE = 50  # one job in so many, and one at least: the sides do not think the same of it
_CALLED = 0.8
_CONTACT = "weeks_2"
_STAYS, _DOUBTS = 5, 2  # does a side think that it will last, 1 to 5
_KINDS = ("intercultural", "mediation", "hr")


class Following:
    """``hired``: everybody's jobs."""

    def __init__(self, crew: Crew, hired: Sequence[Hired]) -> None:
        self.crew = crew
        begun = [each for each in hired if each.introduced and each.starts_on <= crew.day(CALLS - 16)]
        unsure = [begun[place] for place in evenly(range(len(begun)), min(len(begun), 1 + len(begun) // _DISAGREE))]
        self.unsure = {each.hire_id: place for place, each in enumerate(unsure)}
        self.called = {h.hire_id for h in hired if chance(f"called/{h.who.ref}").random() < _CALLED} | set(self.unsure)

    def call(self) -> None:
        """Both sides of a job in turn; then what was heard is acted upon."""
        self.crew.live_until(CALLS)
        self.crew.until("calls come due", self._all_due)
        tasks = [task for task in self.crew.retention.due_tasks(mine=False) if self._is_to_call(task)]
        self.crew.all("Appels de suivi", "Follow-up calls", self._call, tasks)
        self.crew.all("Signaux et soutiens", "Signals and support", self._help, list(self.unsure.items()))

    def close_help(self) -> None:
        """The first help that was opened has helped."""
        self.crew.live_until(LATER)
        first = {hire_id for hire_id, place in self.unsure.items() if place == 0}
        for support_id, hire_id in self.crew.retention.open_supports().items():
            if hire_id in first:
                self.crew.retention.close_support(support_id, "settled")

    def _is_to_call(self, task: Task) -> bool:
        return task.contact == _CONTACT and task.hire_id in self.called and task.due_on <= self.crew.day(CALLS)

    def _all_due(self) -> bool:
        """The calls of the jobs about which the sides disagree: due, or made before."""
        due = [t.hire_id for t in self.crew.retention.due_tasks(mine=False) if t.contact == _CONTACT]
        return all(due.count(id_) == 2 or self.crew.retention.signals(id_) for id_ in self.unsure)

    def _call(self, task: Task) -> None:
        outlook = chance(f"outlook/{task.side}/{task.hire_id}").choice((3, 4, 4, 5))
        if task.hire_id in self.unsure:
            outlook = _STAYS if task.side == "employee" else _DOUBTS
        note = "Appel de suivi, tout est dit en une minute."
        unless_decided(
            lambda: self.crew.retention.record_contact(task.task_id, clock.today(), outlook=outlook, note=note)
        )

    def _help(self, job: tuple[str, int]) -> None:
        """Every third signal stays open."""
        hire_id, place = job

        def raised() -> Signal | None:
            return next(iter(self.crew.retention.signals(hire_id)), None)

        signal = self.crew.until("a signal is raised", raised)
        if place % 3 != 2 and signal.state == "open":
            self.crew.retention.open_support(hire_id, _KINDS[place % len(_KINDS)], signal.signal_id)
            self.crew.retention.close_signal(signal.signal_id, "support_opened")
