"""Three companies and a choice: who has fewer, and since when."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Company:
    """One introduction as far as it counts: from its proposal on while it lives, and for good once they have met."""

    employer_id: UUID
    proposed_at: datetime
    ended_at: datetime | None
    met: bool

    @property
    def lost_at(self) -> datetime | None:
        return None if self.met else self.ended_at


def companies_of(introductions: Sequence[Company], looking_since: datetime) -> list[Company]:
    """Those of the present search: what ended before it began belongs to an earlier one."""
    return [i for i in introductions if i.ended_at is None or i.ended_at > looking_since]


def count_companies(companies: Sequence[Company]) -> int:
    """Different companies met or live."""
    return len({company.employer_id for company in companies if company.lost_at is None})


def short_since(looking_since: datetime, companies: Sequence[Company], target: int) -> datetime | None:
    """Since when a person has had fewer than ``target`` companies without a break; None when she has them."""
    moves = [(company.proposed_at, 1, company.employer_id) for company in companies]
    moves += [(company.lost_at, -1, company.employer_id) for company in companies if company.lost_at]
    standing: Counter[UUID] = Counter()
    short: datetime | None = looking_since
    for at, move, employer_id in sorted(moves, key=lambda m: (m[0], -m[1])):
        standing[employer_id] += move
        number = sum(count > 0 for count in standing.values())
        if number >= target:
            short = None
        elif short is None:
            short = max(at, looking_since)
    return short
