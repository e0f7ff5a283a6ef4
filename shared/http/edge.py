"""What stands around every request, as plain ASGI: correlation id, size limit, security headers, one closing log line,
metrics, and the answer when something unforeseen fails."""

import time
from uuid import UUID, uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import log, metrics
from shared.http.problems import failure
from shared.observing.traces import answering

JSON_LIMIT_BYTES = 1_000_000
UPLOAD_LIMIT_BYTES = 25_000_000  # files: ten thousand referrals in one
_UPLOADS = ("multipart/form-data", "text/csv", "application/x-ndjson")
_QUIET = ("/live", "/ready", "/metrics")
API_CONTENT_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


class TooMuchSent(HTTPException):
    """The body is larger than the limit for its kind. HTTP 413."""

    def __init__(self) -> None:
        super().__init__(413, headers={"Connection": "close"})


class Edge:
    """ASGI middleware; see the module's docstring."""

    def __init__(self, app: ASGIApp, *, content_security_policy: str, strict_transport: bool) -> None:
        self._app = app
        self._headers = {**_HEADERS, "Content-Security-Policy": content_security_policy}
        if strict_transport:
            self._headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        correlation_id = _correlation_id(asked.get("x-correlation-id"))
        scope.setdefault("state", {})["correlation_id"] = correlation_id
        answer = _Answer(send, {**self._headers, "X-Correlation-ID": str(correlation_id)})
        started = time.perf_counter()
        span = answering(correlation_id, asked.get("traceparent"), scope["path"])
        with log.bound(correlation_id=str(correlation_id)):
            try:
                await self._app(scope, _limited(receive, asked), answer)
            except Exception as fault:  # noqa: BLE001  # the edge: whatever failed, the caller gets an answer and we a log line
                log.get_logger().error("request_failed", route=_route(scope), **log.describe(fault))
                if not answer.started:
                    await failure(correlation_id)(scope, receive, answer)
            finally:
                _account(scope, answer.status, time.perf_counter() - started)
                if span:
                    span.end(_route(scope), _method(scope), answer.status)


class _Answer:
    """Sends, adding headers that the route did not set, and remembers the status."""

    def __init__(self, send: Send, headers: dict[str, str]) -> None:
        self._send = send
        self._headers = headers
        self.started = False
        self.status = 0  # 0: the caller went away before an answer

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
        await self._send(message)


def _limited(receive: Receive, asked: Headers) -> Receive:
    kind = asked.get("content-type", "").partition(";")[0].strip().lower()
    limit = UPLOAD_LIMIT_BYTES if kind in _UPLOADS else JSON_LIMIT_BYTES
    declared = asked.get("content-length", "")
    too_much = declared.isdecimal() and int(declared[:20]) > limit
    taken = 0

    async def take() -> Message:
        nonlocal taken
        if too_much:
            raise TooMuchSent
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise TooMuchSent
        return message

    return take


def _correlation_id(given: str | None) -> UUID:
    try:
        return UUID(given) if given and len(given) == 36 else uuid4()
    except ValueError:
        return uuid4()


def _route(scope: Scope) -> str:
    """The route's template, so that no id becomes a label."""
    return getattr(scope.get("route"), "path_format", None) or "unmatched"


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in _METHODS else "other"


def _account(scope: Scope, status: int, seconds: float) -> None:
    route, method = _route(scope), _method(scope)
    metrics.HTTP_REQUESTS.labels(route, method, str(status)).inc()
    metrics.HTTP_SECONDS.labels(route, method).observe(seconds)
    if route not in _QUIET:
        level = "warning" if status >= 500 else "info"
        log.closing_line("request", result=str(status), ms=seconds * 1000, route=route, method=method, level=level)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
