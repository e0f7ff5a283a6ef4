"""What was done, told once on the page that follows: a cookie that the next page reads and takes away. It holds the key
of our own words and codes, dates or file numbers; never a name."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.responses import RedirectResponse, Response

COOKIE = "interconnexion_told"
_LIFETIME_S = 60
_PREFIX = "told."


@dataclass(frozen=True)
class Told:
    key: str
    values: Mapping[str, str]
    href: str | None


def done(request: Request, to: str, key: str, *, href: str | None = None, **values: str) -> Response:
    """After a command: on to the page ``to``, which says ``told.<key>``; ``href``: what "see" leads to."""
    answer = RedirectResponse(to, 303)
    said = json.dumps({"k": _PREFIX + key, "v": values, "h": href}).encode()
    secure = request.app.state.settings.portal_url.startswith("https:")
    answer.set_cookie(
        COOKIE, base64.urlsafe_b64encode(said).decode(), max_age=_LIFETIME_S, httponly=True, samesite="lax",
        secure=secure,
    )  # fmt: skip
    return answer


def told(request: Request) -> Told | None:
    """What the page before left to say; None when nothing, or when it is not ours."""
    kept = request.cookies.get(COOKIE)
    if not kept or len(kept) > 2000:
        return None
    try:
        said: Any = json.loads(base64.urlsafe_b64decode(kept))
        key, values, href = said["k"], said["v"], said["h"]
        fits = key.startswith(_PREFIX) and all(isinstance(v, str) for v in values.values())
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    ours = href is None or (isinstance(href, str) and href.startswith("/") and not href.startswith("//"))
    return Told(key, values, href) if fits and ours else None


def forget(answer: Response) -> None:
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax")
