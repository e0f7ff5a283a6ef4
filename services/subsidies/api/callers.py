"""Who calls, and whose things she may touch."""

from typing import Annotated
from uuid import UUID

from services.subsidies.store import Whose
from shared.errors import NotFound
from shared.http import Caller, Role, allow

STAFF = (Role.ADVISOR, Role.LIAISON, Role.MANAGER, Role.RETENTION_ADVISOR)
Ministry = Annotated[Caller, allow(Role.MINISTRY)]
EmployerSide = Annotated[Caller, allow(Role.EMPLOYER, Role.LIAISON)]
EntersPaper = Annotated[Caller, allow(Role.LIAISON, Role.MANAGER)]
Estimates = Annotated[Caller, allow(Role.EMPLOYER, Role.LIAISON, Role.ADVISOR)]
Everyone = Annotated[Caller, allow(*STAFF, Role.EMPLOYER, Role.MINISTRY)]
StaffOrEmployer = Annotated[Caller, allow(*STAFF, Role.EMPLOYER)]


def whose(caller: Caller, employer_id: UUID | None = None) -> Whose:
    """Whose requests, claims and courses the caller may touch; narrowed to one employer's when asked. Raises NotFound
    for an employer or ministry acting for nobody, and for an employer that asks for another's."""
    if caller.role is Role.MINISTRY:
        if not caller.organisation:
            raise NotFound
        return Whose(employer_id, caller.organisation)
    if caller.role is Role.EMPLOYER:
        try:
            own = UUID(caller.organisation or "")
        except ValueError:
            raise NotFound from None
        if employer_id not in (None, own):
            raise NotFound
        return Whose(own)
    return Whose(employer_id)


def sees_person(caller: Caller) -> bool:
    """Whether the caller's role may see what describes the person (a ministry: while she agrees)."""
    return caller.role is not Role.EMPLOYER
