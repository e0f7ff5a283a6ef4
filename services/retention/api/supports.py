"""Help opened for an employment, and what came of it."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from services.retention.api.access import BEGINNING, PAGE, Advisor, Staff, place
from services.retention.api.views import CodeView, code_view
from services.retention.domain.supports import Support, SupportKind, SupportOutcome
from services.retention.domain.words import SUPPORT_KINDS, SUPPORT_OUTCOMES
from services.retention.handlers.supports import close_support, open_support
from services.retention.store import supports
from shared.http import Commands, Reads, Sent, Shown, example

router = APIRouter(prefix="/v1", tags=["support"])


class OpenSupport(Sent, json_schema_extra=example(kind="mediation")):
    """``signal_id``: the signal that made it needed, if one did."""

    kind: SupportKind
    signal_id: UUID | None = None


class CloseSupport(Sent, json_schema_extra=example(outcome="settled")):
    outcome: SupportOutcome


class SupportView(Shown):
    support_id: UUID
    hire_id: UUID
    candidate_id: UUID | None
    employer_id: UUID
    kind: CodeView
    signal_id: UUID | None
    state: Literal["open", "closed"]
    opened_on: date
    opened_by: str
    closed_on: date | None
    outcome: CodeView | None


class SupportPageView(Shown):
    items: list[SupportView]
    next: str | None


@router.get("/supports")
def list_supports(
    caller: Staff,  # noqa: ARG001
    read: Reads,
    state: Literal["open", "closed"] = "open",
    after: Annotated[str | None, Query(max_length=60)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = PAGE,
) -> SupportPageView:
    """Help that is under way, or has ended; oldest first."""
    start = place(after) or BEGINNING
    with read.transaction() as tx:
        found = supports.list_supports(tx, still_open=state == "open", after=start, limit=limit + 1)
    page = found[:limit]
    more = f"{page[-1].opened_on}_{page[-1].support_id}" if len(found) > limit else None
    return SupportPageView(items=[support_view(support) for support in page], next=more)


@router.post("/employments/{hire_id}/supports", status_code=201)
def open_(hire_id: UUID, body: OpenSupport, caller: Advisor, command: Commands) -> SupportView:
    """HR, intercultural or mediation: one of a kind at a time. The company counts as supported."""
    return command.run(
        SupportView, lambda tx: support_view(open_support(tx, hire_id, body.kind, body.signal_id, caller.actor))
    )


@router.post("/supports/{support_id}/closure")
def close(support_id: UUID, body: CloseSupport, caller: Advisor, command: Commands) -> SupportView:
    """The help has ended, with what came of it."""
    return command.run(SupportView, lambda tx: support_view(close_support(tx, support_id, body.outcome, caller.actor)))


def support_view(support: Support) -> SupportView:
    return SupportView(
        support_id=support.support_id,
        hire_id=support.hire_id,
        candidate_id=support.candidate_id,
        employer_id=support.employer_id,
        kind=code_view(support.kind, SUPPORT_KINDS),
        signal_id=support.signal_id,
        state="open" if support.closed_on is None else "closed",
        opened_on=support.opened_on,
        opened_by=support.opened_by,
        closed_on=support.closed_on,
        outcome=code_view(support.outcome, SUPPORT_OUTCOMES) if support.outcome else None,
    )
