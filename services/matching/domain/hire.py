"""What follows from a hire, wherever it came from."""

from datetime import date
from uuid import UUID, uuid5

from services.matching.domain.facts import noc_digits_in_common
from shared.errors import Problem, Refused

_OF_REPORTS = UUID("6f0d2f3c-1d0e-5b0a-9b0e-5d1f4c1a7e21")
_DIGITS_OF_A_FIELD = 2  # NOC 2021 major group


class HireStarted(Refused):
    """The first day has come: a job that has begun is ended, not cancelled."""

    def __init__(self) -> None:
        super().__init__(
            Problem(
                "",
                "hire_started",
                "L'emploi a commencé : signalez plutôt sa fin.",
                "The job has begun: report its end instead.",
            )
        )


class HireNotOpen(Refused):
    """It was cancelled or has ended."""

    def __init__(self) -> None:
        super().__init__(
            Problem("", "hire_not_open", "Cette embauche n'est plus en cours.", "This hire no longer stands.")
        )


def hire_id_of_report(report_id: UUID) -> UUID:
    """The hire that follows from a report: always the same, so that one report can never make two."""
    return uuid5(_OF_REPORTS, str(report_id))


def in_field(candidate_occupation: str | None, job_occupation: str) -> bool | None:
    """Whether a job is in the person's own field, the same NOC 2021 major group; None when unknown."""
    shared = noc_digits_in_common(candidate_occupation, job_occupation)
    return None if shared is None else shared >= _DIGITS_OF_A_FIELD


def check_may_be_cancelled(state: str, starts_on: date, today: date) -> None:
    """Raises HireNotOpen, or HireStarted from the first day on."""
    if state != "open":
        raise HireNotOpen
    if today >= starts_on:
        raise HireStarted
