"""The three numbers, as their definitions say."""

from datetime import UTC, datetime

from services.portal.domain.numbers import Number
from services.portal.store import numbers
from services.portal.store.funnel import get_funnel
from shared.db import Tx
from tests.portal.other_facts import everything_else
from tests.portal.rola import rola
from tests.portal.story import Story, at, tell

JULY = datetime(2026, 7, 2, 16, tzinfo=UTC)


def counted(tx: Tx, moment: datetime = JULY) -> dict[str, int]:
    return {str(number): numbers.count(tx, number, moment) for number in Number}


def test_nothing_is_counted_before_anything_is_said(tx: Tx) -> None:
    assert counted(tx) == {"supported": 0, "admitted": 0, "employed": 0}


def test_rolas_story_counts_one_person_and_three_companies(tx: Tx) -> None:
    tell(tx, rola().said)
    assert counted(tx) == {"supported": 3, "admitted": 1, "employed": 1}


def test_a_first_day_ahead_is_not_yet_employed_and_counts_on_its_day(tx: Tx) -> None:
    story = Story()
    story.admitted(at("2026-06-01"))
    story.hired(at("2026-06-09"), "2026-06-29")
    tell(tx, story.said)
    assert counted(tx, at("2026-06-28"))["employed"] == 0
    assert numbers.three_numbers(tx, at("2026-06-28")).starting_soon == 1
    assert counted(tx, at("2026-06-29"))["employed"] == 1


def test_a_day_begins_at_midnight_in_the_programme_not_in_greenwich(tx: Tx) -> None:
    story = Story()
    story.admitted(at("2026-06-01"))
    story.hired(at("2026-06-09"), "2026-06-29")
    tell(tx, story.said)
    assert counted(tx, datetime(2026, 6, 29, 3, 59, tzinfo=UTC))["employed"] == 0  # still 28 June in Laval
    assert counted(tx, datetime(2026, 6, 29, 4, 1, tzinfo=UTC))["employed"] == 1


def test_an_ended_employment_is_not_counted_from_its_last_day_on(tx: Tx) -> None:
    story = Story()
    story.admitted(at("2026-03-01"))
    hire = story.hired(at("2026-03-05"), "2026-03-10")
    story.ended(at("2026-06-30"), hire, "2026-06-30")
    tell(tx, story.said)
    assert counted(tx)["employed"] == 0
    assert counted(tx, at("2026-06-29"))["employed"] == 1, "a past total does not change"


def test_a_hire_called_off_never_counts(tx: Tx) -> None:
    story = Story()
    story.admitted(at("2026-03-01"))
    hire = story.hired(at("2026-03-05"), "2026-06-10")
    story.cancelled(at("2026-06-01"), hire)
    tell(tx, story.said)
    assert counted(tx)["employed"] == 0


def test_a_person_hired_again_or_twice_at_once_counts_once(tx: Tx) -> None:
    story = Story()
    story.admitted(at("2026-03-01"))
    first = story.hired(at("2026-03-05"), "2026-03-10")
    story.ended(at("2026-05-01"), first, "2026-05-01")
    story.hired(at("2026-05-05"), "2026-05-10")
    story.hired(at("2026-05-20"), "2026-05-25")
    tell(tx, story.said)
    assert counted(tx)["employed"] == 1
    assert counted(tx)["admitted"] == 1


def test_a_job_found_alone_counts_like_any_other(tx: Tx) -> None:
    story = Story()
    story.admitted(at("2026-03-01"))
    story.hired(at("2026-03-05"), "2026-03-10", source="self_found")
    tell(tx, story.said)
    assert counted(tx) == {"supported": 0, "admitted": 1, "employed": 1}


def test_someone_hired_but_never_admitted_is_not_counted(tx: Tx) -> None:
    story = Story()
    story.hired(at("2026-03-05"), "2026-03-10")
    tell(tx, story.said)
    assert counted(tx) == {"supported": 0, "admitted": 0, "employed": 0}


def test_an_erased_person_stays_in_every_past_total(tx: Tx) -> None:
    story = rola()
    tell(tx, story.said)
    before = counted(tx), counted(tx, at("2026-06-20"))
    story.erased(at("2026-07-01"))
    tell(tx, story.said[-1:])
    assert (counted(tx), counted(tx, at("2026-06-20"))) == before


def test_facts_that_come_late_about_an_erased_person_still_count_and_name_no_company(tx: Tx) -> None:
    story = rola()
    erased = story.erased(at("2026-07-01"))
    tell(tx, [erased, *story.said[:-1]])
    assert counted(tx) == {"supported": 3, "admitted": 1, "employed": 1}
    assert tx.value("SELECT count(*) FROM timeline") == 0
    assert tx.value("SELECT count(*) FROM hires WHERE employer_id IS NOT NULL") == 0
    assert tx.value("SELECT count(*) FROM people WHERE file_number IS NOT NULL") == 0


def test_the_list_behind_a_number_is_as_long_as_the_number(tx: Tx) -> None:
    for _ in range(3):
        tell(tx, rola().said)
    tell(tx, everything_else().said)
    for number in Number:
        pages, after = [], None
        while page := numbers.list_cases(tx, number, JULY, after=after, limit=2):
            pages.extend(page)
            after = (page[-1].since, page[-1].id)
        assert len({case.id for case in pages}) == len(pages) == numbers.count(tx, number, JULY)


def test_everyone_referred_is_in_exactly_one_place_of_the_funnel(tx: Tx) -> None:
    tell(tx, rola().said)
    tell(tx, everything_else().said)
    waiting = Story()
    waiting.referred(at("2026-06-01"), ("diploma_from",))
    tell(tx, waiting.said)
    ready = Story()
    ready.admitted(at("2026-06-01"))
    tell(tx, ready.said)
    found = get_funnel(tx, JULY)
    assert (found.referred, found.admitted, found.introduced, found.hired, found.employed) == (4, 3, 1, 2, 1)
    assert (found.incomplete, found.waiting_introduction, found.found_alone, found.ended) == (1, 1, 1, 1)
    before = found.refused + found.redirected + found.withdrew_before + found.incomplete + found.being_checked
    assert found.admitted + before == found.referred
    assert found.employed + found.ended + found.starting == found.hired


def test_the_week_counts_what_came_in_since_monday(tx: Tx) -> None:
    tell(tx, rola().said)  # 2026-06-29 is a Monday; the subsidy was approved on the Friday before
    assert numbers.get_tally(tx, at("2026-06-26")).decisions == 1
    assert numbers.get_tally(tx, JULY).decisions == 0
    assert numbers.three_numbers(tx, JULY).employed_before == 0


def test_three_companies_met_keep_the_promise(tx: Tx) -> None:
    tell(tx, rola().said)
    found = numbers.get_promise(tx)
    assert (found.introduced, found.kept, found.waiting) == (1, 1, 0)


def test_contacts_ahead_are_those_of_the_newest_plan_not_yet_made(tx: Tx) -> None:
    tell(tx, rola().said)
    loads = numbers.list_load(tx, at("2026-07-02").date())
    assert [(load.day.isoformat() if load.day else None, load.employee, load.employer) for load in loads] == [
        ("2026-07-13", 1, 1)
    ]
