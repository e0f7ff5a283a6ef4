"""Retention's API."""

from fastapi import FastAPI

from services.retention.api import ABOUT, ROUTERS
from services.retention.settings import RetentionSettings
from shared import waiting_api
from shared.http import make_api, serve
from shared.settings import Settings


def app(settings: Settings | None = None) -> FastAPI:
    routers = [*ROUTERS, waiting_api.router]
    return make_api(settings or RetentionSettings(), title="Retention", about=ABOUT, routers=routers)


def main() -> None:
    settings = RetentionSettings()
    serve(app(settings), settings)


if __name__ == "__main__":
    main()
