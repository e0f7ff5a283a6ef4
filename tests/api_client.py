"""Calls an application in-process: ``with Client(app) as client: client.get("/v1/…")``. Its start and stop run too."""

import warnings

with warnings.catch_warnings():  # Starlette would rather have httpx2, which nothing else here uses
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient as Client

__all__ = ["Client"]
