"""Asks a process whether it is ready, and makes sure that the one that answers is ours."""

import http.client
import json
from dataclasses import dataclass
from typing import Any

from deploy.local.keeper import Child
from deploy.local.leftovers import still_runs
from deploy.local.ports import listens

_TIMEOUT_SECONDS = 2


@dataclass(frozen=True)
class Health:
    """`why` says in French, then English, what a process that is not ready waits for."""

    name: str
    port: int
    ready: bool
    why: tuple[str, str] = ("", "")


def ask(name: str, port: int, child: Child | None) -> Health:
    """Whether the process answers 200 on /ready."""
    early = _not_ours(name, port, child)
    if early:
        return early
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/ready")
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException):
        return Health(name, port, False, ("ne répond pas encore", "does not answer yet"))
    finally:
        connection.close()
    return Health(name, port, answer.status == 200, ("", "") if answer.status == 200 else _reasons(body, answer.status))


def server(name: str, port: int, child: Child | None) -> Health:
    """Whether the broker or the database listens on its port."""
    return _not_ours(name, port, child) or Health(name, port, True)


def _not_ours(name: str, port: int, child: Child | None) -> Health | None:
    if child is None:
        return Health(name, port, False, ("arrêté", "stopped"))
    if not child.known.pid or not still_runs(child.known):
        state = child.state.lower()
        return Health(name, port, False, (f"arrêté ({state}) : voir le journal", f"stopped ({state}): see its log"))
    if not listens(child.known.pid, port):
        return Health(name, port, False, ("démarre", "starting"))
    return None


def _reasons(body: bytes, status: int) -> tuple[str, str]:
    """The `waiting_for` of the answer, each reason in both languages."""
    try:
        content: Any = json.loads(body)
        reasons = content["waiting_for"]
        return "; ".join(each["fr"] for each in reasons), "; ".join(each["en"] for each in reasons)
    except (ValueError, KeyError, TypeError):
        return f"répond {status}", f"answers {status}"
