"""The page behind a personal link or a QR code: a name, one way to reach, an agreement. Open to who holds the code."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from services.portal.pages.accompany.questions import (
    FACT_FIELDS,
    FACT_PLACES,
    PERSON_FIELDS,
    PERSON_PLACES,
    answer,
    facts_body,
    person_body,
    to,
    today_in,
    words_of,
)
from services.portal.pages.forms import Form, SentForm, empty_form
from services.portal.pages.owners import command, get
from services.portal.pages.render import page
from services.portal.pages.routes import send, show
from shared.http import public

router = APIRouter(include_in_schema=False)
Code = Annotated[str, Path(max_length=100, pattern=r"^[A-Za-z0-9_.~-]+$")]
_FILE_NUMBER = re.compile(r"\d{4}-\d{4,8}")


@show(router, "link", public())
def show_link(code: Code, request: Request) -> Response:
    return _link(request, code, empty_form(request))


@send(router, "link", public())
def use_link(code: Code, request: Request, form: SentForm) -> Response:
    link = get(request, "intake", f"/v1/links/{code}")
    statement = form.text("statement") or (link["statements"][0] if len(link["statements"]) == 1 else None)
    if statement is None:
        form.blame("statement", str(words_of(request)("link.statement.missing")))
    body = {
        "code": code,
        "person": person_body(form),
        "agreement": _agreement(form, link, statement, today_in(request)) if statement else None,
        "facts": facts_body(form),
    }
    if form.is_wrong:
        _blame_what_is_empty(request, form)
        return _link(request, code, form)
    outcome = command(request, "intake", "/v1/self-referrals", body, key=form.nonce)
    if not outcome.ok:
        form.take(outcome, {**PERSON_PLACES, **FACT_PLACES, "/agreement/statement": "statement"})
        return _link(request, code, form)
    return RedirectResponse(f"{to(request, 'link_thanks', code)}?n={outcome.body['file_number']}", 303)


@show(router, "link_thanks", public())
def thank(code: Code, request: Request, n: Annotated[str, Query(max_length=20)] = "") -> Response:
    return page(request, "link_thanks.html", number=n if _FILE_NUMBER.fullmatch(n) else None, code=code)


def _blame_what_is_empty(request: Request, form: Form) -> None:
    """All problems at once: what intake would say too, when the page cannot ask it yet."""
    t = words_of(request)
    for name in ("given_name", "family_name", "reach", "agreed"):
        form.need(name, str(t(f"person.{name}.missing")))


def _agreement(form: Form, link: Any, statement: str, today: Any) -> dict[str, Any] | None:
    if not form.ticked("agreed"):
        return None
    return {
        "given_on": today.isoformat(),
        "notice_version": link["notice"]["version"],
        "statement": statement,
        "purposes": form.all("purposes"),
    }


def _link(request: Request, code: str, form: Form) -> Response:
    link = get(request, "intake", f"/v1/links/{code}")
    return answer(
        request,
        "link.html",
        form,
        fields=("statement", *PERSON_FIELDS, "purposes", *FACT_FIELDS),
        link=link,
        today=today_in(request),
    )
