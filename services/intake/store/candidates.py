"""Candidates, what is known of them, how they were admitted, and what became of them."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from services.intake.domain.facts import Facts
from services.intake.domain.referrals import Hire
from shared.db import Tx
from shared.errors import NotFound
from shared.sql import columns_of, marks_of

FACT_COLUMNS = columns_of(Facts)


@dataclass(frozen=True)
class Candidate:
    """A person ever referred, without anything that names her."""

    candidate_id: UUID
    file_number: str | None
    status: str  # referred | admitted | closed | withdrawn | erased
    advisor_id: UUID | None
    admitted_on: date | None
    erased_on: date | None
    gone_from_log_on: date | None


def get_candidate(tx: Tx, candidate_id: UUID) -> Candidate:
    """Raises NotFound; an erased person is not found either."""
    found = find_candidate(tx, candidate_id)
    if found is None or found.status == "erased":
        raise NotFound()
    return found


def find_candidate(tx: Tx, candidate_id: UUID) -> Candidate | None:
    return tx.row(
        Candidate,
        """SELECT candidate_id, file_number, status, advisor_id, admitted_on, erased_on, gone_from_log_on
           FROM candidates WHERE candidate_id = %s""",
        (candidate_id,),
    )


def get_facts(tx: Tx, candidate_id: UUID) -> Facts:
    """Nothing known when there is no row."""
    return list_facts(tx, [candidate_id]).get(candidate_id, Facts())


def list_facts(tx: Tx, candidate_ids: Sequence[UUID]) -> dict[UUID, Facts]:
    rows = tx.conn.execute(
        f"SELECT candidate_id, {FACT_COLUMNS} FROM facts WHERE candidate_id = ANY(%s)",
        (list(candidate_ids),),
    ).fetchall()
    return {row[0]: _facts(Facts(*row[1:])) for row in rows}


def save_facts(tx: Tx, candidate_id: UUID, facts: Facts) -> None:
    tx.run(
        f"UPDATE facts SET ({FACT_COLUMNS}) = ROW({marks_of(Facts)}) WHERE candidate_id = %s",
        (*fact_values(facts), candidate_id),
    )


def admit(tx: Tx, candidate_id: UUID, advisor_id: UUID, admitted_on: date) -> None:
    tx.run(
        "UPDATE candidates SET status = 'admitted', advisor_id = %s, admitted_on = %s WHERE candidate_id = %s",
        (advisor_id, admitted_on, candidate_id),
    )


def add_admission(
    tx: Tx,
    candidate_id: UUID,
    referral_id: UUID,
    *,
    admitted_on: date,
    rule_version: str,
    criteria: list[dict[str, Any]],
    accepted_unknown: Sequence[str],
) -> None:
    """The decision as it was taken, kept as of its day."""
    tx.run(
        """INSERT INTO admissions (candidate_id, referral_id, admitted_on, rule_version, criteria, accepted_unknown,
                                   decided_by) VALUES (%s, %s, %s, %s, %s, %s, %s)""",
        (
            candidate_id,
            referral_id,
            admitted_on,
            rule_version,
            Jsonb(criteria),
            list(accepted_unknown),
            tx.cause.actor,
        ),
    )


def set_status(tx: Tx, candidate_id: UUID, status: str) -> None:
    tx.run("UPDATE candidates SET status = %s WHERE candidate_id = %s", (status, candidate_id))


def note_hire(
    tx: Tx,
    hire_id: UUID,
    candidate_id: UUID,
    *,
    hired_on: date | None = None,
    ended_on: date | None = None,
    cancelled: bool = False,
) -> None:
    """One more fact about a hire; those known already stay."""
    tx.run(
        """INSERT INTO hires AS h (hire_id, candidate_id, hired_on, ended_on, cancelled) VALUES (%s, %s, %s, %s, %s)
           ON CONFLICT (hire_id) DO UPDATE SET hired_on = coalesce(excluded.hired_on, h.hired_on),
             ended_on = coalesce(excluded.ended_on, h.ended_on), cancelled = h.cancelled OR excluded.cancelled""",
        (hire_id, candidate_id, hired_on, ended_on, cancelled),
    )


def note_known_to(tx: Tx, candidate_id: UUID, employer_id: UUID) -> None:
    """She and this employer said yes to each other, or it hired her."""
    tx.run("INSERT INTO known_to_employers VALUES (%s, %s) ON CONFLICT DO NOTHING", (candidate_id, employer_id))


def list_known_to(tx: Tx, candidate_ids: Sequence[UUID], employer_id: UUID) -> set[UUID]:
    """Those of these persons whom this employer knows."""
    rows = tx.conn.execute(
        "SELECT candidate_id FROM known_to_employers WHERE candidate_id = ANY(%s) AND employer_id = %s",
        (list(candidate_ids), employer_id),
    )
    return {candidate_id for (candidate_id,) in rows.fetchall()}


def list_hires(tx: Tx, candidate_ids: Sequence[UUID]) -> dict[UUID, list[Hire]]:
    found: dict[UUID, list[Hire]] = {candidate_id: [] for candidate_id in candidate_ids}
    rows = tx.conn.execute(
        "SELECT candidate_id, hired_on, ended_on, cancelled FROM hires WHERE candidate_id = ANY(%s)",
        (list(candidate_ids),),
    ).fetchall()
    for candidate_id, hired_on, ended_on, cancelled in rows:
        found[candidate_id].append(Hire(hired_on, ended_on, cancelled))
    return found


def erase(tx: Tx, candidate_id: UUID, erased_on: date, gone_from_log_on: date) -> None:
    """Remove everything about a person. Rows that count stay, empty of her: that one was referred, admitted on a day,
    hired and left."""
    one = (candidate_id,)
    tx.run("DELETE FROM vault_persons WHERE candidate_id = %s", one)
    tx.run("DELETE FROM facts WHERE candidate_id = %s", one)
    tx.run("DELETE FROM consents WHERE candidate_id = %s", one)
    tx.run("DELETE FROM known_to_employers WHERE candidate_id = %s", one)
    tx.run("DELETE FROM vault_person_refs WHERE candidate_id = %s", one)
    tx.run("DELETE FROM updates WHERE candidate_id = %s", one)
    tx.run("DELETE FROM referral_senders WHERE candidate_id = %s", one)
    tx.run("UPDATE partner_events SET content_hash = NULL, answer = NULL WHERE candidate_id = %s", one)
    tx.run("UPDATE reports SET facts = NULL WHERE candidate_id = %s", one)
    tx.run(
        "UPDATE action_plans SET steps = '{}', goal_occupation = NULL, advisor_id = NULL WHERE candidate_id = %s", one
    )
    tx.run("UPDATE coaching SET topics = '{}', advisor_id = NULL WHERE candidate_id = %s", one)
    tx.run("DELETE FROM workshop_enrolments WHERE candidate_id = %s AND attended IS DISTINCT FROM true", one)
    tx.run("UPDATE admissions SET criteria = NULL, accepted_unknown = '{}' WHERE candidate_id = %s", one)
    tx.run(
        """UPDATE referrals SET agreed_on = NULL, notice_version = NULL, statement = NULL, reason = NULL,
             received_by = NULL, closed_by = NULL,
             state = CASE WHEN closed_at IS NULL THEN 'withdrawn' ELSE state END, closed_at = coalesce(closed_at, %s)
           WHERE candidate_id = %s""",
        (tx.now, candidate_id),
    )
    tx.run(
        """UPDATE candidates SET status = 'erased', file_number = NULL, advisor_id = NULL, erased_on = %s,
             gone_from_log_on = %s WHERE candidate_id = %s""",
        (erased_on, gone_from_log_on, candidate_id),
    )


def fact_values(facts: Facts) -> tuple[object, ...]:
    """In the order of FACT_COLUMNS, tuples as the lists that PostgreSQL wants."""
    return tuple(list(value) if isinstance(value, tuple) else value for value in astuple(facts))


def _facts(row: Facts) -> Facts:
    """Arrays come as lists."""
    return replace(
        row,
        municipalities_accepted=None if row.municipalities_accepted is None else tuple(row.municipalities_accepted),
        licences=None if row.licences is None else tuple(row.licences),
    )
