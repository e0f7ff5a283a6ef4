"""The candidate's choice, and hires that fall through before their first day."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter

from services.matching.api.access import only_own_company, only_own_file
from services.matching.api.views import OfferView
from services.matching.handlers.hires import cancel_hire, choose_offer
from services.matching.store.candidates import get_candidate
from services.matching.store.hires import get_hire, list_choices, list_offers
from shared.db import Tx
from shared.http import AN_ID, Caller, Commands, Reads, Role, Sent, Shown, allow, example

router = APIRouter(prefix="/v1", tags=["choices"])

Choosing = Annotated[Caller, allow(Role.CANDIDATE, Role.ADVISOR)]
Reading = Annotated[Caller, allow(Role.CANDIDATE, Role.ADVISOR, Role.LIAISON, Role.MANAGER)]
Cancelling = Annotated[Caller, allow(Role.ADVISOR, Role.LIAISON, Role.EMPLOYER)]


class ChooseOffer(Sent, json_schema_extra=example(offer_id=AN_ID)):
    offer_id: UUID


class ChoiceView(Shown):
    """What the choice made; her other introductions have ended."""

    choice_id: UUID
    hire_id: UUID
    introduction_id: UUID


class PastChoiceView(Shown):
    """A decision, with the offers that stood open in that moment, the chosen one among them."""

    choice_id: UUID
    chosen_at: datetime
    chosen_offer_id: UUID
    offers: tuple[OfferView, ...]


class ChoicesView(Shown):
    candidate_id: UUID
    choices: tuple[PastChoiceView, ...]


class CancelHire(Sent, json_schema_extra=example(reason="terms_changed")):
    reason: Literal["candidate_declined", "employer_declined", "terms_changed", "other"]


class HireView(Shown):
    hire_id: UUID
    employer_id: UUID
    state: str


@router.post("/candidates/{candidate_id}/choice", status_code=201)
def choose(candidate_id: UUID, body: ChooseOffer, command: Commands, caller: Choosing) -> ChoiceView:
    """She chooses between the offers that stand open, herself or through an advisor."""
    only_own_file(caller, candidate_id)
    return command.run(ChoiceView, lambda tx: ChoiceView.model_validate(choose_offer(tx, candidate_id, body.offer_id)))


@router.get("/candidates/{candidate_id}/choices")
def list_candidate_choices(candidate_id: UUID, read: Reads, caller: Reading) -> ChoicesView:
    """What she chose, when, and between which offers."""
    only_own_file(caller, candidate_id)
    with read.transaction() as tx:
        get_candidate(tx, candidate_id)
        choices = list_choices(tx, candidate_id)
        offers = {o.offer_id: o for o in list_offers(tx, [id_ for c in choices for id_ in c.open_offer_ids])}
        return ChoicesView(
            candidate_id=candidate_id,
            choices=tuple(
                PastChoiceView(
                    choice_id=choice.choice_id,
                    chosen_at=choice.chosen_at,
                    chosen_offer_id=choice.chosen_offer_id,
                    offers=tuple(OfferView.model_validate(offers[id_]) for id_ in choice.open_offer_ids),
                )
                for choice in choices
            ),
        )


@router.post("/hires/{hire_id}/cancellation")
def cancel(hire_id: UUID, body: CancelHire, command: Commands, caller: Cancelling) -> HireView:
    """A hire falls through; from its first day on, its end is reported instead."""

    def work(tx: Tx) -> HireView:
        only_own_company(caller, get_hire(tx, hire_id).employer_id)
        cancel_hire(tx, hire_id, body.reason)
        return HireView.model_validate(get_hire(tx, hire_id))

    return command.run(HireView, work)
