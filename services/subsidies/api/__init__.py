"""The API of subsidies."""

from services.subsidies.api.routes import router

__all__ = ["router"]
