"""What doctor asks of settings, of running processes, and of the programme's clock."""

import json
from datetime import timedelta
from typing import Any

import httpx
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared import clock
from shared.errors import Unavailable
from shared.operators.findings import Finding, Told, attention, broken, green
from shared.operators.places import database_url, settings_of
from shared.settings import Settings

ANSWER_WITHIN_S = 4.0
_SETTINGS = Told("Voyez .env.example, réglez-le et redémarrez.", "See .env.example, set it and restart.")


class _Notices(BaseSettings):
    """What subsidies alone needs, told here again so that the kernel imports no service."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    ministry_webhook_secret: SecretStr | None = None


def settings(service: str) -> Finding:
    """Nothing is missing or refused that the service's processes need."""
    try:
        mine = settings_of(service)
        database_url(service)
    except Unavailable as no:
        return broken("settings", service, Told(no.problems[0].fr, no.problems[0].en), _SETTINGS)
    if not mine.tokens_jwks_file.exists():
        return broken(
            "settings",
            service,
            Told(
                "TOKENS_JWKS_FILE ne mène à rien : personne ne peut entrer.",
                "TOKENS_JWKS_FILE leads nowhere: nobody can sign in.",
            ),
            _SETTINGS,
        )
    if service == "subsidies" and _Notices().ministry_webhook_secret is None:
        return attention(
            "settings",
            service,
            Told(
                "Sans MINISTRY_WEBHOOK_SECRET aucune demande ne part au ministère.",
                "Without MINISTRY_WEBHOOK_SECRET no request leaves for the ministry.",
            ),
            _SETTINGS,
        )
    return green("settings", service, Told("Réglages complets.", "Settings complete."))


def api(mine: Settings) -> Finding:
    url: str = getattr(mine, f"{mine.service}_url")
    return answers(f"{mine.service}-api", url)


def worker(mine: Settings) -> Finding:
    """Its address is known only where its port is set."""
    about = f"{mine.service}-worker"
    try:
        return answers(about, f"http://{mine.bind_host}:{mine.worker_port}")
    except KeyError:
        name = f"{mine.service.upper()}_WORKER_PORT"
        return attention(
            "running",
            about,
            Told(f"Pas demandé : {name} n'est pas réglé ici.", f"Not asked: {name} is not set here."),
            _SETTINGS,
        )


def answers(about: str, url: str) -> Finding:
    """A process says that it is ready, or what it waits for."""
    try:
        answer = httpx.get(f"{url}/ready", timeout=ANSWER_WITHIN_S)
        said: dict[str, Any] = answer.json()
    except (httpx.HTTPError, ValueError) as fault:
        return broken(
            "running",
            about,
            Told(
                f"Ne répond pas à {url} ({type(fault).__name__}).",
                f"Does not answer at {url} ({type(fault).__name__}).",
            ),
            Told(f"make status; make logs S={about}", f"make status; make logs S={about}"),
        )
    if answer.status_code == 200:
        return green("running", about, Told("Prêt.", "Ready."))
    lacks: list[dict[str, str]] = said.get("waiting_for", [])
    found = Told(
        " ".join(one["fr"] for one in lacks) or "Pas prêt.", " ".join(one["en"] for one in lacks) or "Not ready."
    )
    if said.get("status") == "starting":
        return attention("running", about, found, Told("Refaites ceci dans une minute.", "Run this again in a minute."))
    return broken(
        "running",
        about,
        found,
        Told(f"Rétablissez ce qu'il attend; make logs S={about}", f"Bring back what it waits for; make logs S={about}"),
    )


def programme_clock() -> Finding:
    """Programme time is real time in production, and never behind it."""
    do = Told("Quoi faire : docs/runbooks/clock.md.", "What to do: docs/runbooks/clock.md.")
    try:
        mine = settings_of("portal")
        ahead = clock.offset()
    except Unavailable as no:
        return broken("clock", "", Told(no.problems[0].fr, no.problems[0].en), do)
    except (json.JSONDecodeError, KeyError, TypeError) as fault:
        kind = type(fault).__name__
        return broken(
            "clock", "", Told(f"CLOCK_FILE ne se lit pas ({kind}).", f"CLOCK_FILE cannot be read ({kind})."), do
        )
    if ahead < timedelta() or (ahead and mine.in_production):
        off = ahead.total_seconds()
        return broken(
            "clock", "", Told(f"L'heure du programme a {off} s d'écart.", f"Programme time is off by {off} s."), do
        )
    said = Told(f"L'heure du programme avance de {ahead} sur l'heure réelle.", f"Programme time is {ahead} ahead.")
    return green("clock", "", said)
