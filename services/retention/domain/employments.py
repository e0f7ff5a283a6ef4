"""An employment after the hire: open until its end is known, or cancelled before its first day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.errors import Invalid, Problem, Refused


class EmploymentState(StrEnum):
    OPEN = "open"
    ENDED = "ended"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Employment:
    """``candidate_id`` None: the person asked to be forgotten, and the row only counts."""

    hire_id: UUID
    plan_id: UUID
    candidate_id: UUID | None
    employer_id: UUID
    source: str
    starts_on: date
    hired_on: date
    rule_version: str
    state: EmploymentState
    ended_on: date | None = None
    end_reason: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "state", EmploymentState(self.state))  # rows bring text

    @property
    def is_open(self) -> bool:
        return self.state is EmploymentState.OPEN

    @property
    def person(self) -> UUID:
        """Whose it is; only of an employment whose person is known, as every locked one is."""
        if self.candidate_id is None:
            raise ValueError("the person of this employment was forgotten")
        return self.candidate_id


class Unresolved(StrEnum):
    """Why a reported end is not the end of one known employment."""

    ALREADY_ENDED = "already_ended"
    NONE_KNOWN = "none_known"
    SEVERAL_OPEN = "several_open"


def employment_that_ended(
    employments: Sequence[Employment], employer_id: UUID, ended_on: date
) -> Employment | Unresolved:
    """Which of a person's employments a report of an end is about: it names the employer, not the hire.

    An end already known with that employer on that day is the same fact told twice. With several open jobs the one
    that had begun by then; still several: a person must say which."""
    there = [e for e in employments if e.employer_id == employer_id and e.state is not EmploymentState.CANCELLED]
    still_open = [e for e in there if e.is_open]
    ended = [e for e in there if not e.is_open]
    begun = [e for e in still_open if e.starts_on <= ended_on]
    if any(e.ended_on == ended_on for e in ended):
        return Unresolved.ALREADY_ENDED
    if len(begun) == 1:
        return begun[0]
    if ended and not begun:
        return Unresolved.ALREADY_ENDED
    if len(still_open) == 1:
        return still_open[0]
    return Unresolved.SEVERAL_OPEN if still_open else Unresolved.NONE_KNOWN


def employment_that_changed(
    employments: Sequence[Employment], employer_id: UUID, effective_on: date
) -> Employment | Unresolved:
    """Which of a person's employments a report of a change is about. One that is over changes no more; a change after
    its end is that of a job still to be heard of."""
    there = [e for e in employments if e.employer_id == employer_id and e.state is not EmploymentState.CANCELLED]
    still_open = [e for e in there if e.is_open]
    begun = [e for e in still_open if e.starts_on <= effective_on]
    if len(begun) == 1 or len(still_open) == 1:
        return (begun or still_open)[0]
    if still_open:
        return Unresolved.SEVERAL_OPEN
    if any(e.ended_on and effective_on <= e.ended_on for e in there):
        return Unresolved.ALREADY_ENDED
    return Unresolved.NONE_KNOWN


class EmploymentClosed(Refused):
    """The employment ended, or never began."""


def check_still_open(employment: Employment) -> None:
    """Raises EmploymentClosed."""
    if employment.state is EmploymentState.ENDED:
        raise EmploymentClosed(
            Problem(
                "",
                "already_ended",
                f"Cet emploi a déjà pris fin le {employment.ended_on}.",
                f"This job already ended on {employment.ended_on}.",
            )
        )
    if employment.state is EmploymentState.CANCELLED:
        raise EmploymentClosed(
            Problem(
                "",
                "hire_cancelled",
                "Cette embauche a été annulée avant le premier jour.",
                "This hire was cancelled before its first day.",
            )
        )


def check_end(employment: Employment, ended_on: date, today: date) -> None:
    """May an advisor record that this employment ended on that day? Raises EmploymentClosed or Invalid."""
    check_still_open(employment)
    if ended_on > today:
        raise Invalid(
            Problem(
                "/ended_on",
                "ends_in_the_future",
                "Notez la fin d'emploi quand elle est arrivée, pas avant.",
                "Record the end of a job once it has come, not before.",
            )
        )
    if ended_on < employment.starts_on:
        raise Invalid(
            Problem(
                "/ended_on",
                "ends_before_start",
                f"L'emploi commence le {employment.starts_on} : une embauche qui n'a pas eu lieu s'annule.",
                f"The job starts on {employment.starts_on}: a hire that never began is cancelled instead.",
            )
        )
