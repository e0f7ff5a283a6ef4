"""C13: when what was answered with ok could be seen in the portal, counted from the heal: the moment at which, after
the last fault, every process is ready again."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.chaos.evidence import Evidence

GOAL_S = 10.0
TOO_BUSY = 3.0
"""A machine on which more than so many processes a core want to run measures itself, not us: then it is only told."""


@dataclass
class Seeing:
    """Seconds, one for each fact of a command that was answered with ok and that the portal listens to: from the heal,
    or from the answer when that came later, to the transaction in which the portal took it in. Nearly all were seen
    before the heal: those count in ``before``. ``load``: processes that wanted to run, by core."""

    load: float = 0.0
    before: int = 0
    after: list[float] = field(default_factory=list)
    unseen: int = 0

    @property
    def worst(self) -> float:
        return max(self.after, default=0.0)

    def told(self) -> str:
        late = sum(seconds > GOAL_S for seconds in self.after)
        return (
            f"C13: of {self.before + len(self.after)} facts of ok commands the portal had {self.before} when all was "
            f"ready; the last of the others came {self.worst:.1f} s later ({late} after more than {GOAL_S:.0f} s, "
            f"{self.unseen} never; load {self.load:.1f} a core)"
        )


def load() -> float:
    return os.getloadavg()[0] / (os.cpu_count() or 1)


def measure(e: Evidence, ready_at: float, busy: float) -> Seeing:
    found = Seeing(busy)
    if "portal" not in e.inboxes:
        return found
    taken_in = {str(row["event_id"]): row["at"].timestamp() for row in e.applied["portal"]}
    for id_, event in e.listened("portal").items():
        command = e.commands.get(str(event["correlation_id"]))
        if event["causation_id"] is not None or command is None or command.outcome != "ok":
            continue
        if event["data"] is None or event["key"] in e.erased:
            continue  # an erasure took it back before or after: nobody is to see it
        at = taken_in.get(id_)
        if at is None:
            found.unseen += 1
        elif at <= ready_at:
            found.before += 1
        else:
            found.after.append(at - max(ready_at, command.ok_at))
    return found


def too_late(found: Seeing) -> Iterator[str]:
    if found.worst > GOAL_S and found.load <= TOO_BUSY:
        yield f"C13 a fact was seen in the portal {found.worst:.1f} s after all was ready (load {found.load:.1f})"
