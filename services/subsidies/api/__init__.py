"""The API of subsidies."""

from services.subsidies.api import claims, courses, decisions, dossier, estimates, overview, routes
from shared.http import About

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

ABOUT = About(
    "What a hire may receive: requests to ministries, their answers, claims, French courses at work.",
    {
        "requests": "Requests and the papers they need.",
        "ministry": "What a ministry does, or its letter says.",
        "claims": "Claims and payments.",
        "french courses": "French at the workplace.",
        "estimates": "What an offer would bring.",
        "overview": "What waits for whom.",
        "dossier": "A request printed on paper.",
    },
)
