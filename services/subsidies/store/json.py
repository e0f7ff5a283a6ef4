"""JSON columns."""

from psycopg.types.json import Jsonb


def as_json(value: object) -> Jsonb | None:
    return None if value is None else Jsonb(value)
