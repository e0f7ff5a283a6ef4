"""Signing in. In production the organisation's OpenID Connect provider will do it; in development a person chooses a
role, and a cookie carries the signed token that any service accepts."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from services.portal.pages.addresses import SIGN_IN, language_of, same_origin
from services.portal.pages.render import page
from shared.errors import DomainError, Forbidden, NotFound, Problem
from shared.http import Role, public
from shared.settings import Settings
from shared.tokens import Caller, Verifier, mint, verify

COOKIE = "interconnexion_session"
LIFETIME_S = 8 * 3600
VIEWERS = (Role.MANAGER, Role.ADVISOR, Role.RETENTION_ADVISOR)
router = APIRouter(include_in_schema=False)


def cookie_identity(settings: Settings) -> Callable[[Request], Caller | None]:
    """Finds whose session a browser carries. Raises TokenRefused when it has ended or is not ours."""
    verifier = Verifier(settings.tokens_jwks_file, settings.tokens_issuer)

    def identify(request: Request) -> Caller | None:
        token = request.cookies.get(COOKIE)
        return verifier.verify(token) if token else None

    return identify


@router.get("/connexion", dependencies=[public()])
@router.get("/sign-in", dependencies=[public()])
def show_sign_in(request: Request, next: Annotated[str | None, Query(max_length=2000)] = None) -> Response:
    development = _development_key(request) is not None
    home = f"/{language_of(request)}/programme"
    return page(
        request,
        "sign_in.html",
        roles=VIEWERS if development else (),
        next=same_origin(next, home),
        ended=_has_ended(request),
    )


@router.post("/connexion", dependencies=[public()])
@router.post("/sign-in", dependencies=[public()])
def sign_in(request: Request, role: Annotated[str, Form(max_length=40)], next: Annotated[str, Form()] = "") -> Response:
    key = _development_key(request)
    if key is None or role not in VIEWERS:
        raise NotFound
    _only_from_our_own_page(request)
    settings: Settings = request.app.state.settings
    token = mint(key, settings.tokens_issuer, Role(role), _trial_person(role), lifetime_s=LIFETIME_S)
    answer = RedirectResponse(same_origin(next, f"/{language_of(request)}/programme"), 303)
    answer.set_cookie(COOKIE, token, max_age=LIFETIME_S, httponly=True, samesite="lax", secure=_secure(settings))
    return answer


@router.post("/quitter", dependencies=[public()])
@router.post("/sign-out", dependencies=[public()])
def sign_out(request: Request) -> Response:
    _only_from_our_own_page(request)
    settings: Settings = request.app.state.settings
    answer = RedirectResponse(SIGN_IN[language_of(request)], 303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=_secure(settings))
    return answer


def _has_ended(request: Request) -> bool:
    """Whether the browser carries a session that is good no longer."""
    settings: Settings = request.app.state.settings
    token = request.cookies.get(COOKIE)
    if not token:
        return False
    try:
        verify(token, settings.tokens_jwks_file, settings.tokens_issuer)
    except DomainError:
        return True
    return False


def _development_key(request: Request) -> Path | None:
    settings: Settings = request.app.state.settings
    return settings.tokens_development_key_file if settings.environment != "production" else None


def _secure(settings: Settings) -> bool:
    return settings.portal_url.startswith("https:")


def _trial_person(role: str) -> str:
    """The id behind a trial role: the same one at every sign-in."""
    return str(uuid5(NAMESPACE_URL, f"interconnexion:trial:{role}"))


def _only_from_our_own_page(request: Request) -> None:
    """A form of another site may not sign anybody in or out. Browsers say where a request comes from; what says nothing
    is no browser, and carries no cookie it was not given."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    ours = site in ("same-origin", "none") if site else not origin or urlsplit(origin).netloc == request.headers["host"]
    if not ours:
        raise Forbidden(
            Problem("", "other_site", "Cette demande vient d'un autre site.", "This request comes from another site.")
        )
