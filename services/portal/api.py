"""The numbers, the funnel and timelines for systems, as JSON."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from services.portal.domain.numbers import DEFINITIONS, Number
from services.portal.store import funnel, numbers, timeline
from shared.errors import NotFound
from shared.http import Moment, Reads, Role, Shown, allow

router = APIRouter(tags=["numbers"])
READERS = allow(Role.MANAGER, Role.ADVISOR, Role.RETENTION_ADVISOR)


class DefinitionView(Shown):
    """The exact words of a definition and their version."""

    version: int
    fr: str
    en: str


class NumberView(Shown):
    number: Number
    value: int
    as_of: datetime
    definition: DefinitionView


class NumbersView(Shown):
    as_of: datetime
    numbers: list[NumberView]


class PromiseView(Shown):
    """Three companies and a choice: people introduced to one at least; of them, those who met as many as promised."""

    introduced: int
    kept: int
    waiting: int


class HiresView(Shown):
    """Jobs, of people admitted: chosen among companies introduced, found by themselves; and how many have ended."""

    chosen: int
    self_found: int
    ended: int


class FunnelView(Shown):
    """People who reached each step; the steps of the programme page."""

    as_of: datetime
    referred: int
    admitted: int
    introduced: int
    hired: int
    employed: int
    promise: PromiseView
    hires: HiresView


class FactView(Shown):
    """One event about a person: which, when, and what made it happen (another event's id)."""

    event_id: UUID
    at: datetime
    service: str
    kind: str
    cause: UUID | None


class TimelineView(Shown):
    candidate_id: UUID
    file_number: str | None
    facts: list[FactView]


@router.get("/v1/numbers", dependencies=[READERS])
def list_numbers(read: Reads, as_of: Moment | None = None) -> NumbersView:
    """The three numbers as of a moment; now when none is given."""
    with read.transaction() as tx:
        moment = as_of or tx.now
        return NumbersView(
            as_of=moment,
            numbers=[
                NumberView(
                    number=number,
                    value=numbers.count(tx, number, moment),
                    as_of=moment,
                    definition=DefinitionView.model_validate(DEFINITIONS[number]),
                )
                for number in Number
            ],
        )


@router.get("/v1/funnel", dependencies=[READERS])
def get_funnel(read: Reads) -> FunnelView:
    """From referral to work, as the programme page counts it now."""
    with read.transaction() as tx:
        counts = funnel.get_funnel(tx, tx.now)
        return FunnelView(
            as_of=tx.now,
            referred=counts.referred,
            admitted=counts.admitted,
            introduced=counts.introduced,
            hired=counts.hired,
            employed=counts.employed,
            promise=PromiseView.model_validate(numbers.get_promise(tx)),
            hires=HiresView.model_validate(funnel.get_hires(tx, tx.now)),
        )


@router.get("/v1/people/{candidate_id}/timeline", dependencies=[READERS])
def get_timeline(candidate_id: UUID, read: Reads) -> TimelineView:
    """What happened to a person, oldest first. An erased person is not found."""
    with read.transaction() as tx:
        person = timeline.find_person(tx, candidate_id)
        if person is None or person.erased_at:
            raise NotFound
        facts = [FactView.model_validate(f) for f in timeline.list_facts(tx, candidate_id)]
        return TimelineView(candidate_id=candidate_id, file_number=person.file_number, facts=facts)
