"""Employers and their vacancies. An employer's name and contact are in the vault (vault.py)."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from services.intake.domain.jobs import Vacancy
from shared.db import Tx
from shared.errors import NotFound
from shared.sql import columns_of, marks_of


@dataclass(frozen=True)
class Employer:
    employer_id: UUID
    sector: str
    legal_form: str
    municipality: str
    quebec_establishment: bool | None
    liaison_id: UUID | None


@dataclass(frozen=True)
class RegisteredEmployer(Employer):
    """As a line of a list."""

    registered_at: datetime
    position: int


@dataclass(frozen=True)
class PostedVacancy:
    vacancy_id: UUID
    employer_id: UUID
    position: int
    posted_at: datetime
    closed_at: datetime | None
    end_reason: str | None
    job: Vacancy


_JOB_COLUMNS = columns_of(Vacancy)


def add_employer(tx: Tx, employer: Employer) -> None:
    tx.run(
        """INSERT INTO employers (employer_id, sector, legal_form, municipality, quebec_establishment, liaison_id,
                                  registered_at, registered_by) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""",
        (
            employer.employer_id,
            employer.sector,
            employer.legal_form,
            employer.municipality,
            employer.quebec_establishment,
            employer.liaison_id,
            tx.now,
            tx.cause.actor,
        ),
    )


def find_employer(tx: Tx, employer_id: UUID) -> Employer | None:
    return tx.row(
        Employer,
        """SELECT employer_id, sector, legal_form, municipality, quebec_establishment, liaison_id
           FROM employers WHERE employer_id = %s""",
        (employer_id,),
    )


def get_employer(tx: Tx, employer_id: UUID) -> Employer:
    found = find_employer(tx, employer_id)
    if found is None:
        raise NotFound()
    return found


def list_employers(tx: Tx, *, liaison_id: UUID | None, before: int | None, limit: int) -> list[RegisteredEmployer]:
    """Latest registered first, of one liaison or all (keyset by position)."""
    return tx.rows(
        RegisteredEmployer,
        """SELECT employer_id, sector, legal_form, municipality, quebec_establishment, liaison_id, registered_at,
                  position FROM employers WHERE (%(liaison)s::uuid IS NULL OR liaison_id = %(liaison)s)
             AND (%(before)s::bigint IS NULL OR position < %(before)s) ORDER BY position DESC LIMIT %(limit)s""",
        {"liaison": liaison_id, "before": before, "limit": limit},
    )


def add_vacancy(tx: Tx, vacancy_id: UUID, employer_id: UUID, job: Vacancy) -> None:
    tx.run(
        f"""INSERT INTO vacancies (vacancy_id, employer_id, posted_at, posted_by, {_JOB_COLUMNS})
            VALUES (%s, %s, %s, %s, {marks_of(Vacancy)})""",
        (vacancy_id, employer_id, tx.now, tx.cause.actor, *_values(job)),
    )


def change_vacancy(tx: Tx, vacancy_id: UUID, job: Vacancy) -> None:
    tx.run(
        f"UPDATE vacancies SET ({_JOB_COLUMNS}) = ROW({marks_of(Vacancy)}) WHERE vacancy_id = %s",
        (*_values(job), vacancy_id),
    )


def get_vacancy(tx: Tx, employer_id: UUID, vacancy_id: UUID) -> PostedVacancy:
    found = _vacancies(tx, employer_id, vacancy_id, None, 1)
    if not found:
        raise NotFound()
    return found[0]


def list_vacancies(tx: Tx, employer_id: UUID, *, before: int | None, limit: int) -> list[PostedVacancy]:
    """Newest first, closed ones too (keyset by position)."""
    return _vacancies(tx, employer_id, None, before, limit)


def close_vacancy(tx: Tx, vacancy_id: UUID, reason: str) -> None:
    tx.run(
        "UPDATE vacancies SET closed_at = %s, closed_by = %s, end_reason = %s WHERE vacancy_id = %s",
        (tx.now, tx.cause.actor, reason, vacancy_id),
    )


def _vacancies(
    tx: Tx, employer_id: UUID, vacancy_id: UUID | None, before: int | None, limit: int
) -> list[PostedVacancy]:
    rows = tx.conn.execute(
        f"""SELECT vacancy_id, employer_id, position, posted_at, closed_at, end_reason, {_JOB_COLUMNS} FROM vacancies
            WHERE employer_id = %(employer)s AND (%(vacancy)s::uuid IS NULL OR vacancy_id = %(vacancy)s)
              AND (%(before)s::bigint IS NULL OR position < %(before)s)
            ORDER BY position DESC LIMIT %(limit)s""",
        {"employer": employer_id, "vacancy": vacancy_id, "before": before, "limit": limit},
    ).fetchall()
    return [
        PostedVacancy(vacancy, employer, position, posted_at, closed_at, end_reason, _job(job))
        for vacancy, employer, position, posted_at, closed_at, end_reason, *job in rows
    ]


def _values(job: Vacancy) -> list[object]:
    """In the order of _JOB_COLUMNS, tuples as the lists that PostgreSQL wants."""
    values = [getattr(job, field.name) for field in fields(job)]
    return [list(value) if isinstance(value, tuple) else value for value in values]


def _job(values: Sequence[object]) -> Vacancy:
    named = dict(zip((field.name for field in fields(Vacancy)), values, strict=True))
    named["licences_required"] = tuple(named["licences_required"])  # type: ignore[arg-type]  # an array comes as a list
    return Vacancy(**named)  # type: ignore[arg-type]  # columns named after the fields
