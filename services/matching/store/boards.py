"""Lists to work from: introductions by state and by who must act; people with too few companies."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.matching.domain.introduction import Introduction
from services.matching.domain.short import Company
from services.matching.store.introductions import list_by_ids
from shared.db import Tx


@dataclass(frozen=True)
class Wanted:
    """What a board is asked for; None leaves a condition out."""

    states: tuple[str, ...] | None = None
    who: str | None = None
    live: bool | None = None
    employer_id: UUID | None = None
    advisor_id: UUID | None = None
    candidate_ids: tuple[UUID, ...] | None = None
    agreed: bool = False  # only those to which the person has said yes
    after: UUID | None = None
    limit: int = 50


def list_board(tx: Tx, wanted: Wanted, today: date) -> list[Introduction]:
    """One page, oldest first; the next one begins ``after`` its last."""
    rows = tx.conn.execute(
        """
        SELECT i.introduction_id FROM introductions i LEFT JOIN candidates c USING (candidate_id)
        WHERE i.candidate_id IS NOT NULL
          AND (%(states)s::text[] IS NULL OR i.state = ANY(%(states)s))
          AND (%(live)s::boolean IS NULL OR i.live = %(live)s)
          AND (%(employer)s::uuid IS NULL OR i.employer_id = %(employer)s)
          AND (%(advisor)s::uuid IS NULL OR c.advisor_id = %(advisor)s)
          AND (%(candidates)s::uuid[] IS NULL OR i.candidate_id = ANY(%(candidates)s))
          AND (NOT %(agreed)s OR i.agreed_at IS NOT NULL)
          AND (%(who)s::text IS NULL OR %(who)s = CASE
                WHEN i.state IN ('proposed', 'offered') THEN 'candidate'
                WHEN i.state IN ('candidate_agreed', 'met') THEN 'employer'
                WHEN i.state = 'meeting_set' AND i.meets_on > %(today)s THEN 'date'
                WHEN i.state IN ('accepted', 'meeting_set') THEN 'programme' END)
          AND (%(after)s::uuid IS NULL OR (i.proposed_at, i.introduction_id) > (
                SELECT proposed_at, introduction_id FROM introductions WHERE introduction_id = %(after)s))
        ORDER BY i.proposed_at, i.introduction_id LIMIT %(limit)s
        """,
        {
            "states": list(wanted.states) if wanted.states else None,
            "live": wanted.live,
            "employer": wanted.employer_id,
            "advisor": wanted.advisor_id,
            "candidates": list(wanted.candidate_ids) if wanted.candidate_ids is not None else None,
            "agreed": wanted.agreed,
            "who": wanted.who,
            "today": today,
            "after": wanted.after,
            "limit": wanted.limit,
        },
    ).fetchall()
    return list_by_ids(tx, [introduction_id for (introduction_id,) in rows])


@dataclass(frozen=True)
class Looking:
    """Somebody who looks for work. ``last_job_over_at``: when the end of her last hire became known."""

    candidate_id: UUID
    file_number: str | None
    advisor_id: UUID | None
    admitted_on: date
    agreed: bool
    last_job_over_at: datetime | None
    next_look_at: datetime | None


def list_looking(tx: Tx, advisor_id: UUID | None = None) -> list[Looking]:
    """Everybody who looks for work; of one advisor when asked."""
    return tx.rows(
        Looking,
        """
        SELECT c.candidate_id, c.file_number, c.advisor_id, c.admitted_on, c.agreed,
               (SELECT max(h.closed_at) FROM hires h WHERE h.candidate_id = c.candidate_id) AS last_job_over_at,
               (SELECT t.due_at FROM timers t
                WHERE t.kind = 'plan_introductions' AND t.about = c.candidate_id::text) AS next_look_at
        FROM looking c WHERE %(advisor)s::uuid IS NULL OR c.advisor_id = %(advisor)s
        """,
        {"advisor": advisor_id},
    )


def list_companies(tx: Tx, candidate_ids: list[UUID]) -> dict[UUID, list[Company]]:
    """Each person's introductions as far as they count towards her companies."""
    found: dict[UUID, list[Company]] = {}
    for candidate_id, *facts in tx.conn.execute(
        """SELECT candidate_id, employer_id, proposed_at, CASE WHEN NOT live THEN state_since END, met_on IS NOT NULL
           FROM introductions WHERE candidate_id = ANY(%s)""",
        (candidate_ids,),
    ):
        found.setdefault(candidate_id, []).append(Company(*facts))
    return found
