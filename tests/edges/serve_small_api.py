"""Runs the tests' little service as a process: ``python -m tests.edges.serve_small_api``."""

from shared.http import make_api, serve
from shared.settings import Settings
from tests.edges import small_api

if __name__ == "__main__":
    settings = Settings(service="intake")
    serve(make_api(settings, title="Notes", routers=[small_api.router]), settings)
