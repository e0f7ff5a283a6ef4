"""What a browser sees when something is not as asked: a page in words. Routes under /v1 keep problem+json."""

from fastapi import FastAPI, Request
from psycopg import OperationalError
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from services.portal.pages.addresses import sign_in_for
from services.portal.pages.render import page
from shared.errors import DomainError, Unauthenticated
from shared.http.problems import refusal

_IN_WORDS = {403, 404, 410, 422, 503}


def add_problem_pages(app: FastAPI) -> None:
    """Beside the kernel's handlers, which still answer systems."""
    json_answers = dict(app.exception_handlers)

    async def say(request: Request, problem: Exception) -> Response:
        if isinstance(problem, Unauthenticated) and _is_page(request):
            return RedirectResponse(sign_in_for(request), 303)
        if _is_page(request):
            return problem_page(request, _status(problem))
        if isinstance(problem, DomainError):
            return refusal(request, problem)
        answered: Response = await json_answers[_kind(problem, json_answers)](request, problem)
        return answered

    for kind in list(json_answers):
        app.add_exception_handler(kind, say)


def problem_page(request: Request, status: int) -> Response:
    kind = status if status in _IN_WORDS else 503 if status >= 500 else 404
    return page(request, "problem.html", status, kind=str(kind))


def _is_page(request: Request) -> bool:
    return not request.url.path.startswith(("/v1/", "/static/", "/live", "/ready", "/metrics", "/openapi.json"))


def _status(problem: Exception) -> int:
    if isinstance(problem, DomainError | HTTPException):
        return problem.status if isinstance(problem, DomainError) else problem.status_code
    return 503 if isinstance(problem, OperationalError | PoolTimeout) else 422


def _kind(problem: Exception, known: dict) -> object:  # type: ignore[type-arg]
    return next(kind for kind in type(problem).__mro__ if kind in known)
