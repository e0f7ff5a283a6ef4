"""The processes of the system: what runs, on which port, and how it is told. The only such list."""

import sys
from dataclasses import dataclass

SERVICES = ("intake", "matching", "subsidies", "retention", "portal")


@dataclass(frozen=True)
class Process:
    """Answers GET /live and GET /ready on its port, which it finds in the variable `port_variable`."""

    name: str
    command: tuple[str, ...]
    port: int
    port_variable: str
    service: str | None = None
    """Whose database it opens; None for the ministry's sandbox, which has none."""


def _python(module: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module)


def _api(service: str, port: int) -> Process:
    return Process(service, _python(f"services.{service}.main"), port, f"{service.upper()}_API_PORT", service)


def _worker(service: str, port: int) -> Process:
    name, module = f"{service}-worker", f"services.{service}.worker"
    return Process(name, _python(module), port, f"{service.upper()}_WORKER_PORT", service)


PROCESSES = (
    _api("portal", 8080),
    _api("intake", 8081),
    _api("matching", 8082),
    _api("subsidies", 8083),
    _api("retention", 8084),
    _worker("portal", 8180),
    _worker("intake", 8181),
    _worker("matching", 8182),
    _worker("subsidies", 8183),
    _worker("retention", 8184),
    Process("ministry", _python("deploy.local.ministry"), 8090, "MINISTRY_PORT"),
)
SERVER_PORTS = {"kafka": 9092, "kafka-controller": 9093, "postgres": 54320}
FIXED_PORTS = {**{process.name: process.port for process in PROCESSES}, **SERVER_PORTS}
