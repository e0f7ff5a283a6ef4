"""docker-compose.yml as tests read it: merged, and with the default of each ``${NAME:-default}``. Testcontainers start
their servers by it, so that what tests run on is what `docker compose up` runs on."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).resolve().parents[1] / "docker-compose.yml"
_OPEN = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")


@cache
def services(file: Path = FILE) -> dict[str, dict[str, Any]]:
    """Each service by name, as Docker Compose sees it when nothing is set."""
    text = _OPEN.sub(lambda found: found[2] or "", file.read_text())
    found: dict[str, dict[str, Any]] = yaml.safe_load(text)["services"]
    return found


def left_open(file: Path = FILE) -> dict[str, str]:
    """What a person may set, with its default. Raises ValueError when one name has two."""
    found: dict[str, str] = {}
    lines = [line.partition(" #")[0] for line in file.read_text().splitlines() if not line.lstrip().startswith("#")]
    for name, default in _OPEN.findall("\n".join(lines)):
        if found.setdefault(name, default) != default:
            raise ValueError(f"{name}: {found[name]!r} and {default!r}")
    return found


def environment(name: str) -> dict[str, str]:
    """What a service's container is told."""
    return {key: str(value).replace("$$", "$") for key, value in services()[name].get("environment", {}).items()}


def image(name: str) -> str:
    return str(services()[name]["image"])
