"""/live, /ready and /metrics, for APIs and workers alike. Live at once; ready when nothing is waited for."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
from fastapi import APIRouter, FastAPI
from psycopg_pool import PoolTimeout
from starlette.responses import JSONResponse, Response

from shared import metrics
from shared.db import Database

Checks = Callable[[], Sequence["Waiting"]]
_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Waiting:
    """One thing a process waits for before it can work, in words for the person who looks."""

    fr: str
    en: str


class Readiness:
    """What a process waits for. "starting" until it was ready once or ``within_s`` have passed, then "unavailable"."""

    def __init__(self, checks: Checks, within_s: float = 60.0) -> None:
        self._checks = checks
        self._starting_until = time.monotonic() + within_s
        self.reached = False

    def waiting_for(self) -> Sequence[Waiting]:
        found = self._checks()
        self.reached = self.reached or not found
        return found

    @property
    def status(self) -> str:
        return "starting" if not self.reached and time.monotonic() < self._starting_until else "unavailable"

    def answer(self) -> tuple[int, dict[str, Any]]:
        found = self.waiting_for()
        if not found:
            return 200, {"status": "ready"}
        return 503, {"status": self.status, "waiting_for": [asdict(waiting) for waiting in found]}


def health_router(readiness: Readiness, *, open_route: Any = None, metrics_for: Any = None) -> APIRouter:
    """The three routes; ``open_route`` and ``metrics_for`` are the dependencies that say who may ask."""
    router = APIRouter(include_in_schema=False)

    @router.get("/live", dependencies=[open_route] if open_route else [])
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @router.get("/ready", dependencies=[open_route] if open_route else [])
    def ready() -> JSONResponse:
        status, body = readiness.answer()
        return JSONResponse(body, status, {"Retry-After": "1"} if status == 503 else None)

    @router.get("/metrics", dependencies=[metrics_for] if metrics_for else [])
    def show_metrics() -> Response:
        return Response(metrics.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return router


def health_app(checks: Checks, within_s: float = 60.0) -> FastAPI:
    """For a worker: nothing but the three routes, on a port that is not published."""
    app = FastAPI(title="health", openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(health_router(Readiness(checks, within_s)))
    return app


def migration_head(service: str) -> str:
    """The newest migration that this code knows."""
    return (_ROOT / "services" / service / "migrations" / "HEAD").read_text().strip()


def database_is_at_head(db: Database, head: str | None = None) -> Sequence[Waiting]:
    """A check: the service's database answers and has every migration this code knows (or newer ones)."""
    head = head or migration_head(db.service)
    try:
        with db.pool.connection(timeout=1.0) as conn:
            row = conn.execute("SELECT version_num FROM alembic_version").fetchone()
    except psycopg.errors.UndefinedTable:
        row = None
    except (psycopg.OperationalError, PoolTimeout):
        return [Waiting("La base de données ne répond pas encore.", "The database does not answer yet.")]
    if row is None or str(row[0]) < head:
        return [Waiting("La base de données attend ses migrations.", "The database awaits its migrations.")]
    return []
