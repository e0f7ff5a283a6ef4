"""The settings that the runtime hands to every process (.env.example lists them all)."""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

from deploy.local.databases import role_url
from deploy.local.processes import SERVICES, Process
from deploy.local.words import cannot

ROOT = Path(__file__).resolve().parent.parent.parent
_SANDBOX_TOKENS = {"MINISTRY_TOKEN", "MIFI_TOKEN"}
ISSUER = "interconnexion-development"
_YEARS_S = 10 * 365 * 86400  # the sandbox's token lives as long as the development key that signed it


def given() -> dict[str, str]:
    """What the person set: the environment, and below it the checkout's `.env` file."""
    file = {name: value for name, value in dotenv_values(ROOT / ".env").items() if value}
    return {**file, **{name: value for name, value in os.environ.items() if value}}


def given_databases(settings: Mapping[str, str]) -> dict[str, str]:
    """The five database URLs by service, or none. Raises CannotStart when only some are set."""
    names = {service: f"{service.upper()}_DATABASE_URL" for service in SERVICES}
    missing = [name for name in names.values() if name not in settings]
    if missing and len(missing) < len(names):
        cannot(
            f"Donnez les cinq bases de données ou aucune ; il manque {', '.join(missing)}.",
            f"Give all five databases or none; missing: {', '.join(missing)}.",
        )
    return {} if missing else {service: settings[name] for service, name in names.items()}


def has_secrets(folder: Path) -> bool:
    return (folder / "secrets.json").exists()


def load_secrets(folder: Path) -> dict[str, str]:
    """Passwords and tokens of this installation, made at its first start; readable by its owner alone."""
    file = folder / "secrets.json"
    if not has_secrets(folder):
        made = {f"{service}_database": secrets.token_hex(16) for service in SERVICES}
        made["postgres"] = secrets.token_hex(16)
        made["MINISTRY_WEBHOOK_SECRET"] = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        write_private(file, json.dumps(made, indent=1))
    stored: dict[str, str] = json.loads(file.read_text())
    return stored


def write_private(file: Path, text: str) -> None:
    """Writes `file` at one stroke, for its owner alone."""
    beside = file.with_suffix(f"{file.suffix}.new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as output:
        output.write(text)
    beside.replace(file)


def development_files(folder: Path) -> None:
    """The keys of the development token issuer, the programme clock and Faust's folder, made when they are missing."""
    (folder / "faust").mkdir(exist_ok=True)
    keys = folder / "keys"
    if not (keys / "mifi.token").exists():
        from shared.tokens import Role, generate_development_keys, mint  # here: slow to load, needed once

        keys.mkdir(mode=0o700, exist_ok=True)
        generate_development_keys(keys / "development.pem", keys / "jwks.json")
        for ministry, name in (("services_quebec", "ministry.token"), ("mifi", "mifi.token")):
            token = mint(keys / "development.pem", ISSUER, Role.MINISTRY, "sandbox", ministry, lifetime_s=_YEARS_S)
            write_private(keys / name, token)
    clock = folder / "clock.json"
    if not clock.exists():
        clock.write_text(json.dumps({"offset_seconds": 0}))


def everything(
    folder: Path, ports: Mapping[str, int], settings: Mapping[str, str], processes: tuple[Process, ...]
) -> dict[str, str]:
    """All settings of the system: what its clients (demo, tests) may use. A process gets `for_process`."""
    stored = load_secrets(folder)
    admin = f"postgresql://127.0.0.1:{ports['postgres']}/" if "postgres" in ports else ""
    databases = given_databases(settings) or {
        service: role_url(admin, service, stored[f"{service}_database"]) for service in SERVICES
    }
    own = {
        "INTERCONNEXION_ENV": settings.get("INTERCONNEXION_ENV", "development"),
        "KAFKA_BOOTSTRAP_SERVERS": settings.get("KAFKA_BOOTSTRAP_SERVERS") or f"127.0.0.1:{ports['kafka']}",
        "TOKENS_ISSUER": settings.get("TOKENS_ISSUER", ISSUER),
        "TOKENS_JWKS_FILE": settings.get("TOKENS_JWKS_FILE", str(folder / "keys" / "jwks.json")),
        "TOKENS_DEVELOPMENT_KEY_FILE": settings.get(
            "TOKENS_DEVELOPMENT_KEY_FILE", str(folder / "keys" / "development.pem")
        ),
        "CLOCK_FILE": settings.get("CLOCK_FILE", str(folder / "clock.json")),
        "FAUST_DATADIR": settings.get("FAUST_DATADIR", str(folder / "faust")),
        "LOG_LEVEL": settings.get("LOG_LEVEL", "INFO"),
        "MINISTRY_FOLDER": settings.get("MINISTRY_FOLDER", str(folder / "ministry")),
        "MINISTRY_URL": settings.get("MINISTRY_URL") or f"http://127.0.0.1:{ports.get('ministry', 0)}",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }
    own["MINISTRY_WEBHOOK_SECRET"] = settings.get("MINISTRY_WEBHOOK_SECRET", stored["MINISTRY_WEBHOOK_SECRET"])
    own["MINISTRY_TOKEN"] = settings.get("MINISTRY_TOKEN") or (folder / "keys" / "ministry.token").read_text()
    own["MIFI_TOKEN"] = settings.get("MIFI_TOKEN") or (folder / "keys" / "mifi.token").read_text()
    own |= {f"{service.upper()}_DATABASE_URL": url for service, url in databases.items()}
    own |= {process.port_variable: str(ports[process.name]) for process in processes}
    own |= {f"{name.upper()}_URL": f"http://127.0.0.1:{ports[name]}" for name in SERVICES if name in ports}
    return own


def for_process(process: Process, settings: Mapping[str, str]) -> dict[str, str]:
    """A process knows its own database only; the sandbox alone its tokens; it and subsidies what notices are signed
    with."""
    hidden = {f"{service.upper()}_DATABASE_URL" for service in SERVICES if service != process.service}
    if process.name != "ministry":
        hidden |= _SANDBOX_TOKENS
        if process.service != "subsidies":
            hidden.add("MINISTRY_WEBHOOK_SECRET")
    return {name: value for name, value in settings.items() if name not in hidden}
