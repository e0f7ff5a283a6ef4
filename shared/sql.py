"""The columns of a dataclass, for SQL that is woven once, from our own names. Values never come in here: they travel
as parameters (``tests/architecture/test_sql.py`` holds every store to it)."""

from dataclasses import fields
from typing import Any, LiteralString


def columns_of(model: type[Any]) -> str:
    """``a, b``: the fields of a dataclass with one field per column."""
    return ", ".join(field.name for field in fields(model))


def places_of(model: type[Any]) -> str:
    """``%(a)s, %(b)s``: a named parameter for each of these columns, in their order."""
    return ", ".join(f"%({field.name})s" for field in fields(model))


def changes_of(model: type[Any], identity: LiteralString) -> str:
    """``b = excluded.b``: for ON CONFLICT, every column but the one that identifies the row."""
    names = (field.name for field in fields(model))
    return ", ".join(f"{name} = excluded.{name}" for name in names if name != identity)


def marks_of(model: type[Any]) -> str:
    """``%s, %s``: a parameter by position for each of these columns."""
    return ", ".join("%s" for _ in fields(model))
