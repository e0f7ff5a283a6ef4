"""JSON columns, and rows written as the dataclass they are read as."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, LiteralString

from psycopg.types.json import Jsonb

from shared.db import Tx
from shared.sql import changes_of, columns_of, places_of


def as_json(value: object) -> Jsonb | None:
    return None if value is None else Jsonb(value)


def put_row(tx: Tx, table: LiteralString, identity: LiteralString, record: Any, json: Sequence[str] = ()) -> None:
    """Insert ``record``, a dataclass with one field per column, or replace the row of the same ``identity``."""
    values = {field.name: getattr(record, field.name) for field in fields(record)}
    values |= {name: as_json(_listed(values[name])) for name in json}
    tx.run(
        f"""INSERT INTO {table} ({columns_of(type(record))}) VALUES ({places_of(type(record))})
            ON CONFLICT ({identity}) DO UPDATE SET {changes_of(type(record), identity)}""",
        values,
    )


def _listed(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
