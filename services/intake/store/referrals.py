"""Referrals, and the person each of them brings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake.domain.consents import Agreement
from services.intake.domain.facts import Facts
from services.intake.domain.people import Reach
from services.intake.domain.referrals import OPEN
from services.intake.store.candidates import FACT_COLUMNS, fact_values
from shared import clock
from shared.db import Tx
from shared.errors import NotFound
from shared.sql import marks_of


@dataclass(frozen=True)
class Referral:
    referral_id: UUID
    candidate_id: UUID
    file_number: str | None  # None once the person is erased
    partner_id: UUID | None
    channel: str
    state: str
    reason: str | None
    received_at: datetime
    position: int
    holder_id: UUID | None  # the partner that answers for it: its sender, until it is passed on
    at_programme: bool  # whether it has come to the programme itself
    senders: Sequence[UUID]  # every partner of its chain, the first one first


@dataclass(frozen=True)
class PerhapsSame:
    """An earlier referral whose person has the same phone or e-mail."""

    referral_id: UUID
    file_number: str
    same_phone: bool
    same_email: bool


_SELECT = """SELECT r.referral_id, r.candidate_id, c.file_number, r.partner_id, r.channel, r.state, r.reason,
                    r.received_at, r.position, r.holder_id, r.at_programme,
                    ARRAY(SELECT s.partner_id FROM referral_senders s WHERE s.referral_id = r.referral_id
                          ORDER BY s.position) AS senders
             FROM referrals r JOIN candidates c USING (candidate_id) """


_ADD = f"""WITH candidate AS (
    INSERT INTO candidates (candidate_id, status, file_number)
    SELECT %s, 'referred', %s || '-' || CASE WHEN n < 10000 THEN lpad(n::text, 4, '0') ELSE n::text END
    FROM nextval(%s::regclass) AS n RETURNING file_number
  ), person AS (
    INSERT INTO vault_persons (candidate_id, given_name, family_name, phone, email)
    VALUES (%s, %s, %s, %s, %s)
  ), known AS (
    INSERT INTO facts (candidate_id, {FACT_COLUMNS}) VALUES (%s, {marks_of(Facts)})
  ), referral AS (
    INSERT INTO referrals (referral_id, candidate_id, partner_id, channel, state, received_at, received_by,
                           agreed_on, notice_version, statement, holder_id, at_programme)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
  ), senders AS (
    INSERT INTO referral_senders (referral_id, candidate_id, partner_id)
    SELECT %s, %s, partner FROM unnest(%s::uuid[]) WITH ORDINALITY AS p (partner, n) ORDER BY n
  ) SELECT file_number FROM candidate"""


def add_referral(
    tx: Tx,
    referral_id: UUID,
    candidate_id: UUID,
    *,
    partner_id: UUID | None,
    to_partner_id: UUID | None,
    channel: str,
    state: str,
    person: Reach,
    agreement: Agreement,
    facts: Facts,
) -> str:
    """A new person with her vault row, facts and referral, in one round trip; her file number, like 2026-0318.
    ``to_partner_id``: who goes on with her first, when it is not the programme itself."""
    year = clock.local_date(tx.now).year
    number: str = tx.value(
        _ADD,
        (
            *(candidate_id, str(year), f"file_number_{year}"),
            *(candidate_id, person.given_name, person.family_name, person.phone, person.email),
            *(candidate_id, *fact_values(facts)),
            *(referral_id, candidate_id, partner_id, channel, state, tx.now, tx.cause.actor),
            *(agreement.given_on, agreement.notice_version, agreement.statement),
            *(to_partner_id or partner_id, to_partner_id is None),
            *(referral_id, candidate_id, list(dict.fromkeys(p for p in (partner_id, to_partner_id) if p))),
        ),
    )
    return number


def get_referral(tx: Tx, referral_id: UUID, *, of_partner: UUID | None = None) -> Referral:
    """Raises NotFound, also when ``of_partner`` asks and is not of the chain, and once the person is erased."""
    found = tx.row(Referral, _SELECT + "WHERE r.referral_id = %s AND c.status <> 'erased'", (referral_id,))
    if found is None or (of_partner and of_partner not in found.senders):
        raise NotFound()
    return found


def list_referrals(
    tx: Tx, *, partner_id: UUID | None, state: str | None, before: int | None, limit: int
) -> list[Referral]:
    """Newest first, of one partner or of all; ``before``: positions below this one only (keyset). A partner filters by
    the state that it is told: without consent that is ``closed`` for any answer, else the filter itself would tell."""
    return tx.rows(
        Referral,
        _SELECT
        + """WHERE (%(partner)s::uuid IS NULL OR EXISTS (SELECT FROM referral_senders s
                      WHERE s.referral_id = r.referral_id AND s.partner_id = %(partner)s))
               AND (%(state)s::text IS NULL OR %(state)s = CASE
                     WHEN %(partner)s::uuid IS NULL OR r.state = ANY(%(open)s) OR EXISTS (
                       SELECT FROM consents g WHERE g.candidate_id = r.candidate_id AND g.withdrawn_at IS NULL
                         AND (g.purpose, g.recipient) = ('tell_sender_outcome', 'sender'))
                     THEN r.state ELSE 'closed' END)
               AND (%(before)s::bigint IS NULL OR r.position < %(before)s)
               AND c.status <> 'erased'
             ORDER BY r.position DESC LIMIT %(limit)s""",
        {"partner": partner_id, "state": state, "open": list(OPEN), "before": before, "limit": limit},
    )


def list_referrals_of(tx: Tx, candidate_id: UUID) -> list[Referral]:
    return tx.rows(Referral, _SELECT + "WHERE r.candidate_id = %s ORDER BY r.position", (candidate_id,))


def is_sender_of(tx: Tx, partner_id: UUID, candidate_id: UUID) -> bool:
    """Whether a partner is in the chain of any referral of this person; never of someone erased."""
    return bool(
        tx.value(
            "SELECT 1 FROM referral_senders WHERE partner_id = %s AND candidate_id = %s", (partner_id, candidate_id)
        )
    )


def list_perhaps_same(
    tx: Tx, person: Reach, *, partner_id: UUID | None, but_not: UUID | None = None
) -> list[PerhapsSame]:
    """Other referrals whose person has this phone or e-mail; of one partner, or of all when ``partner_id`` is None."""
    return tx.rows(
        PerhapsSame,
        """SELECT r.referral_id, c.file_number,
                  coalesce(p.phone = %(phone)s, false) AS same_phone, coalesce(p.email = %(email)s, false) AS same_email
           FROM vault_persons p JOIN candidates c USING (candidate_id) JOIN referrals r USING (candidate_id)
           WHERE (p.phone = %(phone)s OR p.email = %(email)s)
             AND (%(partner)s::uuid IS NULL OR EXISTS (SELECT FROM referral_senders s
                    WHERE s.referral_id = r.referral_id AND s.partner_id = %(partner)s))
             AND (%(but_not)s::uuid IS NULL OR r.candidate_id <> %(but_not)s)
           ORDER BY r.position LIMIT 20""",
        {"phone": person.phone, "email": person.email, "partner": partner_id, "but_not": but_not},
    )


def set_state(tx: Tx, referral_id: UUID, state: str) -> None:
    tx.run("UPDATE referrals SET state = %s WHERE referral_id = %s", (state, referral_id))


def close_referral(tx: Tx, referral_id: UUID, outcome: str, reason: str | None) -> None:
    tx.run(
        "UPDATE referrals SET state = %s, reason = %s, closed_at = %s, closed_by = %s WHERE referral_id = %s",
        (outcome, reason, tx.now, tx.cause.actor, referral_id),
    )


def pass_on(tx: Tx, referral: Referral, to_partner_id: UUID | None) -> None:
    """To another partner, which holds it from now on, or to the programme itself."""
    if to_partner_id is None:
        tx.run("UPDATE referrals SET at_programme = true WHERE referral_id = %s", (referral.referral_id,))
        return
    tx.run(
        "UPDATE referrals SET at_programme = false, holder_id = %s WHERE referral_id = %s",
        (to_partner_id, referral.referral_id),
    )
    tx.run(
        """INSERT INTO referral_senders (referral_id, partner_id, candidate_id) VALUES (%s, %s, %s)
           ON CONFLICT DO NOTHING""",
        (referral.referral_id, to_partner_id, referral.candidate_id),
    )
