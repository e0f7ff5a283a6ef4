"""The directory of staff, a part of the identity vault."""

from uuid import UUID

from services.intake.domain.staff import StaffMember
from shared.db import Tx
from shared.sql import columns_of

_COLUMNS = columns_of(StaffMember)


def add_staff(tx: Tx, member: StaffMember) -> bool:
    """False when that id stands in the directory already."""
    return bool(
        tx.run(
            """INSERT INTO vault_staff (staff_id, given_name, family_name, role, active, added_at, added_by)
               VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING""",
            (member.staff_id, member.given_name, member.family_name, member.role, member.active, tx.now,
             tx.cause.actor),
        )
    )  # fmt: skip


def lock_staff(tx: Tx, staff_id: UUID) -> StaffMember | None:
    return tx.row(
        StaffMember,
        f"SELECT {_COLUMNS} FROM vault_staff WHERE staff_id = %s FOR UPDATE",
        (staff_id,),
    )


def put_staff(tx: Tx, member: StaffMember) -> None:
    tx.run(
        "UPDATE vault_staff SET given_name = %s, family_name = %s, role = %s, active = %s WHERE staff_id = %s",
        (member.given_name, member.family_name, member.role, member.active, member.staff_id),
    )


def list_staff(tx: Tx) -> list[StaffMember]:
    """Everybody, those who left included: what they did keeps their name."""
    return tx.rows(
        StaffMember,
        f"SELECT {_COLUMNS} FROM vault_staff ORDER BY given_name, family_name, staff_id",
    )
