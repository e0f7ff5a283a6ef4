"""Facts reported about a job: hours, absences, changes; and a vacancy that changes."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from services.intake.domain.reported import (
    Absence,
    Change,
    HoursWorked,
    check_absence,
    check_change,
    check_hours_worked,
)
from services.intake.handlers.employers import VacancyAlreadyClosed, change_vacancy, close_vacancy, post_vacancy
from services.intake.handlers.erasure import erase_candidate
from services.intake.handlers.reports import report_absence, report_employment_change, report_hours
from shared import clock
from shared.db import Tx
from shared.errors import Invalid, NotFound
from shared.events.intake import AbsenceReported, EmploymentChangeReported, HoursReported, VacancyChanged, VacancyPosted
from tests.databases import attempt, published
from tests.intake.people import a_vacancy, admitted, employer, rows, some_terms
from tests.intake.test_rules import codes

TODAY = date(2026, 10, 1)
PERIOD = HoursWorked(date(2026, 9, 1), date(2026, 9, 14), Decimal("75.5"), 2400)


def test_hours_are_said_with_their_period_and_wage(tx: Tx) -> None:
    person, company = admitted(tx).candidate_id, employer(tx)
    today = clock.local_date(tx.now)
    worked = replace(PERIOD, from_on=today - timedelta(days=13), to_on=today)
    report_id = report_hours(tx, person, company, worked, "employer")
    assert published(tx, HoursReported) == [
        HoursReported(
            report_id=report_id,
            candidate_id=person,
            employer_id=company,
            from_on=worked.from_on,
            to_on=worked.to_on,
            hours=Decimal("75.5"),
            wage_cents=2400,
            reported_by="employer",
        )
    ]


def test_an_absence_and_a_change_are_said(tx: Tx) -> None:
    person, company = admitted(tx).candidate_id, employer(tx)
    today = clock.local_date(tx.now)
    report_absence(tx, person, company, Absence(today, today, None), "candidate")
    report_employment_change(tx, person, company, Change(today, "advancement", some_terms(today)), "advisor")
    [absence], [change] = published(tx, AbsenceReported), published(tx, EmploymentChangeReported)
    assert isinstance(absence, AbsenceReported)
    assert isinstance(change, EmploymentChangeReported)
    assert (absence.paid, absence.reported_by) == (None, "candidate")
    assert (change.kind, change.terms.wage_cents, change.reported_by) == ("advancement", 2100, "advisor")
    erase_candidate(tx, person)
    assert tx.value("SELECT count(*) FROM reports WHERE facts IS NOT NULL") == 0


def test_a_report_of_an_unknown_company_and_impossible_hours_leaves_no_rows(tx: Tx) -> None:
    person = admitted(tx).candidate_id
    wrong = replace(PERIOD, to_on=date(2026, 8, 1), wage_cents=100)
    with pytest.raises(Invalid) as no:
        attempt(tx, lambda inner: report_hours(inner, person, uuid4(), wrong, "partner"))
    assert [p.pointer for p in no.value.problems] == ["/employer_id", "/to_on", "/wage_cents"]
    assert rows(tx, "reports") == 0
    assert published(tx, HoursReported) == []


def test_hours_that_cannot_be_are_told() -> None:
    assert codes(check_hours_worked(PERIOD, TODAY)) == []
    for wrong, expected in (
        (replace(PERIOD, hours=Decimal(-1)), ("/hours", "hours_impossible")),
        (replace(PERIOD, hours=Decimal(225)), ("/hours", "hours_impossible")),
        (replace(PERIOD, to_on=TODAY + timedelta(days=1)), ("/to_on", "date_in_future")),
        (replace(PERIOD, from_on=date(2026, 7, 1)), ("/to_on", "period_too_long")),
        (replace(PERIOD, wage_cents=1500), ("/wage_cents", "below_minimum_wage")),
    ):
        assert codes(check_hours_worked(wrong, TODAY)) == [expected]
    assert codes(check_absence(Absence(TODAY, TODAY - timedelta(days=1)), TODAY)) == [("/to_on", "dates_crossed")]


def test_a_wage_after_a_change_is_judged_by_the_day_from_which_it_holds() -> None:
    before = some_terms(date(2026, 1, 5), wage_cents=1620)  # enough then, not from 1 May 2026 on
    assert codes(check_change(Change(date(2026, 4, 1), "wage", before), TODAY)) == []
    assert codes(check_change(Change(date(2026, 6, 1), "wage", before), TODAY)) == [
        ("/terms/wage_cents", "below_minimum_wage")
    ]


def test_a_vacancy_that_changes_is_said_whole(tx: Tx) -> None:
    company = employer(tx)
    vacancy = post_vacancy(tx, company, a_vacancy(french_speaking=8)).vacancy_id
    changed = change_vacancy(tx, company, vacancy, {"openings": 2, "french_speaking": None})
    assert (changed.job.openings, changed.job.french_speaking) == (2, None)
    [posted], [said] = published(tx, VacancyPosted), published(tx, VacancyChanged)
    assert isinstance(posted, VacancyPosted)
    expected = posted.model_dump() | {"openings": 2}
    expected["french_required"]["speaking"] = None
    assert said.model_dump() == expected


def test_nothing_changed_is_not_said_and_an_impossible_change_leaves_it_as_it_was(tx: Tx) -> None:
    company = employer(tx)
    vacancy = post_vacancy(tx, company, a_vacancy()).vacancy_id
    change_vacancy(tx, company, vacancy, {"openings": 1})
    with pytest.raises(Invalid) as no:
        attempt(tx, lambda inner: change_vacancy(inner, company, vacancy, {"openings": 0, "wage_max_cents": 1}))
    assert [p.pointer for p in no.value.problems] == ["/openings", "/wage_max_cents"]
    assert published(tx, VacancyChanged) == []
    with pytest.raises(NotFound):
        change_vacancy(tx, employer(tx), vacancy, {"openings": 3})
    close_vacancy(tx, company, vacancy, "filled")
    with pytest.raises(VacancyAlreadyClosed):
        change_vacancy(tx, company, vacancy, {"openings": 3})
