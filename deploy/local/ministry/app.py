"""The sandbox's own API. It listens on this machine only."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any, Literal
from uuid import UUID

from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel, ValidationError
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from deploy.local.ministry.ledger import Kind
from deploy.local.ministry.office import Office
from deploy.local.ministry.settings import MinistrySettings

_LONGEST_NOTICE = 10_000  # bytes; a notice is an id


class About(BaseModel):
    request_id: UUID | None = None
    claim_id: UUID | None = None
    course_id: UUID | None = None


class Notice(BaseModel):
    """A thin one: what happened, and to which thing."""

    type: Literal[
        "subsidy_request.submitted",
        "subsidy_request.information_given",
        "subsidy_request.ended",
        "claim.submitted",
        "french_course.submitted",
        "french_course.information_given",
        "french_course.ended",
    ]
    data: About

    @property
    def about(self) -> tuple[Kind, UUID | None]:
        what = self.type.partition(".")[0]
        if what == "claim":
            return "claim", self.data.claim_id
        return ("course", self.data.course_id) if what == "french_course" else ("request", self.data.request_id)


def make_app(settings: MinistrySettings) -> FastAPI:
    office = Office(settings)
    webhook = Webhook(settings.webhook_secret.get_secret_value())

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        at_work = asyncio.create_task(office.run())
        try:
            yield
        finally:
            at_work.cancel()
            await asyncio.gather(at_work, return_exceptions=True)

    app = FastAPI(title="Ministry sandbox", lifespan=lifespan, docs_url=None, redoc_url=None)

    @app.get("/live")
    @app.get("/ready")
    async def ready() -> dict[str, Any]:
        return {"status": "ready", "waiting_for": []}

    @app.post("/v1/notifications", status_code=202)
    @app.post("/v1/mifi/notifications", status_code=202)
    async def take_notice(request: Request) -> dict[str, str]:
        """202 once it is written down. 401: not signed with our secret within 5 minutes of now."""
        notice, kind, about = _understood(webhook, await _read(request), dict(request.headers))
        office.take_notice(notice.type, kind, str(about))
        return {"taken": str(about)}

    @app.get("/v1/ledger")
    async def show_ledger() -> dict[str, Any]:
        return {
            "behaviour": settings.behaviour,
            "plays": office.plays,
            "requests": office.ledger.shown("request"),
            "claims": office.ledger.shown("claim"),
            "courses": office.ledger.shown("course"),
        }

    return app


def _understood(webhook: Webhook, body: bytes, headers: dict[str, str]) -> tuple[Notice, Kind, UUID]:
    try:
        webhook.verify(body, headers, json_parse=False)
    except (WebhookVerificationError, ValueError):
        raise HTTPException(401, "signature, time or headers are not right") from None
    try:
        notice = Notice.model_validate_json(body)
    except ValidationError:
        raise HTTPException(422, "not a notice") from None
    kind, about = notice.about
    if about is None:
        raise HTTPException(422, "not a notice")
    return notice, kind, about


async def _read(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_NOTICE:
            raise HTTPException(413, "a notice is an id")
    return body
