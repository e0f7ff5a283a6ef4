"""What facts write. Facts arrive in any order across topics: every statement inserts what it knows or adds it to the
row that is there, so that the same facts leave the same rows. Nothing here ever waits, and nothing asks first: so the
same statements write one fact as it comes and thousands when the read models are rebuilt (shared/writes.py)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic_core import to_json

from shared.db import Tx
from shared.events.parts import PlannedTask
from shared.writes import Write

_PERSON = Write(
    "candidate_id uuid, file_number text, referred_at timestamptz, admitted_on date, withdrawn_at timestamptz",
    """INSERT INTO people AS p (candidate_id, file_number, referred_at, admitted_on, withdrawn_at)
       SELECT * FROM new
       ON CONFLICT (candidate_id) DO UPDATE SET
         file_number = coalesce(p.file_number, excluded.file_number),
         referred_at = least(p.referred_at, excluded.referred_at),
         admitted_on = least(p.admitted_on, excluded.admitted_on),
         withdrawn_at = greatest(p.withdrawn_at, excluded.withdrawn_at)""",
)

_REFERRAL = Write(
    "referral_id uuid, candidate_id uuid, received_at timestamptz, outcome text, closed_at timestamptz",
    """INSERT INTO referrals AS r (referral_id, candidate_id, received_at, outcome, closed_at) SELECT * FROM new
       ON CONFLICT (referral_id) DO UPDATE SET
         received_at = coalesce(r.received_at, excluded.received_at),
         outcome = coalesce(excluded.outcome, r.outcome),
         closed_at = coalesce(excluded.closed_at, r.closed_at)""",
)

_MISSING = Write(
    "referral_id uuid, incomplete boolean, version bigint",
    """UPDATE referrals r SET incomplete = new.incomplete, facts_version = new.version FROM new
       WHERE r.referral_id = new.referral_id AND r.facts_version < new.version""",
)

_INTRODUCTION = Write(
    "introduction_id uuid, candidate_id uuid, employer_id uuid, proposed_at timestamptz, met_on date, "
    "offered_at timestamptz, ended_as text, ended_at timestamptz",
    """INSERT INTO introductions AS i
         (introduction_id, candidate_id, employer_id, proposed_at, met_on, offered_at, ended_as, ended_at)
       SELECT * FROM new
       ON CONFLICT (introduction_id) DO UPDATE SET
         proposed_at = coalesce(i.proposed_at, excluded.proposed_at),
         met_on = least(i.met_on, excluded.met_on),
         offered_at = least(i.offered_at, excluded.offered_at),
         ended_as = coalesce(i.ended_as, excluded.ended_as),
         ended_at = coalesce(i.ended_at, excluded.ended_at)""",
)

_HIRE = Write(
    "hire_id uuid, candidate_id uuid, employer_id uuid, source text, hired_at timestamptz, starts_on date, "
    "ended_on date, cancelled_at timestamptz",
    """INSERT INTO hires AS h
         (hire_id, candidate_id, employer_id, source, hired_at, starts_on, ended_on, cancelled_at)
       SELECT * FROM new
       ON CONFLICT (hire_id) DO UPDATE SET
         source = coalesce(h.source, excluded.source),
         hired_at = coalesce(h.hired_at, excluded.hired_at),
         starts_on = coalesce(h.starts_on, excluded.starts_on),
         ended_on = coalesce(h.ended_on, excluded.ended_on),
         cancelled_at = coalesce(h.cancelled_at, excluded.cancelled_at)""",
)

_REQUEST = Write(
    "request_id uuid, candidate_id uuid, employer_id uuid, hire_id uuid, ministry text, measure text, "
    "amount_cents bigint, requested_at timestamptz, decision text, decided_at timestamptz, ended_on date",
    """INSERT INTO requests AS r (request_id, candidate_id, employer_id, hire_id, ministry, measure, amount_cents,
                                  requested_at, decision, decided_at, ended_on)
       SELECT * FROM new
       ON CONFLICT (request_id) DO UPDATE SET
         ministry = coalesce(r.ministry, excluded.ministry),
         measure = coalesce(r.measure, excluded.measure),
         amount_cents = coalesce(r.amount_cents, excluded.amount_cents),
         requested_at = coalesce(r.requested_at, excluded.requested_at),
         decision = coalesce(r.decision, excluded.decision),
         decided_at = coalesce(r.decided_at, excluded.decided_at),
         ended_on = coalesce(r.ended_on, excluded.ended_on)""",
)

_PLAN = Write(
    "plan_id uuid, candidate_id uuid, hire_id uuid, version bigint",
    """INSERT INTO plans AS p (plan_id, candidate_id, hire_id, version) SELECT * FROM new
       ON CONFLICT (plan_id) DO UPDATE SET version = greatest(p.version, excluded.version)""",
)

_TASK = Write(
    "task_id uuid, candidate_id uuid, hire_id uuid, plan_id uuid, plan_version bigint, contact text, side text, "
    "due_on date",
    """INSERT INTO tasks AS t (task_id, candidate_id, hire_id, plan_id, plan_version, contact, side, due_on)
       SELECT * FROM new
       ON CONFLICT (task_id) DO UPDATE SET
         plan_id = excluded.plan_id, plan_version = excluded.plan_version, contact = excluded.contact,
         side = excluded.side, due_on = excluded.due_on
       WHERE t.plan_version < excluded.plan_version""",
)

_CONTACT = Write(
    "task_id uuid, candidate_id uuid, hire_id uuid, announced_at timestamptz, reached_on date, next_try_on date",
    """INSERT INTO tasks AS t (task_id, candidate_id, hire_id, announced_at, reached_on, next_try_on)
       SELECT * FROM new
       ON CONFLICT (task_id) DO UPDATE SET
         announced_at = least(t.announced_at, excluded.announced_at),
         reached_on = least(t.reached_on, excluded.reached_on),
         next_try_on = greatest(t.next_try_on, excluded.next_try_on)""",
)

_EMPLOYER = Write(
    "employer_id uuid, sector text, municipality text, registered_at timestamptz",
    """INSERT INTO employers AS e (employer_id, sector, municipality, registered_at)
       SELECT DISTINCT ON (employer_id) employer_id, sector, municipality,
         min(registered_at) OVER (PARTITION BY employer_id)
       FROM new ORDER BY employer_id, registered_at DESC
       ON CONFLICT (employer_id) DO UPDATE SET sector = excluded.sector, municipality = excluded.municipality,
         registered_at = least(e.registered_at, excluded.registered_at)""",
    meets=True,
)

_TOUCH = Write(
    "kind text, about uuid, employer_id uuid, at timestamptz",
    """, touch AS (
         INSERT INTO employer_touches (kind, about, employer_id, at) SELECT * FROM new ON CONFLICT DO NOTHING
       )
       INSERT INTO employers AS e (employer_id, supported_since)
       SELECT employer_id, min(at) FROM new GROUP BY employer_id ORDER BY employer_id
       ON CONFLICT (employer_id) DO UPDATE
         SET supported_since = least(e.supported_since, excluded.supported_since)""",
    meets=True,
)

_ENTRY = Write(
    "event_id uuid, candidate_id uuid, at timestamptz, service text, kind text, facts text, cause uuid, actor text",
    """INSERT INTO timeline (event_id, candidate_id, at, service, kind, facts, cause, actor)
       SELECT event_id, candidate_id, at, service, kind, facts::jsonb, cause, actor FROM new
       WHERE NOT EXISTS (SELECT FROM people p WHERE p.candidate_id = new.candidate_id AND p.erased_at IS NOT NULL)
       ON CONFLICT DO NOTHING""",
)

# How many facts came in, spread over 16 rows so that partitions do not wait for each other.
_RECEIVED = Write(
    "key text, delay_s float8",
    """INSERT INTO facts_received AS f (slot, received, last_at, last_delay_s)
       SELECT mod(abs(hashtext(key)::bigint), 16) AS slot, count(*), clock_timestamp(), max(delay_s) FROM new
       GROUP BY slot ORDER BY slot
       ON CONFLICT (slot) DO UPDATE SET received = f.received + excluded.received, last_at = excluded.last_at,
         last_delay_s = excluded.last_delay_s""",
    meets=True,
)


def put_person(
    tx: Tx,
    candidate_id: UUID,
    *,
    file_number: str | None = None,
    referred_at: datetime | None = None,
    admitted_on: date | None = None,
    withdrawn_at: datetime | None = None,
) -> None:
    tx.put(_PERSON, (candidate_id, file_number, referred_at, admitted_on, withdrawn_at))


def put_referral(
    tx: Tx,
    referral_id: UUID,
    candidate_id: UUID,
    *,
    received_at: datetime | None = None,
    outcome: str | None = None,
    closed_at: datetime | None = None,
) -> None:
    tx.put(_REFERRAL, (referral_id, candidate_id, received_at, outcome, closed_at))


def put_missing(tx: Tx, referral_id: UUID, *, incomplete: bool, version: int) -> None:
    """Whether facts are missing, as the newest version of the referral says."""
    tx.put(_MISSING, (referral_id, incomplete, version))


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
    tx.put(
        _INTRODUCTION,
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
    tx.put(_HIRE, (hire_id, candidate_id, employer_id, source, hired_at, starts_on, ended_on, cancelled_at))


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
    tx.put(
        _REQUEST,
        (request_id, candidate_id, employer_id, hire_id, ministry, measure, amount_cents, requested_at, decision,
         decided_at, ended_on),
    )  # fmt: skip


def put_plan(
    tx: Tx, plan_id: UUID, candidate_id: UUID, hire_id: UUID, version: int, tasks: Sequence[PlannedTask]
) -> None:
    """A version of a plan. Each task keeps what the newest version that lists it says."""
    tx.put(_PLAN, (plan_id, candidate_id, hire_id, version))
    tx.put(_TASK, *((t.task_id, candidate_id, hire_id, plan_id, version, t.contact, t.side, t.due_on) for t in tasks))


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
    tx.put(_CONTACT, (task_id, candidate_id, hire_id, announced_at, reached_on, next_try_on))


def put_employer(tx: Tx, employer_id: UUID, sector: str, municipality: str, registered_at: datetime) -> None:
    tx.put(_EMPLOYER, (employer_id, sector, municipality, registered_at))


def touch_employer(tx: Tx, employer_id: UUID, kind: str, about: UUID, at: datetime) -> None:
    """The programme did something for a company. It never takes a support back."""
    tx.put(_TOUCH, (kind, about, employer_id, at))


def add_to_timeline(tx: Tx, candidate_id: UUID, kind: str, facts: Mapping[str, Any]) -> None:
    """The event being handled, as an entry of the person's timeline; not when she was erased."""
    message = tx.message
    assert message is not None
    tx.put(
        _ENTRY,
        (message.id, candidate_id, message.time, message.publisher, kind, to_json(facts).decode(), message.causation_id,
         message.actor),
    )  # fmt: skip


def count_fact(tx: Tx, key: str) -> None:
    """One more fact came in: what pages watch. Real time, by the database's clock; the last statement of a handler, so
    that the row is held for a moment only."""
    message = tx.message
    assert message is not None
    tx.put(_RECEIVED, (key, max(0.0, (tx.now - message.time).total_seconds())))
