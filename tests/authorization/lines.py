"""The whole table: for each service the lines of its operations, which are read from its own routes."""

import importlib

from shared.http.callers import Operation, operations
from tests.authorization.of_intake import LINES as INTAKE
from tests.authorization.of_matching import LINES as MATCHING
from tests.authorization.of_portal import LINES as PORTAL
from tests.authorization.of_retention import LINES as RETENTION
from tests.authorization.of_subsidies import LINES as SUBSIDIES
from tests.authorization.table import Table

TABLE: dict[str, Table] = {
    "intake": INTAKE,
    "matching": MATCHING,
    "subsidies": SUBSIDIES,
    "retention": RETENTION,
    "portal": PORTAL,
}


def operations_of(service: str) -> dict[str, Operation]:
    """As the application has them: ``GET /v1/…`` -> the operation."""
    settings = getattr(importlib.import_module(f"services.{service}.settings"), f"{service.capitalize()}Settings")
    app = importlib.import_module(f"services.{service}.main").app
    found = operations(app(settings(**{f"{service}_database_url": "postgresql://nowhere/none"})))
    return {f"{operation.method} {operation.path}": operation for operation in found}
