"""The OpenAPI document of a service: who may call, what it answers when it refuses, what each part is about."""

import re
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from shared.http.callers import allow, operations
from shared.http.problems import MEDIA_TYPE, ProblemDocument
from shared.tokens import PARTNER_KEY_PREFIX, Role

_REFUSALS = {
    400: "The body cannot be read at all",
    401: "Nobody we know is calling",
    403: "The caller's role does not allow this",
    404: "Nothing by that number, or not yours",
    409: "Refused in the present state, or already in progress",
    413: "Too much was sent",
    415: "Not the format that is asked for",
    422: "Something needs correcting: every problem at once",
    500: "A failure on our side; nothing was stored",
    503: "Unavailable for a moment; try again",
}
_FIRST_SENTENCE = re.compile(r"[.;:] ")
_OF_A_BODY = frozenset({"400", "413", "415"})
_OF_A_CALLER = frozenset({"401", "403"})
_OF_A_CHANGE = frozenset({"409"})
_SCHEMES = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A signed role token: whose it is, in which role, for which organisation.",
    },
    "partner_key": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": f"{PARTNER_KEY_PREFIX}…",
        "description": "The key of a partner's own system, given by the programme.",
    },
}


def operation_id(route: APIRoute) -> str:
    """``supports_close``: what generated clients call it."""
    return re.sub(r"\W", "_", f"{route.tags[0]}_{route.name}" if route.tags else route.name)


def refusals() -> dict[int | str, dict[str, Any]]:
    """What any operation may answer besides what it is for."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
    return {status: {"description": said, "content": content} for status, said in _REFUSALS.items()}


def description(app: FastAPI, *, keys: bool) -> APIRouter:
    """``/openapi.json``, for any caller we know; ``app.openapi()`` is completed too. ``keys``: whether the service
    knows partners by their keys."""
    router = APIRouter(include_in_schema=False)
    generated = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(app, generated(), keys=keys)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the document

    @router.get("/openapi.json", dependencies=[allow(*Role)])
    async def describe() -> dict[str, Any]:
        return app.openapi()

    return router


def _completed(app: FastAPI, document: dict[str, Any], *, keys: bool) -> dict[str, Any]:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    described = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(described.pop("$defs", {}))
    schemas["ProblemDocument"] = described
    for name in ("HTTPValidationError", "ValidationError"):  # FastAPI's own, which nobody is ever answered
        schemas.pop(name, None)
    components["responses"] = {str(status): answer for status, answer in refusals().items()}
    components["securitySchemes"] = {name: _SCHEMES[name] for name in _SCHEMES if keys or name == "token"}
    for known in operations(app):
        described = document["paths"].get(known.path, {}).get(known.method.lower())
        if described is not None:
            _say_what(described)
            _move_definitions(described, schemas)
            _say_who(described, known.roles, keys=keys)
            _keep_possible_refusals(described, known.method, open_to_all=known.roles is None)
    return document


def _say_what(described: dict[str, Any]) -> None:
    """The docstring is the description, and its first sentence the summary."""
    said = " ".join(described.get("description", "").split())
    described["description"] = said
    described["summary"] = _FIRST_SENTENCE.split(said, maxsplit=1)[0].rstrip(".")


def _move_definitions(described: dict[str, Any], schemas: dict[str, Any]) -> None:
    """A route that reads its own body describes it in ``openapi_extra``, with the schemas it needs in ``$defs``."""
    for content in described.get("requestBody", {}).get("content", {}).values():
        for name, schema in content["schema"].pop("$defs", {}).items():
            schemas.setdefault(name, schema)


def _say_who(described: dict[str, Any], roles: frozenset[Role] | None, *, keys: bool) -> None:
    if roles is None:
        described["security"] = []
        return
    described["security"] = [{"token": []}]
    if keys and Role.PARTNER in roles:
        described["security"].append({"partner_key": []})
    described["x-roles"] = sorted(roles)


def _keep_possible_refusals(described: dict[str, Any], method: str, *, open_to_all: bool) -> None:
    """A question has no body to be too large and changes no state to be refused by."""
    never = set[str]()
    if "requestBody" not in described:
        never |= _OF_A_BODY
    if method == "GET":
        never |= _OF_A_CHANGE
    if open_to_all:
        never |= _OF_A_CALLER
    for status in map(str, _REFUSALS):
        if status in never:
            described["responses"].pop(status, None)
        else:
            described["responses"][status] = {"$ref": f"#/components/responses/{status}"}
