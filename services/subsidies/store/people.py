"""What is known of persons, their consents and employers."""

from uuid import UUID

from services.subsidies.domain.assessment import EmployerFacts, PersonFacts
from shared.db import Tx


def is_erased(tx: Tx, candidate_id: UUID) -> bool:
    return bool(tx.value("SELECT erased FROM candidates WHERE candidate_id = %s", (candidate_id,)))


def save_person(tx: Tx, candidate_id: UUID, facts: PersonFacts, file_number: str | None = None) -> None:
    """What is known now replaces what was; the file number stays when none is given. Nothing about an erased person."""
    tx.run(
        """INSERT INTO candidates AS c
             (candidate_id, file_number, occupation, months_in_field_quebec, arrived_on, work_authorisation)
           VALUES (%s, %s, %s, %s, %s, %s)
           ON CONFLICT (candidate_id) DO UPDATE SET
             file_number = coalesce(excluded.file_number, c.file_number), occupation = excluded.occupation,
             months_in_field_quebec = excluded.months_in_field_quebec, arrived_on = excluded.arrived_on,
             work_authorisation = excluded.work_authorisation
           WHERE NOT c.erased""",
        (
            candidate_id,
            file_number,
            facts.occupation,
            facts.months_in_field_quebec,
            facts.arrived_on,
            facts.work_authorisation,
        ),
    )


def get_person(tx: Tx, candidate_id: UUID) -> PersonFacts:
    """All unknown for a person not heard of yet."""
    found = tx.row(
        PersonFacts,
        """SELECT occupation, months_in_field_quebec, arrived_on, work_authorisation
           FROM candidates WHERE candidate_id = %s""",
        (candidate_id,),
    )
    return found or PersonFacts()


def find_file_number(tx: Tx, candidate_id: UUID) -> str | None:
    number: str | None = tx.value("SELECT file_number FROM candidates WHERE candidate_id = %s", (candidate_id,))
    return number


def save_consent(tx: Tx, consent_id: UUID, candidate_id: UUID, recipient: str, *, withdrawn: bool) -> None:
    """An agreement once taken back stays so, whichever of its two facts comes first."""
    tx.run(
        """INSERT INTO consents AS c (consent_id, candidate_id, recipient, withdrawn) VALUES (%s, %s, %s, %s)
           ON CONFLICT (consent_id) DO UPDATE SET withdrawn = c.withdrawn OR excluded.withdrawn""",
        (consent_id, candidate_id, recipient, withdrawn),
    )


def consent_stands(tx: Tx, candidate_id: UUID | None, ministry: str) -> bool:
    """Whether the person agrees, now, that her file is sent to this ministry."""
    return bool(
        tx.value(
            "SELECT 1 FROM consents WHERE candidate_id = %s AND recipient = %s AND NOT withdrawn",
            (candidate_id, ministry),
        )
    )


def save_employer(tx: Tx, employer_id: UUID, facts: EmployerFacts) -> None:
    tx.run(
        """INSERT INTO employers (employer_id, legal_form, quebec_establishment) VALUES (%s, %s, %s)
           ON CONFLICT (employer_id) DO UPDATE
           SET legal_form = excluded.legal_form, quebec_establishment = excluded.quebec_establishment""",
        (employer_id, facts.legal_form, facts.quebec_establishment),
    )


def find_employer(tx: Tx, employer_id: UUID) -> EmployerFacts | None:
    return tx.row(
        EmployerFacts,
        "SELECT legal_form, quebec_establishment FROM employers WHERE employer_id = %s",
        (employer_id,),
    )


def is_known(tx: Tx, candidate_id: UUID) -> bool:
    """Whether anything of her was heard, and she is not forgotten."""
    return bool(tx.value("SELECT 1 FROM candidates WHERE candidate_id = %s AND NOT erased", (candidate_id,)))


def get_employer(tx: Tx, employer_id: UUID) -> EmployerFacts:
    """All unknown for an employer not heard of yet. Its row is held to the transaction's end: an employer that gets
    known at this moment waits for us, then finds our hire."""
    tx.run("INSERT INTO employers (employer_id) VALUES (%s) ON CONFLICT DO NOTHING", (employer_id,))
    found = tx.row(
        EmployerFacts,
        "SELECT legal_form, quebec_establishment FROM employers WHERE employer_id = %s FOR SHARE",
        (employer_id,),
    )
    return found or EmployerFacts()
