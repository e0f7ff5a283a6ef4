"""What is left of a person who asked to be forgotten: days and codes that past totals rest on, tied to an id that names
nobody any more, and to no company."""

from datetime import datetime
from uuid import UUID

from shared.db import Tx
from shared.writes import Write

_ERASURE = Write(
    "candidate_id uuid, erased_at timestamptz",
    """INSERT INTO people AS p (candidate_id, erased_at) SELECT * FROM new
       ON CONFLICT (candidate_id) DO UPDATE SET erased_at = least(p.erased_at, excluded.erased_at)""",
)

_ONLY_COUNTS = Write(
    "candidate_id uuid",
    """, gone AS MATERIALIZED (
         SELECT DISTINCT candidate_id FROM people JOIN new USING (candidate_id) WHERE erased_at IS NOT NULL
       ),
       who AS (UPDATE people p SET file_number = NULL, advisor_id = NULL FROM gone
               WHERE p.candidate_id = gone.candidate_id),
       sent AS (UPDATE referrals r SET partner_id = NULL FROM gone WHERE r.candidate_id = gone.candidate_id),
       met AS (UPDATE introductions i SET employer_id = NULL, vacancy_id = NULL FROM gone
               WHERE i.candidate_id = gone.candidate_id),
       prepared AS (DELETE FROM steps s USING gone WHERE s.candidate_id = gone.candidate_id),
       jobs AS (UPDATE hires h SET employer_id = NULL FROM gone WHERE h.candidate_id = gone.candidate_id),
       asked AS (UPDATE requests q SET employer_id = NULL, hire_id = NULL, amount_cents = NULL FROM gone
                 WHERE q.candidate_id = gone.candidate_id),
       calls AS (DELETE FROM tasks t USING gone WHERE t.candidate_id = gone.candidate_id),
       planned AS (DELETE FROM plans l USING gone WHERE l.candidate_id = gone.candidate_id)
       DELETE FROM timeline e USING gone WHERE e.candidate_id = gone.candidate_id""",
)


def is_erased(tx: Tx, candidate_id: UUID) -> bool:
    return bool(tx.value("SELECT 1 FROM people WHERE candidate_id = %s AND erased_at IS NOT NULL", (candidate_id,)))


def erase_person(tx: Tx, candidate_id: UUID, erased_at: datetime) -> None:
    tx.put(_ERASURE, (candidate_id, erased_at))
    tx.put(_ONLY_COUNTS, (candidate_id,))


def keep_only_counts_of_erased(tx: Tx, candidate_id: UUID) -> None:
    """What is left of an erased person: days and codes that past totals rest on, tied to an id that names nobody any
    more, and to no company. Done again after every fact that comes late about her; nothing for anyone else."""
    if tx.gathers() or is_erased(tx, candidate_id):
        tx.put(_ONLY_COUNTS, (candidate_id,))
