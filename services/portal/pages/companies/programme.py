"""A manager's page beside the pulse: what became of whom partners sent."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.portal.pages import owners
from services.portal.pages.companies.company import page_at, show
from services.portal.store import team
from shared.clock import local_date
from shared.http import Caller, Reads, Role, allow

router = APIRouter(include_in_schema=False)
Manager = Annotated[Caller, allow(Role.MANAGER)]


@page_at(router, "partners")
def show_partners(request: Request, read: Reads, viewer: Manager) -> Response:  # noqa: ARG001  # who may
    with read.transaction() as tx:
        sent = team.list_sent(tx, local_date(tx.now))
        reasons = team.list_refusals(tx)
    known = owners.try_get(request, "intake", "/v1/partners")
    return show(
        request,
        "partners",
        sent=sent,
        reasons={one.partner_id: [r for r in reasons if r.partner_id == one.partner_id] for one in sent},
        known={one["partner_id"]: one for one in known["partners"]} if known else None,
    )
