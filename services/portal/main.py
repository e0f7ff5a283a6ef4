"""The portal: pages, and the numbers as JSON."""

from fastapi import FastAPI

from services.portal import api, pages
from services.portal.settings import PortalSettings
from shared import waiting_api
from shared.http import make_api, serve


def app(settings: PortalSettings | None = None) -> FastAPI:
    settings = settings or PortalSettings()
    made = make_api(
        settings,
        title="Portal",
        routers=(api.router, waiting_api.router, pages.router),
        identify=pages.cookie_identity(settings),
        content_security_policy=pages.CONTENT_SECURITY_POLICY,
    )
    pages.attach_pages(made, settings)
    return made


def main() -> None:
    settings = PortalSettings()
    serve(app(settings), settings)


if __name__ == "__main__":
    main()
