"""Where everyone ever referred is, from referral to work, counted in one pass over the read models."""

from datetime import datetime

from services.portal.domain.numbers import FunnelCounts, HireCounts
from services.portal.store.numbers import OPEN, as_of
from shared.db import Tx

_FUNNEL = f"""WITH introduced AS (
  SELECT candidate_id, bool_or(ended_as IS NULL) AS goes_on
  FROM introductions WHERE proposed_at IS NOT NULL GROUP BY candidate_id
), job AS (
  SELECT candidate_id, bool_or({OPEN}) AS held, bool_or(starts_on > %(day)s AND ended_on IS NULL) AS ahead
  FROM hires h WHERE cancelled_at IS NULL AND starts_on IS NOT NULL GROUP BY candidate_id
), answer AS (
  SELECT DISTINCT ON (candidate_id) candidate_id, outcome, incomplete
  FROM referrals ORDER BY candidate_id, received_at DESC NULLS LAST
), person AS (
  SELECT p.admitted_on <= %(day)s IS TRUE AS admitted, p.withdrawn_at IS NOT NULL AS withdrew,
         introduced.candidate_id IS NOT NULL AS introduced, introduced.goes_on,
         job.candidate_id IS NOT NULL AS hired, job.held, job.ahead, answer.outcome, answer.incomplete
  FROM people p LEFT JOIN introduced USING (candidate_id) LEFT JOIN job USING (candidate_id)
    LEFT JOIN answer USING (candidate_id)
  WHERE p.referred_at IS NOT NULL OR p.admitted_on IS NOT NULL
), stopped AS (SELECT *, NOT admitted AS early, admitted AND NOT introduced AND NOT hired AS ready,
                      admitted AND introduced AND NOT hired AS meeting FROM person)
SELECT count(*) AS referred,
  count(*) FILTER (WHERE admitted) AS admitted,
  count(*) FILTER (WHERE admitted AND introduced) AS introduced,
  count(*) FILTER (WHERE admitted AND hired AND NOT introduced) AS found_alone,
  count(*) FILTER (WHERE admitted AND hired) AS hired,
  count(*) FILTER (WHERE admitted AND held) AS employed,
  count(*) FILTER (WHERE early AND outcome = 'refused') AS refused,
  count(*) FILTER (WHERE early AND outcome = 'redirected') AS redirected,
  count(*) FILTER (WHERE early AND outcome = 'withdrawn') AS withdrew_before,
  count(*) FILTER (WHERE early AND outcome IS NULL AND incomplete IS TRUE) AS incomplete,
  count(*) FILTER (WHERE early AND coalesce(outcome, 'accepted') = 'accepted'
                   AND (outcome IS NOT NULL OR incomplete IS NOT TRUE)) AS being_checked,
  count(*) FILTER (WHERE ready AND NOT withdrew) AS waiting_introduction,
  count(*) FILTER (WHERE ready AND withdrew) AS withdrew_admitted,
  count(*) FILTER (WHERE meeting AND NOT withdrew AND goes_on) AS in_introduction,
  count(*) FILTER (WHERE meeting AND NOT withdrew AND NOT goes_on) AS introductions_closed,
  count(*) FILTER (WHERE meeting AND withdrew) AS withdrew_introduced,
  count(*) FILTER (WHERE admitted AND hired AND NOT held AND NOT ahead) AS ended,
  count(*) FILTER (WHERE admitted AND hired AND NOT held AND ahead) AS starting
FROM stopped"""


def get_funnel(tx: Tx, moment: datetime) -> FunnelCounts:
    found = tx.row(FunnelCounts, _FUNNEL, as_of(moment))
    assert found is not None
    return found


def get_hires(tx: Tx, moment: datetime) -> HireCounts:
    """Of people admitted: jobs by how they were found, and what became of them."""
    found = tx.row(
        HireCounts,
        """SELECT count(*) FILTER (WHERE source = 'introduction') AS chosen,
                  count(*) FILTER (WHERE source = 'self_found') AS self_found,
                  count(*) FILTER (WHERE ended_on <= %(day)s) AS ended
           FROM hires JOIN people USING (candidate_id) WHERE cancelled_at IS NULL AND admitted_on <= %(day)s""",
        as_of(moment),
    )
    assert found is not None
    return found
