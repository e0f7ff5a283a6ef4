"""Companies register and ask for people."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from services.intake.domain.facts import SKILLS
from services.intake.domain.jobs import Vacancy, check_vacancy
from services.intake.domain.people import Reach, check_contact, tidy
from services.intake.store import employers, vault
from services.intake.store.employers import Employer, PostedVacancy
from shared import clock
from shared.db import Tx
from shared.errors import Invalid, Problem, Refused
from shared.events.intake import EmployerRegistered, VacancyChanged, VacancyClosed, VacancyPosted
from shared.events.parts import FrenchLevels
from shared.messaging.outbox import publish


class VacancyAlreadyClosed(Refused):
    """The company no longer looks for this job."""


@dataclass(frozen=True)
class NewEmployer:
    """A company as a liaison enters it. ``name`` and the contact go to the vault and nowhere else."""

    name: str
    sector: str
    legal_form: str
    municipality: str
    quebec_establishment: bool | None
    liaison_id: UUID | None
    contact_name: str | None = None
    contact_phone: str | None = None
    contact_email: str | None = None


def register_employer(tx: Tx, new: NewEmployer) -> Employer:
    """Raises Invalid."""
    tidied = tidy(Reach(new.name, new.contact_name or "", new.contact_phone, new.contact_email))
    problems = check_contact(tidied.phone, tidied.email, "/contact")
    if not tidied.given_name:
        problems.append(Problem("/name", "name_missing", "Nommez l'entreprise.", "Name the company."))
    if problems:
        raise Invalid(*problems)
    employer = Employer(uuid4(), new.sector, new.legal_form, new.municipality, new.quebec_establishment, new.liaison_id)
    employers.add_employer(tx, employer)
    vault.add_employer_name(
        tx,
        vault.NamedEmployer(
            employer.employer_id, tidied.given_name, tidied.family_name or None, tidied.phone, tidied.email
        ),
    )
    publish(
        tx,
        EmployerRegistered(
            employer_id=employer.employer_id,
            sector=employer.sector,
            legal_form=employer.legal_form,
            municipality=employer.municipality,
            quebec_establishment=employer.quebec_establishment,
            liaison_id=employer.liaison_id,
        ),
    )
    return employer


def post_vacancy(tx: Tx, employer_id: UUID, job: Vacancy) -> PostedVacancy:
    """A company asks for people. Raises NotFound, Invalid with every problem."""
    employers.get_employer(tx, employer_id)
    if problems := check_vacancy(job, clock.local_date(tx.now)):
        raise Invalid(*problems)
    vacancy_id = uuid4()
    employers.add_vacancy(tx, vacancy_id, employer_id, job)
    publish(tx, VacancyPosted(vacancy_id=vacancy_id, employer_id=employer_id, **_as_said(job)))
    return employers.get_vacancy(tx, employer_id, vacancy_id)


def change_vacancy(tx: Tx, employer_id: UUID, vacancy_id: UUID, given: dict[str, Any]) -> PostedVacancy:
    """A company changes what it asks for; publishes when something changed. Raises NotFound, VacancyAlreadyClosed,
    Invalid with every problem."""
    tx.lock(str(employer_id))
    vacancy = employers.get_vacancy(tx, employer_id, vacancy_id)
    if vacancy.closed_at is not None:
        raise _vacancy_closed()
    job = replace(vacancy.job, **given)
    if problems := check_vacancy(job, clock.local_date(tx.now)):
        raise Invalid(*problems)
    if job == vacancy.job:
        return vacancy
    employers.change_vacancy(tx, vacancy_id, job)
    publish(tx, VacancyChanged(vacancy_id=vacancy_id, employer_id=employer_id, **_as_said(job)))
    return replace(vacancy, job=job)


def _as_said(job: Vacancy) -> dict[str, Any]:
    """What VacancyPosted and VacancyChanged say of a job."""
    french = FrenchLevels(**{skill: getattr(job, f"french_{skill}") for skill in SKILLS})
    plain = {name: value for name, value in vars(job).items() if name.removeprefix("french_") not in SKILLS}
    return {**plain, "french_required": french}


def close_vacancy(tx: Tx, employer_id: UUID, vacancy_id: UUID, reason: str) -> PostedVacancy:
    """A company no longer looks. Again for the same reason without effect. Raises NotFound, VacancyAlreadyClosed."""
    tx.lock(str(employer_id))
    vacancy = employers.get_vacancy(tx, employer_id, vacancy_id)
    if vacancy.closed_at is None:
        employers.close_vacancy(tx, vacancy_id, reason)
        publish(tx, VacancyClosed(vacancy_id=vacancy_id, employer_id=employer_id, reason=reason))
    elif vacancy.end_reason != reason:
        raise _vacancy_closed()
    return employers.get_vacancy(tx, employer_id, vacancy_id)


def _vacancy_closed() -> VacancyAlreadyClosed:
    return VacancyAlreadyClosed(
        Problem("", "vacancy_closed", "Ce poste est déjà fermé.", "This vacancy is closed already.")
    )
