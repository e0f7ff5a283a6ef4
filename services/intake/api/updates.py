"""What became of the persons a partner sent, as a feed that is read with a cursor."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.intake.api.access import organisation_of
from services.intake.domain.consents import Grant
from services.intake.domain.updates import told_update
from services.intake.store import consents, updates
from shared.http import Caller, Reads, Role, Shown, allow

router = APIRouter(tags=["updates"])


class UpdateView(Shown):
    """``person_ref``: the partner's own reference, when it gave one. ``withheld``: the referral is closed, and she did
    not agree that its senders be told how."""

    position: int
    type: str
    referral_id: UUID
    candidate_id: UUID
    person_ref: str | None
    at: datetime
    outcome: str | None
    reason: str | None
    withheld: bool


class UpdatesView(Shown):
    """Ask again with ``after`` = ``next_after``, which moves on also past lines that may not be told. ``more``: at
    once."""

    updates: list[UpdateView]
    next_after: int
    more: bool


@router.get("/v1/updates")
def list_updates(
    read: Reads,
    caller: Annotated[Caller, allow(Role.PARTNER)],
    after: Annotated[int, Query(ge=0, lt=2**63)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> UpdatesView:
    """Oldest first. Every sender of a chain reads it, each with positions of its own."""
    with read.transaction() as tx:
        page = updates.list_updates(tx, organisation_of(caller), after, limit)
        grants = consents.list_grants(tx, [u.candidate_id for u in page])
        shown = []
        for u in page:
            consented = Grant("tell_sender_outcome", "sender") in grants[u.candidate_id]
            if told := told_update(u.type, u.outcome, u.reason, consented=consented):
                shown.append(UpdateView(**{**vars(u), **vars(told)}))
        return UpdatesView(updates=shown, next_after=page[-1].position if page else after, more=len(page) == limit)
