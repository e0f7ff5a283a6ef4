"""Many events in one transaction, for handlers that only put: what they put is gathered, and each statement runs once
for all of it. Read models are rebuilt so (shared/rebuilding), and a consumer of one catches up so
(shared/messaging/together.py)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.db import Tx
from shared.writes import Write

WHERE_KEYS_MEET = (4, 6)

RECEIVED = Write(
    "event_id uuid, type text, key text",
    "INSERT INTO inbox (event_id, type, key) SELECT * FROM new ON CONFLICT DO NOTHING",
)
HEADS = Write(
    "publisher text, subject text, version bigint",
    """INSERT INTO inbox_heads AS h (publisher, subject, version)
       SELECT publisher, subject, max(version) FROM new GROUP BY publisher, subject
       ON CONFLICT (publisher, subject) DO UPDATE SET version = greatest(h.version, excluded.version)""",
)
PLACES = Write(
    "topic text, partition int, next_offset bigint",
    """INSERT INTO inbox_offsets AS o (topic, partition, next_offset)
       SELECT topic, partition, max(next_offset) FROM new GROUP BY topic, partition ORDER BY topic, partition
       ON CONFLICT (topic, partition) DO UPDATE SET next_offset = greatest(o.next_offset, excluded.next_offset)""",
)


@dataclass
class Gathering(Tx):
    """A transaction in which handlers can only put. What is put into one row keeps its order: a statement that runs
    before one that the row has already reached, or the same again, belongs to the next stage. Rows in which several
    keys meet come last and under a lock, or two processes would wait for each other. ``anew``: into tables that are
    being made, which something else will finish."""

    anew: bool = False
    gathered: dict[Write, list[Sequence[Any]]] = field(default_factory=dict)
    stages: dict[Any, tuple[int, int]] = field(default_factory=dict)

    def lock(self, *keys: str) -> None:
        """Whoever gathers has taken the locks of all keys, or writes to tables that nobody else knows."""

    def gathers(self) -> bool:
        return True

    def makes_anew(self) -> bool:
        return self.anew

    def value(self, *_: Any, **__: Any) -> Any:
        raise MayNotAsk

    rows = row = value

    def put(self, write: Write, *rows: Sequence[Any]) -> None:
        into, order = self.gathered.setdefault(write, []), write.order
        for row in rows:
            stage = 0
            if self.message and not write.meets:
                stage, reached = self.stages.get(row[0], (0, -1))
                if order <= reached:
                    stage += 1
                self.stages[row[0]] = (stage, order)
            into.append((stage, *row))

    def write_all(self) -> None:
        """Raises SomeKnown when one of the events was received before."""
        steps: dict[tuple[bool, int, int], Write] = {}
        with self.conn.cursor() as cursor:
            for write, rows in self.gathered.items():
                cursor.execute(write.STAGED)
                with cursor.copy(write.COPY) as copy:
                    for row in rows:
                        copy.write_row(row)
                steps |= {(write.meets, stage, write.order): write for stage in {row[0] for row in rows}}
            locked = False
            for (meets, stage, _), write in sorted(steps.items(), key=lambda step: step[0]):
                if meets and not locked:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", WHERE_KEYS_MEET)
                    locked = True
                cursor.execute(write.ALL, (stage,))
                if write is RECEIVED and cursor.rowcount < len(self.gathered[write]):
                    raise SomeKnown


class MayNotAsk(TypeError):
    """A read model's handler asked something: what it put before is not written yet. It may only put."""


class SomeKnown(RuntimeError):
    """Among these events are some that were received before."""
