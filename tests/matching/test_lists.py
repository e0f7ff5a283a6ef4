"""Who has fewer than three companies and since when; who must act for an introduction."""

from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest

from services.matching.domain.introduction import ENDS, LIVE
from services.matching.domain.short import Company, companies_of, count_companies, short_since
from services.matching.handlers.hires import cancel_hire, choose_offer
from services.matching.store.boards import Wanted, list_board, list_companies, list_looking
from shared.clock import start_of_day
from shared.db import Tx
from shared.events.intake import AdvisorAssigned
from tests.matching.facts import admitted, introductions, receive, seeker, today, vacancy
from tests.matching.test_hires import open_offers
from tests.matching.test_hires import rola as rola

DAY = timedelta(days=1)
BEGAN = datetime(2026, 3, 2, tzinfo=UTC)


def company(number: int, proposed: int, ended: int | None = None, *, met: bool = False) -> Company:
    return Company(UUID(int=number), BEGAN + proposed * DAY, None if ended is None else BEGAN + ended * DAY, met)


def since(*companies: Company) -> int | None:
    found = short_since(BEGAN, companies, 3)
    return None if found is None else (found - BEGAN).days


def test_who_never_had_three_is_short_since_she_began() -> None:
    assert since() == 0
    assert since(company(1, 0), company(2, 5)) == 0
    assert since(company(1, 0), company(1, 3), company(2, 5)) == 0  # three introductions, two companies


def test_who_lost_one_is_short_since_then() -> None:
    three = [company(1, 0), company(2, 0), company(3, 4)]
    assert since(*three) is None
    assert since(three[0], three[1], company(3, 4, 9)) == 9
    assert since(three[0], company(2, 0, 7), company(3, 4, 9)) == 7
    assert since(three[0], company(2, 0, 7), company(3, 4, 9), company(4, 8), company(5, 10)) is None


def test_a_company_once_met_counts_for_good() -> None:
    assert since(company(1, 0, 8, met=True), company(2, 0), company(3, 0)) is None
    assert count_companies([company(1, 0, 8, met=True), company(2, 0, 3), company(3, 0)]) == 2


def test_what_ended_before_the_present_search_belongs_to_an_earlier_one() -> None:
    earlier, lasting = company(1, 0, 8, met=True), company(2, 0)
    assert companies_of([earlier, lasting], BEGAN + 9 * DAY) == [lasting]


def test_people_who_look_are_listed_with_what_they_have(tx: Tx) -> None:
    receive(tx, vacancy())
    person, not_agreed, advisor = seeker(tx), uuid4(), uuid4()
    receive(tx, admitted(not_agreed), AdvisorAssigned(candidate_id=person, advisor_id=advisor))
    looking = {one.candidate_id: one for one in list_looking(tx)}
    assert (looking[person].agreed, looking[not_agreed].agreed) == (True, False)
    assert looking[person].next_look_at is not None  # the plan looks again by itself
    assert looking[person].advisor_id == advisor
    assert [one.candidate_id for one in list_looking(tx, advisor)] == [person]
    (hers,) = list_companies(tx, [person])[person]
    assert (hers.ended_at, hers.met) == (None, False)


def test_after_a_cancelled_hire_the_count_begins_anew(tx: Tx, rola: UUID) -> None:
    choose_offer(tx, rola, open_offers(tx, rola)[0])
    assert list_looking(tx) == []
    cancel_hire(tx, tx.value("SELECT hire_id FROM hires"), "employer_declined")
    (person,) = list_looking(tx)
    assert person.last_job_over_at == tx.now
    hers = companies_of(list_companies(tx, [rola])[rola], person.last_job_over_at)
    assert count_companies(hers) == 1  # the one that had not met her was proposed again
    assert short_since(person.last_job_over_at, hers, 3) == tx.now
    assert person.last_job_over_at > start_of_day(person.admitted_on)


def test_the_board_and_the_rules_agree_on_who_must_act(tx: Tx) -> None:
    receive(tx, vacancy())
    person = seeker(tx)
    for state, days in product(sorted(LIVE | ENDS | {"hired"}), (-1, 0, 1)):
        tx.run("UPDATE introductions SET state = %s, meets_on = %s", (state, today(tx) + days * DAY))
        expected = introductions(tx, person)[0].waits_for(today(tx))
        for who in ("candidate", "employer", "programme", "date"):
            assert bool(list_board(tx, Wanted(who=who), today(tx))) == (who == expected), (state, days, who)


def test_pages_follow_each_other_without_gap(tx: Tx) -> None:
    receive(tx, *(vacancy() for _ in range(3)))
    for _ in range(3):
        seeker(tx)
    tx.run("UPDATE introductions SET proposed_at = proposed_at - interval '1 day' * (random() * 3)::int")
    every = [i.introduction_id for i in list_board(tx, Wanted(limit=50), today(tx))]
    paged: list[UUID] = []
    while page := list_board(tx, Wanted(limit=4, after=paged[-1] if paged else None), today(tx)):
        paged += [i.introduction_id for i in page]
    assert paged == every
    assert len(every) == 9


@pytest.mark.parametrize(("days", "urgent"), [(10, False), (12, True), (15, True)])
def test_an_answer_due_within_three_days_is_urgent(tx: Tx, days: int, urgent: bool) -> None:
    receive(tx, vacancy())
    (introduction,) = introductions(tx, seeker(tx))
    assert introduction.urgent(tx.now + days * DAY) is urgent
