"""Action plans, coaching, and where an advisor's people stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.db import Tx
from shared.errors import NotFound


@dataclass(frozen=True)
class Plan:
    """``agreed_on`` is None until both have agreed."""

    plan_id: UUID
    candidate_id: UUID
    advisor_id: UUID | None
    goal_occupation: str | None
    steps: Sequence[str]
    proposed_on: date
    agreed_on: date | None


@dataclass(frozen=True)
class Coaching:
    coaching_id: UUID
    candidate_id: UUID
    advisor_id: UUID | None
    held_on: date
    minutes: int
    topics: Sequence[str]


@dataclass(frozen=True)
class Workshop:
    """A workshop as one person sees it."""

    attendance_id: UUID
    session_id: UUID
    topic: str
    partner_id: UUID | None
    held_on: date
    minutes: int
    attended: bool | None


@dataclass(frozen=True)
class Accompanied:
    """One person of an advisor, with what intake knows of her way."""

    candidate_id: UUID
    file_number: str | None
    status: str
    admitted_on: date
    advisor_id: UUID | None
    plan_agreed_on: date | None
    last_coaching_on: date | None
    coaching_sessions: int
    workshops_attended: int
    hired: bool
    hired_on: date | None
    ended_on: date | None


_PLAN = "SELECT plan_id, candidate_id, advisor_id, goal_occupation, steps, proposed_on, agreed_on FROM action_plans "


def add_plan(tx: Tx, plan: Plan) -> None:
    tx.run(
        """INSERT INTO action_plans (plan_id, candidate_id, advisor_id, goal_occupation, steps, proposed_on, agreed_on)
           VALUES (%s, %s, %s, %s, %s, %s, %s)""",
        (
            plan.plan_id,
            plan.candidate_id,
            plan.advisor_id,
            plan.goal_occupation,
            list(plan.steps),
            plan.proposed_on,
            plan.agreed_on,
        ),
    )


def get_plan(tx: Tx, candidate_id: UUID, plan_id: UUID) -> Plan:
    found = tx.row(Plan, _PLAN + "WHERE candidate_id = %s AND plan_id = %s", (candidate_id, plan_id))
    if found is None:
        raise NotFound()
    return found


def agree_plan(tx: Tx, plan_id: UUID, agreed_on: date) -> None:
    tx.run("UPDATE action_plans SET agreed_on = %s WHERE plan_id = %s", (agreed_on, plan_id))


def list_plans(tx: Tx, candidate_id: UUID) -> list[Plan]:
    """Latest first."""
    return tx.rows(Plan, _PLAN + "WHERE candidate_id = %s ORDER BY position DESC", (candidate_id,))


def add_coaching(tx: Tx, held: Coaching) -> None:
    tx.run(
        """INSERT INTO coaching (coaching_id, candidate_id, advisor_id, held_on, minutes, topics)
           VALUES (%s, %s, %s, %s, %s, %s)""",
        (held.coaching_id, held.candidate_id, held.advisor_id, held.held_on, held.minutes, list(held.topics)),
    )


def list_coaching(tx: Tx, candidate_id: UUID) -> list[Coaching]:
    """Latest first."""
    return tx.rows(
        Coaching,
        """SELECT coaching_id, candidate_id, advisor_id, held_on, minutes, topics FROM coaching
           WHERE candidate_id = %s ORDER BY held_on DESC, coaching_id""",
        (candidate_id,),
    )


def list_workshops(tx: Tx, candidate_id: UUID) -> list[Workshop]:
    """Latest first."""
    return tx.rows(
        Workshop,
        """SELECT e.attendance_id, s.session_id, s.topic, s.partner_id, s.held_on, s.minutes, e.attended
           FROM workshop_enrolments e JOIN sessions s USING (session_id)
           WHERE e.candidate_id = %s ORDER BY s.held_on DESC, s.position DESC""",
        (candidate_id,),
    )


def assign_advisor(tx: Tx, candidate_id: UUID, advisor_id: UUID) -> None:
    tx.run("UPDATE candidates SET advisor_id = %s WHERE candidate_id = %s", (advisor_id, candidate_id))


def list_accompanied(
    tx: Tx, *, advisor_id: UUID | None, after: tuple[date, UUID] | None, limit: int
) -> list[Accompanied]:
    """Admitted people of one advisor or of all, longest in the programme first (keyset by day and id)."""
    day, last = after or (None, None)
    return tx.rows(
        Accompanied,
        """SELECT c.candidate_id, c.file_number, c.status, c.admitted_on, c.advisor_id,
                  (SELECT max(p.agreed_on) FROM action_plans p WHERE p.candidate_id = c.candidate_id) AS plan_agreed_on,
                  coached.last_on AS last_coaching_on, coached.n AS coaching_sessions,
                  (SELECT count(*) FROM workshop_enrolments e WHERE e.candidate_id = c.candidate_id AND e.attended)
                    AS workshops_attended,
                  coalesce(work.open, false) AS hired, work.hired_on, work.ended_on
           FROM candidates c
           CROSS JOIN LATERAL (SELECT max(held_on) AS last_on, count(*) AS n FROM coaching k
                               WHERE k.candidate_id = c.candidate_id) coached
           CROSS JOIN LATERAL (SELECT bool_or(h.ended_on IS NULL) AS open, max(h.hired_on) AS hired_on,
                                      max(h.ended_on) AS ended_on
                               FROM hires h WHERE h.candidate_id = c.candidate_id AND NOT h.cancelled) work
           WHERE c.status IN ('admitted', 'withdrawn') AND c.admitted_on IS NOT NULL
             AND (%(advisor)s::uuid IS NULL OR c.advisor_id = %(advisor)s)
             AND (%(day)s::date IS NULL OR (c.admitted_on, c.candidate_id) > (%(day)s::date, %(last)s::uuid))
           ORDER BY c.admitted_on, c.candidate_id LIMIT %(limit)s""",
        {"advisor": advisor_id, "day": day, "last": last, "limit": limit},
    )
