"""Several real connections at once: caps hold, one place is taken once, nobody waits for ever."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from services.matching.consumers import CONSUMES, TIMERS
from services.matching.domain.refusals import OpeningsFilled
from services.matching.handlers.hires import choose_offer
from services.matching.handlers.meetings import record_meeting
from services.matching.handlers.planning import plan_for_candidates
from shared.db import Cause, Tx, transaction_on
from shared.events.base import Event
from shared.messaging.firing import fire_due_timers
from shared.messaging.inbox import Inbox, Outcome
from tests.databases import Databases, envelope_of
from tests.matching.facts import admitted, agreed, closed, introductions, today, vacancy
from tests.matching.test_introductions import accept, offer

CAP = 5


@pytest.fixture
def url(databases: Databases) -> str:
    return databases.fresh("matching")


@contextmanager
def command(url: str) -> Iterator[Tx]:
    with psycopg.connect(url) as conn, transaction_on(conn, "matching", Cause()) as tx:
        yield tx


def receive(url: str, *events: Event) -> list[Outcome]:
    inbox = Inbox("matching", CONSUMES)
    with psycopg.connect(url) as conn:
        return [inbox.handle_once(conn, envelope_of(event)) for event in events]


def seekers(url: str, number: int) -> list[UUID]:
    ids = [uuid4() for _ in range(number)]
    receive(url, *(event for one in ids for event in (admitted(one), agreed(one))))
    return ids


def value(url: str, sql: str) -> Any:
    with psycopg.connect(url) as conn:
        row = conn.execute(sql).fetchone()
        return row[0] if row else None


def somebody_waits(url: str) -> bool:
    sql = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database())"
    return bool(value(url, sql))


def wait_until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)


def at_once(work: list[Callable[[], Any]]) -> list[Any]:
    ready = Barrier(len(work))

    def run(one: Callable[[], Any]) -> Any:
        ready.wait()
        return one()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


def test_the_last_place_goes_to_the_first_and_the_second_is_looked_at_again(url: str) -> None:
    first, second, *others = seekers(url, CAP + 1)
    with command(url) as tx:  # a vacancy that only some of them have been planned for
        tx.run("UPDATE candidates SET withdrawn_at = now() WHERE candidate_id = ANY(%s)", ([first, second],))
    receive(url, vacancy())
    assert value(url, "SELECT count(*) FROM introductions") == len(others) == CAP - 1
    with command(url) as tx:
        tx.run("UPDATE candidates SET withdrawn_at = NULL")

    def plan_second() -> int:
        with command(url) as tx:
            return plan_for_candidates(tx, [second])

    with ThreadPoolExecutor(1) as pool:
        with command(url) as tx:
            assert plan_for_candidates(tx, [first]) == 1
            waiting = pool.submit(plan_second)
            wait_until(lambda: waiting.done() or somebody_waits(url))
        assert waiting.result(timeout=10) == 0
    assert value(url, "SELECT count(*) FROM introductions") == CAP
    soon = "SELECT count(*) FROM timers WHERE kind = 'plan_introductions' AND due_at <= now()"
    assert value(url, soon) == 1


def test_many_plans_at_once_never_pass_the_cap(url: str) -> None:
    posted = vacancy(), vacancy()
    receive(url, *posted)
    persons = [uuid4() for _ in range(12)]
    receive(url, *(admitted(person) for person in persons))
    answers = at_once([lambda person=person: receive(url, agreed(person)) for person in persons])  # type: ignore[misc]
    assert {outcome for outcomes in answers for outcome in outcomes} == {Outcome.HANDLED}
    most = "SELECT max(n) FROM (SELECT count(*) AS n FROM introductions WHERE live GROUP BY vacancy_id) counted"
    assert value(url, most) == CAP


def test_vacancies_that_come_and_go_while_persons_come_block_nobody(url: str) -> None:
    posted = [vacancy() for _ in range(8)]
    receive(url, *posted[:4])
    persons = [uuid4() for _ in range(8)]
    work: list[Callable[[], Any]] = []
    for person, gone, new in zip(persons, posted[:4] * 2, posted[4:] * 2, strict=True):
        work.append(lambda person=person: receive(url, admitted(person), agreed(person)))  # type: ignore[misc]
        work.append(lambda gone=gone, new=new: receive(url, closed(gone), new))  # type: ignore[misc]
    answers = at_once(work)
    assert {outcome for outcomes in answers for outcome in outcomes} == {Outcome.HANDLED}
    left_over = """SELECT count(*) FROM introductions i JOIN vacancies v USING (vacancy_id)
        WHERE i.live AND v.state = 'closed' AND NOT EXISTS
            (SELECT FROM timers t WHERE t.kind = 'vacancy_gone' AND t.about = i.introduction_id::text)"""
    assert value(url, left_over) == 0


def test_no_change_of_a_shortlist_is_lost_while_rounds_look_for_them(url: str) -> None:
    receive(url, vacancy())
    persons = [uuid4() for _ in range(10)]

    def look() -> None:
        with psycopg.connect(url) as conn:
            for _ in range(6):
                conn.execute("UPDATE timers SET due_at = now() WHERE kind IN ('shortlist', 'shortlist_changes')")
                conn.commit()
                fire_due_timers(conn, "matching", TIMERS)

    work: list[Callable[[], Any]] = [look, look]
    work += [lambda person=person: receive(url, admitted(person), agreed(person)) for person in persons]  # type: ignore[misc]
    at_once(work)
    look()
    said = "SELECT data::json ->> 'candidates' FROM journal WHERE type LIKE '%shortlist_prepared%' ORDER BY position DESC"
    assert value(url, said) == "10"
    assert value(url, "SELECT count(*) FROM timers WHERE failures > 0") == 0


def test_two_persons_who_choose_the_same_place_at_once_make_one_hire(url: str) -> None:
    receive(url, vacancy())
    persons = seekers(url, 2)
    offers: list[UUID] = []
    with command(url) as tx:
        for person in persons:
            (introduction,) = introductions(tx, person)
            accept(tx, introduction.introduction_id)
            record_meeting(tx, introduction.introduction_id, today(tx))
            offers.append(offer(tx, introduction.introduction_id))

    def choose(person: UUID, offer_id: UUID) -> str:
        try:
            with command(url) as tx:
                choose_offer(tx, person, offer_id)
        except OpeningsFilled:
            return "filled"
        return "hired"

    with ThreadPoolExecutor(1) as pool:
        with command(url) as tx:
            choose_offer(tx, persons[0], offers[0])
            other = pool.submit(choose, persons[1], offers[1])
            wait_until(lambda: other.done() or somebody_waits(url))
        assert other.result(timeout=10) == "filled"
    assert value(url, "SELECT count(*) FROM hires") == 1
