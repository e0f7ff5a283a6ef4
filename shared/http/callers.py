"""Every route says who may call it: ``caller: Annotated[Caller, allow(Role.ADVISOR)]``, or ``public()`` among its
dependencies. A guard test walks the routes (``operations``) and finds one or the other on each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.concurrency import run_in_threadpool

from shared.db import Database, Tx
from shared.errors import Forbidden, Problem, Unauthenticated
from shared.log import bind
from shared.tokens import PARTNER_KEY_PREFIX, Caller, Role, TokenRefused, Verifier, hash_partner_key

PartnerKeys = Callable[[Tx, str], Caller | None]  # the SHA-256 (hex) of a key -> whose it is
Identify = Callable[[Request], Caller | None]  # for pages: who the browser's session belongs to


@dataclass(frozen=True)
class Allowed:
    """The dependency behind ``allow``; ``roles`` is there to be read by tests."""

    roles: frozenset[Role]

    async def __call__(self, request: Request) -> Caller:
        caller = await identified(request)
        if caller is None:
            raise Unauthenticated(
                Problem("", "credentials_missing", "Joignez un jeton ou une clé : « Authorization: Bearer … ».",
                        "Send a token or a key: “Authorization: Bearer …”.")
            )  # fmt: skip
        if caller.role not in self.roles:
            raise Forbidden(
                Problem("", "role_not_allowed", f"Le rôle « {caller.role} » ne permet pas cette opération.",
                        f"The role “{caller.role}” does not allow this operation.")
            )  # fmt: skip
        return caller


class Public:
    """The dependency behind ``public``."""

    async def __call__(self) -> None:
        return None


def allow(*roles: Role) -> Any:
    """Only these roles may call the route. The parameter it annotates receives the Caller."""
    if not roles:
        raise ValueError("allow() needs at least one role; use public() for an open route")
    return Depends(Allowed(frozenset(roles)))


def public() -> Any:
    """Anyone may call the route: ``@router.get("/v1/…", dependencies=[public()])``. For a person's own link."""
    return Depends(Public())


class Identification:
    """Finds out who sends a request: a role token, a partner's key, or a page's session."""

    def __init__(self, verifier: Verifier, db: Database, partner_keys: PartnerKeys | None, identify: Identify | None):
        self._verifier = verifier
        self._db = db
        self._partner_keys = partner_keys
        self._identify = identify

    async def of(self, request: Request) -> Caller | None:
        header = request.headers.get("authorization")
        if header is None:
            return await run_in_threadpool(self._identify, request) if self._identify else None
        scheme, _, credential = header.partition(" ")
        credential = credential.strip()
        if scheme.lower() != "bearer" or not credential or len(credential) > 8000 or not credential.isascii():
            raise _not_good()
        if not credential.startswith(PARTNER_KEY_PREFIX):
            return self._verifier.verify(credential)
        if self._partner_keys is None:
            raise _not_good()
        caller = await run_in_threadpool(self._look_up, hash_partner_key(credential))
        if caller is None:
            raise _not_good()
        return caller

    def _look_up(self, key_hash: str) -> Caller | None:
        assert self._partner_keys is not None
        with self._db.asking() as tx:
            return self._partner_keys(tx, key_hash)


async def identified(request: Request) -> Caller | None:
    """Who sends this request, found once."""
    state = request.state
    if not hasattr(state, "caller"):
        identification: Identification = request.app.state.identification
        state.caller = await identification.of(request)
        if state.caller is not None:
            bind(actor=state.caller.actor)
    found: Caller | None = state.caller
    return found


@dataclass(frozen=True)
class Operation:
    """One method of one route. ``roles`` is None for an open one."""

    method: str
    path: str
    name: str
    roles: frozenset[Role] | None
    guarded: bool  # says who may call it, by allow or public


def operations(app: FastAPI) -> Iterator[Operation]:
    """Every operation of the app and who may call it."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if not isinstance(route, APIRoute):
            yield Operation("*", getattr(route, "path", str(route)), type(route).__name__, None, False)
            continue
        guards = [call for call in _calls(context.dependant) if isinstance(call, Allowed | Public)]
        allowed = [guard.roles for guard in guards if isinstance(guard, Allowed)]
        roles = frozenset.intersection(*allowed) if allowed else None
        for method in sorted(context.methods or ()):
            yield Operation(method, str(context.path_format), route.name, roles, bool(guards))


def _calls(dependant: Dependant | None) -> Iterator[object]:
    for inner in dependant.dependencies if dependant else ():
        yield inner.call
        yield from _calls(inner)


def _not_good() -> TokenRefused:
    return TokenRefused(
        Problem("", "credentials_invalid", "Ce jeton ou cette clé n'est pas valable.",
                "This token or key is not valid.")
    )  # fmt: skip
