"""Consents: purpose × recipient, given and perhaps taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.intake.domain.consents import Grant
from shared.db import Tx
from shared.errors import NotFound
from shared.sql import columns_of


@dataclass(frozen=True)
class Consent:
    consent_id: UUID
    candidate_id: UUID
    purpose: str
    recipient: str
    notice_version: str
    given_on: date
    withdrawn_at: datetime | None


_COLUMNS = columns_of(Consent)


def add_consent(tx: Tx, consent: Consent) -> None:
    tx.run(
        """INSERT INTO consents (consent_id, candidate_id, purpose, recipient, notice_version, given_on, recorded_at,
                                 recorded_by) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""",
        (
            consent.consent_id,
            consent.candidate_id,
            consent.purpose,
            consent.recipient,
            consent.notice_version,
            consent.given_on,
            tx.now,
            tx.cause.actor,
        ),
    )


def find_standing(tx: Tx, candidate_id: UUID, purpose: str, recipient: str) -> Consent | None:
    return tx.row(
        Consent,
        f"""SELECT {_COLUMNS} FROM consents
            WHERE candidate_id = %s AND purpose = %s AND recipient = %s AND withdrawn_at IS NULL""",
        (candidate_id, purpose, recipient),
    )


def get_consent(tx: Tx, candidate_id: UUID, consent_id: UUID) -> Consent:
    found = tx.row(
        Consent,
        f"SELECT {_COLUMNS} FROM consents WHERE candidate_id = %s AND consent_id = %s",
        (candidate_id, consent_id),
    )
    if found is None:
        raise NotFound()
    return found


def withdraw(tx: Tx, consent_id: UUID) -> None:
    tx.run(
        "UPDATE consents SET withdrawn_at = %s, withdrawn_by = %s WHERE consent_id = %s",
        (tx.now, tx.cause.actor, consent_id),
    )


def list_consents(tx: Tx, candidate_id: UUID) -> list[Consent]:
    """Withdrawn ones too, oldest first."""
    return tx.rows(
        Consent,
        f"SELECT {_COLUMNS} FROM consents WHERE candidate_id = %s ORDER BY recorded_at, consent_id",
        (candidate_id,),
    )


def list_grants(tx: Tx, candidate_ids: Sequence[UUID]) -> dict[UUID, list[Grant]]:
    """What stands now, person by person."""
    found: dict[UUID, list[Grant]] = {candidate_id: [] for candidate_id in candidate_ids}
    rows = tx.conn.execute(
        "SELECT candidate_id, purpose, recipient FROM consents WHERE candidate_id = ANY(%s) AND withdrawn_at IS NULL",
        (list(candidate_ids),),
    ).fetchall()
    for candidate_id, purpose, recipient in rows:
        found[candidate_id].append(Grant(purpose, recipient))
    return found
