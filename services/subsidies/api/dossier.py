"""A request as a complete printable document, for a ministry that is not connected and for whoever wants paper."""

import base64
import hashlib
import json
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.subsidies.api.callers import Everyone
from services.subsidies.api.dossier_words import STYLE, WORDS, basis_in
from services.subsidies.api.routes import show_request
from services.subsidies.api.views import RequestView
from shared import clock
from shared.http import Reads
from shared.money import in_words

router = APIRouter(tags=["dossier"])
_NOT_CONTENT = {"names", "age_days", "must_act"}
_PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'; base-uri 'none'"


@router.get("/v1/requests/{request_id}/dossier", response_class=HTMLResponse)
def print_dossier(
    request_id: UUID,
    caller: Everyone,
    read: Reads,
    http: Request,
    lang: Annotated[Literal["fr", "en"], Query()] = "fr",
) -> HTMLResponse:
    """The whole request on paper, with names as the caller may see them now and the SHA-256 of its content. No script;
    print it from the browser."""
    request = show_request(request_id, caller, read, http, with_names=True)
    digest = hash_of(request)
    page = _PAGES.get_template("dossier.html").render(_said(request, lang, digest))
    return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY, "X-Dossier-SHA256": digest})


def hash_of(request: RequestView) -> str:
    """Of the request as this reader sees it, without names (nobody keeps them) and without what only time changes: the
    JSON of ``GET /v1/requests/{id}`` less those fields, sorted keys, no spaces."""
    content = request.model_dump(mode="json", exclude=_NOT_CONTENT)
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _said(request: RequestView, lang: str, digest: str) -> dict[str, Any]:
    names = request.names
    note = (names.note_fr if lang == "fr" else names.note_en) if names else None
    return {
        "lang": lang,
        "t": WORDS[lang],
        "r": request,
        "names": names,
        "note": note,
        "name": request.rules.name_fr if lang == "fr" else request.rules.name_en,
        "state": request.state_fr if lang == "fr" else request.state_en,
        "style": STYLE,
        "hash": digest,
        "printed_on": clock.today(),
        "number": lambda value: str(value).replace(".", ",") if lang == "fr" else str(value),
        "basis": lambda text: basis_in(lang, text),
        "money": lambda cents: in_words(cents, lang),
        "rate_money": lambda cents: _exact(cents, lang),
        "percent": lambda rate: f"{(rate * 100).normalize():f} %",
    }


def _exact(cents: Decimal, lang: str) -> str:
    """Dollars an hour, unrounded, two decimals at least."""
    dollars = (cents / 100).normalize()
    places = max(2, -int(dollars.as_tuple().exponent))
    text = f"{dollars:.{places}f}"
    return f"{text.replace('.', ',')}\u00a0$" if lang == "fr" else f"${text}"
