"""Whose requests, claims and courses someone may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from shared.errors import NotFound

Row = TypeVar("Row")


@dataclass(frozen=True)
class Whose:
    """Everyone's (both None), one employer's, or those a ministry received."""

    employer_id: UUID | None = None
    ministry: str | None = None


# a condition on any table with these columns; its parameters are the fields of Whose
WHOSE = """(%(employer_id)s::uuid IS NULL OR employer_id = %(employer_id)s)
  AND (%(ministry)s::text IS NULL OR ministry = %(ministry)s AND submitted_at IS NOT NULL)"""


def one_of(found: Sequence[Row]) -> Row:
    """What was asked for by its id. Raises NotFound, also for another's."""
    if not found:
        raise NotFound
    return found[0]
