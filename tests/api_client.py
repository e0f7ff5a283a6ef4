"""Calls an application in-process: ``with Client(app) as client: client.get("/v1/…")``. Its start and stop run too."""

import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import FastAPI

with warnings.catch_warnings():  # Starlette would rather have httpx2, which nothing else here uses
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient as Client

READY_WITHIN_S = 30  # on a machine that others keep busy


@contextmanager
def ready(app: FastAPI, **more: Any) -> Iterator[Client]:
    """The application, once it says that it is ready. ``more``: what Client takes."""
    with Client(app, **more) as client:
        until = time.monotonic() + READY_WITHIN_S
        while client.get("/ready").status_code != 200:
            assert time.monotonic() < until, f"not ready within {READY_WITHIN_S} s"
            time.sleep(0.02)
        yield client


__all__ = ["Client", "ready"]
