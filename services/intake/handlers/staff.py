"""A manager says who works for the programme. Nothing is published: events name nobody, and an id needs no event."""

from dataclasses import replace
from uuid import UUID

from services.intake.domain.staff import StaffKnown, StaffMember, StaffRole, check_staff_name, tidy_name
from services.intake.store import staff
from shared.db import Tx
from shared.errors import Invalid, NotFound


def add_staff_member(tx: Tx, member: StaffMember) -> StaffMember:
    """The same entry sent again is no mistake. Raises Invalid, StaffKnown."""
    tidied = _checked(member)
    if not staff.add_staff(tx, tidied) and staff.lock_staff(tx, tidied.staff_id) != tidied:
        raise StaffKnown
    return tidied


def change_staff_member(
    tx: Tx,
    staff_id: UUID,
    *,
    given_name: str | None = None,
    family_name: str | None = None,
    role: StaffRole | None = None,
    active: bool | None = None,
) -> StaffMember:
    """What is None stays as it is. Raises NotFound, Invalid."""
    before = staff.lock_staff(tx, staff_id)
    if before is None:
        raise NotFound
    changed = _checked(
        StaffMember(
            staff_id,
            before.given_name if given_name is None else given_name,
            before.family_name if family_name is None else family_name,
            role or before.role,
            before.active if active is None else active,
        )
    )
    staff.put_staff(tx, changed)
    return changed


def _checked(member: StaffMember) -> StaffMember:
    tidied = replace(member, given_name=tidy_name(member.given_name), family_name=tidy_name(member.family_name))
    problems = check_staff_name(tidied.given_name, tidied.family_name)
    if problems:
        raise Invalid(*problems)
    return tidied
