"""The numbers that were published stay, also when the read models are made anew after an erasure: what is left of a
person is in no journal any more, and goes over from the old tables."""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import psycopg
import pytest

from shared.events.intake import CandidateWithdrawn
from shared.events.retention import SupportOpened
from tests.portal.other_facts import everything_else
from tests.portal.rola import rola
from tests.portal.story import Said, Story, at
from tests.rebuilding.beside import envelopes, live, rebuild, rows, shown

LAST = at("2026-08-01")


def after_hire() -> Story:
    return rola()


def after_withdrawal() -> Story:
    story = Story("2026-0400")
    referral = story.referred(at("2026-02-01"))
    story.admitted(at("2026-02-10"), referral)
    story.say(CandidateWithdrawn(candidate_id=story.candidate_id, reason="moved_away"), at("2026-04-02"))
    return story


def before_admission() -> Story:
    story = Story("2026-0401")
    story.referred(at("2026-02-03"), ("diploma_from",))
    return story


def after_a_job_that_ended() -> Story:
    story = Story("2026-0402")
    story.admitted(at("2026-02-10"), story.referred(at("2026-02-01")))
    job = story.hired(at("2026-03-01"), "2026-03-15", source="self_found")
    story.say(
        SupportOpened(
            support_id=uuid4(), candidate_id=story.candidate_id, employer_id=uuid4(), hire_id=uuid4(),
            kind="mediation", signal_id=None, opened_on=date(2026, 4, 1),
        ),
        at("2026-04-01"),
    )  # fmt: skip
    story.ended(at("2026-06-01"), job, "2026-06-01")
    return story


STORIES: list[Callable[[], Story]] = [after_hire, after_withdrawal, before_admission, after_a_job_that_ended]


@pytest.mark.parametrize("lived", STORIES)
def test_a_rebuild_after_an_erasure_keeps_every_number(url: str, lived: Callable[[], Story]) -> None:
    others: list[Said] = [*rola().said, *everything_else().said]
    hers = lived()
    told = [*others, *hers.said]
    live(url, envelopes(told))
    before = shown(url)
    erasure = [hers.erased(LAST)]
    live(url, envelopes(erasure))
    served, left = shown(url), rows(url)
    assert served["numbers"] == before["numbers"], "an erasure changes no total"

    blank = {str(hers.candidate_id)}
    rebuild(url, envelopes([*told, *erasure], blank))
    assert shown(url) == served
    made = rows(url)
    for table in ("facts_received", "waiting_keys"):
        del left[table], made[table]
    assert made == left
    rebuild(url, envelopes([*told, *erasure], blank))
    assert shown(url) == served, "and again"


@pytest.mark.parametrize("reached", [0, 5, 15, 30])
def test_an_erasure_while_journals_are_sent_keeps_every_number(url: str, reached: int) -> None:
    """The first of her facts went out whole, the others blank."""
    hers = rola()
    told = list(hers.said)
    live(url, envelopes(told))
    erasure = [hers.erased(LAST)]
    live(url, envelopes(erasure))
    served, left = shown(url), rows(url)
    blank = {str(hers.candidate_id)}
    rebuild(url, [*envelopes(told[:reached]), *envelopes([*told[reached:], *erasure], blank)])
    assert shown(url) == served
    made = rows(url)
    del left["facts_received"], made["facts_received"]
    assert made == left


def test_nothing_that_tells_who_she_was_comes_back(url: str) -> None:
    hers = rola()
    told = list(hers.said)
    erasure = [hers.erased(LAST)]
    live(url, envelopes(told))
    # the journals were sent before she asked, and the portal's worker had not heard of it yet
    rebuild(url, envelopes([*told, *erasure]))
    with psycopg.connect(url) as conn:
        kept = {
            table: conn.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
            for table in ("timeline", "steps", "tasks", "plans")
        }
        assert set(kept.values()) == {(0,)}
        named = conn.execute(
            """SELECT count(*) FROM hires h JOIN people p USING (candidate_id)
                 LEFT JOIN introductions i USING (candidate_id)
               WHERE h.employer_id IS NOT NULL OR p.file_number IS NOT NULL OR p.advisor_id IS NOT NULL
                  OR i.employer_id IS NOT NULL OR i.vacancy_id IS NOT NULL"""
        ).fetchone()
        assert named == (0,)
