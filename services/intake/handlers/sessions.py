"""What workshops and trainings have in common: a session is opened."""

from datetime import date
from uuid import UUID

from services.intake.domain.sessions import check_session
from services.intake.handlers.partners import unknown_partner
from services.intake.store import partners, sessions
from services.intake.store.sessions import Session
from shared import clock
from shared.db import Tx
from shared.errors import Invalid


def open_session(
    tx: Tx, kind: str, topic: str, partner_id: UUID | None, held_on: date, minutes: int, places: int
) -> Session:
    """A session to come. Raises Invalid."""
    problems = check_session(held_on, minutes, places, clock.local_date(tx.now))
    if partner_id and not partners.find_partner(tx, partner_id):
        problems.append(unknown_partner())
    if problems:
        raise Invalid(*problems)
    return sessions.get_session(tx, kind, sessions.add_session(tx, kind, topic, partner_id, held_on, minutes, places))
