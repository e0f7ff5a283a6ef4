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
    meets=True,  # of many events, once after all that they put
)


def is_erased(tx: Tx, candidate_id: UUID) -> bool:
    return bool(tx.value("SELECT 1 FROM people WHERE candidate_id = %s AND erased_at IS NOT NULL", (candidate_id,)))


def erase_person(tx: Tx, candidate_id: UUID, erased_at: datetime) -> None:
    tx.put(_ERASURE, (candidate_id, erased_at))
    tx.put(_ONLY_COUNTS, (candidate_id,))


def keep_only_counts_of_erased(tx: Tx, candidate_id: UUID) -> None:
    """What is left of an erased person: days and codes that past totals rest on, tied to an id that names nobody any
    more, and to no company. Done again after every fact that comes late about her; nothing for anyone else. Where
    the read models are made anew it is done once for all, at the end (``carry_over``)."""
    if not tx.makes_anew() and (tx.gathers() or is_erased(tx, candidate_id)):
        tx.put(_ONLY_COUNTS, (candidate_id,))


def carry_over(tx: Tx) -> None:
    """Into read models that were rebuilt, from those that serve (``public``): what is left of erased persons. Their
    payloads are gone from every journal, so nobody else has it (docs/decisions/0007)."""
    for statement in _CARRIED:
        tx.run(statement)
    gone = tx.conn.execute("SELECT candidate_id FROM people WHERE erased_at IS NOT NULL").fetchall()
    tx.put(_ONLY_COUNTS, *gone)


_GONE = "candidate_id IN (SELECT candidate_id FROM people WHERE erased_at IS NOT NULL)"
_CARRIED = (
    f"""INSERT INTO people AS p SELECT * FROM public.people WHERE {_GONE}
        ON CONFLICT (candidate_id) DO UPDATE SET
          referred_at = coalesce(p.referred_at, excluded.referred_at),
          admitted_on = coalesce(p.admitted_on, excluded.admitted_on),
          withdrawn_at = coalesce(p.withdrawn_at, excluded.withdrawn_at),
          advisor_version = greatest(p.advisor_version, excluded.advisor_version)""",
    f"""INSERT INTO referrals AS r SELECT * FROM public.referrals WHERE {_GONE}
        ON CONFLICT (referral_id) DO UPDATE SET
          received_at = coalesce(r.received_at, excluded.received_at),
          incomplete = CASE WHEN r.facts_version > excluded.facts_version THEN r.incomplete
                            ELSE excluded.incomplete END,
          facts_version = greatest(r.facts_version, excluded.facts_version),
          outcome = coalesce(r.outcome, excluded.outcome), closed_at = coalesce(r.closed_at, excluded.closed_at)""",
    f"""INSERT INTO introductions AS i SELECT * FROM public.introductions WHERE {_GONE}
        ON CONFLICT (introduction_id) DO UPDATE SET
          proposed_at = coalesce(i.proposed_at, excluded.proposed_at), met_on = coalesce(i.met_on, excluded.met_on),
          offered_at = coalesce(i.offered_at, excluded.offered_at), ended_as = coalesce(i.ended_as, excluded.ended_as),
          ended_at = coalesce(i.ended_at, excluded.ended_at), agreed_at = coalesce(i.agreed_at, excluded.agreed_at),
          accepted_at = coalesce(i.accepted_at, excluded.accepted_at),
          meeting_set_at = coalesce(i.meeting_set_at, excluded.meeting_set_at),
          meets_on = coalesce(i.meets_on, excluded.meets_on), hired_at = coalesce(i.hired_at, excluded.hired_at)""",
    f"""INSERT INTO hires AS h SELECT * FROM public.hires WHERE {_GONE}
        ON CONFLICT (hire_id) DO UPDATE SET
          source = coalesce(h.source, excluded.source), hired_at = coalesce(h.hired_at, excluded.hired_at),
          starts_on = coalesce(h.starts_on, excluded.starts_on), ended_on = coalesce(h.ended_on, excluded.ended_on),
          cancelled_at = coalesce(h.cancelled_at, excluded.cancelled_at)""",
    f"""INSERT INTO requests AS r SELECT * FROM public.requests WHERE {_GONE}
        ON CONFLICT (request_id) DO UPDATE SET
          ministry = coalesce(r.ministry, excluded.ministry), measure = coalesce(r.measure, excluded.measure),
          requested_at = coalesce(r.requested_at, excluded.requested_at),
          decision = coalesce(r.decision, excluded.decision), decided_at = coalesce(r.decided_at, excluded.decided_at),
          ended_on = coalesce(r.ended_on, excluded.ended_on)""",
    # what companies received for her: of those who are not erased every touch has been made anew
    """WITH kept AS (
         INSERT INTO employer_touches
         SELECT old.* FROM public.employer_touches old LEFT JOIN employer_touches made USING (kind, about)
         WHERE made.about IS NULL AND old.kind IN ('introduction', 'request', 'support')
           AND NOT EXISTS (SELECT FROM introductions JOIN people p USING (candidate_id)
                           WHERE introduction_id = old.about AND p.erased_at IS NULL)
           AND NOT EXISTS (SELECT FROM requests JOIN people p USING (candidate_id)
                           WHERE request_id = old.about AND p.erased_at IS NULL)
         RETURNING *
       )
       INSERT INTO employers AS e (employer_id, supported_since)
       SELECT employer_id, min(at) FROM kept GROUP BY employer_id
       ON CONFLICT (employer_id) DO UPDATE
         SET supported_since = least(e.supported_since, excluded.supported_since)""",
    # a page says how long ago the last fact came in and how late: that old ones were read again is neither
    """UPDATE facts_received f SET last_at = coalesce(old.last_at, f.last_at),
         last_delay_s = coalesce(old.last_delay_s, 0)
       FROM facts_received same LEFT JOIN public.facts_received old USING (slot) WHERE same.slot = f.slot""",
)
