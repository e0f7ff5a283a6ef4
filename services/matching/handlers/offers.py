"""Offers: made, changed, taken back."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from services.matching.domain.introduction import after_offer, after_offer_withdrawn
from services.matching.domain.refusals import OfferNotOpen
from services.matching.handlers.ending import lock_introduction
from services.matching.store.hires import add_offer, find_open_offer, get_offer, save_offer_state
from services.matching.store.introductions import save_state
from services.matching.store.vacancies import get_openings, lock_vacancies
from shared.clock import local_date
from shared.db import Tx
from shared.errors import Invalid, Problem
from shared.events.matching import OfferMade, OfferWithdrawn
from shared.events.parts import Terms
from shared.messaging.outbox import publish

_LATEST_START = timedelta(days=730)


def make_offer(
    tx: Tx,
    introduction_id: UUID,
    *,
    occupation: str | None,
    wage_cents: int,
    hours_per_week: Decimal,
    starts_on: date,
    permanent: bool,
) -> UUID:
    """Record what a company offers; the offer's id. A further offer replaces the first. The occupation is the vacancy's
    unless another is named. Raises Invalid for an impossible start and what ``after_offer`` raises."""
    introduction, candidate_id = lock_introduction(tx, introduction_id)
    lock_vacancies(tx, {introduction.vacancy_id})
    openings = get_openings(tx, introduction.vacancy_id)
    state = after_offer(introduction.state, openings_left=openings.openings_left)
    _check_start(starts_on, not_before=local_date(introduction.proposed_at), today=local_date(tx.now))
    terms = Terms(
        occupation=occupation or openings.occupation or "",
        wage_cents=wage_cents,
        hours_per_week=hours_per_week,
        starts_on=starts_on,
        permanent=permanent,
    )
    before = find_open_offer(tx, introduction_id)
    offer_id = add_offer(tx, introduction_id, candidate_id, terms)
    save_state(tx, introduction_id, state)
    publish(
        tx,
        OfferMade(
            offer_id=offer_id,
            introduction_id=introduction_id,
            candidate_id=candidate_id,
            employer_id=introduction.employer_id,
            vacancy_id=introduction.vacancy_id,
            terms=terms,
            replaces_offer_id=before,
        ),
    )
    return offer_id


def _check_start(starts_on: date, *, not_before: date, today: date) -> None:
    if not not_before <= starts_on <= today + _LATEST_START:
        raise Invalid(
            Problem(
                "/terms/starts_on",
                "impossible_start",
                "L'emploi commence entre la présentation et dans deux ans.",
                "The job begins between the introduction and two years from now.",
            )
        )


def withdraw_offer(tx: Tx, offer_id: UUID, reason: str) -> None:
    """A company takes its offer back; it may make another. Raises NotFound, or OfferNotOpen once it was chosen,
    replaced or has fallen."""
    introduction, candidate_id = lock_introduction(tx, get_offer(tx, offer_id).introduction_id)
    if get_offer(tx, offer_id).state != "open":
        raise OfferNotOpen
    state = after_offer_withdrawn(introduction.state)
    save_offer_state(tx, introduction.introduction_id, "withdrawn")
    save_state(tx, introduction.introduction_id, state)
    publish(
        tx,
        OfferWithdrawn(
            offer_id=offer_id,
            introduction_id=introduction.introduction_id,
            candidate_id=candidate_id,
            employer_id=introduction.employer_id,
            vacancy_id=introduction.vacancy_id,
            reason=reason,
        ),
    )
