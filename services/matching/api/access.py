"""Who may see an introduction. Another's and missing are not told apart: both are 404."""

from uuid import UUID

from services.matching.domain.introduction import BOTH_AGREED, Introduction
from services.matching.store.introductions import get_introduction
from shared.db import Tx
from shared.errors import NotFound
from shared.http import Caller, Role

STAFF = (Role.ADVISOR, Role.LIAISON, Role.MANAGER)


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
