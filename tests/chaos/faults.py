"""What goes wrong, when, and for how long: all of it drawn from the seed before the run begins, so that a seed names a
plan. What of it was possible at its moment (a broker that is down takes no copies) is counted as done."""

import random

from tests.chaos import break_processes, break_servers, break_traffic
from tests.chaos.breaker import Act, Fault

ACTS: dict[str, Act] = {**break_processes.ACTS, **break_servers.ACTS, **break_traffic.ACTS}
WEIGHTS = {
    "kill": 30, "crash point": 34, "zombie": 5, "member": 4, "older member": 2, "broker kill": 1.2, "broker stop": 1,
    "database stop": 2, "disk full": 1, "backends": 6, "latency": 4, "overtaking": 2, "reset": 5, "half-open": 4,
    "partition": 4, "copies": 8, "poison": 2, "poison on a case": 1, "clock jump": 1.5, "clock skew": 2, "ministry": 3,
    "failing handlers": 3,
}  # fmt: skip


def plan(seed: int, seconds: float, every_s: float, kinds: tuple[str, ...] = ()) -> list[Fault]:
    """The faults of a seed; of these ``kinds`` only, when given. Each kind of the whole list comes at least once when
    there is room."""
    chance = random.Random(f"faults/{seed}")  # dice
    weights = {kind: weight for kind, weight in WEIGHTS.items() if not kinds or kind in kinds}
    count = int(seconds / every_s)
    drawn = [kind for kind in weights for _ in range(4 if kind == "crash point" else 1)][:count]
    drawn += chance.choices(list(weights), list(weights.values()), k=max(0, count - len(drawn)))
    chance.shuffle(drawn)
    moments = sorted(chance.uniform(0, seconds) for _ in drawn)
    return [Fault(at, kind, chance.getrandbits(32)) for at, kind in zip(moments, drawn, strict=True)]
