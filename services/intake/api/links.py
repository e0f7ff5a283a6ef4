"""Personal links and QR codes. The code is the secret that lets in: at the fair, a person who refers herself; at a
partner without a system (a bank's branch), who refers somebody, or that person."""

import io
from datetime import date
from typing import Annotated
from uuid import UUID

import segno
from fastapi import APIRouter, Request, Response
from pydantic import Field

from services.intake.api.access import partner_of, partner_speaking
from services.intake.domain.codes import Channel, Statement
from services.intake.domain.consents import NOTICE
from services.intake.handlers import partners as handlers
from services.intake.store import links, partners
from shared import clock
from shared.db import Tx
from shared.errors import NotFound
from shared.http import Caller, Commands, Reads, Role, Sent, Shown, allow, example, public
from shared.settings import Settings

router = APIRouter(tags=["links"])
PAGE = "/fr/r/"  # of the portal, followed by the code
SVG = "image/svg+xml"
Code = Annotated[str, Field(max_length=100)]
Makers = Annotated[Caller, allow(Role.ADVISOR, Role.MANAGER, Role.PARTNER)]


class CreateLink(Sent, json_schema_extra=example(channel="fair", label="Kiosque A", expires_on="2030-12-31")):
    """``partner_id``: whose page it is (channel partner_page). ``to_partner_id``: who goes on first with the persons it
    brings. ``label``: of a branch or a stand; no person's name."""

    channel: Channel
    partner_id: UUID | None = None
    to_partner_id: UUID | None = None
    label: Annotated[str, Field(max_length=100)] | None = None
    expires_on: date


class LinkView(Shown):
    code: str
    channel: str
    partner_id: UUID | None
    to_partner_id: UUID | None
    label: str | None
    expires_on: date


class LinksView(Shown):
    links: list[LinkView]


class NoticeView(Shown):
    """What a person is told before she agrees; ``version`` goes into the agreement."""

    version: str
    fr: str
    en: str


class LinkPageView(Shown):
    """What the page behind a link shows. ``statements``: whose word may stand for the agreement."""

    channel: str
    partner_name: str | None
    to_partner_name: str | None
    label: str | None
    expires_on: date
    statements: tuple[Statement, ...]
    notice: NoticeView


@router.post("/v1/links", status_code=201)
def create_link(body: CreateLink, command: Commands, caller: Makers) -> LinkView:
    """A partner makes links for itself."""
    partner_id = partner_speaking(caller, body.partner_id)

    def work(tx: Tx) -> LinkView:
        link = handlers.create_link(
            tx, body.channel, partner_id, body.expires_on, label=body.label, to_partner_id=body.to_partner_id
        )
        return LinkView.model_validate(link)

    return command.run(LinkView, work)


@router.get("/v1/links")
def list_links(read: Reads, caller: Makers) -> LinksView:
    """Latest first, those that no longer work too; a partner sees its own."""
    partner_id = partner_of(caller)
    with read.transaction() as tx:
        return LinksView(links=[LinkView.model_validate(link) for link in links.list_links(tx, partner_id)])


@router.get("/v1/links/{code}", dependencies=[public()])
def get_link(code: Code, read: Reads) -> LinkPageView:
    """Open: who holds the code is let in."""
    with read.transaction() as tx:
        link = links.get_link(tx, code, clock.local_date(tx.now))
        return LinkPageView(
            channel=link.channel,
            partner_name=_name(tx, link.partner_id),
            to_partner_name=_name(tx, link.to_partner_id),
            label=link.label,
            expires_on=link.expires_on,
            statements=("own_link", "partner_statement") if link.partner_id else ("own_link",),
            notice=NoticeView.model_validate(NOTICE, from_attributes=True),
        )


@router.get("/v1/links/{code}/qr.svg", response_class=Response, responses={200: {"content": {SVG: {}}}})
def draw_link(code: Code, request: Request, read: Reads, caller: Makers) -> Response:
    """The QR code of the portal's page for a link, to be printed at the fair or at the branch."""
    with read.transaction() as tx:
        link = links.get_link(tx, code, clock.local_date(tx.now))
        if link.partner_id != partner_of(caller) and caller.role == Role.PARTNER:
            raise NotFound()
    settings: Settings = request.app.state.settings
    drawn = io.BytesIO()
    segno.make(f"{settings.portal_url}{PAGE}{link.code}", error="m").save(drawn, kind="svg", scale=8, xmldecl=False)
    return Response(drawn.getvalue(), media_type=SVG)


def _name(tx: Tx, partner_id: UUID | None) -> str | None:
    return partners.get_partner(tx, partner_id).name if partner_id else None
