"""Who may see an introduction. Another's and missing are not told apart: both are 404."""

from uuid import UUID

from services.matching.domain.introduction import BOTH_AGREED, Introduction, Party
from services.matching.store.introductions import get_introduction
from shared.db import Tx
from shared.errors import Invalid, NotFound, Problem
from shared.http import Caller, Role

STAFF = (Role.ADVISOR, Role.LIAISON, Role.MANAGER)
_SPEAKS_FOR: dict[Role, tuple[Party, ...]] = {
    Role.CANDIDATE: ("candidate",),
    Role.EMPLOYER: ("employer",),
    Role.ADVISOR: ("programme", "candidate"),
    Role.LIAISON: ("programme", "employer"),
}


def may_see(caller: Caller, introduction: Introduction) -> bool:
    """Staff see all; a candidate her own; a company its own, once the candidate agreed to be introduced to it."""
    if caller.role == Role.CANDIDATE:
        return introduction.candidate_id is not None and caller.subject == str(introduction.candidate_id)
    if caller.role == Role.EMPLOYER:
        return is_own_company(caller, introduction.employer_id) and introduction.agreed_at is not None
    return caller.role in STAFF


def may_know_the_person(caller: Caller, introduction: Introduction) -> bool:
    """A company learns who it is when both have said yes; until then it sees a profile."""
    return caller.role != Role.EMPLOYER or introduction.state in BOTH_AGREED


def may_see_feedback(caller: Caller, side: str) -> bool:
    """Staff see what both sides thought; a side sees its own and never the other's."""
    return caller.role in STAFF or caller.role == side


def speaks_for(caller: Caller, by: Party | None) -> Party:
    """For whom this caller acts: a side for itself; an advisor for the programme or the candidate, a liaison for the
    programme or the company. Raises Invalid for a side that is not theirs."""
    allowed = _SPEAKS_FOR[caller.role]
    if by is not None and by not in allowed:
        raise Invalid(
            Problem(
                "/by",
                "not_yours_to_say",
                f"Vous pouvez parler pour : {', '.join(allowed)}.",
                f"You may speak for: {', '.join(allowed)}.",
            )
        )
    return by or allowed[0]


def get_visible(tx: Tx, caller: Caller, introduction_id: UUID) -> Introduction:
    """Raises NotFound, also for another's."""
    introduction = get_introduction(tx, introduction_id)
    if not may_see(caller, introduction):
        raise NotFound
    return introduction


def only_own_file(caller: Caller, candidate_id: UUID) -> None:
    """A candidate acts for herself and no other."""
    if caller.role == Role.CANDIDATE and caller.subject != str(candidate_id):
        raise NotFound


def only_own_company(caller: Caller, employer_id: UUID) -> None:
    """A company acts for itself and no other."""
    if caller.role == Role.EMPLOYER and not is_own_company(caller, employer_id):
        raise NotFound


def is_own_company(caller: Caller, employer_id: UUID) -> bool:
    return caller.organisation == str(employer_id)
