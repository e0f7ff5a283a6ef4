"""Requests that went out on paper: the dossier to print, and what the ministry answered, which staff enter."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.portal.pages import owners
from services.portal.pages.addresses import language_of
from services.portal.pages.companies.company import form_at, names_for, page_at, people_and_companies, show
from services.portal.pages.companies.ministry import DECISION, DECISION_FIELDS, REFUSALS, ruling, to_page
from services.portal.pages.forms import Form, SentForm
from services.portal.pages.paging import page_of
from services.portal.pages.told import done
from services.portal.pages.words import words_in
from shared import clock
from shared.http import Caller, Role, allow

router = APIRouter(include_in_schema=False)
Enters = Annotated[Caller, allow(Role.LIAISON, Role.MANAGER)]
Prints = Annotated[Caller, allow(Role.LIAISON, Role.MANAGER, Role.ADVISOR, Role.EMPLOYER, Role.MINISTRY)]
_PLACES = {**DECISION, "/dated_on": "dated_on", "/decision_id": "reference"}
_FIELDS = ("reference", "dated_on", *DECISION_FIELDS)


@page_at(router, "on_paper")
def list_on_paper(request: Request, viewer: Enters) -> Response:  # noqa: ARG001  # who may
    """Those whose answer has not come, oldest first."""
    found = page_of(request, "subsidies", "/v1/requests", "requests", sent_by="dossier", state="submitted")
    return show(request, "on_paper", requests=found, names=names_for(request, *people_and_companies(found.items)))


@page_at(router, "on_paper_one")
def show_on_paper(request_id: UUID, request: Request, viewer: Enters) -> Response:  # noqa: ARG001  # who may
    return _page(request, request_id)


@form_at(router, "on_paper_one")
def enter_decision(request_id: UUID, request: Request, viewer: Enters, form: SentForm) -> Response:  # noqa: ARG001
    """The ministry's answer, as its letter says it."""
    one = owners.get(request, "subsidies", f"/v1/requests/{request_id}")
    body = _entered(form, one)
    if not form.is_wrong:
        path = f"/v1/requests/{request_id}/received-decision"
        form.take(owners.command(request, "subsidies", path, body, key=form.nonce), _PLACES)
    if form.is_wrong:
        return _page(request, request_id, form)
    told = "paper_refused" if body["decision"] == "refused" else "paper_approved"
    return done(request, to_page(request, "on_paper"), told, href=to_page(request, "on_paper_one", request_id))


def _entered(form: Form, one: dict[str, Any]) -> dict[str, Any]:
    """What the letter says; blames, all at once, what is left out or cannot be."""
    t = words_in(form.language)
    for name in ("reference", "dated_on", "decision"):
        form.need(name, str(t(f"paper.{name}.needed")))
    dated = form.day("dated_on")
    if dated and dated > clock.today():
        form.blame("dated_on", str(t("paper.dated_on.to_come")))
    body = ruling(form, form.text("decision"))
    if (body.get("amount_cents") or 0) > one["amount_cents"]:
        form.blame("amount", str(t("paper.amount.more", amount=t.money(one["amount_cents"]))))
    if (body.get("weeks") or 0) > one["weeks"]:
        form.blame("weeks", str(t.n("paper.weeks.more", one["weeks"])))
    return {**body, "reference": form.text("reference"), "dated_on": dated and dated.isoformat()}


def _page(request: Request, request_id: UUID, form: Form | None = None) -> Response:
    one = owners.get(request, "subsidies", f"/v1/requests/{request_id}")
    return show(
        request,
        "on_paper_one",
        form,
        one=one,
        waits=one["sent_by"] == "dossier" and one["state"] in ("submitted", "information_requested"),
        names=names_for(request, [one["candidate_id"]], [one["employer_id"]]),
        fields=_FIELDS,
        refusals=REFUSALS,
        today=clock.today(),
    )


@page_at(router, "dossier")
def print_dossier(request_id: UUID, request: Request, viewer: Prints) -> Response:  # noqa: ARG001  # who may
    """The owner's own document, to print from the browser."""
    answer = owners.document(request, "subsidies", f"/v1/requests/{request_id}/dossier", lang=language_of(request))
    kept = {name: answer.headers[name] for name in ("content-security-policy", "x-dossier-sha256")}
    return Response(answer.content, headers=kept, media_type="text/html")
