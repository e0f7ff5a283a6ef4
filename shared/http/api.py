"""Builds the FastAPI application of a service."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

from fastapi import APIRouter, Depends, FastAPI, Request
from starlette.concurrency import run_in_threadpool

from shared.db import Database
from shared.errors import Problem, Unavailable
from shared.health import Readiness, database_is_at_head, health_router
from shared.http.callers import Identification, Identify, PartnerKeys, allow, public
from shared.http.described import description, operation_id, refusals
from shared.http.edge import API_CONTENT_SECURITY_POLICY, Edge
from shared.http.parameters import only_known_parameters
from shared.http.problems import add_problem_handlers
from shared.log import get_logger
from shared.settings import Settings
from shared.tokens import Role, Verifier

log = get_logger()
_CONNECTION_WITHIN_S = 5.0
_OF_EVERY_SERVICE = {"waiting": "Facts that could not be handled yet: looked at, tried again, taken out."}


@dataclass(frozen=True)
class About:
    """What the OpenAPI document says of the whole, and of each group of operations (by its tag)."""

    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

    def listed(self) -> list[dict[str, str]]:
        return [{"name": name, "description": said} for name, said in {**self.tags, **_OF_EVERY_SERVICE}.items()]


def make_api(
    settings: Settings,
    *,
    title: str,
    routers: Sequence[APIRouter],
    partner_keys: PartnerKeys | None = None,
    identify: Identify | None = None,
    about: About = About(),
    content_security_policy: str = API_CONTENT_SECURITY_POLICY,
) -> FastAPI:
    """The service's application with its database in ``app.state.db``. ``partner_keys`` finds whose the SHA-256 of a
    partner's key is; ``identify`` finds the caller of a request without Authorization (a page's session).
    ``about`` goes into the OpenAPI document."""
    db = Database(settings.database_url, settings.service)
    db.pool.timeout = _CONNECTION_WITHIN_S
    readiness = Readiness(partial(database_is_at_head, db), settings.ready_within_s)
    app = FastAPI(
        title=title,
        version="1",
        description=about.description,
        openapi_tags=about.listed(),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        responses=refusals(),
        generate_unique_id_function=operation_id,
    )
    app.state.db = db
    app.state.settings = settings
    app.state.readiness = readiness
    verifier = Verifier(settings.tokens_jwks_file, settings.tokens_issuer)
    app.state.identification = Identification(verifier, db, partner_keys, identify)
    app.add_middleware(Edge, content_security_policy=content_security_policy, strict_transport=settings.in_production)
    add_problem_handlers(app)
    app.include_router(health_router(readiness, open_route=public(), metrics_for=allow(Role.OPERATOR, Role.SERVICE)))
    app.include_router(description(app, keys=partner_keys is not None))
    for router in routers:
        app.include_router(router, dependencies=[Depends(_after_start), Depends(only_known_parameters)])
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
