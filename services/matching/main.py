"""Matching's API."""

from fastapi import FastAPI

from services.matching.api import ABOUT, ROUTERS
from services.matching.settings import MatchingSettings
from shared import waiting_api
from shared.http import make_api, serve
from shared.settings import Settings


def app(settings: Settings | None = None) -> FastAPI:
    routers = [*ROUTERS, waiting_api.router]
    return make_api(settings or MatchingSettings(), title="Matching", about=ABOUT, routers=routers)


def main() -> None:
    settings = MatchingSettings()
    serve(app(settings), settings)


if __name__ == "__main__":
    main()
