"""Signing in. In production the organisation's OpenID Connect provider will do it; in development a person chooses a
role, and a cookie carries the signed token that any service accepts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

import psycopg
from fastapi import APIRouter, Form, Query, Request
from psycopg_pool import PoolTimeout
from starlette.responses import RedirectResponse, Response

from services.portal.pages.addresses import SIGN_IN, language_of, same_origin
from services.portal.pages.origin import only_from_our_own_page
from services.portal.pages.rail import home_of
from services.portal.pages.render import page
from services.portal.store.known import Known, list_advisors, list_employers, list_partners, list_people
from shared.errors import DomainError, NotFound
from shared.http import Read, Reads, Role, public
from shared.settings import Settings
from shared.tokens import Caller, Verifier, mint, verify

COOKIE = "interconnexion_session"
_READING = ("GET", "HEAD")
LIFETIME_S = 8 * 3600
VIEWERS = (Role.MANAGER, Role.ADVISOR, Role.RETENTION_ADVISOR)
MINISTRIES = ("services_quebec", "mifi")
CHOSEN_WITH: dict[Role, Literal["organisation", "subject"] | None] = {
    Role.MANAGER: None,
    Role.ADVISOR: "subject",
    Role.RETENTION_ADVISOR: "subject",
    Role.LIAISON: None,
    Role.PARTNER: "organisation",
    Role.EMPLOYER: "organisation",
    Role.CANDIDATE: "subject",
    Role.MINISTRY: "organisation",
    Role.OPERATOR: None,
}
"""The roles one may take in development, and what is chosen beside each."""
router = APIRouter(include_in_schema=False)


def cookie_identity(settings: Settings) -> Callable[[Request], Caller | None]:
    """Finds whose session a browser carries. Raises TokenRefused when it has ended or is not ours."""
    verifier = Verifier(settings.tokens_jwks_file, settings.tokens_issuer)

    def identify(request: Request) -> Caller | None:
        if request.method not in _READING and request.url.path.startswith("/v1/"):
            return None  # commands of systems come with a token; a browser would add its cookie to anybody's form
        token = request.cookies.get(COOKIE)
        return verifier.verify(token) if token else None

    return identify


@dataclass(frozen=True)
class Entry:
    """A role one may take in development. ``kind``: what is chosen beside it (``None``: nothing); ``choices``: who."""

    role: Role
    kind: Literal["organisation", "subject"] | None
    choices: Sequence[Known]


@router.get("/connexion", dependencies=[public()])
@router.get("/sign-in", dependencies=[public()])
def show_sign_in(
    request: Request,
    read: Reads,
    next: Annotated[str | None, Query(max_length=2000)] = None,
    role: Annotated[str | None, Query(max_length=40)] = None,
    who: Annotated[str | None, Query(max_length=60)] = None,
) -> Response:
    """``role`` and ``who`` of a link: that entry comes first, already filled in."""
    development = _development_key(request) is not None
    entries = _entries(read) if development else []
    return page(
        request,
        "sign_in.html",
        entries=sorted(entries, key=lambda entry: entry.role != role),
        role=role,
        who=who or "",
        next=same_origin(next, ""),
        ended=_has_ended(request),
    )


@router.post("/connexion", dependencies=[public()])
@router.post("/sign-in", dependencies=[public()])
def sign_in(
    request: Request,
    role: Annotated[str, Form(max_length=40)],
    next: Annotated[str, Form()] = "",
    who: Annotated[str, Form(max_length=60)] = "",
    typed: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    key = _development_key(request)
    if key is None or role not in CHOSEN_WITH:
        raise NotFound
    only_from_our_own_page(request)
    settings: Settings = request.app.state.settings
    caller = _caller(Role(role), typed.strip() or who.strip())
    token = mint(key, settings.tokens_issuer, caller.role, caller.subject, caller.organisation, lifetime_s=LIFETIME_S)
    answer = RedirectResponse(same_origin(next, home_of(caller, language_of(request))), 303)
    answer.set_cookie(COOKIE, token, max_age=LIFETIME_S, httponly=True, samesite="lax", secure=_secure(settings))
    return answer


def _entries(read: Read) -> list[Entry]:
    """Without the database: the roles alone."""
    try:
        with read.transaction() as tx:
            known: dict[Role, Sequence[Known]] = {
                Role.ADVISOR: list_advisors(tx),
                Role.PARTNER: list_partners(tx),
                Role.EMPLOYER: list_employers(tx),
                Role.CANDIDATE: list_people(tx),
            }
    except (psycopg.OperationalError, PoolTimeout):
        known = {}
    return [Entry(role, kind, known.get(role, ())) for role, kind in CHOSEN_WITH.items()]


def _caller(role: Role, who: str) -> Caller:
    """Raises NotFound for a name that is no id and no ministry's code."""
    kind = CHOSEN_WITH[role]
    if who and role is not Role.MINISTRY and not _is_id(who):
        raise NotFound
    if role is Role.MINISTRY:
        return Caller(role, _trial_person(role), who if who in MINISTRIES else MINISTRIES[0])
    chosen = who or _trial_person(role)
    if kind == "organisation":
        return Caller(role, _trial_person(f"{role}:{chosen}"), chosen)
    return Caller(role, chosen)


def _is_id(who: str) -> bool:
    try:
        return str(UUID(who)) == who.lower()
    except ValueError:
        return False


@router.post("/quitter", dependencies=[public()])
@router.post("/sign-out", dependencies=[public()])
def sign_out(request: Request) -> Response:
    only_from_our_own_page(request)
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
