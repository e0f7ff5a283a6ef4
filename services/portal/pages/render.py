"""Turns a template into a page: words of the path's language, the viewer, the asset addresses; gzip when accepted."""

import gzip
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import Response

from services.portal.pages import answers
from services.portal.pages.addresses import Addresses, in_other_language, language_of
from services.portal.pages.assets import accepts_gzip, assets
from services.portal.pages.forms import Form
from services.portal.pages.rail import home_of, rail_of
from services.portal.pages.told import forget, told
from services.portal.pages.words import Language, words_in
from shared.clock import local_date
from shared.tokens import Caller

_SMALLEST_ZIPPED = 1000


class Parts:
    """What a page shows that may change while it is open: each part's HTML by its id, noted as it is rendered."""

    def __init__(self) -> None:
        self.html: dict[str, str] = {}

    def keep(self, part: str, html: Markup) -> Markup:
        kept = Markup(html.strip())  # noqa: S704  # rendered by the template, escaped there
        self.html[part] = str(kept)
        return kept


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = assets().address
    made.globals["local_day"] = local_date
    made.globals |= answers.GLOBALS
    return made


def render(template: str, language: Language, **values: Any) -> str:
    t = words_in(language)
    return environment().get_template(template).render(
        t=t, language=language, to=Addresses(language), parts=values.pop("parts", None) or Parts(), **values
    )  # fmt: skip


def page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """The answer that holds the page. Nothing of it is kept by browsers or proxies."""
    language = language_of(request)
    viewer: Caller | None = getattr(request.state, "caller", None)
    other, same_page = in_other_language(request)
    said = told(request)
    frame = {
        "viewer": viewer,
        "rail": rail_of(request, viewer, language),
        "home": home_of(viewer, language),
        "told": said,
        "other_language": other,
        "same_page": same_page,
        "here": request.url.path,
    }
    body = render(template, language, **frame, **values).encode()
    form = values.get("form")
    if isinstance(form, Form) and form.repeats:  # every field has told its label now, and the summary comes first
        body = render(template, language, **frame, **values).encode()
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Language": words_in(language).html_language,
        "Referrer-Policy": "same-origin",
        "Vary": "Accept-Encoding, Cookie",
    }
    if len(body) > _SMALLEST_ZIPPED and accepts_gzip(request):
        body = gzip.compress(body, 5, mtime=0)
        headers["Content-Encoding"] = "gzip"
    answer = Response(body, status, headers, "text/html; charset=utf-8")
    if said is not None:
        forget(answer)
    return answer
