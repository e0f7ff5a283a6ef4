"""Who accompanies whom, how far introductions are: what facts add, and what lists of advisors read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.db import Tx
from shared.writes import Write

_ADVISOR = Write(
    "candidate_id uuid, advisor_id uuid, advisor_version bigint",
    """INSERT INTO people AS p (candidate_id, advisor_id, advisor_version) SELECT * FROM new
       ON CONFLICT (candidate_id) DO UPDATE
         SET advisor_id = excluded.advisor_id, advisor_version = excluded.advisor_version
       WHERE p.advisor_version < excluded.advisor_version AND p.erased_at IS NULL""",
)

_SENDER = Write(
    "referral_id uuid, partner_id uuid",
    """UPDATE referrals r SET partner_id = coalesce(r.partner_id, new.partner_id) FROM new
       WHERE r.referral_id = new.referral_id""",
)

_STEP = Write(
    "about uuid, kind text, candidate_id uuid, held_on date",
    """INSERT INTO steps (about, kind, candidate_id, held_on) SELECT * FROM new
       WHERE NOT EXISTS (SELECT FROM people p WHERE p.candidate_id = new.candidate_id AND p.erased_at IS NOT NULL)
       ON CONFLICT DO NOTHING""",
)

_PROGRESS = Write(
    "introduction_id uuid, vacancy_id uuid, agreed_at timestamptz, accepted_at timestamptz, "
    "meeting_set_at timestamptz, meets_on date, hired_at timestamptz",
    """UPDATE introductions i SET
         vacancy_id = coalesce(i.vacancy_id, new.vacancy_id),
         agreed_at = coalesce(i.agreed_at, new.agreed_at),
         accepted_at = coalesce(i.accepted_at, new.accepted_at),
         meets_on = CASE WHEN new.meeting_set_at >= coalesce(i.meeting_set_at, '-infinity') THEN new.meets_on
                         ELSE i.meets_on END,
         meeting_set_at = greatest(i.meeting_set_at, new.meeting_set_at),
         hired_at = coalesce(i.hired_at, new.hired_at)
       FROM new WHERE i.introduction_id = new.introduction_id""",
)

_NO_OFFER = Write(
    "introduction_id uuid",
    "UPDATE introductions i SET offered_at = NULL FROM new WHERE i.introduction_id = new.introduction_id",
)


def put_advisor(tx: Tx, candidate_id: UUID, advisor_id: UUID, version: int) -> None:
    """Who answers for a person, as the newest fact about her says."""
    tx.put(_ADVISOR, (candidate_id, advisor_id, version))


def put_sender(tx: Tx, referral_id: UUID, partner_id: UUID | None) -> None:
    tx.put(_SENDER, (referral_id, partner_id))


def put_step(tx: Tx, kind: str, about: UUID, candidate_id: UUID, held_on: date) -> None:
    tx.put(_STEP, (about, kind, candidate_id, held_on))


def put_progress(
    tx: Tx,
    introduction_id: UUID,
    *,
    vacancy_id: UUID | None = None,
    agreed_at: datetime | None = None,
    accepted_at: datetime | None = None,
    meeting_set_at: datetime | None = None,
    meets_on: date | None = None,
    hired_at: datetime | None = None,
) -> None:
    """Adds to an introduction that has a row. The day of the newest setting stands."""
    tx.put(_PROGRESS, (introduction_id, vacancy_id, agreed_at, accepted_at, meeting_set_at, meets_on, hired_at))


def take_back_offer(tx: Tx, introduction_id: UUID) -> None:
    tx.put(_NO_OFFER, (introduction_id,))


@dataclass(frozen=True)
class Place:
    """One introduction of a person, as far as it is. ``state``: of the canonical codes; ``ended_as`` when it ended."""

    introduction_id: UUID
    candidate_id: UUID
    employer_id: UUID | None
    vacancy_id: UUID | None
    state: str
    since: datetime
    meets_on: date | None
    met_on: date | None
    ended_as: str | None


@dataclass(frozen=True)
class Accompanied:
    """An admitted person and how far she is."""

    candidate_id: UUID
    file_number: str | None
    advisor_id: UUID | None
    admitted_on: date
    withdrawn: bool
    plan_agreed_on: date | None
    coaching: int
    workshops: int
    last_step_on: date | None
    introduced: int  # different companies put before her
    met: int  # different companies met
    live: int  # introductions under way
    offers: int  # that stand open
    last_introduced_on: date | None
    hired_on: date | None
    starts_on: date | None
    ended_on: date | None


def list_accompanied(tx: Tx, advisor_id: UUID | None = None) -> list[Accompanied]:
    """Everyone admitted and not erased, or those of one advisor; longest admitted first."""
    return tx.rows(
        Accompanied,
        """SELECT p.candidate_id, p.file_number, p.advisor_id, p.admitted_on, p.withdrawn_at IS NOT NULL AS withdrawn,
             s.plan_agreed_on, coalesce(s.coaching, 0) AS coaching, coalesce(s.workshops, 0) AS workshops,
             s.last_step_on, coalesce(i.introduced, 0) AS introduced, coalesce(i.met, 0) AS met,
             coalesce(i.live, 0) AS live, coalesce(i.offers, 0) AS offers, i.last_introduced_on,
             h.hired_on, h.starts_on, h.ended_on
           FROM people p
           LEFT JOIN (
             SELECT candidate_id, max(held_on) FILTER (WHERE kind = 'plan') AS plan_agreed_on,
               count(*) FILTER (WHERE kind = 'coaching') AS coaching,
               count(*) FILTER (WHERE kind = 'workshop') AS workshops, max(held_on) AS last_step_on
             FROM steps GROUP BY candidate_id) s USING (candidate_id)
           LEFT JOIN (
             SELECT candidate_id, count(DISTINCT employer_id) AS introduced,
               count(DISTINCT employer_id) FILTER (WHERE met_on IS NOT NULL) AS met,
               count(*) FILTER (WHERE ended_as IS NULL AND hired_at IS NULL) AS live,
               count(*) FILTER (WHERE ended_as IS NULL AND hired_at IS NULL AND offered_at IS NOT NULL) AS offers,
               max((proposed_at AT TIME ZONE 'America/Toronto')::date) AS last_introduced_on
             FROM introductions GROUP BY candidate_id) i USING (candidate_id)
           LEFT JOIN (
             SELECT DISTINCT ON (candidate_id) candidate_id, starts_on, ended_on,
               (hired_at AT TIME ZONE 'America/Toronto')::date AS hired_on
             FROM hires WHERE cancelled_at IS NULL AND starts_on IS NOT NULL
             ORDER BY candidate_id, starts_on DESC, hire_id) h USING (candidate_id)
           WHERE p.admitted_on IS NOT NULL AND p.erased_at IS NULL AND (%(advisor)s::uuid IS NULL
             OR p.advisor_id = %(advisor)s)
           ORDER BY p.admitted_on, p.candidate_id""",
        {"advisor": advisor_id},
    )


def list_places(tx: Tx, candidate_ids: Sequence[UUID]) -> list[Place]:
    """Every introduction of these persons, oldest first."""
    return tx.rows(
        Place,
        """SELECT introduction_id, candidate_id, employer_id, vacancy_id,
             CASE WHEN hired_at IS NOT NULL THEN 'hired' WHEN offered_at IS NOT NULL THEN 'offered'
                  WHEN met_on IS NOT NULL THEN 'met' WHEN meeting_set_at IS NOT NULL THEN 'meeting_set'
                  WHEN accepted_at IS NOT NULL THEN 'accepted' WHEN agreed_at IS NOT NULL THEN 'candidate_agreed'
                  ELSE 'proposed' END AS state,
             greatest(proposed_at, agreed_at, accepted_at, meeting_set_at,
                      met_on::timestamp AT TIME ZONE 'America/Toronto', offered_at, hired_at, ended_at) AS since,
             meets_on, met_on, ended_as
           FROM introductions WHERE candidate_id = ANY(%s) AND proposed_at IS NOT NULL
           ORDER BY proposed_at, introduction_id""",
        (list(candidate_ids),),
    )


def count_waiting_referrals(tx: Tx) -> int:
    found: int = tx.value("SELECT count(*) FROM referrals WHERE outcome IS NULL AND received_at IS NOT NULL")
    return found
