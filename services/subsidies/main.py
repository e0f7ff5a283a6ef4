"""The API of subsidies."""

from fastapi import FastAPI

from services.subsidies.api import ABOUT, ROUTERS
from services.subsidies.rulebook import rulebook
from services.subsidies.settings import SubsidiesSettings
from shared import waiting_api
from shared.http import make_api, serve


def app(settings: SubsidiesSettings | None = None) -> FastAPI:
    rulebook()  # rules that cannot be read stop the start, not a request
    routers = [*ROUTERS, waiting_api.router]
    return make_api(settings or SubsidiesSettings(), title="Subsidies", about=ABOUT, routers=routers)


def main() -> None:
    settings = SubsidiesSettings()
    serve(app(settings), settings)


if __name__ == "__main__":
    main()
