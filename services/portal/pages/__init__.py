"""The portal's pages. They read, ask intake for names when they are shown, and send
what a person does to the service that owns it."""

from fastapi import APIRouter, FastAPI

from services.portal.pages import accompany, assets, companies, person, programme, session
from services.portal.pages.board import Board
from services.portal.pages.live import Watch
from services.portal.pages.names import NameDirectory
from services.portal.pages.owners import Owners
from services.portal.pages.problems import add_problem_pages
from services.portal.pages.session import cookie_identity
from services.portal.settings import PortalSettings

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

router = APIRouter()
for pages in (assets, session, person, programme):
    router.include_router(pages.router)
for area in (accompany, companies):
    for its in area.ROUTERS:
        router.include_router(its)

__all__ = ["CONTENT_SECURITY_POLICY", "attach_pages", "cookie_identity", "router"]


def attach_pages(app: FastAPI, settings: PortalSettings) -> None:
    """What pages need beside the database: the shared snapshot, the watch over it, and the owners' addresses."""
    app.state.board = Board(app.state.db)
    app.state.watch = Watch(app.state.board)
    app.state.names = NameDirectory(settings.intake_url, settings.names_timeout_s)
    app.state.owners = Owners.at(settings, settings.owner_timeout_s)
    add_problem_pages(app)
