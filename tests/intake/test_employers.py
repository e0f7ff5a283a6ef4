from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from services.intake.domain.referrals import NotAdmitted
from services.intake.handlers.employers import VacancyAlreadyClosed, close_vacancy, post_vacancy
from services.intake.handlers.partners import add_partner, create_link, issue_key
from services.intake.handlers.reports import report_employment_end, report_hire
from services.intake.store import employers, partners
from shared import clock
from shared.db import Tx
from shared.errors import Invalid, NotFound
from shared.events.intake import (
    EmployerRegistered,
    EmploymentEndReported,
    HireReported,
    VacancyClosed,
    VacancyPosted,
)
from shared.tokens import hash_partner_key
from tests.databases import attempt, published
from tests.intake.people import CANARY, a_vacancy, admitted, employer, refer, rows, rows_naming, some_terms


def test_a_company_is_registered_and_its_name_stays_in_the_vault(tx: Tx) -> None:
    company = employer(tx)
    [said] = published(tx, EmployerRegistered)
    assert isinstance(said, EmployerRegistered)
    assert (said.employer_id, said.sector, said.municipality) == (company, "manufacturing", "laval")
    assert rows(tx, "vault_employers") == 1
    assert rows_naming(tx, CANARY) == []


def test_a_vacancy_is_posted_as_it_was_asked_for(tx: Tx) -> None:
    company = employer(tx)
    job = a_vacancy(openings=2, hours_per_week=Decimal("37.5"), french_speaking=7, licences_required=("teaching",))
    posted = post_vacancy(tx, company, job)
    assert posted.job == job
    [said] = published(tx, VacancyPosted)
    assert isinstance(said, VacancyPosted)
    assert (said.vacancy_id, said.employer_id, said.openings) == (posted.vacancy_id, company, 2)
    assert (said.french_required.speaking, said.french_required.reading) == (7, None)
    assert (said.hours_per_week, said.licences_required) == (Decimal("37.5"), ("teaching",))


def test_a_vacancy_with_problems_leaves_no_rows(tx: Tx) -> None:
    company = employer(tx)
    with pytest.raises(Invalid) as no:
        attempt(tx, lambda inner: post_vacancy(inner, company, a_vacancy(openings=0, wage_min_cents=100)))
    assert [p.code for p in no.value.problems] == ["no_opening", "below_minimum_wage"]
    assert rows(tx, "vacancies") == 0
    assert published(tx, VacancyPosted) == []


def test_an_unknown_company_posts_nothing(tx: Tx) -> None:
    with pytest.raises(NotFound):
        post_vacancy(tx, uuid4(), a_vacancy())


def test_a_vacancy_closes_once(tx: Tx) -> None:
    company = employer(tx)
    posted = post_vacancy(tx, company, a_vacancy())
    assert close_vacancy(tx, company, posted.vacancy_id, "filled").end_reason == "filled"
    close_vacancy(tx, company, posted.vacancy_id, "filled")  # nothing to do
    assert published(tx, VacancyClosed) == [
        VacancyClosed(vacancy_id=posted.vacancy_id, employer_id=company, reason="filled")
    ]
    with pytest.raises(VacancyAlreadyClosed):
        close_vacancy(tx, company, posted.vacancy_id, "withdrawn")
    with pytest.raises(NotFound):
        close_vacancy(tx, employer(tx), posted.vacancy_id, "filled")


def test_vacancies_come_newest_first_page_by_page(tx: Tx) -> None:
    company = employer(tx)
    posted = [post_vacancy(tx, company, a_vacancy()).vacancy_id for _ in range(3)]
    first = employers.list_vacancies(tx, company, before=None, limit=2)
    rest = employers.list_vacancies(tx, company, before=first[-1].position, limit=2)
    assert [v.vacancy_id for v in [*first, *rest]] == posted[::-1]


def test_a_hire_found_alone_is_said_with_its_terms(tx: Tx) -> None:
    person, company, today = admitted(tx), employer(tx), clock.local_date(tx.now)
    report_id = report_hire(tx, person.candidate_id, company, some_terms(today), False, "partner")
    [said] = published(tx, HireReported)
    assert isinstance(said, HireReported)
    assert (said.report_id, said.employer_id, said.in_field, said.reported_by) == (report_id, company, False, "partner")
    assert (said.terms.wage_cents, said.terms.starts_on) == (2100, today)
    assert tx.value("SELECT facts->'terms'->>'occupation' FROM reports") == "94140"


def test_a_hire_needs_a_registered_company_and_possible_terms(tx: Tx) -> None:
    person, today = admitted(tx), clock.local_date(tx.now)
    wrong = some_terms(today + timedelta(days=800), wage_cents=500)
    with pytest.raises(Invalid) as no:
        attempt(tx, lambda inner: report_hire(inner, person.candidate_id, uuid4(), wrong, None, "advisor"))
    assert [p.pointer for p in no.value.problems] == ["/employer_id", "/terms/wage_cents", "/terms/starts_on"]
    assert rows(tx, "reports") == 0
    assert published(tx, HireReported) == []


def test_only_someone_admitted_is_hired_through_the_programme(tx: Tx) -> None:
    with pytest.raises(NotAdmitted):
        report_hire(tx, refer(tx).candidate_id, employer(tx), some_terms(clock.local_date(tx.now)), None, "advisor")


def test_the_end_of_a_job_is_said(tx: Tx) -> None:
    person, company, today = admitted(tx), employer(tx), clock.local_date(tx.now)
    report_id = report_employment_end(tx, person.candidate_id, company, today, "laid_off", "employer")
    assert published(tx, EmploymentEndReported) == [
        EmploymentEndReported(
            report_id=report_id,
            candidate_id=person.candidate_id,
            employer_id=company,
            ended_on=today,
            reason="laid_off",
            reported_by="employer",
        )
    ]
    with pytest.raises(Invalid):
        report_employment_end(tx, person.candidate_id, uuid4(), today, "laid_off", "employer")


def test_a_key_is_kept_only_as_its_hash_and_dies_when_revoked(tx: Tx) -> None:
    mine = add_partner(tx, "Cégep du quartier", "college").partner_id
    fresh = issue_key(tx, mine)
    assert fresh.key.startswith("ik_")
    assert rows_naming(tx, fresh.key) == []
    found = partners.find_key(tx, hash_partner_key(fresh.key))
    assert found is not None
    assert found.partner_id == mine
    partners.revoke_key(tx, mine, fresh.key_id)
    assert partners.find_key(tx, hash_partner_key(fresh.key)) is None
    with pytest.raises(NotFound):
        partners.revoke_key(tx, uuid4(), fresh.key_id)
    with pytest.raises(NotFound):
        issue_key(tx, uuid4())


def test_a_link_for_a_partners_page_needs_the_partner_and_a_day_to_come(tx: Tx) -> None:
    with pytest.raises(Invalid) as no:
        create_link(tx, "partner_page", None, clock.local_date(tx.now) - timedelta(days=1))
    assert [p.pointer for p in no.value.problems] == ["/partner_id", "/expires_on"]
    assert rows(tx, "links") == 0
