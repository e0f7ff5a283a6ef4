"""What several pages of this part share."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from markupsafe import Markup
from starlette.responses import Response

from services.portal.pages.addresses import Addresses, language_of
from services.portal.pages.forms import Form
from services.portal.pages.names import NameDirectory, Names
from services.portal.pages.render import page
from services.portal.pages.words import Words, words_in
from services.portal.store.clock import now_in
from shared.clock import local_date
from shared.db import Database
from shared.tokens import Caller

NOTICE_VERSION = "2026-01"
"""The words ``notice.words`` that a person is told before she agrees; it goes into the agreement."""
PURPOSES = ("introduce_without_name", "share_file_with_employer", "send_to_ministry", "tell_sender_outcome")
RECIPIENTS = {
    "introduce_without_name": "employers",
    "share_file_with_employer": "employers",
    "send_to_ministry": "services_quebec",
    "tell_sender_outcome": "sender",
}
MUNICIPALITIES = (
    "laval", "montreal", "longueuil", "terrebonne", "blainville", "boisbriand", "saint_eustache", "mascouche",
    "repentigny", "saint_jerome", "other",
)  # fmt: skip
Shapes = Mapping[str, str]


def to(request: Request, place: str, *ids: object) -> str:
    return Addresses(language_of(request))(place, *ids)


def words_of(request: Request) -> Words:
    return words_in(language_of(request))


def today_in(request: Request) -> Any:
    """The programme's day."""
    db: Database = request.app.state.db
    with db.transaction() as tx:
        return local_date(now_in(tx))


def names_for(
    request: Request, viewer: Caller, people: Sequence[object] = (), companies: Sequence[object] = ()
) -> Names:
    directory: NameDirectory = request.app.state.names
    return directory.look_up(
        viewer, request.state.correlation_id, [str(p) for p in people if p], [str(c) for c in companies if c]
    )


def options(t: Words, family: str, codes: Sequence[str]) -> list[tuple[str, Markup]]:
    """(code, words) for a list or radios."""
    return [(code, t.code(family, code)) for code in codes]


def person_body(form: Form) -> dict[str, Any]:
    """Her name and one way to reach her: what holds an @ is an e-mail."""
    reach = form.text("reach")
    return {
        "given_name": form.text("given_name") or "",
        "family_name": form.text("family_name") or "",
        "phone": reach if reach and "@" not in reach else None,
        "email": reach if reach and "@" in reach else None,
    }


def facts_body(form: Form) -> dict[str, Any]:
    """The facts that were answered; what was left open is not sent, and stays unknown."""
    arrived, months = form.day("arrived_on"), form.whole("months_in_field_quebec")
    said: dict[str, Any] = {
        "arrived_on": arrived.isoformat() if arrived else None,
        "diploma_from": form.text("diploma_from"),
        "months_in_field_quebec": months,
        "occupation": form.text("occupation"),
        "municipality": form.text("municipality"),
        "work_authorisation": form.text("work_authorisation"),
    }
    french = {skill: form.whole(f"french_{skill}") for skill in ("listening", "speaking", "reading", "writing")}
    known = {name: value for name, value in said.items() if value is not None and value != "unknown"}
    levels = {skill: level for skill, level in french.items() if level is not None}
    return known | ({"french": levels} if levels else {})


FACT_PLACES = {
    **{f"{at}/{name}": name for at in ("", "/facts") for name in (
        "arrived_on", "diploma_from", "months_in_field_quebec", "occupation", "municipality", "work_authorisation",
    )},
    **{f"{at}/french/{skill}": f"french_{skill}" for at in ("", "/facts")
       for skill in ("listening", "speaking", "reading", "writing")},
}  # fmt: skip
"""Where intake's problems about facts stand on a page."""
FACT_FIELDS = tuple(dict.fromkeys(FACT_PLACES.values()))
PERSON_PLACES = {
    "/person/given_name": "given_name",
    "/person/family_name": "family_name",
    "/person/phone": "reach",
    "/person/email": "reach",
    "/person": "reach",
    "/agreement": "agreed",
}
PERSON_FIELDS = ("given_name", "family_name", "reach", "agreed")


def answer(request: Request, template: str, form: Form, **values: Any) -> Response:
    """A page with its form: 422 when something is wrong with it."""
    return page(request, template, form.status, form=form, **values)
