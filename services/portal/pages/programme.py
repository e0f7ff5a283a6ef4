"""The pulse of the programme, and the cases behind its numbers."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from services.portal.domain.numbers import Number
from services.portal.pages.addresses import Addresses, language_of, preferred_language
from services.portal.pages.board import Board
from services.portal.pages.live import Watch
from services.portal.pages.names import NameDirectory, Names
from services.portal.pages.programme_view import pulse_view
from services.portal.pages.rail import home_of
from services.portal.pages.render import page
from services.portal.pages.session import VIEWERS
from services.portal.pages.words import Language
from services.portal.store import numbers, timeline
from services.portal.store.numbers import Case
from shared.errors import DomainError
from shared.http import Caller, Reads, allow, public
from shared.http.callers import identified

router = APIRouter(include_in_schema=False)
CASES_A_PAGE = 50
VIEWERS_ONLY = allow(*VIEWERS)
Viewer = Annotated[Caller, VIEWERS_ONLY]


@router.get("/", dependencies=[public()])
@router.get("/fr", dependencies=[public()])
@router.get("/en", dependencies=[public()])
async def go_home(request: Request) -> Response:
    """To where the viewer's role begins; to the programme, and so to the sign-in page, when nobody is signed in."""
    language: Language = {"/fr": "fr", "/en": "en"}.get(request.url.path) or preferred_language(request)  # type: ignore[assignment]
    try:
        viewer = await identified(request)
    except DomainError:  # a session that has ended: the page it leads to says so
        viewer = None
    return RedirectResponse(home_of(viewer, language), 303, headers={"Vary": "Accept-Language, Cookie"})


@router.get("/fr/programme", dependencies=[VIEWERS_ONLY])
@router.get("/en/programme", dependencies=[VIEWERS_ONLY])
def show_pulse(request: Request) -> Response:
    board: Board = request.app.state.board
    return page(request, "programme.html", **pulse_view(board.current()))


@router.get("/fr/programme/live", dependencies=[VIEWERS_ONLY])
@router.get("/en/programme/live", dependencies=[VIEWERS_ONLY])
async def tell_changes(request: Request) -> Response:
    watch: Watch = request.app.state.watch
    events: AsyncIterator[str] = watch.listen(language_of(request))
    return StreamingResponse(events, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


@router.get("/fr/programme/{number}")
@router.get("/en/programme/{number}")
def show_cases(
    number: Number,
    request: Request,
    read: Reads,
    viewer: Viewer,
    since: Annotated[datetime | None, Query()] = None,
    after: Annotated[UUID | None, Query()] = None,
) -> Response:
    """The cases behind a number, latest first; ``since`` and ``after``: the last case of the page before."""
    start = (since, after) if since and since.tzinfo and after else None
    with read.transaction() as tx:
        total = numbers.count(tx, number, tx.now)
        cases = numbers.list_cases(tx, number, tx.now, after=start, limit=CASES_A_PAGE + 1)
        touches = numbers.list_touches(tx, [c.id for c in cases]) if number is Number.SUPPORTED else []
        moment = tx.now
    shown, more = cases[:CASES_A_PAGE], cases[CASES_A_PAGE:]
    return page(
        request,
        "cases.html",
        number=number,
        total=total,
        cases=shown,
        touches={case.id: [t for t in touches if t.employer_id == case.id] for case in shown},
        names=_names_of(request, viewer, number, shown),
        moment=moment,
        first_page=start is None,
        last=shown[-1] if more else None,
    )


@router.get("/fr/recherche", dependencies=[VIEWERS_ONLY])
@router.get("/en/search", dependencies=[VIEWERS_ONLY])
def find_file(request: Request, read: Reads, q: Annotated[str, Query(max_length=40)] = "") -> Response:
    """By file number; names are not searched here, for they are not kept here."""
    wanted = q.strip()
    with read.transaction() as tx:
        found = timeline.find_by_file_number(tx, wanted) if wanted and wanted.isprintable() else None
    if found:
        return RedirectResponse(Addresses(language_of(request)).person(found), 303)
    return page(request, "search.html", 404 if wanted else 200, wanted=wanted)


def _names_of(request: Request, viewer: Caller, number: Number, cases: list[Case]) -> Names:
    directory: NameDirectory = request.app.state.names
    people = [c.id for c in cases if c.file_number] if number is not Number.SUPPORTED else []
    return directory.look_up(viewer, request.state.correlation_id, people, [c.employer_id for c in cases])
