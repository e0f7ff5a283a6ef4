"""The API of subsidies."""

from services.subsidies.api import claims, courses, decisions, dossier, estimates, overview, routes

ROUTERS = (
    estimates.router,
    routes.router,
    decisions.router,
    dossier.router,
    claims.router,
    courses.router,
    overview.router,
)

__all__ = ["ROUTERS"]
