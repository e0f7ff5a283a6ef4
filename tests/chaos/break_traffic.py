"""Faults between the services and their broker and database, and of the messages themselves."""

from random import Random

import psycopg

from deploy.local.processes import SERVICES
from tests.chaos.breaker import Act, Breaker
from tests.chaos.bus import POISON

PUBLISHERS = tuple(s for s in SERVICES if s != "portal")


def _some_link(chance: Random) -> str:
    return f"{chance.choice(SERVICES)}-{chance.choice(['bus', 'db'])}"


def latency(breaker: Breaker, chance: Random) -> str:
    link, ms = _some_link(chance), chance.choice([5, 20, 80])
    return breaker.for_a_while(link, "latency", chance.uniform(1, 4), ms)


def overtaking(breaker: Breaker, chance: Random) -> str:
    """One publisher's way to the broker is slow: facts of the other topics overtake its own."""
    link = f"{chance.choice(PUBLISHERS)}-bus"
    return breaker.for_a_while(link, "latency", chance.uniform(3, 8), chance.choice([200, 500]))


def partition(breaker: Breaker, chance: Random) -> str:
    return breaker.for_a_while(_some_link(chance), "partition", chance.uniform(1, 8))


def half_open(breaker: Breaker, chance: Random) -> str:
    return breaker.for_a_while(_some_link(chance), "half-open", chance.uniform(1, 5))


def reset(breaker: Breaker, chance: Random) -> str:
    link = _some_link(chance)
    breaker.link(link, "reset")
    return link


def copies(breaker: Breaker, chance: Random) -> str | None:
    sent = breaker.bus.send_copies(chance.choice([1, 10, 60]))
    return f"{sent} messages" if sent else None


def poison(breaker: Breaker, chance: Random) -> str | None:
    kind = POISON[breaker.poisons % len(POISON)]
    breaker.poisons += 1
    sent = breaker.bus.send_poison(kind, f"{chance.choice(['intake', 'matching'])}.events")
    return kind if sent else None


def poison_on_a_case(breaker: Breaker, chance: Random) -> str | None:
    """Under a living case's key: its later facts queue behind, until an operator discards the poison."""
    try:
        rows = breaker.stack.rows("intake", "SELECT key FROM journal ORDER BY position DESC LIMIT 40")
    except psycopg.OperationalError:
        return None
    if not rows:
        return None
    key = str(chance.choice(rows)["key"])
    if not breaker.bus.send_poison("another shape", "intake.events", key):
        return None
    breaker.poisoned_cases.append(("intake.events", key))
    return "another shape"


ACTS: dict[str, Act] = {
    "latency": latency, "overtaking": overtaking, "partition": partition, "half-open": half_open, "reset": reset,
    "copies": copies, "poison": poison, "poison on a case": poison_on_a_case,
}  # fmt: skip
