"""JSON columns, and rows written as the dataclass they are read as."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from psycopg.types.json import Jsonb

from shared.db import Tx


def as_json(value: object) -> Jsonb | None:
    return None if value is None else Jsonb(value)


def put_row(tx: Tx, table: str, identity: str, record: Any, json: Sequence[str] = ()) -> None:
    """Insert ``record``, a dataclass with one field per column, or replace the row of the same ``identity``. Table and
    column names are our own."""
    values = {field.name: getattr(record, field.name) for field in fields(record)}
    values |= {name: as_json(_listed(values[name])) for name in json}
    places = ", ".join(f"%({name})s" for name in values)
    changes = ", ".join(f"{name} = excluded.{name}" for name in values if name != identity)
    tx.run(
        f"""INSERT INTO {table} ({", ".join(values)}) VALUES ({places})
            ON CONFLICT ({identity}) DO UPDATE SET {changes}""",  # noqa: S608
        values,
    )


def _listed(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
