"""How the work is spread: advisors and their people, contacts due, partners and what became of whom they sent."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.db import Tx
from shared.writes import Write

# contacts that stand: of the newest plan of a hire that goes on
_STANDING = """tasks t JOIN plans pl ON pl.plan_id = t.plan_id AND pl.version = t.plan_version
               JOIN hires h ON h.hire_id = t.hire_id
               LEFT JOIN people who ON who.candidate_id = t.candidate_id
               WHERE t.reached_on IS NULL AND h.cancelled_at IS NULL
                 AND (h.ended_on IS NULL OR h.ended_on > %(today)s)"""


@dataclass(frozen=True)
class Load:
    """An advisor's people by where they stand, and her contacts. ``advisor_id`` None: nobody's."""

    advisor_id: UUID | None
    preparing: int
    introduced: int
    starting: int
    employed: int
    over: int
    due: int
    late: int

    @property
    def people(self) -> int:
        return self.preparing + self.introduced + self.starting + self.employed + self.over


@dataclass(frozen=True)
class Sent:
    """What became of the people a partner sent. ``answer_s``: the median seconds until its answer."""

    partner_id: UUID | None
    referrals: int
    waiting: int
    accepted: int
    refused: int
    redirected: int
    withdrawn: int
    employed: int
    answer_s: float | None


@dataclass(frozen=True)
class Reason:
    partner_id: UUID | None
    reason: str
    people: int


@dataclass(frozen=True)
class Heard:
    """The last fact about a person that a service told."""

    service: str
    at: datetime


_TASK_ADVISOR = Write(
    "task_id uuid, candidate_id uuid, hire_id uuid, advisor_id uuid, advisor_version bigint",
    """INSERT INTO tasks AS t (task_id, candidate_id, hire_id, advisor_id, advisor_version) SELECT * FROM new
       ON CONFLICT (task_id) DO UPDATE
         SET advisor_id = excluded.advisor_id, advisor_version = excluded.advisor_version
       WHERE t.advisor_version < excluded.advisor_version""",
)

_START = Write(
    "hire_id uuid, candidate_id uuid, employer_id uuid, starts_on date",
    """INSERT INTO hires (hire_id, candidate_id, employer_id, starts_on) SELECT * FROM new
       ON CONFLICT (hire_id) DO UPDATE SET starts_on = excluded.starts_on""",
)


def put_task_advisor(tx: Tx, task_id: UUID, candidate_id: UUID, hire_id: UUID, advisor_id: UUID, version: int) -> None:
    """Whose contact it is, as the newest fact about it says."""
    tx.put(_TASK_ADVISOR, (task_id, candidate_id, hire_id, advisor_id, version))


def move_start(tx: Tx, hire_id: UUID, candidate_id: UUID, employer_id: UUID, starts_on: date) -> None:
    """A job begins on another day than was agreed."""
    tx.put(_START, (hire_id, candidate_id, employer_id, starts_on))


def count_due_tasks(tx: Tx, advisor_id: UUID | None, today: date) -> int:
    """Contacts to make today or late; one advisor's, or all for who has none."""
    found: int = tx.value(
        f"""WITH standing AS (SELECT coalesce(t.advisor_id, who.advisor_id) AS advisor,
                                     greatest(t.due_on, t.next_try_on) AS due FROM {_STANDING}),
              hers AS (SELECT EXISTS (SELECT FROM standing WHERE advisor = %(advisor)s) AS any)
            SELECT count(*) FROM standing, hers
            WHERE due <= %(today)s AND (advisor = %(advisor)s OR NOT hers.any)""",
        {"advisor": advisor_id, "today": today},
    )
    return found


