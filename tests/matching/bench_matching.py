"""How long matching takes with 400 people and 300 vacancies: ``python -m tests.matching.bench_matching``.

Real PostgreSQL, the real inbox, one committed transaction an event. *Mixed*: twenty-four occupations of fourteen major
groups, as in a programme; *one field*: everybody and every vacancy in the same one, the worst case there is.
Bounds, of the mixed programme: 15 ms an admission (with her agreement: two events), 30 ms a vacancy.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import psycopg

from services.matching.consumers import CONSUMES, TIMERS
from services.matching.handlers.shortlists import CHANGES, persons_for, vacancies_for
from services.matching.store.boards import Wanted, list_board, list_companies, list_looking
from services.matching.store.seekers import list_persons
from services.matching.store.vacancies import get_vacancy
from shared.clock import local_date
from shared.db import Cause, Tx, transaction_on
from shared.events.base import Event
from shared.messaging.firing import fire_due_timers
from shared.messaging.inbox import Inbox, Outcome
from tests.databases import Databases, envelope_of
from tests.matching.facts import FULL_PROFILE, admitted, agreed, vacancy
from tests.servers import servers

PEOPLE, VACANCIES = 400, 300
ADMISSION_MS, VACANCY_MS = 15.0, 30.0
OCCUPATIONS = [
    *("11100", "11102", "12200", "13110", "14100", "21231", "21300", "22220", "22310", "31301", "32101", "33102"),
    *("41220", "41221", "42202", "44101", "63200", "64100", "65100", "72106", "73300", "75110", "94100", "95106"),
]
Times = dict[str, list[float]]


class Bench:
    """One database, filled by events."""

    def __init__(self, url: str, occupations: list[str]) -> None:
        self.url, self.occupations = url, occupations
        self.random = random.Random(4)  # the same programme each time
        self.conn = psycopg.connect(url)
        self.inbox = Inbox("matching", CONSUMES)
        self.people: list[UUID] = []
        self.vacancies: list[UUID] = []
        self.times: Times = {}

    def receive(self, *events: Event) -> None:
        for event in events:
            assert self.inbox.handle_once(self.conn, envelope_of(event, version=1)) is Outcome.HANDLED

    def timed(self, what: str, act: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        answer = act()
        self.times.setdefault(what, []).append((time.perf_counter() - began) * 1000)
        return answer

    def admit(self) -> None:
        candidate_id = uuid4()
        self.people.append(candidate_id)
        facts = {
            "occupation": self.random.choice(self.occupations),
            "years_of_experience": self.random.randint(0, 12),
            "municipality": self.random.choice(["laval", "montreal", "terrebonne"]),
            "available_from": self.random.choice([FULL_PROFILE.available_from, None]),
        }
        self.receive(admitted(candidate_id, FULL_PROFILE.model_copy(update=facts)), agreed(candidate_id))

    def post(self) -> None:
        posted = vacancy(
            occupation=self.random.choice(self.occupations),
            openings=self.random.randint(1, 2),
            years_of_experience=self.random.randint(0, 5),
            municipality=self.random.choice(["laval", "laval", "montreal"]),
        )
        self.vacancies.append(posted.vacancy_id)
        self.receive(posted)

    def fire(self) -> None:
        """The round that looks for changes, then every shortlist it set due."""
        self.conn.execute("UPDATE timers SET due_at = now() WHERE kind = %s", (CHANGES,))
        self.conn.commit()
        while fire_due_timers(self.conn, "matching", TIMERS, limit=400) > 1:
            pass

    def read(self, act: Callable[[Tx], Any]) -> Any:
        with transaction_on(self.conn, "matching", Cause()) as tx:
            return act(tx)

    def read_lists(self, of_vacancy: UUID, person: UUID) -> None:
        reads: dict[str, Callable[[Tx], Any]] = {
            "shortlist of a vacancy": lambda tx: persons_for(tx, get_vacancy(tx, of_vacancy)),
            "the same, everybody": lambda tx: persons_for(tx, get_vacancy(tx, of_vacancy), everybody=True),
            "shortlist of a person": lambda tx: [
                vacancies_for(tx, one) for one in list_persons(tx, candidate_id=person)
            ],
            "board, 50 of it": lambda tx: list_board(tx, Wanted(who="candidate"), local_date(tx.now)),
            "people short of three": lambda tx: list_companies(tx, [one.candidate_id for one in list_looking(tx)]),
        }
        for what, read in reads.items():
            self.timed(what, partial(self.read, read))

    def run(self) -> Times:
        for place in range(PEOPLE):
            if place < VACANCIES:
                self.timed("vacancy, as people come", self.post)
            self.timed("admission, as vacancies come", self.admit)
        self.timed("round of 300 shortlists", self.fire)
        for _ in range(40):
            self.timed("admission among 400 × 300", self.admit)
            self.timed("vacancy among 400 × 300", self.post)
        self.conn.execute("ANALYZE")
        self.conn.commit()
        self.timed("round after 40 admissions", self.fire)
        for place in range(40):
            of_vacancy, person = self.vacancies[place], self.people[place]
            self.read_lists(of_vacancy, person)
        self.conn.close()
        return self.times


def main() -> int:
    late: list[str] = []
    with servers() as real:
        databases = Databases(real)
        for name, occupations in (("mixed", list(OCCUPATIONS)), ("one field", ["11100", "11102", "11109", "11201"])):
            print(f"\n{name}: {PEOPLE} people, {VACANCIES} vacancies{'':20}{'median':>10}{'95 %':>10}{'most':>10}  ms")
            for what, times in Bench(databases.fresh("matching"), occupations).run().items():
                middle = statistics.median(times)
                high = sorted(times)[int(0.95 * (len(times) - 1))]
                print(f"  {what:55}{middle:10.1f}{high:10.1f}{max(times):10.1f}")
                bound = (
                    ADMISSION_MS if what.startswith("admission") else VACANCY_MS if what.startswith("vacancy") else 0
                )
                if name == "mixed" and bound and middle > bound:
                    late.append(f"{name}: {what} takes {middle:.1f} ms, more than {bound:.0f}")
    print("\n" + ("\n".join(late) or "within bounds"))
    return bool(late)


if __name__ == "__main__":
    sys.exit(main())
