"""Workshops to come: a partner or an advisor opens sessions; who runs one says who came."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.portal.pages.accompany.questions import answer, names_for, to, today_in, words_of
from services.portal.pages.forms import Form, SentForm, empty_form
from services.portal.pages.owners import command, get, try_get
from services.portal.pages.routes import send, show
from services.portal.pages.told import done
from shared.http import Caller, Role, allow

router = APIRouter(include_in_schema=False)
Runner = Annotated[Caller, allow(Role.PARTNER, Role.ADVISOR)]
TOPICS = (
    "job_search", "cv", "interview", "life_in_laval", "work_culture", "rights_at_work", "peers", "digital", "other",
)  # fmt: skip
_PAST_DAYS = 60  # sessions whose attendance may still be noted


@show(router, "workshops")
def show_workshops(request: Request, viewer: Runner, session: Annotated[UUID | None, Query()] = None) -> Response:
    """``session``: the one whose list is open."""
    return _workshops(request, viewer, empty_form(request), session)


@send(router, "workshops")
def act(request: Request, viewer: Runner, form: SentForm, session: Annotated[UUID | None, Query()] = None) -> Response:
    if form.do == "attendance" and session is not None:
        here = set(form.all("here"))
        enrolled = get(request, "intake", f"/v1/workshops/{session}")["enrolled"]
        body: dict[str, Any] = {
            "attended": [e["candidate_id"] for e in enrolled if e["candidate_id"] in here],
            "absent": [e["candidate_id"] for e in enrolled if e["candidate_id"] not in here],
        }
        outcome = command(request, "intake", f"/v1/workshops/{session}/attendance", body, key=form.nonce)
        said = "attendance"
    else:
        t = words_of(request)
        for name in ("workshop", "held_on", "minutes", "places"):
            form.need(name, str(t(f"workshop.{name}.missing")))
        held, minutes, places = form.day("held_on"), form.whole("minutes"), form.whole("places")
        if form.is_wrong or held is None:
            return _workshops(request, viewer, form, session)
        body = {"workshop": form.text("workshop"), "held_on": held.isoformat(), "minutes": minutes, "places": places}
        outcome = command(request, "intake", "/v1/workshops", body, key=form.nonce)
        said = "opened"
    if outcome.ok:
        return done(request, to(request, "workshops"), f"workshop.{said}")
    form.take(outcome)
    return _workshops(request, viewer, form, session)


def _workshops(request: Request, viewer: Caller, form: Form, session: UUID | None) -> Response:
    today = today_in(request)
    found = get(request, "intake", "/v1/workshops", from_on=today - timedelta(days=_PAST_DAYS), limit=200)["workshops"]
    roll = get(request, "intake", f"/v1/workshops/{session}") if session else None
    partners = try_get(request, "intake", "/v1/partners") or {"partners": []}
    own = viewer.organisation if viewer.role == Role.PARTNER else None
    return answer(
        request,
        "workshops.html",
        form,
        fields=("workshop", "held_on", "minutes", "places"),
        ahead=[w for w in found if w["held_on"] >= today.isoformat()],
        past=[w for w in reversed(found) if w["held_on"] < today.isoformat() and own in (None, w["partner_id"])],
        roll=roll,
        own=own,
        topics=TOPICS,
        partners={p["partner_id"]: p["name"] for p in partners["partners"]},
        names=names_for(request, viewer, [e["candidate_id"] for e in roll["enrolled"]] if roll else []),
    )
