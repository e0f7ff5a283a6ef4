"""``python -m deploy.containers up | demo | down``: what the Makefile calls. docker-compose.yml works without it; this
adds what programs on this machine need: ports that are free, and the keys and the clock in a folder of ours."""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.local import screen
from deploy.local.environment import ROOT, given, write_private
from deploy.local.ports import Claims, choose
from deploy.local.processes import PROCESSES, SERVER_PORTS
from deploy.local.words import CannotStart, cannot

FOLDER = ROOT / ".local" / "docker"
_IMAGE_USER = 10001  # the image's own account; for root, whose programs must not run as root in containers
PUBLISHED = {process.port_variable: process.port for process in PROCESSES if not process.name.endswith("-worker")} | {
    "KAFKA_PORT": SERVER_PORTS["kafka"],
    "POSTGRES_PORT": SERVER_PORTS["postgres"],
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.containers", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("up", "down"):
        commands.add_parser(name)
    commands.add_parser("demo").add_argument("arguments", nargs="*")
    asked = parser.parse_args(arguments)
    try:
        if asked.command == "down":
            return down()
        settings = up()
        return demo(settings, asked.arguments) if asked.command == "demo" else 0
    except CannotStart as error:
        screen.show_failure(error.french, error.english)
        return 1


def up() -> dict[str, str]:
    """Builds the image, starts everything and waits until all is healthy; the settings it was started with."""
    if not shutil.which("docker") or subprocess.run(["docker", "compose", "version"], capture_output=True).returncode:
        cannot("Il faut Docker, avec « docker compose ».", "Docker is needed, with `docker compose`.")
    settings = chosen_settings(FOLDER)
    if compose(settings, "up", "--detach", "--build", "--wait"):
        cannot(
            "Pas démarré : docker compose ps -a, docker compose logs",
            "Not started: docker compose ps -a, docker compose logs",
        )
    screen.console.print(f"✓ Prêt · ready: http://127.0.0.1:{settings['PORTAL_API_PORT']}/ (make down-docker)")
    return settings


def demo(settings: Mapping[str, str], arguments: list[str]) -> int:
    """Lives the demo on the containers, from outside, as `make demo` does on the embedded system."""
    said = subprocess.run(
        ["docker", "compose", "config", "--format", "json"],
        cwd=ROOT,
        env=_env(settings),
        capture_output=True,
        check=True,
    )
    clients = client_settings(json.loads(said.stdout), Path(settings["DEVELOPMENT_FOLDER"]))
    command = [sys.executable, "-m", "deploy.local.demo", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **clients}, check=False).returncode


def down() -> int:
    """Stops everything and deletes all that it stored."""
    code = compose(chosen_settings(FOLDER), "down", "--volumes", "--remove-orphans")
    if code == 0:
        shutil.rmtree(FOLDER)
    return code


def chosen_settings(folder: Path) -> dict[str, str]:
    """What the compose file leaves open: chosen at the first start and kept until `down`. A wished port that somebody
    has is replaced by a free one."""
    file = folder / "settings.json"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        uid, gid = os.geteuid() or _IMAGE_USER, os.getegid() or _IMAGE_USER
        os.chown(folder, uid, gid)
        asked = given()
        with Claims() as claims:
            ports = choose({name: int(asked.get(name, port)) for name, port in PUBLISHED.items()}, claims)
        chosen = {name: str(port) for name, port in ports.items()}
        chosen |= {"CONTAINER_USER": f"{uid}:{gid}", "DEVELOPMENT_FOLDER": str(folder)}
        write_private(file, json.dumps(chosen, indent=1))
    stored: dict[str, str] = json.loads(file.read_text())
    return stored


def client_settings(config: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """What the clients of the running containers are told: the resolved compose file, as seen from this machine."""
    published = {
        name: f"http://127.0.0.1:{service['ports'][0]['published']}"
        for name, service in config["services"].items()
        if service.get("ports") and name in {process.name for process in PROCESSES}
    }
    inside = config["services"]["portal"]["environment"]
    return {f"{name.upper()}_URL": url for name, url in published.items()} | {
        "TOKENS_ISSUER": inside["TOKENS_ISSUER"],
        "TOKENS_DEVELOPMENT_KEY_FILE": str(folder / "keys" / "development.pem"),
        "CLOCK_FILE": str(folder / "clock.json"),
    }


def compose(settings: Mapping[str, str], *arguments: str) -> int:
    return subprocess.run(["docker", "compose", *arguments], cwd=ROOT, env=_env(settings), check=False).returncode


def _env(settings: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, **settings}


if __name__ == "__main__":
    sys.exit(main())
