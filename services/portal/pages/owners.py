"""Asks the owners of data and sends them commands, with the viewer's own token: the portal decides nothing and may do
nothing that the viewer may not. Nothing of an answer is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import httpx
from fastapi import Request

from shared.errors import Forbidden, InProgress, NotFound, Problem, Unauthenticated, Unavailable
from shared.log import get_logger
from shared.observing.traces import outgoing
from shared.settings import Settings

Owner = Literal["intake", "matching", "subsidies", "retention"]
OWNERS: tuple[Owner, ...] = ("intake", "matching", "subsidies", "retention")
Method = Literal["POST", "PUT", "PATCH", "DELETE"]
log = get_logger()


class OwnerDown(Unavailable):
    """The service that owns what was asked for does not answer."""

    def __init__(self, owner: Owner) -> None:
        super().__init__(
            Problem("", "owner_unavailable", f"Le service « {owner} » ne répond pas; réessayez dans un moment.",
                    f"The service “{owner}” does not answer; try again in a moment.")
        )  # fmt: skip
        self.owner: Owner = owner


@dataclass(frozen=True)
class Outcome:
    """What became of a command. ``problems``: what to correct, when it was refused. ``unanswered``: the owner did not
    answer, so nobody knows whether it took effect; sending it again with the same key is safe."""

    status: int
    body: Any = None
    problems: tuple[Problem, ...] = ()
    unanswered: bool = False

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class Owners:
    """One client for each owner. Tests put others in their place."""

    def __init__(self, clients: Mapping[Owner, httpx.Client]) -> None:
        self._clients = clients

    @classmethod
    def at(cls, settings: Settings, timeout_s: float) -> "Owners":
        return cls(
            {owner: httpx.Client(base_url=getattr(settings, f"{owner}_url"), timeout=timeout_s) for owner in OWNERS}
        )

    def send(self, owner: Owner, method: str, path: str, **more: Any) -> httpx.Response:
        """Raises OwnerDown when nothing comes back."""
        try:
            answer = self._clients[owner].request(method, path, **more)
        except httpx.HTTPError as fault:
            log.warning("owner_unavailable", owner=owner, error=type(fault).__name__)
            raise OwnerDown(owner) from fault
        if answer.status_code >= 500:
            log.warning("owner_unavailable", owner=owner, status=answer.status_code)
            raise OwnerDown(owner)
        return answer

    def close(self) -> None:
        for client in self._clients.values():
            client.close()


def get(request: Request, owner: Owner, path: str, **params: Any) -> Any:
    """What the owner answers, as plain data; parameters that are None are left out, a list is sent as often as it has
    members. Raises NotFound (the page's 404), Forbidden, Unauthenticated (on to the sign-in page) and OwnerDown (the
    page's 503)."""
    return document(request, owner, path, **params).json()


def document(request: Request, owner: Owner, path: str, **params: Any) -> httpx.Response:
    """The same, as it came: for what is no data. Raises what ``get`` raises."""
    answer = _owners(request).send(
        owner,
        "GET",
        path,
        params={name: _sent(value) for name, value in params.items() if value is not None},
        headers=_headers(request),
    )
    _pass_on(answer.status_code)
    if answer.status_code != 200:
        raise NotFound
    return answer


def _sent(value: Any) -> str | list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else str(value)


def try_get(request: Request, owner: Owner, path: str, **params: Any) -> Any | None:
    """The same for a part of a page that can be left out: None when the owner does not answer, has no such thing, or
    does not show it to this viewer. The page says what is missing."""
    try:
        return get(request, owner, path, **params)
    except (OwnerDown, NotFound, Forbidden):
        return None


def command(
    request: Request, owner: Owner, path: str, body: Any = None, *, key: str | None = None, method: Method = "POST"
) -> Outcome:
    """Sends a command. ``key``: the nonce of the form, so that a form sent twice takes effect once. Raises NotFound,
    Forbidden and Unauthenticated; every other refusal is in the outcome."""
    headers = _headers(request) | ({"Idempotency-Key": key} if key else {})
    try:
        answer = _owners(request).send(owner, method, path, json=body, headers=headers)
    except OwnerDown:
        return Outcome(503, unanswered=True)
    _pass_on(answer.status_code)
    if answer.is_success:
        return Outcome(answer.status_code, answer.json() if answer.content else None)
    return Outcome(answer.status_code, problems=_problems(answer))


def _pass_on(status: int) -> None:
    if status == 401:
        raise Unauthenticated
    if status == 403:
        raise Forbidden
    if status == 404:
        raise NotFound


def _problems(answer: httpx.Response) -> tuple[Problem, ...]:
    try:
        said = answer.json()["problems"]
        found = tuple(Problem(p["pointer"], p["code"], p["fr"], p["en"]) for p in said)
    except (ValueError, KeyError, TypeError):
        found = ()
    return found or (Problem("", "refused", InProgress.title_fr, InProgress.title_en),)


def _headers(request: Request) -> dict[str, str]:
    caller = getattr(request.state, "caller", None)
    token = {"Authorization": f"Bearer {caller.token}"} if caller else {}
    correlation_id = request.state.correlation_id
    return {**token, "X-Correlation-ID": str(correlation_id), **outgoing(correlation_id)}


def _owners(request: Request) -> Owners:
    owners: Owners = request.app.state.owners
    return owners
