"""A manager's team: how the work is spread, and who works here."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.portal.pages import owners
from services.portal.pages.addresses import language_of
from services.portal.pages.companies.company import form_at, page_at, show
from services.portal.pages.forms import Form, SentForm, empty_form
from services.portal.pages.places import PLACES
from services.portal.pages.staff import ROLES, staff_for
from services.portal.pages.told import done
from services.portal.pages.words import words_in
from services.portal.store import team
from shared.clock import local_date
from shared.errors import NotFound
from shared.http import Caller, Reads, Role, allow

router = APIRouter(include_in_schema=False)
Manager = Annotated[Caller, allow(Role.MANAGER)]
_FIELDS = ("given_name", "family_name", "role", "staff_id", "active")


@page_at(router, "team")
def show_team(request: Request, read: Reads, viewer: Manager) -> Response:  # noqa: ARG001  # who may
    return _team_page(request, read)


@form_at(router, "team")
def add_colleague(request: Request, read: Reads, viewer: Manager, form: SentForm) -> Response:  # noqa: ARG001
    body = _named(form)
    typed = form.text("staff_id")
    if typed and _id_or_none(typed) is None:
        form.blame("staff_id", str(words_in(form.language)("staff.id.wrong")))
    if not form.is_wrong:
        body |= {"staff_id": typed} if typed else {}
        form.take(owners.command(request, "intake", "/v1/staff", body, key=form.nonce))
    if form.is_wrong:
        return _team_page(request, read, form)
    return done(request, PLACES["team"].path(language_of(request)), "staff.added")


def _named(form: Form) -> dict[str, Any]:
    t = words_in(form.language)
    for name in ("given_name", "family_name", "role"):
        form.need(name, str(t(f"staff.{name}.needed")))
    return {name: form.text(name) for name in ("given_name", "family_name", "role")}


def _team_page(request: Request, read: Reads, form: Form | None = None) -> Response:
    with read.transaction() as tx:
        loads = team.list_loads(tx, local_date(tx.now))
    return show(
        request,
        "team",
        form,
        loads=loads,
        most=max([load.due for load in loads] + [1]),
        staff=staff_for(request),
        roles=ROLES,
        fields=_FIELDS,
    )


@page_at(router, "staff_member")
def show_colleague(staff_id: UUID, request: Request, viewer: Manager) -> Response:  # noqa: ARG001  # who may
    return _colleague_page(request, staff_id)


@form_at(router, "staff_member")
def change_colleague(staff_id: UUID, request: Request, viewer: Manager, form: SentForm) -> Response:  # noqa: ARG001
    """Renamed, of another role, or no longer here."""
    body = _named(form) | {"active": form.text("active") == "yes"}
    if not form.is_wrong:
        form.take(owners.command(request, "intake", f"/v1/staff/{staff_id}", body, key=form.nonce, method="PATCH"))
    if form.is_wrong:
        return _colleague_page(request, staff_id, form)
    return done(request, PLACES["team"].path(language_of(request)), "staff.changed")


def _colleague_page(request: Request, staff_id: UUID, form: Form | None = None) -> Response:
    staff = staff_for(request)
    if not staff.answered:
        raise owners.OwnerDown("intake")
    one = staff.find(staff_id)
    if one is None:
        raise NotFound
    filled = form or empty_form(
        request, given_name=one.given_name, family_name=one.family_name, role=one.role,
        active="yes" if one.active else "no",
    )  # fmt: skip
    return show(request, "staff_member", filled, one=one, roles=ROLES, fields=_FIELDS)


def _id_or_none(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None
