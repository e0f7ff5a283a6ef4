"""Who may call what, and who may see what. Another's and missing are not told apart: both are 404."""

from datetime import date
from typing import Annotated
from uuid import UUID

from services.retention.domain.employments import Employment
from shared.errors import Invalid, NotFound, Problem
from shared.http import Caller, Role, allow

Advisor = Annotated[Caller, allow(Role.RETENTION_ADVISOR, Role.ADVISOR)]
Staff = Annotated[Caller, allow(Role.RETENTION_ADVISOR, Role.ADVISOR, Role.MANAGER)]
PAGE = 50


def says(caller: Caller) -> bool:
    """May the caller read what was said? Advisors; a manager reads that there was a contact."""
    return caller.role in {Role.RETENTION_ADVISOR, Role.ADVISOR}


def only_own_file(caller: Caller, candidate_id: UUID) -> None:
    if caller.role is Role.CANDIDATE and caller.subject != str(candidate_id):
        raise NotFound


def only_own_company(caller: Caller, employer_id: UUID) -> None:
    if caller.role is Role.EMPLOYER and caller.organisation != str(employer_id):
        raise NotFound


def only_own_employment(caller: Caller, employment: Employment | None) -> Employment:
    """The employment of a person who is known, for its two sides and for staff. Raises NotFound."""
    if employment is None or employment.candidate_id is None:
        raise NotFound
    only_own_file(caller, employment.candidate_id)
    only_own_company(caller, employment.employer_id)
    return employment


def id_of(subject: str | None) -> UUID | None:
    """None: somebody who is nobody's advisor, person or employer."""
    try:
        return UUID(subject or "")
    except ValueError:
        return None


def place(after: str | None) -> tuple[date, UUID] | None:
    """Where a page starts; None: at the beginning. Raises Invalid."""
    if after is None:
        return None
    day, _, one = after.partition("_")
    try:
        return date.fromisoformat(day), UUID(one)
    except ValueError:
        raise Invalid(
            Problem(
                "/query/after",
                "no_such_place",
                "Reprenez la valeur « next » de la page précédente.",
                "Use the “next” of the page before.",
            )
        ) from None


BEGINNING = (date.min, UUID(int=0))
END = (date.max, UUID(int=2**128 - 1))
