"""The identity vault: who people and employers are, and the record of everyone who looked. The only module that reads
a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake.domain.people import Reach
from shared.db import Tx


@dataclass(frozen=True)
class NamedPerson:
    candidate_id: UUID
    given_name: str
    family_name: str
    phone: str | None
    email: str | None


@dataclass(frozen=True)
class NamedEmployer:
    employer_id: UUID
    name: str
    contact_name: str | None
    contact_phone: str | None
    contact_email: str | None


@dataclass(frozen=True)
class LookUp:
    """Someone saw a name."""

    at: datetime
    actor: str
    organisation: str | None
    purpose: str


def list_persons(tx: Tx, candidate_ids: Sequence[UUID]) -> list[NamedPerson]:
    return tx.rows(
        NamedPerson,
        """SELECT candidate_id, given_name, family_name, phone, email FROM vault_persons
           WHERE candidate_id = ANY(%s) ORDER BY candidate_id""",
        (list(candidate_ids),),
    )


def find_reach(tx: Tx, candidate_id: UUID) -> Reach | None:
    return tx.row(
        Reach,
        "SELECT given_name, family_name, phone, email FROM vault_persons WHERE candidate_id = %s",
        (candidate_id,),
    )


def add_employer_name(tx: Tx, employer: NamedEmployer) -> None:
    tx.run(
        """INSERT INTO vault_employers (employer_id, name, contact_name, contact_phone, contact_email)
           VALUES (%s, %s, %s, %s, %s)""",
        (
            employer.employer_id,
            employer.name,
            employer.contact_name,
            employer.contact_phone,
            employer.contact_email,
        ),
    )


def list_employer_names(tx: Tx, employer_ids: Sequence[UUID]) -> list[NamedEmployer]:
    return tx.rows(
        NamedEmployer,
        """SELECT employer_id, name, contact_name, contact_phone, contact_email FROM vault_employers
           WHERE employer_id = ANY(%s) ORDER BY employer_id""",
        (list(employer_ids),),
    )


def add_lookup(
    tx: Tx, *, actor: str, organisation: str | None, purpose: str, asked: Sequence[UUID], shown: Sequence[UUID]
) -> None:
    tx.run(
        """INSERT INTO name_lookups (at, actor, organisation, purpose, asked, shown)
           VALUES (%s, %s, %s, %s, %s::uuid[], %s::uuid[])""",
        (tx.now, actor, organisation, purpose, list(asked), list(shown)),
    )


def list_lookups(tx: Tx, candidate_id: UUID, limit: int = 500) -> list[LookUp]:
    """Who saw this person's name, latest first."""
    return tx.rows(
        LookUp,
        """SELECT at, actor, organisation, purpose FROM name_lookups
           WHERE shown @> ARRAY[%s]::uuid[] ORDER BY position DESC LIMIT %s""",
        (candidate_id, limit),
    )
