"""Who works for the programme. A name of staff is personal data too: shown to colleagues, it goes nowhere else."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from shared.errors import Problem, Refused

StaffRole = Literal["advisor", "liaison", "retention_advisor", "manager", "operator"]
_LONGEST = 100


@dataclass(frozen=True)
class StaffMember:
    """``staff_id``: the subject of her tokens. Who is not ``active`` works here no longer: nothing new is given to her,
    and what she did keeps her name."""

    staff_id: UUID
    given_name: str
    family_name: str
    role: StaffRole
    active: bool = True


class StaffKnown(Refused):
    """Somebody of that id stands in the directory, with other words."""

    def __init__(self) -> None:
        super().__init__(
            Problem("/staff_id", "staff_known", "Cet identifiant est déjà celui de quelqu'un; modifiez sa fiche.",
                    "This id is somebody's already; change that entry.")
        )  # fmt: skip


def tidy_name(name: str) -> str:
    return " ".join(name.split())


def check_staff_name(given_name: str, family_name: str) -> list[Problem]:
    """Every problem of tidied names."""
    return [
        Problem(f"/{field}", "name_missing", f"Écrivez le {fr}.", f"Give the {en}.")
        for field, name, fr, en in (
            ("given_name", given_name, "prénom", "given name"), ("family_name", family_name, "nom", "family name"),
        )
        if not 1 <= len(name) <= _LONGEST or not name.isprintable()
    ]  # fmt: skip
