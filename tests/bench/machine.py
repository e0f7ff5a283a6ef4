"""On what a run was made: read from the machine and from the servers, not written by hand."""

import os
import platform
import time
from importlib.metadata import version
from pathlib import Path

import psycopg

from tests.servers import Servers

PACKAGES = ("faust-streaming", "aiokafka", "psycopg", "fastapi", "uvicorn", "pydantic")
MUST_BE_ON = ("fsync", "synchronous_commit", "full_page_writes")


def about(servers: Servers) -> dict[str, str]:
    """Raises RuntimeError when the database does not keep what it commits: its figures would say nothing."""
    with psycopg.connect(servers.admin_url) as conn:
        settings = {name: str((conn.execute(f"SHOW {name}").fetchone() or ("",))[0]) for name in MUST_BE_ON}
        database = str((conn.execute("SHOW server_version").fetchone() or ("",))[0])
    if set(settings.values()) != {"on"}:
        raise RuntimeError(f"these must be on: {settings}")
    return {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "processor": f"{_processor()}, {os.cpu_count()} cores for everything: clients, services, broker, database",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "PostgreSQL": f"{database}; " + ", ".join(f"{name} = {value}" for name, value in settings.items()),
        "packages": ", ".join(f"{name} {version(name)}" for name in PACKAGES),
        "load when it began": f"{os.getloadavg()[0]:.1f}",
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    for line in cpuinfo.read_text().splitlines() if cpuinfo.exists() else ():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