def list_loads(tx: Tx, today: date) -> list[Load]:
    """Each advisor once, those with most people first."""
    return tx.rows(
        Load,
        f"""WITH job AS (
              SELECT candidate_id, bool_or(starts_on > %(today)s AND ended_on IS NULL) AS ahead,
                bool_or(starts_on <= %(today)s AND (ended_on IS NULL OR ended_on > %(today)s)) AS held
              FROM hires WHERE cancelled_at IS NULL AND starts_on IS NOT NULL GROUP BY candidate_id
            ), met AS (
              SELECT candidate_id, bool_or(ended_as IS NULL) AS live FROM introductions
              WHERE proposed_at IS NOT NULL GROUP BY candidate_id
            ), hers AS (
              SELECT p.advisor_id,
                count(*) FILTER (WHERE job.candidate_id IS NULL AND met.live IS NOT TRUE) AS preparing,
                count(*) FILTER (WHERE job.candidate_id IS NULL AND met.live) AS introduced,
                count(*) FILTER (WHERE job.ahead AND NOT job.held) AS starting,
                count(*) FILTER (WHERE job.held) AS employed,
                count(*) FILTER (WHERE NOT job.held AND NOT job.ahead) AS over
              FROM people p LEFT JOIN job USING (candidate_id) LEFT JOIN met USING (candidate_id)
              WHERE p.admitted_on IS NOT NULL AND p.withdrawn_at IS NULL AND p.erased_at IS NULL
              GROUP BY p.advisor_id
            ), calls AS (
              SELECT coalesce(t.advisor_id, who.advisor_id) AS advisor_id,
                count(*) FILTER (WHERE greatest(t.due_on, t.next_try_on) <= %(today)s) AS due,
                count(*) FILTER (WHERE greatest(t.due_on, t.next_try_on) < %(today)s) AS late
              FROM {_STANDING} GROUP BY 1
            )
            SELECT coalesce(hers.advisor_id, calls.advisor_id) AS advisor_id, coalesce(preparing, 0) AS preparing,
              coalesce(introduced, 0) AS introduced, coalesce(starting, 0) AS starting,
              coalesce(employed, 0) AS employed, coalesce(over, 0) AS over, coalesce(due, 0) AS due,
              coalesce(late, 0) AS late
            FROM hers FULL JOIN calls ON coalesce(hers.advisor_id::text, '') = coalesce(calls.advisor_id::text, '')
            ORDER BY coalesce(employed, 0) + coalesce(preparing, 0) + coalesce(introduced, 0) DESC, 1""",
        {"today": today},
    )


def list_sent(tx: Tx, today: date) -> list[Sent]:
    """Each partner once (None: people who came by themselves), those who sent most first."""
    return tx.rows(
        Sent,
        """WITH held AS (
             SELECT DISTINCT candidate_id FROM hires WHERE cancelled_at IS NULL AND starts_on <= %(today)s
               AND (ended_on IS NULL OR ended_on > %(today)s))
           SELECT r.partner_id, count(*) AS referrals, count(*) FILTER (WHERE r.outcome IS NULL) AS waiting,
             count(*) FILTER (WHERE r.outcome = 'accepted') AS accepted,
             count(*) FILTER (WHERE r.outcome = 'refused') AS refused,
             count(*) FILTER (WHERE r.outcome = 'redirected') AS redirected,
             count(*) FILTER (WHERE r.outcome = 'withdrawn') AS withdrawn,
             count(held.candidate_id) AS employed,
             (percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM r.closed_at - r.received_at)))::float
               AS answer_s
           FROM referrals r LEFT JOIN held USING (candidate_id) WHERE r.received_at IS NOT NULL
           GROUP BY r.partner_id ORDER BY count(*) DESC, r.partner_id""",
        {"today": today},
    )


def list_refusals(tx: Tx) -> list[Reason]:
    """Why people were not taken, by who sent them; the commonest reason first."""
    return tx.rows(
        Reason,
        """SELECT r.partner_id, t.facts->>'reason' AS reason, count(DISTINCT r.candidate_id) AS people
           FROM referrals r JOIN timeline t USING (candidate_id)
           WHERE t.kind = 'referral_closed' AND r.outcome IN ('refused', 'redirected')
             AND t.facts->>'reason' IS NOT NULL
           GROUP BY 1, 2 ORDER BY 3 DESC, 2""",
    )


def list_heard(tx: Tx) -> list[Heard]:
    return tx.rows(Heard, "SELECT service, max(at) AS at FROM timeline GROUP BY service")
