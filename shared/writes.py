"""A statement that brings new rows into a table, written once over a relation ``new``: one row of a live event, or
many rows of a backlog or a rebuild (shared/gathering.py). What it means is the same SQL."""

from itertools import count
from typing import Final, LiteralString

_ORDER = count()


class Write:
    """``new``: its columns and their types, as ``"candidate_id uuid, held_on date"``; the first one says which row of
    the read model it is about. ``sql`` reads FROM new, and may begin with a comma and more WITH queries. ``meets``: the
    facts of several keys meet in one row, so the statement itself must group them, and neither their order nor that of
    other statements may matter."""

    def __init__(self, new: LiteralString, sql: LiteralString, *, meets: bool = False) -> None:
        columns = [column.split() for column in new.split(", ")]
        names = ", ".join(name for name, _ in columns)
        values = ", ".join(f"%s::{type_}" for _, type_ in columns)
        self.meets: Final = meets
        self.order: Final = next(_ORDER)
        self.ONE: Final = f"WITH new ({names}) AS (VALUES ({values})) {sql}"
        """For one row, whose values are its parameters."""
        table = f"new_{self.order}"
        self.STAGED: Final = f"CREATE TEMP TABLE IF NOT EXISTS {table} (stage int, {new}) ON COMMIT DELETE ROWS"
        self.COPY: Final = f"COPY {table} (stage, {names}) FROM STDIN"
        self.ALL: Final = f"WITH new AS (SELECT {names} FROM {table} WHERE stage = %s) {sql}"
        """For every row of one stage that was copied."""
