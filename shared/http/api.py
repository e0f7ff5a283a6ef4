"""Builds the FastAPI application of a service."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from starlette.concurrency import run_in_threadpool

from shared.db import Database
from shared.errors import Problem, Unavailable
from shared.health import Readiness, database_is_at_head, health_router
from shared.http.callers import Identification, Identify, PartnerKeys, allow, public
from shared.http.edge import API_CONTENT_SECURITY_POLICY, Edge
from shared.http.problems import MEDIA_TYPE, ProblemDocument, add_problem_handlers
from shared.log import get_logger
from shared.settings import Settings
from shared.tokens import Role, Verifier

log = get_logger()
_CONNECTION_WITHIN_S = 5.0
_REFUSALS = {
    401: "Nobody we know is calling",
    403: "The caller's role does not allow this",
    404: "Nothing by that number, or not yours",
    409: "Refused in the present state, or already in progress",
    413: "Too much was sent",
    422: "Something needs correcting",
    500: "A failure on our side",
    503: "Unavailable for a moment",
}


def make_api(
    settings: Settings,
    *,
    title: str,
    routers: Sequence[APIRouter],
    partner_keys: PartnerKeys | None = None,
    identify: Identify | None = None,
    content_security_policy: str = API_CONTENT_SECURITY_POLICY,
) -> FastAPI:
    """The service's application with its database in ``app.state.db``. ``partner_keys`` finds whose the SHA-256 of a
    partner's key is; ``identify`` finds the caller of a request without Authorization (a page's session)."""
    db = Database(settings.database_url, settings.service)
    db.pool.timeout = _CONNECTION_WITHIN_S
    readiness = Readiness(partial(database_is_at_head, db), settings.ready_within_s)
    app = FastAPI(
        title=title,
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        responses={status: _refusal_schema(said) for status, said in _REFUSALS.items()},
    )
    app.state.db = db
    app.state.settings = settings
    app.state.readiness = readiness
    app.state.identification = Identification(
        Verifier(settings.tokens_jwks_file, settings.tokens_issuer), db, partner_keys, identify
    )
    app.add_middleware(
        Edge, content_security_policy=content_security_policy, strict_transport=settings.environment == "production"
    )
    add_problem_handlers(app)
    app.include_router(health_router(readiness, open_route=public(), metrics_for=allow(Role.OPERATOR, Role.SERVICE)))
    app.include_router(_description(app))
    for router in routers:
        app.include_router(router, dependencies=[Depends(_after_start)])
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    db: Database = app.state.db
    db.open()
    starting = asyncio.create_task(_until_ready(app.state.readiness))
    try:
        yield
    finally:
        starting.cancel()
        with suppress(asyncio.CancelledError):
            await starting
        await run_in_threadpool(db.close)


async def _until_ready(readiness: Readiness) -> None:
    said_late = False
    while await run_in_threadpool(readiness.waiting_for):
        if readiness.status == "unavailable" and not said_late:
            log.error("not_ready", waiting_for=[waiting.en for waiting in readiness.waiting_for()])
            said_late = True
        await asyncio.sleep(0.2)
    log.info("ready")


async def _after_start(request: Request) -> None:
    """Until the database is at its head, routes say so instead of failing on a missing table."""
    readiness: Readiness = request.app.state.readiness
    if not readiness.reached:
        raise Unavailable(
            Problem("", "starting", "Le service démarre; réessayez dans un moment.",
                    "The service is starting; try again in a moment.")
        )  # fmt: skip


def _description(app: FastAPI) -> APIRouter:
    """The OpenAPI document, for any caller we know; ``app.openapi()`` has the component of our refusals added."""
    router = APIRouter(include_in_schema=False)
    generated = app.openapi

    def openapi() -> dict[str, Any]:
        document = generated()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        described = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(described.pop("$defs", {}))
        schemas["ProblemDocument"] = described
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the document

    @router.get("/openapi.json", dependencies=[allow(*Role)])
    async def describe() -> dict[str, Any]:
        return app.openapi()

    return router


def _refusal_schema(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/ProblemDocument"}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}
