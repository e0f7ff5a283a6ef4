"""Facts from matching about shortlists and the days on which people meet."""

from services.portal.handlers.record import happened_at, record
from services.portal.store import projection, story
from shared.db import Tx
from shared.events.matching import MeetingSet, OfferWithdrawn, ShortlistPrepared


def show_shortlist(tx: Tx, event: ShortlistPrepared) -> None:
    """A shortlist is read from its owner."""
    projection.count_fact(tx, event.key)


def show_meeting_day(tx: Tx, event: MeetingSet) -> None:
    projection.put_introduction(tx, event.introduction_id, event.candidate_id, event.employer_id)
    story.put_progress(
        tx, event.introduction_id, vacancy_id=event.vacancy_id, meeting_set_at=happened_at(tx), meets_on=event.meets_on
    )
    record(tx, event.candidate_id, event, "introduction_id", "employer_id", "meets_on")


def show_offer_taken_back(tx: Tx, event: OfferWithdrawn) -> None:
    """They have met as before; the company may offer again."""
    projection.put_introduction(tx, event.introduction_id, event.candidate_id, event.employer_id)
    story.take_back_offer(tx, event.introduction_id)
    record(tx, event.candidate_id, event, "offer_id", "introduction_id", "employer_id")
