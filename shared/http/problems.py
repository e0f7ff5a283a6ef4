"""RFC 9457 ``application/problem+json``: every problem at once, each with a pointer, a code, French and English."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from psycopg_pool import PoolTimeout
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from shared.errors import DomainError, Problem, Unauthenticated, Unavailable
from shared.http.models import judging
from shared.http.validation import in_words
from shared.log import describe, get_logger

log = get_logger()
MEDIA_TYPE = "application/problem+json"
_MOST_PROBLEMS = 1000  # an answer to a megabyte of nonsense stays an answer
_TITLES = {
    400: ("Demande illisible", "Unreadable request"),
    404: ("Introuvable", "Not found"),
    405: ("Cette adresse ne permet pas ceci", "This address does not allow this"),
    413: ("Envoi trop volumineux", "Too much was sent"),
    415: ("Format non accepté", "Format not accepted"),
    500: ("Une panne de notre côté", "A failure on our side"),
}


class ProblemShown(BaseModel):
    pointer: str
    code: str
    fr: str
    en: str


class ProblemDocument(BaseModel):
    """What every refusal answers."""

    type: str
    title: str
    title_en: str
    status: int
    correlation_id: UUID | None
    problems: list[ProblemShown]


def problem_response(
    correlation_id: UUID | None,
    status: int,
    kind: str,
    titles: tuple[str, str],
    problems: Sequence[Problem] = (),
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    document = {
        "type": f"urn:interconnexion:problem:{kind}",
        "title": titles[0],
        "title_en": titles[1],
        "status": status,
        "correlation_id": str(correlation_id) if correlation_id else None,
        "problems": [{"pointer": p.pointer, "code": p.code, "fr": p.fr, "en": p.en} for p in problems],
    }
    return JSONResponse(document, status, headers, MEDIA_TYPE)


def refusal(request: Request, no: DomainError) -> JSONResponse:
    """The answer for a business "no"."""
    headers = {}
    if isinstance(no, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if no.status == 503:
        headers["Retry-After"] = "2"
    kind = re.sub(r"(?<!^)(?=[A-Z])", "_", type(no).__name__).lower()
    titles = (no.title_fr, no.title_en)
    return problem_response(_correlation(request), no.status, kind, titles, no.problems, headers)


def failure(correlation_id: UUID | None) -> JSONResponse:
    """The answer for an unknown fault: it says nothing about it but where to find it."""
    said = Problem("", "failure", "Rien n'a été enregistré. Citez le numéro de corrélation en nous écrivant.",
                   "Nothing was stored. Quote the correlation id when you write to us.")  # fmt: skip
    return problem_response(correlation_id, 500, "failure", _TITLES[500], [said])


def add_problem_handlers(app: FastAPI) -> None:
    app.add_exception_handler(DomainError, _domain)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(psycopg.OperationalError, _database)
    app.add_exception_handler(PoolTimeout, _database)
    app.add_exception_handler(psycopg.DataError, _not_storable)


async def _domain(request: Request, no: Exception) -> JSONResponse:
    assert isinstance(no, DomainError)
    return refusal(request, no)


async def _validation(request: Request, wrong: Exception) -> JSONResponse:
    assert isinstance(wrong, RequestValidationError)
    titles = ("Des renseignements sont à corriger", "Some information needs correcting")
    errors = wrong.errors()
    if any(isinstance(error.get("input"), bytes) for error in errors):  # FastAPI leaves what is not JSON unread
        return _unread(request)
    errors = [error for error in errors if error["loc"][:1] != ("body",)] + _of_the_body(request, wrong)
    problems = [in_words(error) for error in errors[:_MOST_PROBLEMS]]
    if len(errors) > _MOST_PROBLEMS:
        problems.append(_and_more(len(errors) - _MOST_PROBLEMS))
    return problem_response(_correlation(request), 422, "invalid", titles, problems)


def _of_the_body(request: Request, wrong: RequestValidationError) -> list[Any]:
    """What is wrong in the body, with what the domain says of the fields that do fit."""
    found = [error for error in wrong.errors() if error["loc"][:1] == ("body",)]
    route = request.scope.get("route")
    if not isinstance(wrong.body, dict) or not isinstance(route, APIRoute) or route.body_field is None:
        return found
    with judging():
        _, judged = route.body_field.validate(wrong.body, {}, loc=("body",))
    return judged or found


def _and_more(left: int) -> Problem:
    return Problem("", "more_problems", f"Et {left} autres; corrigez d'abord celles-ci.",
                   f"And {left} more; correct these first.")  # fmt: skip


def _unread(request: Request) -> JSONResponse:
    problem = Problem("", "unsupported_media_type", "Envoyez du JSON (en-tête « Content-Type: application/json »).",
                      "Send JSON, with the header “Content-Type: application/json”.")  # fmt: skip
    return problem_response(_correlation(request), 415, "unsupported_media_type", _TITLES[415], [problem])


async def _http(request: Request, wrong: Exception) -> JSONResponse:
    assert isinstance(wrong, HTTPException)
    phrase = HTTPStatus(wrong.status_code).phrase
    kind = phrase.lower().replace(" ", "_").replace("'", "")
    titles = _TITLES.get(wrong.status_code, (phrase, phrase))
    problem = Problem("", kind, f"{titles[0]}.", f"{titles[1]}.")
    headers = dict(wrong.headers or {})
    return problem_response(_correlation(request), wrong.status_code, kind, titles, [problem], headers)


async def _database(request: Request, fault: Exception) -> JSONResponse:
    log.warning("database_unusable", **describe(fault))
    return refusal(
        request,
        Unavailable(
            Problem("", "database_unavailable", "La base de données ne répond pas; réessayez dans un moment.",
                    "The database does not answer; try again in a moment.")
        ),
    )  # fmt: skip


async def _not_storable(request: Request, wrong: Exception) -> JSONResponse:
    """A value PostgreSQL cannot hold (a NUL character, a number out of range) that no model refused: mend the model."""
    log.warning("value_not_storable", **describe(wrong))
    titles = ("Des renseignements sont à corriger", "Some information needs correcting")
    problem = Problem("", "value_not_storable", "Une valeur contient un caractère ou un nombre impossible à conserver.",
                      "A value holds a character or a number that cannot be stored.")  # fmt: skip
    return problem_response(_correlation(request), 422, "invalid", titles, [problem])


def _correlation(request: Request) -> Any:
    return getattr(request.state, "correlation_id", None)
