"""The feed of what became of the persons a partner sent, one numbered line per partner."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.db import Tx


@dataclass(frozen=True)
class Update:
    position: int
    type: str
    candidate_id: UUID
    referral_id: UUID
    person_ref: str | None
    outcome: str | None
    reason: str | None
    at: datetime


def add_updates(
    tx: Tx, candidate_id: UUID, type_: str, outcome: str | None, reason: str | None, referral_id: UUID | None
) -> None:
    """One line for every sender of the person (of this referral, when given), in the order of commit: each head row is
    locked to the transaction's end, and in the order of partners."""
    tx.run(
        """WITH senders AS (
             SELECT DISTINCT ON (partner_id) partner_id, referral_id FROM referral_senders
             WHERE candidate_id = %(candidate)s AND (%(referral)s::uuid IS NULL OR referral_id = %(referral)s)
             ORDER BY partner_id, position DESC
           ), heads AS (
             INSERT INTO update_heads AS h (partner_id, position) SELECT partner_id, 1 FROM senders ORDER BY partner_id
             ON CONFLICT (partner_id) DO UPDATE SET position = h.position + 1 RETURNING partner_id, position
           )
           INSERT INTO updates (partner_id, position, candidate_id, referral_id, type, outcome, reason, at)
           SELECT partner_id, position, %(candidate)s, referral_id, %(type)s, %(outcome)s, %(reason)s, %(now)s
           FROM heads JOIN senders USING (partner_id)""",
        {
            "candidate": candidate_id,
            "referral": referral_id,
            "type": type_,
            "outcome": outcome,
            "reason": reason,
            "now": tx.now,
        },
    )


def list_updates(tx: Tx, partner_id: UUID, after: int, limit: int) -> list[Update]:
    """Oldest first after a position."""
    return tx.rows(
        Update,
        """SELECT u.position, u.type, u.candidate_id, u.referral_id,
                  (SELECT min(v.person_ref) FROM vault_person_refs v
                   WHERE v.partner_id = u.partner_id AND v.candidate_id = u.candidate_id) AS person_ref,
                  u.outcome, u.reason, u.at
           FROM updates u WHERE u.partner_id = %s AND u.position > %s ORDER BY u.position LIMIT %s""",
        (partner_id, after, limit),
    )
