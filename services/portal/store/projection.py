"""What facts write. Facts arrive in any order across topics: every statement inserts what it knows or adds it to the
row that is there, so that the same facts leave the same rows. Nothing here ever waits."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.db import Tx
from shared.events.parts import PlannedTask

SLOTS = 16


def put_person(
    tx: Tx,
    candidate_id: UUID,
    *,
    file_number: str | None = None,
    referred_at: datetime | None = None,
    admitted_on: date | None = None,
    withdrawn_at: datetime | None = None,
) -> None:
    tx.run(
        """INSERT INTO people AS p (candidate_id, file_number, referred_at, admitted_on, withdrawn_at)
           VALUES (%s, %s, %s, %s, %s)
           ON CONFLICT (candidate_id) DO UPDATE SET
             file_number = coalesce(p.file_number, excluded.file_number),
             referred_at = least(p.referred_at, excluded.referred_at),
             admitted_on = least(p.admitted_on, excluded.admitted_on),
             withdrawn_at = greatest(p.withdrawn_at, excluded.withdrawn_at)""",
        (candidate_id, file_number, referred_at, admitted_on, withdrawn_at),
    )


def put_referral(
    tx: Tx,
    referral_id: UUID,
    candidate_id: UUID,
    *,
    received_at: datetime | None = None,
    outcome: str | None = None,
    closed_at: datetime | None = None,
) -> None:
    tx.run(
        """INSERT INTO referrals AS r (referral_id, candidate_id, received_at, outcome, closed_at)
           VALUES (%s, %s, %s, %s, %s)
           ON CONFLICT (referral_id) DO UPDATE SET
             received_at = coalesce(r.received_at, excluded.received_at),
             outcome = coalesce(excluded.outcome, r.outcome),
             closed_at = coalesce(excluded.closed_at, r.closed_at)""",
        (referral_id, candidate_id, received_at, outcome, closed_at),
    )


def put_missing(tx: Tx, referral_id: UUID, *, incomplete: bool, version: int) -> None:
    """Whether facts are missing, as the newest version of the referral says."""
    tx.run(
        """UPDATE referrals SET incomplete = %(incomplete)s, facts_version = %(version)s
           WHERE referral_id = %(id)s AND facts_version < %(version)s""",
        {"id": referral_id, "incomplete": incomplete, "version": version},
    )


def put_introduction(
    tx: Tx,
    introduction_id: UUID,
    candidate_id: UUID,
    employer_id: UUID,
    *,
    proposed_at: datetime | None = None,
    met_on: date | None = None,
    offered_at: datetime | None = None,
    ended_as: str | None = None,
    ended_at: datetime | None = None,
) -> None:
    tx.run(
        """INSERT INTO introductions AS i
             (introduction_id, candidate_id, employer_id, proposed_at, met_on, offered_at, ended_as, ended_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
           ON CONFLICT (introduction_id) DO UPDATE SET
             proposed_at = coalesce(i.proposed_at, excluded.proposed_at),
             met_on = least(i.met_on, excluded.met_on),
             offered_at = least(i.offered_at, excluded.offered_at),
             ended_as = coalesce(i.ended_as, excluded.ended_as),
             ended_at = coalesce(i.ended_at, excluded.ended_at)""",
        (introduction_id, candidate_id, employer_id, proposed_at, met_on, offered_at, ended_as, ended_at),
    )


def put_hire(
    tx: Tx,
    hire_id: UUID,
    candidate_id: UUID,
    employer_id: UUID,
    *,
    source: str | None = None,
    hired_at: datetime | None = None,
    starts_on: date | None = None,
    ended_on: date | None = None,
    cancelled_at: datetime | None = None,
) -> None:
    tx.run(
        """INSERT INTO hires AS h
             (hire_id, candidate_id, employer_id, source, hired_at, starts_on, ended_on, cancelled_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
           ON CONFLICT (hire_id) DO UPDATE SET
             source = coalesce(h.source, excluded.source),
             hired_at = coalesce(h.hired_at, excluded.hired_at),
             starts_on = coalesce(h.starts_on, excluded.starts_on),
             ended_on = coalesce(h.ended_on, excluded.ended_on),
             cancelled_at = coalesce(h.cancelled_at, excluded.cancelled_at)""",
        (hire_id, candidate_id, employer_id, source, hired_at, starts_on, ended_on, cancelled_at),
    )


def put_request(
    tx: Tx,
    request_id: UUID,
    candidate_id: UUID,
    employer_id: UUID,
    hire_id: UUID,
    *,
    ministry: str | None = None,
    measure: str | None = None,
    amount_cents: int | None = None,
    requested_at: datetime | None = None,
    decision: str | None = None,
    decided_at: datetime | None = None,
    ended_on: date | None = None,
) -> None:
    tx.run(
        """INSERT INTO requests AS r (request_id, candidate_id, employer_id, hire_id, ministry, measure, amount_cents,
                                      requested_at, decision, decided_at, ended_on)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
           ON CONFLICT (request_id) DO UPDATE SET
             ministry = coalesce(r.ministry, excluded.ministry),
             measure = coalesce(r.measure, excluded.measure),
             amount_cents = coalesce(r.amount_cents, excluded.amount_cents),
             requested_at = coalesce(r.requested_at, excluded.requested_at),
             decision = coalesce(r.decision, excluded.decision),
             decided_at = coalesce(r.decided_at, excluded.decided_at),
             ended_on = coalesce(r.ended_on, excluded.ended_on)""",
        (request_id, candidate_id, employer_id, hire_id, ministry, measure, amount_cents, requested_at, decision,
         decided_at, ended_on),
    )  # fmt: skip


def put_plan(
    tx: Tx, plan_id: UUID, candidate_id: UUID, hire_id: UUID, version: int, tasks: Sequence[PlannedTask]
) -> None:
    """A version of a plan. Each task keeps what the newest version that lists it says."""
    tx.run(
        """INSERT INTO plans AS p VALUES (%s, %s, %s, %s)
           ON CONFLICT (plan_id) DO UPDATE SET version = greatest(p.version, excluded.version)""",
        (plan_id, candidate_id, hire_id, version),
    )
    with tx.conn.cursor() as cursor:
        cursor.executemany(
            """INSERT INTO tasks AS t (task_id, candidate_id, hire_id, plan_id, plan_version, contact, side, due_on)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
               ON CONFLICT (task_id) DO UPDATE SET
                 plan_id = excluded.plan_id, plan_version = excluded.plan_version, contact = excluded.contact,
                 side = excluded.side, due_on = excluded.due_on
               WHERE t.plan_version < excluded.plan_version""",
            [(t.task_id, candidate_id, hire_id, plan_id, version, t.contact, t.side, t.due_on) for t in tasks],
        )


def put_contact(
    tx: Tx,
    task_id: UUID,
    candidate_id: UUID,
    hire_id: UUID,
    *,
    announced_at: datetime | None = None,
    reached_on: date | None = None,
    next_try_on: date | None = None,
) -> None:
    """What happened to a task, whether or not its plan is known yet."""
    tx.run(
        """INSERT INTO tasks AS t (task_id, candidate_id, hire_id, announced_at, reached_on, next_try_on)
           VALUES (%s, %s, %s, %s, %s, %s)
           ON CONFLICT (task_id) DO UPDATE SET
             announced_at = least(t.announced_at, excluded.announced_at),
             reached_on = least(t.reached_on, excluded.reached_on),
             next_try_on = greatest(t.next_try_on, excluded.next_try_on)""",
        (task_id, candidate_id, hire_id, announced_at, reached_on, next_try_on),
    )


def put_employer(tx: Tx, employer_id: UUID, sector: str, municipality: str, registered_at: datetime) -> None:
    tx.run(
        """INSERT INTO employers AS e (employer_id, sector, municipality, registered_at) VALUES (%s, %s, %s, %s)
           ON CONFLICT (employer_id) DO UPDATE SET sector = excluded.sector, municipality = excluded.municipality,
             registered_at = least(e.registered_at, excluded.registered_at)""",
        (employer_id, sector, municipality, registered_at),
    )


def touch_employer(tx: Tx, employer_id: UUID, kind: str, about: UUID, at: datetime) -> None:
    """The programme did something for a company. It never takes a support back."""
    tx.run(
        """WITH touch AS (
             INSERT INTO employer_touches (kind, about, employer_id, at) VALUES (%(kind)s, %(about)s, %(id)s, %(at)s)
             ON CONFLICT DO NOTHING
           )
           INSERT INTO employers AS e (employer_id, supported_since) VALUES (%(id)s, %(at)s)
           ON CONFLICT (employer_id) DO UPDATE
             SET supported_since = least(e.supported_since, excluded.supported_since)""",
        {"kind": kind, "about": about, "id": employer_id, "at": at},
    )


def add_to_timeline(tx: Tx, candidate_id: UUID, kind: str, facts: Mapping[str, Any]) -> None:
    """The event being handled, as an entry of the person's timeline; not when she was erased."""
    message = tx.message
    assert message is not None
    tx.run(
        """INSERT INTO timeline (event_id, candidate_id, at, service, kind, facts, cause, actor)
           SELECT %(event)s, %(person)s, %(at)s, %(service)s, %(kind)s, %(facts)s, %(cause)s, %(actor)s
           WHERE NOT EXISTS (SELECT FROM people WHERE candidate_id = %(person)s AND erased_at IS NOT NULL)
           ON CONFLICT DO NOTHING""",
        {
            "event": message.id,
            "person": candidate_id,
            "at": message.time,
            "service": message.publisher,
            "kind": kind,
            "facts": json.dumps(facts),
            "cause": message.causation_id,
            "actor": message.actor,
        },
    )


def is_erased(tx: Tx, candidate_id: UUID) -> bool:
    return bool(tx.value("SELECT 1 FROM people WHERE candidate_id = %s AND erased_at IS NOT NULL", (candidate_id,)))


def erase_person(tx: Tx, candidate_id: UUID, erased_at: datetime) -> None:
    tx.run(
        """INSERT INTO people AS p (candidate_id, erased_at) VALUES (%s, %s)
           ON CONFLICT (candidate_id) DO UPDATE SET erased_at = least(p.erased_at, excluded.erased_at)""",
        (candidate_id, erased_at),
    )
    keep_only_counts(tx, candidate_id)


def keep_only_counts(tx: Tx, candidate_id: UUID) -> None:
    """What is left of an erased person: days and codes that past totals rest on, tied to an id that names nobody any
    more, and to no company. Done again after every fact that comes late about her."""
    tx.run(
        """WITH who AS (UPDATE people SET file_number = NULL, advisor_id = NULL WHERE candidate_id = %(id)s),
             sent AS (UPDATE referrals SET partner_id = NULL WHERE candidate_id = %(id)s),
             met AS (UPDATE introductions SET employer_id = NULL, vacancy_id = NULL WHERE candidate_id = %(id)s),
             prepared AS (DELETE FROM steps WHERE candidate_id = %(id)s),
             jobs AS (UPDATE hires SET employer_id = NULL WHERE candidate_id = %(id)s),
             asked AS (UPDATE requests SET employer_id = NULL, hire_id = NULL, amount_cents = NULL
                       WHERE candidate_id = %(id)s),
             calls AS (DELETE FROM tasks WHERE candidate_id = %(id)s),
             planned AS (DELETE FROM plans WHERE candidate_id = %(id)s)
           DELETE FROM timeline WHERE candidate_id = %(id)s""",
        {"id": candidate_id},
    )


def count_fact(tx: Tx, key: str) -> None:
    """One more fact came in: what pages watch. Real time, by the database's clock; the last statement of a handler, so
    that the row is held for a moment only."""
    message = tx.message
    assert message is not None
    delay = max(0.0, (tx.now - message.time).total_seconds())
    tx.run(
        """INSERT INTO facts_received AS f VALUES (mod(abs(hashtext(%s)::bigint), %s), 1, clock_timestamp(), %s)
           ON CONFLICT (slot) DO UPDATE SET received = f.received + 1, last_at = excluded.last_at,
             last_delay_s = excluded.last_delay_s""",
        (key, SLOTS, delay),
    )
