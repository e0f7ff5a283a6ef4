"""Training of companies in diversity management and intercultural communication: a company enrols; the manager or a
liaison opens sessions and records who came."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.portal.pages import owners
from services.portal.pages.addresses import language_of
from services.portal.pages.companies.company import (
    Company,
    CompanyHere,
    at_company,
    form_at,
    names_for,
    page_at,
    show,
)
from services.portal.pages.forms import Form, SentForm
from services.portal.pages.paging import get_all
from services.portal.pages.places import PLACES
from services.portal.pages.told import done
from services.portal.pages.words import words_in
from shared import clock
from shared.errors import NotFound
from shared.http import Caller, Role, allow

router = APIRouter(include_in_schema=False)
Runner = Annotated[Caller, allow(Role.MANAGER, Role.LIAISON)]
TOPICS = ("diversity_management", "intercultural_communication")
_FIELDS = ("topic", "held_on", "minutes", "places")


@page_at(router, *at_company("our_trainings"))
def list_our_trainings(request: Request, company: CompanyHere) -> Response:
    return _ours(request, company)


@form_at(router, *at_company("our_trainings"))
def enrol(request: Request, company: CompanyHere, form: SentForm) -> Response:
    """Takes places in a session, or gives them back."""
    session = form.text("session") or ""
    path = f"/v1/trainings/{_id(session)}/enrolments"
    if form.do == "leave":
        form.take(owners.command(request, "intake", f"{path}/{company.employer_id}", key=form.nonce, method="DELETE"))
    else:
        field = f"persons_{session}"
        form.need(field, str(words_in(form.language)("training.persons.needed")))
        persons = form.whole(field)
        if not form.is_wrong:
            body = {"employer_id": str(company.employer_id), "persons": persons}
            form.take(owners.command(request, "intake", path, body, key=form.nonce), {"/persons": field})
    if form.is_wrong:
        return _ours(request, company, form)
    return done(request, company.to("our_trainings"), "training_left" if form.do == "leave" else "training_joined")


def _ours(request: Request, company: Company, form: Form | None = None) -> Response:
    sessions = get_all(request, "intake", "/v1/trainings", "trainings", next_key="next_after", limit=200)
    return show(
        request,
        "our_trainings",
        form,
        company=company,
        sessions=sessions,
        names=names_for(request, (), [company.employer_id]),
        fields=(),
    )


@page_at(router, "trainings")
def list_trainings(request: Request, viewer: Runner) -> Response:  # noqa: ARG001  # who may
    return _sessions(request)


@form_at(router, "trainings")
def open_training(request: Request, viewer: Runner, form: SentForm) -> Response:  # noqa: ARG001  # who may
    t = words_in(form.language)
    for name in _FIELDS:
        form.need(name, str(t(f"training.{name}.needed")))
    day = form.day("held_on")
    body = {
        "topic": form.text("topic"),
        "held_on": day and day.isoformat(),
        "minutes": form.whole("minutes"),
        "places": form.whole("places"),
    }
    if not form.is_wrong:
        form.take(owners.command(request, "intake", "/v1/trainings", body, key=form.nonce))
    if form.is_wrong:
        return _sessions(request, form)
    return done(request, PLACES["trainings"].path(language_of(request)), "training_opened")


def _sessions(request: Request, form: Form | None = None) -> Response:
    """Those to come, and those of the last 60 days, whose attendance may still be missing."""
    first = clock.today().toordinal() - 60
    sessions = get_all(
        request,
        "intake",
        "/v1/trainings",
        "trainings",
        next_key="next_after",
        limit=200,
        from_on=clock.today().fromordinal(first).isoformat(),
    )
    today = clock.today().isoformat()
    return show(
        request,
        "trainings",
        form,
        coming=[one for one in sessions if one["held_on"] >= today],
        held=[one for one in reversed(sessions) if one["held_on"] < today],
        fields=_FIELDS,
        topics=TOPICS,
    )


@page_at(router, "training")
def show_training(session_id: UUID, request: Request, viewer: Runner) -> Response:  # noqa: ARG001  # who may
    return _session(request, session_id)


@form_at(router, "training")
def record_attendance(session_id: UUID, request: Request, viewer: Runner, form: SentForm) -> Response:  # noqa: ARG001
    roll = owners.get(request, "intake", f"/v1/trainings/{session_id}")
    came = {one["employer_id"]: form.whole(f"came_{one['employer_id']}") for one in roll["companies"]}
    body = {"companies": [{"employer_id": who, "attended": n} for who, n in came.items() if n is not None]}
    if not form.is_wrong and not body["companies"]:
        form.general.append(str(words_in(form.language)("training.came.needed")))
    if not form.is_wrong:
        path = f"/v1/trainings/{session_id}/attendance"
        form.take(owners.command(request, "intake", path, body, key=form.nonce))
    if form.is_wrong:
        return _session(request, session_id, form)
    return done(request, PLACES["training"].path(language_of(request), session_id), "training_recorded")


def _session(request: Request, session_id: UUID, form: Form | None = None) -> Response:
    roll = owners.get(request, "intake", f"/v1/trainings/{session_id}")
    return show(
        request,
        "training",
        form,
        roll=roll,
        held=roll["held_on"] <= clock.today().isoformat(),
        names=names_for(request, (), [one["employer_id"] for one in roll["companies"]]),
        fields=(),
    )


def _id(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError:
        raise NotFound from None
