"""Help opened for an employment, and what came of it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from uuid import UUID

from shared.errors import Problem, Refused

SupportKind = Literal["hr", "intercultural", "mediation"]
SupportOutcome = Literal["settled", "partly_settled", "not_settled"]


@dataclass(frozen=True)
class Support:
    """``candidate_id`` None: the person asked to be forgotten; that the company was supported is still counted."""

    support_id: UUID
    hire_id: UUID
    candidate_id: UUID | None
    employer_id: UUID
    kind: str
    signal_id: UUID | None
    opened_on: date
    opened_by: str
    closed_on: date | None = None
    outcome: str | None = None
    closed_by: str | None = None

    @property
    def person(self) -> UUID:
        """Whom it helps; only where she is known, as for every locked one."""
        if self.candidate_id is None:
            raise ValueError("the person of this support was forgotten")
        return self.candidate_id


class SupportOpenAlready(Refused):
    """Help of this kind is under way for this employment."""


class SupportClosedAlready(Refused):
    """What came of it has been said."""


def check_not_open(kind: SupportKind, already_open: bool) -> None:
    """Raises SupportOpenAlready."""
    if already_open:
        raise SupportOpenAlready(
            Problem(
                "/kind",
                "support_open",
                "Un soutien de ce genre est déjà en cours pour cet emploi.",
                f"Support of this kind ({kind}) is under way for this job already.",
            )
        )


def closed(support: Support, outcome: SupportOutcome, by: str, today: date) -> Support:
    """Raises SupportClosedAlready."""
    if support.closed_on is not None:
        raise SupportClosedAlready(
            Problem("", "support_closed", "Ce soutien est déjà clos.", "This support has been closed already.")
        )
    return replace(support, closed_on=today, outcome=outcome, closed_by=by)
