"""The API of intake."""

from fastapi import FastAPI

from services.intake.api import ABOUT, router
from services.intake.api.partners import caller_of_key
from services.intake.settings import IntakeSettings
from shared import waiting_api
from shared.http import make_api, serve
from shared.settings import Settings


def app(settings: Settings | None = None) -> FastAPI:
    routers = [router, waiting_api.router]
    return make_api(
        settings or IntakeSettings(), title="Intake", about=ABOUT, routers=routers, partner_keys=caller_of_key
    )


def main() -> None:
    settings = IntakeSettings()
    serve(app(settings), settings)


if __name__ == "__main__":
    main()
