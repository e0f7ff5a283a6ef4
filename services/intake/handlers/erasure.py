"""A person asks to be forgotten (Law 25, P-39.1 s. 23 and 28)."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from services.intake.store import candidates
from shared import clock
from shared.db import Tx
from shared.errors import NotFound
from shared.events.intake import CandidateErased
from shared.messaging.erasure import forget_case
from shared.messaging.outbox import publish

LOG_KEEPS = timedelta(days=35)  # retention of the topics, deploy/kafka/topics.yml


@dataclass(frozen=True)
class Receipt:
    """Gone from our databases on the first day; from the broker's log on the second, at the latest."""

    candidate_id: UUID
    erased_on: date
    gone_from_log_on: date


def erase_candidate(tx: Tx, candidate_id: UUID) -> Receipt:
    """Remove everything about a person; asked again, the same receipt. Raises NotFound for someone never known."""
    tx.lock(str(candidate_id))
    candidate = candidates.find_candidate(tx, candidate_id)
    if candidate is None:
        raise NotFound()
    if candidate.erased_on and candidate.gone_from_log_on:
        return Receipt(candidate_id, candidate.erased_on, candidate.gone_from_log_on)
    today = clock.local_date(tx.now)
    receipt = Receipt(candidate_id, today, today + LOG_KEEPS)
    candidates.erase(tx, candidate_id, receipt.erased_on, receipt.gone_from_log_on)
    forget_case(tx, str(candidate_id))  # before publishing: the fact of the erasure itself must go out
    publish(
        tx,
        CandidateErased(candidate_id=candidate_id, requested_on=today, gone_from_log_on=receipt.gone_from_log_on),
    )
    return receipt
