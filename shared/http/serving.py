"""Runs an application with uvicorn."""

import sys

import uvicorn
from fastapi import FastAPI

from shared.log import configure_logging
from shared.observing.traces import begin_traces, end_traces
from shared.settings import Settings

_GRACE_S = 10


def serve(app: FastAPI, settings: Settings) -> None:
    """Answer on the service's port until SIGTERM; requests under way are finished first."""
    sys.setswitchinterval(0.0002)  # as in the worker: between the event loop and the threads that ask the database
    configure_logging(settings.service, settings.log_level)
    begin_traces(settings.service, settings)
    uvicorn.run(
        app,
        host=settings.bind_host,
        port=settings.api_port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACE_S,
        http="httptools",
    )
    end_traces()
