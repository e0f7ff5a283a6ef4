"""Whose pages they are: an employer's own, or those of the company for which a liaison acts."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.portal.pages import owners
from services.portal.pages.addresses import language_of
from services.portal.pages.companies.bases import basis_in
from services.portal.pages.forms import Form, empty_form
from services.portal.pages.names import NameDirectory, Names
from services.portal.pages.places import PLACES
from services.portal.pages.render import page
from services.portal.pages.words import Language, words_in
from services.portal.pages.words.language import typeset_french
from shared.clock import local_date
from shared.errors import NotFound
from shared.http import Caller, Role, allow

Route = TypeVar("Route", bound=Callable[..., Any])


def page_at(router: APIRouter, *places: str) -> Callable[[Route], Route]:
    """Shows these places, in both languages."""
    return _at(router.get, places)


def form_at(router: APIRouter, *places: str) -> Callable[[Route], Route]:
    """Takes the forms of these places, in both languages."""
    return _at(router.post, places)


def _at(method: Callable[[str], Callable[[Route], Route]], places: Iterable[str]) -> Callable[[Route], Route]:
    def register(route: Route) -> Route:
        for name in places:
            for path in (PLACES[name].fr, PLACES[name].en):
                method(path)(route)
        return route

    return register


@dataclass(frozen=True)
class Company:
    """``own``: an employer looks at its own pages; otherwise a liaison acts for it."""

    employer_id: UUID
    language: Language
    own: bool

    def to(self, place: str, *ids: object) -> str:
        """The address of one of its pages."""
        if self.own:
            return PLACES[place].path(self.language, *ids)
        return PLACES[f"company_{place}"].path(self.language, self.employer_id, *ids)

    def is_mine(self, thing: dict[str, Any]) -> dict[str, Any]:
        """The thing itself. Raises NotFound when it is another company's."""
        if thing["employer_id"] != str(self.employer_id):
            raise NotFound
        return thing


def company_here(request: Request, viewer: Annotated[Caller, allow(Role.EMPLOYER, Role.LIAISON)]) -> Company:
    """An employer's own; a liaison's is in the address. Raises NotFound for another's, and for one that does not
    exist; while intake does not answer, whether it does is not asked."""
    named = request.path_params.get("employer_id")
    own = viewer.role is Role.EMPLOYER
    try:
        employer_id = UUID(viewer.organisation or "") if own else UUID(str(named))
    except ValueError:
        raise NotFound from None
    if own and named is not None:
        raise NotFound
    if not own:
        with suppress(owners.OwnerDown):
            owners.get(request, "intake", f"/v1/employers/{employer_id}")
    return Company(employer_id, language_of(request), own)


CompanyHere = Annotated[Company, Depends(company_here)]


def at_company(name: str) -> tuple[str, str]:
    """The two places of a page: the employer's own and the liaison's."""
    return name, f"company_{name}"


def names_for(
    request: Request, people: Iterable[str | UUID | None] = (), employers: Iterable[str | UUID | None] = ()
) -> Names:
    """One look-up for the page, with the viewer's rights."""
    directory: NameDirectory = request.app.state.names
    viewer: Caller = request.state.caller
    return directory.look_up(viewer, request.state.correlation_id, [p for p in people if p], employers)


def people_and_companies(things: Iterable[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """Whose names a list shows."""
    listed = list(things)
    return [one["candidate_id"] for one in listed], [one["employer_id"] for one in listed]


def as_day(written: str | None) -> date | None:
    """The programme's day of a date or moment as an owner writes it."""
    if not written:
        return None
    if len(written) == 10:
        return date.fromisoformat(written)
    return local_date(datetime.fromisoformat(written))


def dollars(cents: int, language: Language) -> str:
    """As a person writes it in a field."""
    written = f"{cents // 100}.{cents % 100:02d}"
    return written.replace(".", ",") if language == "fr" else written


def an_hour(cents: str, language: Language) -> str:
    """Money an hour, which may have parts of a cent: to the cent when it has none, else to four places."""
    t, exact = words_in(language), Decimal(cents)
    if exact == exact.to_integral_value():
        return t.money(int(exact))
    written = f"{exact / 100:.4f}"
    return str(t("money.per_hour", amount=written.replace(".", ",") if language == "fr" else written))


def show(request: Request, template: str, form: Form | None = None, **values: Any) -> Response:
    """A page of these areas: with its form, what an owner's words are in this language, and days as they are read."""
    language = language_of(request)
    t = words_in(language)

    def said(thing: dict[str, Any], stem: str = "") -> str | None:
        found: str | None = thing[f"{stem}_{language}" if stem else language]
        return typeset_french(found) if found and language == "fr" else found

    shown = form or empty_form(request)
    helpers: dict[str, Any] = {
        "said": said,
        "as_day": as_day,
        "basis": lambda written: basis_in(t, written),
        "dollars": lambda cents: dollars(cents, language),
        "an_hour": lambda cents: an_hour(cents, language),
    }
    return page(request, f"companies/{template}.html", shown.status, form=shown, **helpers, **values)
